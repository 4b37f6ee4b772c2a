// SPDX-License-Identifier: Apache-2.0
// Step 4: does a change arrive? A test user goes the whole way, and is removed again.
import { Field, Input, makeStyles, Radio, RadioGroup, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { policyQuery } from '../api/queries';
import type { CanaryResult, Operation, Partner } from '../api/types';
import { ActButton } from '../parts/act_button';
import { CanaryProof } from '../parts/canary_proof';
import { OperationView } from '../parts/operation_view';
import { useStart } from '../parts/start';

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', rowGap: '12px', maxWidth: '520px', alignItems: 'stretch' } });

export function FinalCheck({ canary, partner }: { canary: Operation | undefined; partner: Partner | null }) {
  const styles = useStyles();
  const [whom, setWhom] = useState<'made' | 'there'>('made');
  const [user, setUser] = useState('');
  const [where, setWhere] = useState({ container: '', account: '', accountSecret: '' });
  const policy = useQuery(policyQuery);
  const start = useStart();
  // A folder of files needs nothing; the account that reads a directory may not write there.
  const asks = policy.data?.policy.connectors.find((c) => c.kind !== 'entra')?.kind !== 'ldif';
  const body = whom === 'there' ? { user } : asks ? where : {};
  const complete = Object.values(body).every((value) => value !== '');
  const set = (change: Partial<typeof where>) => setWhere({ ...where, ...change });
  return (
    <>
      <Text>Somebody is followed from the directory into the tenant. If they do not arrive, the cause and the next step stand here; if that is not quickly repaired, swap back.</Text>
      <form className={styles.form} onSubmit={(event) => { event.preventDefault(); start.mutate({ path: '/canary', body }); }}>
        <RadioGroup aria-label="Whom to follow" value={whom} onChange={(_, d) => setWhom(d.value === 'there' ? 'there' : 'made')}>
          <Radio value="made" label="A test user, who is made and removed again" />
          <Radio value="there" label="Somebody who is there; change something of theirs in the directory before" />
        </RadioGroup>
        {whom === 'there' && <Field label="User" hint="User principal name, mail or DN"><Input value={user} autoComplete="off" onChange={(_, d) => setUser(d.value.trim())} /></Field>}
        {whom === 'made' && asks && (
          <>
            <Field label="Container for test users"><Input value={where.container} placeholder="OU=Test,DC=corp,DC=example,DC=com" onChange={(_, d) => set({ container: d.value.trim() })} /></Field>
            <Field label="Account that may create and delete users there"><Input value={where.account} autoComplete="off" onChange={(_, d) => set({ account: d.value.trim() })} /></Field>
            <Field label="Its password is the secret" hint="By name, as under Settings, Secrets"><Input value={where.accountSecret} onChange={(_, d) => set({ accountSecret: d.value.trim() })} /></Field>
          </>
        )}
        <div><ActButton need="operator" appearance="primary" type="submit" disabled={!complete || start.isPending}>{canary ? 'Check again' : whom === 'there' ? 'Follow' : 'Send a test user'}</ActButton></div>
      </form>
      {canary && <OperationView key={canary.id} id={canary.id} result={(o) => <CanaryProof result={o.result as CanaryResult} />} />}
      <Text>{`Leave ${partner?.name ?? 'the old server'} in staging for some days: as long as it is there, swapping back takes seconds. Retire it under Additional tasks of its own console when you are sure.`}</Text>
    </>
  );
}
