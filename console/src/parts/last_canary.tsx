// SPDX-License-Identifier: Apache-2.0
// How the test user fared whom the service sent last.
import type { CanarySchedule } from '../api/types';
import { formatDuration } from '../text/format';
import { Time } from './time';
import { ToneBadge } from './tone';

export function LastCanary({ canary }: { canary: CanarySchedule }) {
  const { last } = canary;
  if (last === null) return <span>{`none sent yet; one every ${formatDuration(canary.intervalMinutes * 60)}`}</span>;
  const took = last.secondsToCloud === null ? '' : ` after ${formatDuration(last.secondsToCloud)}`;
  return (
    <span>
      <ToneBadge tone={last.passed ? 'good' : 'bad'} text={last.passed ? `arrived${took}` : 'did not arrive'} /> <Time at={last.at} relative />
    </span>
  );
}
