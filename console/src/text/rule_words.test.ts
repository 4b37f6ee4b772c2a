// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Policy, Rule } from '../api/types';
import { changedCopy, flowTypeOf, freePrecedence, isStandard, withoutRule, withRule, withStandard } from './rule_words';

const standard: Rule = {
  name: 'In from AD - User Common', id: 's', immutableTag: 'Tandem.InFromADUserCommon.001', connector: 'c', direction: 'Inbound', sourceObjectType: 'user',
  targetObjectType: 'person', linkType: 'Join', precedence: 104,
};
const own: Rule = { ...standard, id: 'o', name: 'Own', precedence: 50, immutableTag: undefined };
const policy: Policy = { version: 1, connectors: [], rules: [own], standardRules: { include: true, disabled: [] } };

describe('a changed copy of a standard rule', () => {
  const copy = changedCopy(standard, policy);
  it('is a rule of its own, with a free precedence', () => {
    expect(copy.id).not.toBe(standard.id);
    expect(copy.immutableTag).toBeUndefined();
    expect(copy.precedence).toBe(51);
    expect(isStandard(copy, withRule(policy, copy, null))).toBe(false);
  });
  it('switches the standard one off when it is saved', () => {
    const saved = withRule(policy, copy, standard.name);
    expect(saved.standardRules?.disabled).toEqual([standard.name]);
    expect(saved.rules?.map((r) => r.id)).toEqual(['o', copy.id]);
  });
});

describe('a policy', () => {
  it('keeps a rule once when it is saved again', () => {
    expect(withRule(policy, { ...own, name: 'Renamed' }, null).rules?.map((r) => r.name)).toEqual(['Renamed']);
    expect(withoutRule(policy, 'o').rules).toEqual([]);
  });
  it('names a standard rule that is off once', () => {
    const twice = withStandard(withStandard(policy, 'A', false), 'A', false);
    expect(twice.standardRules?.disabled).toEqual(['A']);
    expect(withStandard(twice, 'A', true).standardRules?.disabled).toEqual([]);
  });
  it('gives precedences that are free', () => {
    expect(freePrecedence(policy)).toBe(51);
    expect(freePrecedence({ ...policy, rules: [] })).toBe(50);
  });
});

describe('a flow without a type', () => {
  it('is an expression if it has one', () => {
    expect(flowTypeOf({ destination: 'd', expression: '[a]' })).toBe('Expression');
    expect(flowTypeOf({ destination: 'd', source: 'a' })).toBe('Direct');
  });
});
