// SPDX-License-Identifier: Apache-2.0
import { Button, Field, Input, makeStyles, Text } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client';
import type { SetupTest, TenantInput } from '../api/types';
import { Findings } from '../parts/findings';
import { ErrorState } from '../parts/states';
import type { StepProps } from './setup_simple';

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', rowGap: '12px', maxWidth: '520px' } });

export function TenantStep({ draft, update }: StepProps) {
  const styles = useStyles();
  const { tenant } = draft;
  const [more, setMore] = useState(false);
  // What was tested is what is set up: a change asks for a new test.
  const set = (change: Partial<TenantInput>) => update({ tenant: { ...tenant, ...change }, tenantTest: null });
  const test = useMutation({
    mutationFn: () => post<SetupTest>('/setup/test', { tenant }),
    onSuccess: (result) => update((before) => ({ ...before, tenantTest: result, organisation: before.organisation === '' ? result.organization ?? '' : before.organisation })),
  });
  return (
    <>
      <Text>An app registration in the tenant with the Graph application permissions User.ReadWrite.All, Group.ReadWrite.All and Organization.Read.All, and a client secret.</Text>
      <form className={styles.form} onSubmit={(event) => { event.preventDefault(); test.mutate(); }}>
        <Field label="Tenant" hint="Its id, or a verified domain"><Input value={tenant.tenant} placeholder="example.onmicrosoft.com" onChange={(_, d) => set({ tenant: d.value.trim() })} /></Field>
        <Field label="Application (client) id"><Input value={tenant.clientId} onChange={(_, d) => set({ clientId: d.value.trim() })} /></Field>
        <Field label="Client secret"><Input type="password" autoComplete="off" value={tenant.clientSecret} onChange={(_, d) => set({ clientSecret: d.value })} /></Field>
        {more && <Field label="Token service" hint="Only where it is not Microsoft’s public one"><Input value={tenant.loginUrl ?? ''} placeholder="https://login.microsoftonline.com" onChange={(_, d) => set({ loginUrl: d.value.trim() })} /></Field>}
        {more && <Field label="Graph"><Input value={tenant.graphUrl ?? ''} placeholder="https://graph.microsoft.com/v1.0" onChange={(_, d) => set({ graphUrl: d.value.trim() })} /></Field>}
        <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
          <Button type="submit" appearance="primary" disabled={tenant.tenant === '' || tenant.clientId === '' || tenant.clientSecret === '' || test.isPending}>{test.isPending ? 'Testing' : 'Test connection'}</Button>
          {!more && <Button appearance="subtle" onClick={() => setMore(true)}>Another cloud</Button>}
        </div>
      </form>
      {test.error && <ErrorState error={test.error} doing="connecting to the tenant" />}
      <div aria-live="polite">{draft.tenantTest && <Findings findings={draft.tenantTest.findings} />}</div>
      {draft.tenantTest?.domains && <Text>{`Verified domains: ${draft.tenantTest.domains.join(', ')}`}</Text>}
    </>
  );
}
