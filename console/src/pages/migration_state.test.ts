// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Operation } from '../api/types';
import { migrationSteps } from './migration_state';

const over = (result: unknown, more: Partial<Operation> = {}): Operation => ({
  id: 'x', act: 'x', title: 'x', startedBy: 'a', startedAt: '2026-11-26T05:00:00Z', endedAt: '2026-11-26T05:01:00Z', state: 'done', exitCode: 0, result, error: null, events: 0, ...more,
});
const stateOf = (facts: Parameters<typeof migrationSteps>[0]) => migrationSteps(facts).map((s) => s.state);

describe('the steps of a migration', () => {
  it('begin with the pair', () => expect(stateOf({ paired: false })).toEqual(['now', 'later', 'later', 'later']));
  it('are not verified by a comparison that found differences', () => {
    expect(stateOf({ paired: true, preflight: over({ ok: true }), compare: over({ equal: false }) })).toEqual(['done', 'now', 'later', 'later']);
  });
  it('go on to the swap when the proof is there', () => {
    expect(stateOf({ paired: true, preflight: over({ ok: true }), compare: over({ equal: true }) })).toEqual(['done', 'done', 'now', 'later']);
  });
  it('ask for a final check of their own: one before the swap proves nothing', () => {
    const swap = over({}, { startedAt: '2026-11-26T06:00:00Z', endedAt: '2026-11-26T06:01:00Z' });
    expect(stateOf({ paired: true, swap, canary: over({ arrived: true }) })).toEqual(['done', 'done', 'done', 'now']);
    expect(stateOf({ paired: true, swap, canary: over({ arrived: true }, { startedAt: '2026-11-26T06:05:00Z' }) })).toEqual(['done', 'done', 'done', 'done']);
  });
});
