// SPDX-License-Identifier: Apache-2.0
// One run: what was counted, every number a way to its objects; what failed, by cause.
import { makeStyles, MessageBar, MessageBarBody, Subtitle2, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearchParams } from 'react-router';
import { runObjectsQuery, runQuery } from '../api/queries';
import type { FaultCause, ObjectFault, Run, RunStep, Statistic } from '../api/types';
import { Facts } from '../parts/facts';
import { Message } from '../parts/message';
import { LinkTo, Page, Section } from '../parts/page';
import { EmptyState, Loaded } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { Time, Took } from '../parts/time';
import { ResultBadge } from '../parts/tone';
import { formatNumber } from '../text/format';
import { firstNameOf } from '../text/names';
import { meaningOf } from '../text/results';

const useStyles = makeStyles({
  sections: { display: 'grid', gap: '16px 32px', gridTemplateColumns: 'repeat(auto-fill, minmax(min(280px, 100%), 1fr))' },
  list: { margin: 0 },
  line: {
    display: 'flex', justifyContent: 'space-between', columnGap: '16px', padding: '4px 8px', borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '& dd': { fontVariantNumeric: 'tabular-nums' },
  },
  here: { backgroundColor: tokens.colorNeutralBackground1Selected },
});

function bySection(statistics: Statistic[]): [string, Statistic[]][] {
  const sections = new Map<string, Statistic[]>();
  for (const s of statistics) sections.set(s.section, [...(sections.get(s.section) ?? []), s]);
  return [...sections];
}

function Statistics({ step, id, counter }: { step: RunStep; id: string; counter: string }) {
  const styles = useStyles();
  if (step.statistics.length === 0) return <Text>Nothing changed.</Text>;
  return (
    <div className={styles.sections}>
      {bySection(step.statistics).map(([section, lines]) => (
        <div key={section}>
          <Subtitle2 as="h3">{section}</Subtitle2>
          <dl className={styles.list}>
            {lines.map((line) => (
              <div key={line.label} className={`${styles.line} ${line.counter === counter && counter !== '' ? styles.here : ''}`}>
                <dt>{line.label}</dt>
                <dd>{line.counter === undefined ? formatNumber(line.number)
                  : <LinkTo to={`/operations/runs/${id}?counter=${encodeURIComponent(line.counter)}`} label={`${line.label}: ${line.number}. Show the objects`}>{formatNumber(line.number)}</LinkTo>}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </div>
  );
}

function CountedObjects({ run, counter }: { run: Run; counter: string }) {
  const objects = useQuery(runObjectsQuery(String(run.id), counter));
  const columns: Column<{ object: number; dn: string }>[] = [
    { key: 'name', title: 'Object', width: 'minmax(200px, 1fr)', render: (o) => <LinkTo to={`/connectors/${encodeURIComponent(run.connector)}/objects/${o.object}`}>{firstNameOf(o.dn)}</LinkTo> },
    { key: 'dn', title: 'Distinguished name', width: 'minmax(300px, 3fr)', render: (o) => <span title={o.dn}>{o.dn}</span> },
  ];
  return (
    <Section title={`Objects behind “${counter}”`} actions={<LinkTo to={`/operations/runs/${run.id}`}>Close</LinkTo>}>
      <Loaded query={objects} doing={`reading the objects of ${counter}`}>
        {(data) => (
          <Table label={`Objects of ${counter}`} rows={data.objects} columns={columns} keyOf={(o) => o.object} one="object"
            empty={<EmptyState title="The objects are no longer known" text="They are kept for the latest runs, as long as the objects are there." />} />
        )}
      </Loaded>
    </Section>
  );
}

const causeColumns: Column<FaultCause>[] = [
  { key: 'type', title: 'Error', width: '260px', render: (c) => <span title={c.code}>{c.type}</span> },
  { key: 'objects', title: 'Objects', width: '80px', right: true, render: (c) => formatNumber(c.objects) },
  { key: 'message', title: 'What to do', width: 'minmax(320px, 3fr)', render: (c) => <span style={{ whiteSpace: 'normal' }}><Message text={c.message} /></span> },
];

function Faults({ run }: { run: Run }) {
  const columns: Column<ObjectFault>[] = [
    {
      key: 'object', title: 'Object', width: 'minmax(220px, 1fr)',
      render: (e) => <LinkTo to={`/connectors/${encodeURIComponent(run.connector)}/objects/${e.object}?tab=why`}>{`#${e.object} ${firstNameOf(e.dn)}`}</LinkTo>,
    },
    { key: 'type', title: 'Error', width: '240px', render: (e) => e.type },
    { key: 'message', title: 'Message', width: 'minmax(320px, 2fr)', render: (e) => <span style={{ whiteSpace: 'normal' }}><Message text={e.message} /></span> },
  ];
  return (
    <>
      <Section title="Errors by cause">
        <Table label="Errors by cause" rows={run.errorCauses ?? []} columns={causeColumns} keyOf={(c) => `${c.type} ${c.code} ${c.message}`} one="cause" empty={null} />
      </Section>
      <Section title="Objects with errors">
        <Table label="Objects with errors" rows={run.errors ?? []} columns={columns} keyOf={(e) => `${e.object} ${e.type}`} one="object" empty={null} />
      </Section>
    </>
  );
}

function RunBody({ run }: { run: Run }) {
  const [parameters] = useSearchParams();
  const counter = parameters.get('counter') ?? '';
  const meaning = meaningOf(run.result);
  return (
    <>
      {(meaning.tone === 'bad' || meaning.tone === 'guard' || meaning.tone === 'notice') && (
        <MessageBar intent={meaning.tone === 'notice' ? 'warning' : 'error'} layout="multiline">
          <MessageBarBody>{`${meaning.means} ${meaning.next}`}</MessageBarBody>
        </MessageBar>
      )}
      <Section title="Run">
        <Facts facts={[
          ['Result', <ResultBadge key="r" result={run.result} />],
          ...(run.message === '' ? [] : [['Message', <Message key="m" text={run.message} />] as [string, React.ReactNode]]),
          ['Connector', <LinkTo key="c" to={`/connectors/${encodeURIComponent(run.connector)}`}>{run.connector}</LinkTo>],
          ['Started', <span key="s"><Time at={run.startedAt} /> by {run.startedBy}</span>],
          ['Took', <Took key="t" start={run.startedAt} end={run.endedAt === '' ? null : run.endedAt} />],
        ]} />
      </Section>
      {(run.steps ?? []).map((step) => (
        <Section key={step.step} title={`Step ${step.step}${step.partition === '' ? '' : `: ${step.partition}`}`} beside={<ResultBadge result={step.result} />}>
          <Statistics step={step} id={String(run.id)} counter={counter} />
        </Section>
      ))}
      {counter !== '' && <CountedObjects run={run} counter={counter} />}
      {(run.errors?.length ?? 0) > 0 && <Faults run={run} />}
    </>
  );
}

export function RunPage() {
  const { id = '' } = useParams();
  const run = useQuery(runQuery(id));
  const title = run.data ? `${run.data.connector}: ${run.data.profile}` : `Run ${id}`;
  return (
    <Page title={title} crumbs={[{ text: 'Operations', to: '/operations' }]} beside={<Text>{`Run ${id}`}</Text>}>
      <Loaded query={run} doing={`reading run ${id}`}>
        {(data) => (data ? <RunBody run={data} /> : <EmptyState title={`There is no run ${id}`} text="The history is kept for some days; see Settings." />)}
      </Loaded>
    </Page>
  );
}
