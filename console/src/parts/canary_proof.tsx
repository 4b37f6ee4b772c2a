// SPDX-License-Identifier: Apache-2.0
// The test user's way from the directory into the tenant, step by step.
import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import type { CanaryResult } from '../api/types';
import { formatDuration } from '../text/format';
import { Findings } from './findings';

function verdictOf(result: CanaryResult): string {
  const who = result.user === '' ? 'The test user' : result.user;
  if (result.arrived) return `${who} arrived${result.secondsToCloud === null ? '' : `, ${formatDuration(result.secondsToCloud)} after the change`}.`;
  if (result.wouldArrive) return `${who} would arrive: everything but the export is proven.`;
  return `${who} stopped${result.stoppedAt === null ? '' : ` at: ${result.stoppedAt}`}.`;
}

export function CanaryProof({ result }: { result: CanaryResult }) {
  const fine = result.arrived || result.wouldArrive;
  return (
    <>
      <MessageBar intent={fine ? 'success' : 'error'} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{verdictOf(result)}</MessageBarTitle>
          {[result.cause, ...result.details, result.next].filter((t) => t !== '').join(' ')}
          {result.removal !== '' && ` Clean: ${result.removal}.`}
          {result.leftBehind !== '' && ` Left behind: ${result.leftBehind}.`}
        </MessageBarBody>
      </MessageBar>
      <Findings findings={result.steps.map((s) => ({
        check: s.stage.charAt(0).toUpperCase() + s.stage.slice(1), verdict: s.ok ? 'ok' : 'refused', detail: `${s.text} (${formatDuration(s.seconds)})`, next: '',
      }))} />
    </>
  );
}
