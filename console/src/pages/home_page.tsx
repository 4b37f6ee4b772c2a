// SPDX-License-Identifier: Apache-2.0
// Is all well? Then what is pending, what failed and why, and how long a change takes.
import { makeStyles, Skeleton, SkeletonItem, Text, tokens } from '@fluentui/react-components';
import { CheckmarkCircle32Filled, ErrorCircleFilled, Warning32Filled } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { alertsQuery, latencyQuery, pairQuery, schedulerQuery, statusQuery } from '../api/queries';
import type { ConnectorStatus, ErrorCause, Partner, Scheduler, Status } from '../api/types';
import { CycleMenu } from '../parts/cycle_menu';
import { Facts } from '../parts/facts';
import { LastCanary } from '../parts/last_canary';
import { LatencyChart } from '../parts/latency_chart';
import { Message } from '../parts/message';
import { LinkTo, Page, Section } from '../parts/page';
import { EmptyState, Lines, Loaded } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { Time } from '../parts/time';
import { ResultBadge, ToneBadge } from '../parts/tone';
import { formatDuration, formatInterval, formatNumber, plural } from '../text/format';
import { kindNames } from '../text/names';
import { healthOf, type Health } from './home_health';

const useStyles = makeStyles({
  well: {
    display: 'flex', columnGap: '16px', alignItems: 'flex-start', padding: '16px 20px', borderRadius: tokens.borderRadiusLarge, minHeight: '72px',
    border: `1px solid ${tokens.colorNeutralStroke2}`, backgroundColor: tokens.colorNeutralBackground1, boxShadow: tokens.shadow2,
  },
  good: { color: tokens.colorStatusSuccessForeground1, flexShrink: 0 },
  notice: { color: tokens.colorStatusWarningForeground3, flexShrink: 0 },
  bad: { color: tokens.colorStatusDangerForeground1, flexShrink: 0 },
  problems: { margin: '8px 0 0', padding: 0, listStyle: 'none', display: 'flex', flexDirection: 'column', rowGap: '10px' },
  three: { display: 'grid', gap: '16px', gridTemplateColumns: 'repeat(auto-fit, minmax(min(300px, 100%), 1fr))' },
  big: { fontSize: tokens.fontSizeHero700, lineHeight: tokens.lineHeightHero700, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  numbers: { display: 'flex', flexWrap: 'wrap', columnGap: '40px', rowGap: '8px' },
});

function Wellness({ health }: { health: Health }) {
  const styles = useStyles();
  const icon: Record<Health['tone'], ReactNode> = {
    good: <CheckmarkCircle32Filled className={styles.good} aria-hidden />,
    notice: <Warning32Filled className={styles.notice} aria-hidden />,
    bad: <ErrorCircleFilled fontSize={32} className={styles.bad} aria-hidden />,
  };
  return (
    <section className={styles.well} aria-label="Is all well?">
      {icon[health.tone]}
      <div style={{ minWidth: 0 }}>
        <Text as="h2" size={500} weight="semibold" block>{health.title}</Text>
        <Text>{health.text}</Text>
        {health.problems.length > 0 && (
          <ul className={styles.problems}>{health.problems.map((p, i) => <li key={i}><Message text={p} /></li>)}</ul>
        )}
      </div>
    </section>
  );
}

const columns: Column<ConnectorStatus>[] = [
  { key: 'name', title: 'Connector', width: 'minmax(130px, 1fr)', render: (c) => <span title={kindNames[c.kind]}><LinkTo to={`/connectors/${encodeURIComponent(c.name)}`}>{c.name}</LinkTo></span> },
  { key: 'objects', title: 'Objects', width: '84px', right: true, render: (c) => formatNumber(c.objects) },
  { key: 'sync', title: 'To sync', width: '64px', right: true, render: (c) => count(c.toSynchronize, `/connectors/${encodeURIComponent(c.name)}?tab=search&filter=pending-import`) },
  { key: 'add', title: 'Add', width: '60px', right: true, render: (c) => count(c.pendingExports.adds, pendingLink(c.name, 'add')) },
  { key: 'update', title: 'Update', width: '64px', right: true, render: (c) => count(c.pendingExports.updates, pendingLink(c.name, 'update')) },
  { key: 'delete', title: 'Delete', width: '60px', right: true, render: (c) => count(c.pendingExports.deletes, pendingLink(c.name, 'delete')) },
  { key: 'errors', title: 'Errors', width: '56px', right: true, render: (c) => count(c.errors, `/connectors/${encodeURIComponent(c.name)}?tab=search&filter=export-error`) },
  {
    key: 'run', title: 'Last run', width: 'minmax(280px, 2fr)',
    render: (c) => (c.lastRun
      ? <LinkTo to={`/operations/runs/${c.lastRun.id}`}><ResultBadge result={c.lastRun.result} /> <Time at={c.lastRun.endedAt} relative /></LinkTo>
      : 'never'),
  },
];

const pendingLink = (connector: string, operation: string) => `/pending?connector=${encodeURIComponent(connector)}&operation=${operation}`;

function count(value: number, to: string) {
  return value === 0 ? '0' : <LinkTo to={to}>{formatNumber(value)}</LinkTo>;
}

const causeColumns: Column<ErrorCause>[] = [
  { key: 'type', title: 'Error', width: '240px', render: (c) => <span title={c.code}>{c.type}</span> },
  { key: 'connector', title: 'Connector', width: '160px', render: (c) => c.connector },
  { key: 'objects', title: 'Objects', width: '80px', right: true, render: (c) => <LinkTo to={`/operations/runs/${c.run}`}>{formatNumber(c.objects)}</LinkTo> },
  { key: 'message', title: 'What to do', width: 'minmax(320px, 3fr)', render: (c) => <span style={{ whiteSpace: 'normal' }}><Message text={c.message} /></span> },
];

function ServerFacts({ status }: { status: Status }) {
  return (
    <Facts facts={[
      ['Role', <span key="r">{status.role === 'active' ? 'Active: it writes to the tenant' : 'Staging: it exports nothing'}{status.reason !== '' && ` (${status.reason})`}</span>],
      ['Since', <Time key="s" at={status.since} relative />],
      ['Metaverse', plural(status.metaverseObjects, 'object')],
      ['Home folder', status.home],
      ['Epoch', formatNumber(status.epoch)],
    ]} />
  );
}

const roleNames: Record<string, string> = { active: 'Active', staging: 'Staging', deactivating: 'About to stop writing' };

function lagOf(partner: Partner): string {
  if (partner.lagSeconds === undefined) return 'not known';
  return partner.lagSeconds === null ? 'it has not read everything yet' : formatDuration(partner.lagSeconds);
}

function PartnerFacts({ status }: { status: Status }) {
  const pair = useQuery(pairQuery);
  return (
    <Loaded query={pair} doing="asking about the partner" waiting={<Lines count={4} />}>
      {(data) => {
        if (data.partner) {
          const p = data.partner;
          return (
            <Facts facts={[
              ['Partner', p.name],
              ['Answers', p.answers ? <ToneBadge key="a" tone="good" text={`Yes${p.version ? `, ${p.version}` : ''}`} /> : <div key="a"><ToneBadge tone="bad" text="No" />{p.problem !== undefined && <Message text={p.problem} />}</div>],
              ['Its role', p.role === undefined ? 'not known' : roleNames[p.role] ?? p.role],
              ['Behind by', lagOf(p)],
              ['Policy', status.policyDiffers ? <LinkTo key="p" to="/compare">differs</LinkTo> : 'the same'],
            ]} />
          );
        }
        const other = status.activeServer ?? status.standbys[0];
        return other
          ? <Facts facts={[['Other server', other.name], ['Asked', <Time key="t" at={other.askedAt ?? other.seenAt} relative />]]} />
          : <Text>{'There is none. A second server in staging can take over in seconds. '}<LinkTo to="/migration">Pair with one</LinkTo></Text>;
      }}
    </Loaded>
  );
}

function NextCycle({ scheduler }: { scheduler: Scheduler }) {
  if (!scheduler.SyncCycleEnabled) return <ToneBadge tone="notice" text="Cycles are switched off" />;
  if (scheduler.SchedulerSuspended) return <ToneBadge tone="notice" text="Suspended on this server" />;
  if (scheduler.NextSyncCycleStartTimeInUTC === null) {
    return <span>{scheduler.SyncCycleInProgress ? 'when this one is over' : 'none is planned'}</span>;
  }
  return <span><Time at={scheduler.NextSyncCycleStartTimeInUTC} relative /> ({scheduler.NextSyncCyclePolicyType})</span>;
}

function CycleFacts({ status }: { status: Status }) {
  const scheduler = useQuery(schedulerQuery);
  const lastEnd = status.connectors.map((c) => c.lastRun?.endedAt ?? '').sort().at(-1);
  return (
    <Loaded query={scheduler} doing="asking about the scheduler" waiting={<Lines count={4} />}>
      {(s) => (
        <Facts facts={[
          ['Now', s.SyncCycleInProgress ? <ToneBadge key="n" tone="busy" text="A cycle is running" /> : 'Nothing is running'],
          ['Last run', <Time key="l" at={lastEnd} relative />],
          ['Next', <NextCycle key="x" scheduler={s} />],
          ['Every', `${formatInterval(s.CurrentlyEffectiveSyncCycleInterval)}${s.onChange ? ', and when a directory changes' : ''}`],
          ...(s.canary === null ? [] : [['Test user', <LastCanary key="c" canary={s.canary} />] as [string, ReactNode]]),
        ]} />
      )}
    </Loaded>
  );
}

function Latency() {
  const styles = useStyles();
  const latency = useQuery(latencyQuery);
  return (
    <Section title="From change to cloud">
      <Loaded query={latency} doing="asking how long changes take" waiting={<Skeleton aria-label="Loading"><SkeletonItem style={{ height: 250 }} /></Skeleton>}>
        {(data) => (data.days.length === 0
          ? <EmptyState title="Nothing measured yet" text="Measured are changes that a delta import has found: from their time in the directory until an import of the tenant shows them." />
          : (
            <>
              <div className={styles.numbers}>
                <div><div className={styles.big}>{data.last24h.p50Seconds === null ? '–' : formatDuration(data.last24h.p50Seconds)}</div><Text>median, last 24 hours</Text></div>
                <div><div className={styles.big}>{data.last24h.p99Seconds === null ? '–' : formatDuration(data.last24h.p99Seconds)}</div><Text>99 of 100, last 24 hours</Text></div>
                <div><div className={styles.big}>{formatNumber(data.last24h.changes)}</div><Text>changes, last 24 hours</Text></div>
              </div>
              <LatencyChart days={data.days} />
            </>
          ))}
      </Loaded>
    </Section>
  );
}

export function HomePage() {
  const styles = useStyles();
  const status = useQuery(statusQuery);
  const alerts = useQuery(alertsQuery);
  return (
    <Page title="Home" actions={<CycleMenu />}>
      <Loaded query={status} doing="reading the server’s status" waiting={<Skeleton aria-label="Loading"><SkeletonItem style={{ height: 72, marginBottom: 16 }} /><SkeletonItem style={{ height: 190, marginBottom: 16 }} /><SkeletonItem style={{ height: 200 }} /></Skeleton>}>
        {(data) => (
          <>
            <Wellness health={healthOf(data, alerts.data?.alerts ?? [])} />
            <div className={styles.three}>
              <Section title="This server"><ServerFacts status={data} /></Section>
              <Section title="The other server"><PartnerFacts status={data} /></Section>
              <Section title="Cycles"><CycleFacts status={data} /></Section>
            </div>
            <Section title="Connectors">
              <Table label="Connectors" rows={data.connectors} columns={columns} keyOf={(c) => c.name} one="connector"
                empty={<EmptyState title="No connectors" text="The policy names no directory yet." />} />
            </Section>
            {data.errorCauses.length > 0 && (
              <Section title="Errors by cause">
                <Table label="Errors by cause" rows={data.errorCauses} columns={causeColumns} keyOf={(c) => `${c.connector} ${c.type} ${c.code} ${c.message}`} one="cause" empty={null} />
              </Section>
            )}
          </>
        )}
      </Loaded>
      <Latency />
    </Page>
  );
}
