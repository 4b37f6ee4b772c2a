// SPDX-License-Identifier: Apache-2.0
// Where this server and its partner differ. "0 differences" is the proof that a swap changes nothing.
import { Checkbox, Field, Input, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { BranchCompare20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { operationsQuery, pairQuery } from '../api/queries';
import type { Comparison, Operation } from '../api/types';
import { ActButton } from '../parts/act_button';
import { CompareSummary } from '../parts/compare_summary';
import { DifferenceList } from '../parts/difference_list';
import { OperationView } from '../parts/operation_view';
import { LinkTo, Page, Section } from '../parts/page';
import { useStart } from '../parts/start';

function Result({ operation }: { operation: Operation }) {
  const result = operation.result as Comparison;
  return (
    <>
      <CompareSummary result={result} />
      {result.differences.length > 0 && <DifferenceList differences={result.differences} />}
    </>
  );
}

export function ComparePage() {
  const [other, setOther] = useState<string | null>(null);
  const [refresh, setRefresh] = useState(true);
  const [started, setStarted] = useState<string | null>(null);
  const pair = useQuery(pairQuery);
  const operations = useQuery(operationsQuery);
  const start = useStart((operation) => setStarted(operation.id));
  const partner = pair.data?.partner;
  const target = other ?? partner?.url ?? '';
  // The last comparison is found again after leaving the page.
  const id = started ?? operations.data?.find((o) => o.act === 'compare')?.id ?? null;
  return (
    <Page title="Compare" about="Settings, what was imported, the metaverse and what each server would write. Only what differs is exchanged, and nothing is written."
      actions={<ActButton need="operator" appearance="primary" icon={<BranchCompare20Regular />} disabled={start.isPending || target === ''} onClick={() => start.mutate({ path: '/compare', body: { with: target, refresh } })}>Compare now</ActButton>}>
      <Section title="With whom">
        {pair.data && !partner && (
          <MessageBar intent="info" layout="multiline"><MessageBarBody>This server has no partner yet. <LinkTo to="/migration">Pair it</LinkTo>, or name the home folder of another server on this machine.</MessageBarBody></MessageBar>
        )}
        <Field label="The other server" hint="The partner’s URL, or a home folder on this machine" style={{ maxWidth: 560 }}>
          <Input value={target} onChange={(_, d) => setOther(d.value.trim())} placeholder="https://sync02.corp.example.com:8543" />
        </Field>
        <Checkbox label="Let both read what is new first, so that what is merely later does not show as different" checked={refresh} onChange={(_, d) => setRefresh(d.checked === true)} />
      </Section>
      {id !== null && (
        <Section title="Result"><OperationView key={id} id={id} result={(operation) => <Result operation={operation} />} /></Section>
      )}
    </Page>
  );
}
