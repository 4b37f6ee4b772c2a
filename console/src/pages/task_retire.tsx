// SPDX-License-Identifier: Apache-2.0
// For the day on which the other server is gone, and for this server's last day.
import { Text } from '@fluentui/react-components';
import { useState } from 'react';
import type { Status } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { OperationView } from '../parts/operation_view';
import { Section } from '../parts/page';
import { useStart } from '../parts/start';

export function FailoverTask({ status }: { status: Status }) {
  const [asking, setAsking] = useState(false);
  const [id, setId] = useState<string | null>(null);
  const start = useStart((operation) => setId(operation.id));
  const other = status.activeServer?.name;
  const waits = status.role === 'staging' && !status.retired;
  // When it is over this server is active: what was done stays in sight.
  if (!waits && id === null) return null;
  return (
    <Section title="Take over" actions={waits && <ActButton need="administrator" onClick={() => setAsking(true)}>Take over…</ActButton>}>
      <Text>For the day on which the active server is gone and cannot be asked. Where both can be reached, a swap is better: it loses and repeats nothing.</Text>
      {id !== null && <OperationView key={id} id={id} />}
      <Confirm open={asking} title="Take the right to write?" act="Take over" type={other ?? 'take over'} onConfirm={() => { setAsking(false); start.mutate({ path: '/failover' }); }} onClose={() => setAsking(false)}>
        <Text>{`${other ?? 'No active server is known'}${other ? ' holds the right to write' : ''}. This server takes it at once, waits until nothing of the other can be under way, and writes from the next cycle on. If the other runs after all, it stops by itself.`}</Text>
      </Confirm>
    </Section>
  );
}

export function RetireTask({ status }: { status: Status }) {
  const [asking, setAsking] = useState(false);
  const [id, setId] = useState<string | null>(null);
  const start = useStart((operation) => setId(operation.id));
  const name = status.name ?? status.home;
  return (
    <Section title="Retire this server" actions={
      <ActButton need="administrator" reason={status.role === 'active' ? 'This server is active: swap first.' : status.retired ? 'It is retired already.' : null} onClick={() => setAsking(true)}>Retire…</ActButton>
    }>
      <Text>For a server in staging that is no longer needed: neither it nor any copy of it can ever write again.</Text>
      {id !== null && <OperationView key={id} id={id} />}
      <Confirm open={asking} title="Retire this server for good?" act="Retire" type={name} onConfirm={() => { setAsking(false); start.mutate({ path: '/decommission' }); }} onClose={() => setAsking(false)}>
        <Text>It is entered among the retired ones at the witness, and its secrets are destroyed. This cannot be undone.</Text>
      </Confirm>
    </Section>
  );
}
