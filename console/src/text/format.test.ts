// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { formatDuration, formatInterval, parseInterval, parseTime, secondsBetween } from './format';

describe('times', () => {
  it('are read as commands print them and as ISO 8601', () => {
    expect(parseTime('2026-11-26 05:06:29Z')?.toISOString()).toBe('2026-11-26T05:06:29.000Z');
    expect(parseTime('2026-11-26T05:06:29Z')?.getTime()).toBe(parseTime('2026-11-26 05:06:29Z')?.getTime());
    expect(parseTime('')).toBeNull();
    expect(parseTime('soon')).toBeNull();
  });
  it('make a duration, never a negative one', () => {
    expect(secondsBetween('2026-11-26 05:00:00Z', '2026-11-26 05:01:30Z')).toBe(90);
    expect(secondsBetween('2026-11-26 05:00:00Z', '2026-11-26 04:59:00Z')).toBe(0);
  });
});

describe('durations', () => {
  it('have two units at most', () => {
    expect(formatDuration(0.44)).toBe('0.4s');
    expect(formatDuration(200)).toBe('3m 20s');
    expect(formatDuration(7500)).toBe('2h 5m');
    expect(formatDuration(86_400 * 3)).toBe('3d');
  });
});

describe('intervals of a scheduler', () => {
  it('are read with and without days', () => {
    expect(parseInterval('00:30:00')).toBe(1800);
    expect(parseInterval('7.00:00:00')).toBe(604_800);
    expect(parseInterval('0:5')).toBeNull();
    expect(parseInterval('25:00:00')).toBeNull();
  });
  it('are shown for people, and as they are when they are odd', () => {
    expect(formatInterval('00:30:00')).toBe('30m');
    expect(formatInterval('whenever')).toBe('whenever');
  });
});
