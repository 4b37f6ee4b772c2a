// SPDX-License-Identifier: Apache-2.0
// Step 1: the two servers learn to know each other. One shows a code, the other is told it.
import { Field, Input, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { remove } from '../api/client';
import type { Invitation, Operation, Pair, Partner } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { Facts } from '../parts/facts';
import { OperationView } from '../parts/operation_view';
import { ErrorState, Lines } from '../parts/states';
import { useStart } from '../parts/start';
import { Time } from '../parts/time';
import { ToneBadge } from '../parts/tone';

const useStyles = makeStyles({
  two: { display: 'grid', gap: '24px', gridTemplateColumns: 'repeat(auto-fit, minmax(min(300px, 100%), 1fr))' },
  column: { display: 'flex', flexDirection: 'column', rowGap: '12px', minWidth: 0 },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, letterSpacing: '0.06em', overflowWrap: 'anywhere' },
});

function Known({ partner: p }: { partner: Partner }) {
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const forget = useMutation({ mutationFn: () => remove('/pair'), onSuccess: () => queries.invalidateQueries({ queryKey: ['pair'] }) });
  return (
    <>
      <Facts facts={[
        ['Partner', p.name], ['Address', p.url], ['Known by', <span key="f" title={p.fingerprint}>{`certificate ${p.fingerprint.slice(0, 16)}…`}</span>], ['Since', <Time key="t" at={p.pairedAt} />],
        ['Answers', p.answers ? <ToneBadge key="a" tone="good" text="Yes" /> : <ToneBadge key="a" tone="bad" text={p.problem ?? 'No'} />],
      ]} />
      <div><ActButton need="administrator" onClick={() => setAsking(true)}>Forget this partner…</ActButton></div>
      {forget.error && <ErrorState error={forget.error} doing="forgetting the partner" />}
      <Confirm open={asking} title={`Forget ${p.name}?`} act="Forget it" onConfirm={() => { setAsking(false); forget.mutate(); }} onClose={() => setAsking(false)}>
        <Text>The two servers no longer answer each other, so they cannot be compared or swapped until they are paired anew. Which of them writes does not change.</Text>
      </Confirm>
    </>
  );
}

// The code is in the operation's result, or in what it says while it waits for the other server.
function Invited({ operation }: { operation: Operation }) {
  const styles = useStyles();
  const invitation = operation.result as Partial<Invitation>;
  if (invitation.code === undefined) return null;
  return (
    <MessageBar intent="success" layout="multiline">
      <MessageBarBody><div className={styles.code}>{invitation.code}</div>{`At ${invitation.url ?? 'this server'}, until `}<Time at={invitation.expiresAt} />.</MessageBarBody>
    </MessageBar>
  );
}

export function PairStep({ pair }: { pair: Pair | undefined }) {
  const styles = useStyles();
  const [url, setUrl] = useState('');
  const [code, setCode] = useState('');
  const [inviting, setInviting] = useState<string | null>(null);
  const [accepting, setAccepting] = useState<string | null>(null);
  const invite = useStart((operation) => setInviting(operation.id));
  const accept = useStart((operation) => setAccepting(operation.id));
  if (!pair) return <Lines count={3} />;
  if (pair.partner) return <Known partner={pair.partner} />;
  return (
    <div className={styles.two}>
      <div className={styles.column}>
        <Text weight="semibold">Either: invite the other server</Text>
        <Text>This server shows a code for ten minutes. Enter it on the other one.</Text>
        <div><ActButton need="administrator" onClick={() => invite.mutate({ path: '/pair/invitations' })} disabled={invite.isPending}>{inviting === null ? 'Invite' : 'Invite anew'}</ActButton></div>
        {inviting !== null && <OperationView key={inviting} id={inviting} result={(operation) => <Invited operation={operation} />} />}
      </div>
      <div className={styles.column}>
        <form className={styles.column} onSubmit={(event) => { event.preventDefault(); accept.mutate({ path: '/pair/accept', body: { url: url.trim(), code: code.trim() } }); }}>
          <Text weight="semibold">Or: accept its invitation</Text>
          <Field label="Its address" style={{ maxWidth: 420 }}><Input value={url} placeholder="https://sync01.corp.example.com:8853" onChange={(_, d) => setUrl(d.value)} /></Field>
          <Field label="The code that it shows" style={{ maxWidth: 420 }}><Input value={code} autoComplete="off" onChange={(_, d) => setCode(d.value)} /></Field>
          <div><ActButton need="administrator" type="submit" disabled={url.trim() === '' || code.trim() === '' || accept.isPending}>Accept</ActButton></div>
        </form>
        {accepting !== null && <OperationView key={accepting} id={accepting} />}
      </div>
    </div>
  );
}
