// SPDX-License-Identifier: Apache-2.0
// Staging mode: whether this server writes.
import { Text } from '@fluentui/react-components';
import { useState } from 'react';
import type { Status } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { OperationView } from '../parts/operation_view';
import { LinkTo, Section } from '../parts/page';
import { useStart } from '../parts/start';
import { ToneBadge } from '../parts/tone';
import { plural } from '../text/format';

export function StagingTask({ status }: { status: Status }) {
  const [asking, setAsking] = useState(false);
  const [id, setId] = useState<string | null>(null);
  const start = useStart((operation) => setId(operation.id));
  const active = status.role === 'active';
  const pending = status.connectors.reduce((sum, c) => sum + c.pendingExports.adds + c.pendingExports.updates + c.pendingExports.deletes, 0);
  return (
    <Section title="Staging mode" beside={<ToneBadge tone={active ? 'good' : 'neutral'} text={active ? 'off: this server writes' : 'on: this server exports nothing'} />}
      actions={<ActButton need="administrator" disabled={start.isPending} onClick={() => setAsking(true)}>{active ? 'Switch staging on…' : 'Switch staging off…'}</ActButton>}>
      <Text>A server in staging imports and synchronizes as the active one does, and exports nothing. To hand the work over to another server, <LinkTo to="/migration">swap</LinkTo> instead: it does both halves, with proof.</Text>
      {id !== null && <OperationView key={id} id={id} />}
      <Confirm open={asking} title={active ? 'Stop writing?' : 'Become the server that writes?'} act={active ? 'Switch staging on' : 'Switch staging off'}
        onConfirm={() => { setAsking(false); start.mutate({ path: '/staging', body: { on: active } }); }} onClose={() => setAsking(false)}>
        {active
          ? <Text>No export begins any more, the tenant is imported once to see that what was sent has arrived, and the right to write is given back. From then on nobody writes until staging is switched off on a server.</Text>
          : <Text>{`The right to write is taken at the witness; it is refused while another server holds it. The next cycle writes ${plural(pending, 'pending export')}.`}</Text>}
      </Confirm>
    </Section>
  );
}
