// SPDX-License-Identifier: Apache-2.0
// Rules in words, and what a policy becomes when one is saved.
import type { Flow, FlowType, Policy, Rule } from '../api/types';

export const operators: Record<string, string> = {
  EQUAL: 'is', NOTEQUAL: 'is not', CONTAINS: 'contains', NOTCONTAINS: 'does not contain', STARTSWITH: 'starts with', NOTSTARTSWITH: 'does not start with',
  ENDSWITH: 'ends with', NOTENDSWITH: 'does not end with', ISNULL: 'has no value', ISNOTNULL: 'has a value', ISIN: 'is one of', ISNOTIN: 'is none of',
  LESSTHAN: 'is less than', LESSTHAN_OR_EQUAL: 'is at most', GREATERTHAN: 'is greater than', GREATERTHAN_OR_EQUAL: 'is at least',
  ISBITSET: 'has bit', ISBITNOTSET: 'does not have bit', ISMEMBEROF: 'is member of', ISNOTMEMBEROF: 'is not member of',
};
export const withoutValue = new Set(['ISNULL', 'ISNOTNULL']);

export const flowTypeOf = (flow: Flow): FlowType => flow.flowType ?? (flow.expression === undefined ? 'Direct' : 'Expression');

export const expressionOf = (flow: Flow): string =>
  (Array.isArray(flow.expression) ? flow.expression.join('\n') : flow.expression ?? '');

export function sourceText(flow: Flow): string {
  switch (flowTypeOf(flow)) {
    case 'Direct': return `[${flow.source ?? ''}]`;
    case 'Constant': return `"${flow.source ?? ''}"`;
    default: return expressionOf(flow);
  }
}

export function isStandard(rule: Rule, policy: Policy): boolean {
  return !(policy.rules ?? []).some((own) => own.id === rule.id);
}

// The smallest precedence below 100 that no rule of the policy has.
export function freePrecedence(policy: Policy): number {
  const taken = new Set((policy.rules ?? []).map((rule) => rule.precedence));
  for (let precedence = 50; precedence < 100; precedence += 1) if (!taken.has(precedence)) return precedence;
  for (let precedence = 0; precedence < 50; precedence += 1) if (!taken.has(precedence)) return precedence;
  return 99;
}

export function withRule(policy: Policy, rule: Rule, replaces: string | null): Policy {
  const others = (policy.rules ?? []).filter((own) => own.id !== rule.id);
  const next = { ...policy, rules: [...others, rule].sort((a, b) => a.precedence - b.precedence) };
  return replaces === null ? next : withStandard(next, replaces, false);
}

export function withoutRule(policy: Policy, id: string): Policy {
  return { ...policy, rules: (policy.rules ?? []).filter((own) => own.id !== id) };
}

export function withStandard(policy: Policy, name: string, on: boolean): Policy {
  const { include = true, disabled = [] } = policy.standardRules ?? {};
  const rest = disabled.filter((other) => other !== name);
  return { ...policy, standardRules: { include, disabled: on ? rest : [...rest, name] } };
}

export function freshRule(policy: Policy): Rule {
  return {
    name: '', id: crypto.randomUUID(), description: '', connector: policy.connectors[0]?.name ?? '', direction: 'Inbound', sourceObjectType: 'user',
    targetObjectType: 'person', linkType: 'Join', precedence: freePrecedence(policy), scopeFilter: [], joinFilter: [], attributeFlowMappings: [],
  };
}

// A standard rule under a new id and a precedence that is free for rules of one's own.
export function changedCopy(rule: Rule, policy: Policy): Rule {
  return { ...structuredClone(rule), immutableTag: undefined, id: crypto.randomUUID(), name: `${rule.name} (changed)`, precedence: freePrecedence(policy) };
}
