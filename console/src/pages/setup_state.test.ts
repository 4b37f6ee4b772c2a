// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { choicesOf } from '../parts/container_choice';
import { emptyDraft, missingIn, planOf, requestOf, stepsOf } from './setup_state';

describe('the set-up wizard', () => {
  it('starts in staging, whichever way it begins', () => {
    expect(requestOf({ ...emptyDraft(), mode: 'import', file: { name: 'f', content: '{}' } }).staging).toBe(true);
    expect(requestOf({ ...emptyDraft(), mode: 'fresh' }).staging).toBe(true);
  });
  it('asks for what is missing before it goes on', () => {
    expect(missingIn('start', emptyDraft())).not.toBeNull();
    expect(missingIn('tenant', { ...emptyDraft(), tenantTest: { ok: false, findings: [] } })).not.toBeNull();
    expect(missingIn('tenant', { ...emptyDraft(), tenantTest: { ok: true, findings: [] } })).toBeNull();
  });
  it('says in its plan whether anything is written', () => {
    expect(planOf({ ...emptyDraft(), mode: 'fresh' }).join(' ')).toContain('writes nothing outside');
    expect(planOf({ ...emptyDraft(), mode: 'fresh', staging: false }).join(' ')).toContain('takes the right to write');
  });
  it('names the files that nobody but a person can bring', () => {
    const inspection = { format: 'tandem', valid: true, problems: [], report: [], files: [{ path: 'ca.pem', purpose: 'vouches for dc1' }] };
    expect(planOf({ ...emptyDraft(), mode: 'import', file: { name: 'f', content: '{}' }, inspection }).join(' ')).toContain('by you, before the first cycle: ca.pem');
  });
  it('hands over the containers that are left out, by directory', () => {
    const draft = { ...emptyDraft(), mode: 'fresh' as const, choices: { corp: choicesOf([], ['OU=Guests,DC=x']) }, names: new Map([['ou=guests,dc=x', 'OU=Guests,DC=x']]) };
    expect(requestOf(draft).exclude).toEqual({ corp: ['OU=Guests,DC=x'] });
  });
  it('never asks for directories when it imports', () => expect(stepsOf('import')).not.toContain('directories'));
});
