// SPDX-License-Identifier: Apache-2.0
// Step 3: the swap, and the way back.
import { makeStyles, MessageBar, MessageBarBody, Text } from '@fluentui/react-components';
import { useState } from 'react';
import type { Operation, Partner, Status, SwapResult } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { Facts } from '../parts/facts';
import { OperationView } from '../parts/operation_view';
import { SwapProof } from '../parts/swap_proof';
import { useStart } from '../parts/start';
import { plural } from '../text/format';

const useStyles = makeStyles({ row: { display: 'flex', gap: '8px', flexWrap: 'wrap' }, list: { margin: 0, paddingLeft: '20px' } });

export function SwapStep({ partner, status, swap, proven }: { partner: Partner | null; status: Status; swap: Operation | undefined; proven: boolean }) {
  const styles = useStyles();
  const [asking, setAsking] = useState<'swap' | 'back' | null>(null);
  const start = useStart();
  const here = status.name ?? status.home;
  const there = partner?.name ?? 'the other server';
  const [from, to] = status.role === 'active' ? [here, there] : [there, here];
  const pending = status.connectors.reduce((sum, c) => sum + c.pendingExports.adds + c.pendingExports.updates + c.pendingExports.deletes, 0);
  const missing = partner === null ? 'Pair the two servers first.' : null;
  const swapped = swap?.state === 'done';
  return (
    <>
      <Facts facts={[['From', `${from} (active)`], ['To', `${to} (in staging)`], ['Pending here', plural(pending, 'export')]]} />
      {!proven && !swapped && (
        <MessageBar intent="warning" layout="multiline"><MessageBarBody>It is not proven yet that both know the same. A swap now may change objects in the tenant.</MessageBarBody></MessageBar>
      )}
      <div className={styles.row}>
        <ActButton need="administrator" reason={missing} appearance="primary" disabled={start.isPending} onClick={() => setAsking('swap')}>{status.swap ? 'Go on with the swap…' : 'Swap…'}</ActButton>
        {(swapped || status.swap !== null) && <ActButton need="administrator" reason={missing} disabled={start.isPending} onClick={() => setAsking('back')}>Swap back…</ActButton>}
      </div>
      {swap && <OperationView key={swap.id} id={swap.id} result={(o) => <SwapProof result={o.result as SwapResult} />} />}
      <Confirm open={asking !== null} title={asking === 'back' ? 'Undo the swap?' : 'Hand over the right to write?'} act={asking === 'back' ? 'Swap back' : 'Swap now'}
        {...(proven || asking === 'back' ? {} : { type: 'swap' })}
        onConfirm={() => { start.mutate({ path: '/swap', body: { with: partner?.url, ...(asking === 'back' ? { back: true } : {}) } }); setAsking(null); }} onClose={() => setAsking(null)}>
        <Text>{asking === 'back' ? 'The work goes back to the server that had it, in the same steps:' : 'This will happen, in seconds:'}</Text>
        <ol className={styles.list}>
          <li>{`${to} imports and synchronizes what is new.`}</li>
          <li>{`${from} stops writing, and sees what it has written arrive.`}</li>
          <li>{`${from} gives the right to write away; ${to} takes it and runs a delta cycle.`}</li>
        </ol>
        <Text>Interrupted anywhere, it can be continued or undone, from either server. At no time do both write.</Text>
      </Confirm>
    </>
  );
}
