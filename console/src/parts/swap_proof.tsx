// SPDX-License-Identifier: Apache-2.0
import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import type { SwapResult } from '../api/types';
import { formatDuration, formatNumber } from '../text/format';
import { Facts } from './facts';

export function SwapProof({ result }: { result: SwapResult }) {
  const clean = result.writesLost === 0;
  return (
    <>
      <MessageBar intent={clean ? 'success' : 'error'} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{clean ? 'The right to write has changed hands, and nothing was lost.' : 'Writes were lost.'}</MessageBarTitle>
          {result.outcome}
        </MessageBarBody>
      </MessageBar>
      <Facts facts={[
        ['Active now', result.active], ['In staging', result.staging], ['Epoch', formatNumber(result.epoch)],
        ['Nobody could write for', formatDuration(result.downtimeMs / 1000)], ['All of it took', formatDuration(result.totalMs / 1000)],
        ['Writes repeated', formatNumber(result.writesRepeated)], ['Writes lost', formatNumber(result.writesLost)],
      ]} />
    </>
  );
}
