// SPDX-License-Identifier: Apache-2.0
// Numbers, times and durations, in the browser's language. The exact time is for tooltips.

const locale = typeof navigator === 'undefined' ? 'en' : navigator.language;
const numbers = new Intl.NumberFormat(locale);
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' });
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const dayOnly = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

export const formatNumber = (value: number) => numbers.format(value);

// "2026-11-26 05:06:29Z" as commands print it, or ISO 8601. Null for an absent or odd one.
export function parseTime(text: string | null | undefined): Date | null {
  if (!text) return null;
  const date = new Date(text.includes('T') ? text : text.replace(' ', 'T'));
  return Number.isNaN(date.getTime()) ? null : date;
}

export const formatExact = (time: Date) => exact.format(time);

export function formatTime(time: Date, now: Date = new Date()): string {
  return time.toDateString() === now.toDateString() ? clock.format(time) : dayAndClock.format(time);
}

export function formatDay(day: string): string {
  const date = parseTime(`${day}T00:00:00Z`);
  return date ? dayOnly.format(date) : day;
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]];

export function formatRelative(time: Date, now: Date = new Date()): string {
  const difference = (time.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(difference) >= size || unit === 'second') return relative.format(Math.trunc(difference / size), unit);
  }
  return '';
}

// 0.4 s · 12 s · 3 min 20 s · 2 h 5 min · 3 d 4 h: two units at most, for a person's eye.
export function formatDuration(seconds: number): string {
  const of = (value: number, unit: string, digits = 0) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow', maximumFractionDigits: digits }).format(value);
  if (seconds < 10) return of(seconds, 'second', 1);
  const whole = Math.round(seconds);
  if (whole < 60) return of(whole, 'second');
  const pairs: [number, string, number, string][] = [[86_400, 'day', 3600, 'hour'], [3600, 'hour', 60, 'minute'], [60, 'minute', 1, 'second']];
  for (const [large, largeName, small, smallName] of pairs) {
    if (whole < large) continue;
    const rest = Math.floor((whole % large) / small);
    return rest === 0 ? of(Math.floor(whole / large), largeName) : `${of(Math.floor(whole / large), largeName)} ${of(rest, smallName)}`;
  }
  return of(whole, 'second');
}

export function secondsBetween(start: string, end: string | null): number | null {
  const from = parseTime(start);
  const to = end === null ? new Date() : parseTime(end);
  return from && to ? Math.max(0, (to.getTime() - from.getTime()) / 1000) : null;
}

// "[days.]HH:mm:ss", as schedulers of Entra Connect write intervals.
export function parseInterval(text: string): number | null {
  const match = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(text.trim());
  if (!match) return null;
  const [, days, hours, minutes, secs] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(secs) > 59) return null;
  return Number(days ?? 0) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(secs);
}

export function formatInterval(text: string): string {
  const seconds = parseInterval(text);
  return seconds === null ? text : formatDuration(seconds);
}

export const plural = (count: number, one: string, many = `${one}s`) => `${formatNumber(count)} ${count === 1 ? one : many}`;

export function formatBytes(bytes: number): string {
  const [value, unit] = bytes < 1000 ? [bytes, 'byte'] : bytes < 1e6 ? [bytes / 1000, 'kilobyte'] : [bytes / 1e6, 'megabyte'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}
