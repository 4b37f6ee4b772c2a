// SPDX-License-Identifier: Apache-2.0
// Step 1: the two servers learn to know each other. One shows a code, the other is told it.
import { Field, Input, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client';
import type { Invitation, Pair } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Facts } from '../parts/facts';
import { Message } from '../parts/message';
import { Lines } from '../parts/states';
import { ErrorState } from '../parts/states';
import { Time } from '../parts/time';
import { ToneBadge } from '../parts/tone';

const useStyles = makeStyles({
  two: { display: 'grid', gap: '24px', gridTemplateColumns: 'repeat(auto-fit, minmax(min(300px, 100%), 1fr))' },
  column: { display: 'flex', flexDirection: 'column', rowGap: '12px', alignItems: 'flex-start', minWidth: 0 },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, letterSpacing: '0.06em', overflowWrap: 'anywhere' },
});

export function PairStep({ pair }: { pair: Pair | undefined }) {
  const styles = useStyles();
  const queries = useQueryClient();
  const [url, setUrl] = useState('');
  const [code, setCode] = useState('');
  const refresh = () => queries.invalidateQueries({ queryKey: ['pair'] });
  const invite = useMutation({ mutationFn: () => post<Invitation>('/pair/invitations'), onSuccess: refresh });
  const accept = useMutation({ mutationFn: () => post('/pair/accept', { url: url.trim(), code: code.trim() }), onSuccess: refresh });
  if (!pair) return <Lines count={3} />;
  if (pair.partner) {
    const p = pair.partner;
    return (
      <Facts facts={[
        ['Partner', p.name], ['Address', p.url], ['Known by', <span key="f" title={p.fingerprint}>{`certificate ${p.fingerprint.slice(0, 16)}…`}</span>], ['Since', <Time key="t" at={p.pairedAt} />],
        ['Answers', p.answers ? <ToneBadge key="a" tone="good" text="Yes" /> : <div key="a"><ToneBadge tone="bad" text="No" />{p.problem !== undefined && <Message text={p.problem} />}</div>],
      ]} />
    );
  }
  return (
    <div className={styles.two}>
      <div className={styles.column}>
        <Text weight="semibold">Either: invite the other server</Text>
        <Text>This server shows a code for ten minutes. Enter it on the other one.</Text>
        <ActButton need="administrator" onClick={() => invite.mutate()} disabled={invite.isPending}>{invite.data ? 'Invite anew' : 'Invite'}</ActButton>
        {invite.error && <ErrorState error={invite.error} doing="inviting the other server" />}
        {invite.data && (
          <MessageBar intent="success" layout="multiline">
            <MessageBarBody><div className={styles.code}>{invite.data.code}</div>{`At ${invite.data.url}, until `}<Time at={invite.data.expiresAt} />.</MessageBarBody>
          </MessageBar>
        )}
      </div>
      <form className={styles.column} onSubmit={(event) => { event.preventDefault(); accept.mutate(); }}>
        <Text weight="semibold">Or: accept its invitation</Text>
        <Field label="Its address" style={{ width: '100%', maxWidth: 420 }}><Input value={url} placeholder="https://sync01.corp.example.com:8543" onChange={(_, d) => setUrl(d.value)} /></Field>
        <Field label="The code that it shows" style={{ width: '100%', maxWidth: 420 }}><Input value={code} autoComplete="off" onChange={(_, d) => setCode(d.value.toUpperCase())} /></Field>
        <ActButton need="administrator" type="submit" disabled={url.trim() === '' || code.trim() === '' || accept.isPending}>Accept</ActButton>
        {accept.error && <ErrorState error={accept.error} doing="accepting the invitation" />}
      </form>
    </div>
  );
}
