// SPDX-License-Identifier: Apache-2.0
// A state as a badge: a sign, a colour and a word, so that nobody depends on the colour.
import { Badge, Spinner } from '@fluentui/react-components';
import {
  CheckmarkCircle16Filled, DismissCircle16Filled, ErrorCircle16Filled, ShieldError16Filled, SubtractCircle16Filled, Warning16Filled,
} from '@fluentui/react-icons';
import type { OperationState, Verdict } from '../api/types';
import { meaningOf, type Tone } from '../text/results';

const looks = {
  good: { color: 'success', icon: <CheckmarkCircle16Filled /> },
  notice: { color: 'warning', icon: <Warning16Filled /> },
  bad: { color: 'danger', icon: <ErrorCircle16Filled /> },
  guard: { color: 'severe', icon: <ShieldError16Filled /> },
  neutral: { color: 'subtle', icon: <SubtractCircle16Filled /> },
  busy: { color: 'brand', icon: <Spinner size="extra-tiny" aria-hidden /> },
} as const;

export function ToneBadge({ tone, text, title }: { tone: Tone; text: string; title?: string }) {
  const look = looks[tone];
  return (
    <Badge appearance="tint" color={look.color} icon={look.icon} title={title} size="large" style={{ whiteSpace: 'nowrap', fontWeight: 400 }}>
      {text}
    </Badge>
  );
}

export function ResultBadge({ result }: { result: string }) {
  const meaning = meaningOf(result);
  return <ToneBadge tone={meaning.tone} text={result === '' ? 'in-progress' : result} title={`${meaning.means} ${meaning.next}`.trim()} />;
}

const operationLooks: Record<OperationState, { tone: Tone; text: string }> = {
  running: { tone: 'busy', text: 'Running' }, done: { tone: 'good', text: 'Done' }, failed: { tone: 'bad', text: 'Failed' },
  stopped: { tone: 'guard', text: 'Stopped by a guard' }, cancelled: { tone: 'notice', text: 'Cancelled' },
};

// A comparison that found differences, or a check that refused something, ends with exit code 1 and a result: it did its work.
export function OperationBadge({ state, found = false }: { state: OperationState; found?: boolean }) {
  if (state === 'failed' && found) return <ToneBadge tone="notice" text="Done, with findings" />;
  return <ToneBadge {...operationLooks[state]} />;
}

export function VerdictBadge({ verdict }: { verdict: Verdict }) {
  const tone: Tone = verdict === 'ok' ? 'good' : verdict === 'warning' ? 'notice' : 'bad';
  return <ToneBadge tone={tone} text={verdict === 'ok' ? 'OK' : verdict === 'warning' ? 'Warning' : 'Refused'} />;
}

export function RuledOut() {
  return <DismissCircle16Filled aria-hidden />;
}
