// SPDX-License-Identifier: Apache-2.0
// Where this server and its partner differ. "0 differences" is the proof that a swap changes nothing.
import { Checkbox, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { BranchCompare20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { operationsQuery, pairQuery } from '../api/queries';
import type { Comparison, Operation } from '../api/types';
import { ActButton } from '../parts/act_button';
import { CompareSummary } from '../parts/compare_summary';
import { Facts } from '../parts/facts';
import { DifferenceList } from '../parts/difference_list';
import { OperationView } from '../parts/operation_view';
import { LinkTo, Page, Section } from '../parts/page';
import { useStart } from '../parts/start';
import { Lines, Loaded } from '../parts/states';

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
  const [refresh, setRefresh] = useState(true);
  const [started, setStarted] = useState<string | null>(null);
  const pair = useQuery(pairQuery);
  const operations = useQuery(operationsQuery);
  const start = useStart((operation) => setStarted(operation.id));
  const partner = pair.data?.partner;
  // The last comparison is found again after leaving the page.
  const id = started ?? operations.data?.find((o) => o.act === 'compare')?.id ?? null;
  return (
    <Page title="Compare" about="Settings, what was imported, the metaverse and what each server would write. Only what differs is exchanged, and nothing is written."
      actions={(
        <ActButton need="operator" reason={pair.data && !partner ? 'This server has no partner yet.' : null} appearance="primary" icon={<BranchCompare20Regular />}
          disabled={start.isPending || !pair.data} onClick={() => start.mutate({ path: '/compare', body: { refresh } })}>
          Compare now
        </ActButton>
      )}>
      <Section title="With whom">
        <Loaded query={pair} doing="asking about the partner" waiting={<Lines count={2} />}>
          {(data) => (data.partner
            ? <Facts facts={[['Partner', data.partner.name], ['Address', data.partner.url], ['Answers', data.partner.answers ? 'yes' : data.partner.problem ?? 'no']]} />
            : <MessageBar intent="info" layout="multiline"><MessageBarBody>This server has no partner yet. <LinkTo to="/migration">Pair it</LinkTo> first.</MessageBarBody></MessageBar>)}
        </Loaded>
        <Checkbox label="Let both read what is new first, so that what is merely later does not show as different" checked={refresh} onChange={(_, d) => setRefresh(d.checked === true)} />
      </Section>
      {id !== null && (
        <Section title="Result"><OperationView key={id} id={id} result={(operation) => <Result operation={operation} />} /></Section>
      )}
    </Page>
  );
}
