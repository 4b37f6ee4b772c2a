// SPDX-License-Identifier: Apache-2.0
// A time as people say it; the exact one shows when the pointer rests on it.
import { formatDuration, formatExact, formatRelative, formatTime, parseTime, secondsBetween } from '../text/format';

export function Time({ at, relative = false }: { at: string | null | undefined; relative?: boolean }) {
  const time = parseTime(at);
  if (!time) return <span>–</span>;
  return (
    <time dateTime={time.toISOString()} title={formatExact(time)}>
      {relative ? formatRelative(time) : formatTime(time)}
    </time>
  );
}

export function Took({ start, end }: { start: string; end: string | null }) {
  const seconds = secondsBetween(start, end);
  return <span title={seconds === null ? undefined : `${seconds.toFixed(3)} s`}>{seconds === null ? '–' : seconds < 1 ? '< 1 s' : formatDuration(seconds)}</span>;
}
