// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { roundUp, withGaps } from './latency_chart';

const day = (text: string) => ({ day: text, p50Seconds: 1, p99Seconds: 2, changes: 3 });

describe('the chart of days', () => {
  it('keeps the place of days without changes', () => {
    const all = withGaps([day('2026-11-18'), day('2026-11-21')], '2026-11-26');
    expect(all).toHaveLength(9);
    expect(all[0]).toEqual(day('2026-11-18'));
    expect(all[1]).toBe('2026-11-19');
    expect(all[8]).toBe('2026-11-26');
  });
  it('shows a week on the first day', () => expect(withGaps([day('2026-11-26')], '2026-11-26').map((d) => typeof d)).toEqual(['string', 'string', 'string', 'string', 'string', 'string', 'object']));
  it('has a round number at its top', () => expect([roundUp(0.2), roundUp(31), roundUp(90_000)]).toEqual([1, 60, 172_800]));
});
