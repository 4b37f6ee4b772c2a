// SPDX-License-Identifier: Apache-2.0
// What runs now, and every run that was: the Operations tab.
import { Dropdown, Field, Option, Tab } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { connectorsQuery, operationsQuery, runsQuery } from '../api/queries';
import type { Operation, Run } from '../api/types';
import { CycleMenu } from '../parts/cycle_menu';
import { LinkTo, Page } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { Time, Took } from '../parts/time';
import { OperationBadge, ResultBadge } from '../parts/tone';
import { Tabs } from '../parts/tabs';

const runColumns: Column<Run>[] = [
  { key: 'run', title: 'Run', width: 'minmax(290px, 2fr)', render: (r) => <LinkTo to={`/operations/runs/${r.id}`}>{`${r.connector}: ${r.profile}`}</LinkTo> },
  { key: 'result', title: 'Result', width: 'minmax(230px, 2fr)', render: (r) => <ResultBadge result={r.result} /> },
  { key: 'start', title: 'Started', width: '120px', render: (r) => <Time at={r.startedAt} /> },
  { key: 'took', title: 'Took', width: '70px', right: true, render: (r) => <Took start={r.startedAt} end={r.endedAt === '' ? null : r.endedAt} /> },
  { key: 'by', title: 'Started by', width: 'minmax(110px, 1fr)', phone: 'hide', render: (r) => r.startedBy },
  { key: 'id', title: 'Id', width: '40px', right: true, phone: 'hide', render: (r) => r.id },
];

const operationColumns: Column<Operation>[] = [
  { key: 'title', title: 'Operation', width: 'minmax(260px, 2fr)', render: (o) => <LinkTo to={`/operations/live/${o.id}`}>{o.title}</LinkTo> },
  { key: 'state', title: 'State', width: '180px', render: (o) => <OperationBadge state={o.state} /> },
  { key: 'start', title: 'Started', width: '120px', render: (o) => <Time at={o.startedAt} /> },
  { key: 'took', title: 'Took', width: '70px', right: true, render: (o) => <Took start={o.startedAt} end={o.endedAt} /> },
  { key: 'by', title: 'Started by', width: 'minmax(120px, 1fr)', render: (o) => o.startedBy },
];

const runsStep = 100;

function Runs() {
  const [parameters, setParameters] = useSearchParams();
  const connector = parameters.get('connector') ?? '';
  const [limit, setLimit] = useState(runsStep);
  const connectors = useQuery(connectorsQuery);
  const runs = useQuery(runsQuery(connector, limit));
  const hasMore = (runs.data?.length ?? 0) >= limit;
  return (
    <>
      <Field label="Connector" style={{ maxWidth: 320 }}>
        <Dropdown value={connector === '' ? 'All' : connector} selectedOptions={[connector]}
          onOptionSelect={(_, data) => setParameters(data.optionValue ? { connector: data.optionValue } : {}, { replace: true })}>
          <Option value="">All</Option>
          {(connectors.data ?? []).map((c) => <Option key={c.Name} value={c.Name}>{c.Name}</Option>)}
        </Dropdown>
      </Field>
      {runs.isError && <ErrorState error={runs.error} doing="reading the history of runs" retry={() => void runs.refetch()} />}
      {(!runs.isError || runs.data) && (
        <Table label="Runs" rows={runs.data} columns={runColumns} keyOf={(r) => r.id} one="run" hasMore={hasMore}
          onMore={() => setLimit(limit + runsStep)} loadingMore={runs.isPlaceholderData}
          empty={<EmptyState title="No runs yet" text="A cycle imports, synchronizes and exports everything." action={<CycleMenu />} />} />
      )}
    </>
  );
}

function Operations() {
  const operations = useQuery(operationsQuery);
  if (operations.isError && !operations.data) return <ErrorState error={operations.error} doing="reading the operations" retry={() => void operations.refetch()} />;
  return (
    <Table label="Operations" rows={operations.data} columns={operationColumns} keyOf={(o) => o.id} one="operation"
      empty={<EmptyState title="Nothing was started from here" text="Operations are kept until the service restarts. What they did is in the runs and in the audit log." />} />
  );
}

export function OperationsPage() {
  const [parameters] = useSearchParams();
  const tab = parameters.get('tab') ?? 'runs';
  return (
    <Page title="Operations" actions={<CycleMenu />} about="Runs are what was done to the directories, and stay for days. Operations are what was started on this server since its service runs.">
      <Tabs selected={tab}>
        <Tab value="runs">Runs</Tab>
        <Tab value="operations">Operations</Tab>
      </Tabs>
      {tab === 'runs' ? <Runs /> : <Operations />}
    </Page>
  );
}
