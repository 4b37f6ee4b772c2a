// SPDX-License-Identifier: Apache-2.0
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { policyQuery, runsQuery, statisticsQuery } from '../api/queries';
import type { Connector, ConnectorPolicy, Run } from '../api/types';
import { Facts } from '../parts/facts';
import { LinkTo, Section } from '../parts/page';
import { EmptyState, Lines, Loaded } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { Time, Took } from '../parts/time';
import { ResultBadge } from '../parts/tone';
import { formatNumber } from '../text/format';

const settingNames: Record<string, string> = {
  host: 'Host', connectAddress: 'Connects to', port: 'Port', folder: 'Folder', schema: 'Schema', anchor: 'Anchor', tenantId: 'Tenant', clientId: 'Client id',
  authority: 'Token service', graph: 'Graph', caFile: 'Authorities', profile: 'Profile', netbiosName: 'NetBIOS name', account: 'Account',
  method: 'Sign-in', mode: 'TLS', passwordSecret: 'Password is secret', clientSecret: 'Secret is', objectTypes: 'Object types', extraAttributes: 'Extra attributes',
};
const shownElsewhere = new Set(['name', 'id', 'kind', 'partitions']);

// Nested settings in one list: what a name means is clear without its group.
export function settingsOf(policy: ConnectorPolicy): [string, string][] {
  const facts: [string, string][] = [];
  const add = (key: string, value: unknown) => {
    if (value === null || value === undefined || value === '') return;
    if (Array.isArray(value)) {
      if (value.length > 0) facts.push([settingNames[key] ?? key, value.map(String).join(', ')]);
    } else if (typeof value === 'object') {
      for (const [inner, of] of Object.entries(value)) add(inner, of);
    } else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      facts.push([settingNames[key] ?? key, String(value)]);
    }
  };
  for (const [key, value] of Object.entries(policy)) if (!shownElsewhere.has(key)) add(key, value);
  return facts;
}

const runColumns: Column<Run>[] = [
  { key: 'profile', title: 'Profile', width: 'minmax(190px, 1fr)', render: (r) => <LinkTo to={`/operations/runs/${r.id}`}>{r.profile}</LinkTo> },
  { key: 'result', title: 'Result', width: 'minmax(220px, 1fr)', render: (r) => <ResultBadge result={r.result} /> },
  { key: 'start', title: 'Started', width: '130px', render: (r) => <Time at={r.startedAt} /> },
  { key: 'took', title: 'Took', width: '80px', right: true, render: (r) => <Took start={r.startedAt} end={r.endedAt === '' ? null : r.endedAt} /> },
];

export function ConnectorOverview({ connector }: { connector: Connector }) {
  const statistics = useQuery(statisticsQuery(connector.Name));
  const policy = useQuery(policyQuery);
  const runs = useQuery(runsQuery(connector.Name, 10));
  const name = encodeURIComponent(connector.Name);
  const link = (count: number, to: string): ReactNode => (count === 0 ? '0' : <LinkTo to={to}>{formatNumber(count)}</LinkTo>);
  const pending = (operation: string) => `/pending?connector=${name}&operation=${operation}`;
  const imports = `/connectors/${name}?tab=search&filter=pending-import`;
  return (
    <>
      <div style={{ display: 'grid', gap: 16, gridTemplateColumns: 'repeat(auto-fit, minmax(min(340px, 100%), 1fr))' }}>
        <Section title="Statistics">
          <Loaded query={statistics} doing={`counting the objects of ${connector.Name}`} waiting={<Lines count={6} />}>
            {(s) => (
              <Facts facts={[
                ['Objects that are linked', <LinkTo key="c" to={`/connectors/${name}?tab=search&filter=connector`}>{formatNumber(s.TotalConnectors)}</LinkTo>],
                ['Pending export adds', link(s.ExportAdds, pending('add'))],
                ['Pending export updates', link(s.ExportUpdates, pending('update'))],
                ['Pending export deletes', link(s.ExportDeletes, pending('delete'))],
                ['Pending import adds', link(s.ImportAdds, imports)],
                ['Pending import updates', link(s.ImportUpdates, imports)],
                ['Pending import deletes', link(s.ImportDeletes, imports)],
              ]} />
            )}
          </Loaded>
        </Section>
        <Section title="Settings">
          <Loaded query={policy} doing="reading the policy" waiting={<Lines count={6} />}>
            {({ policy: document }) => {
              const settings = document.connectors.find((c) => c.name === connector.Name);
              return settings
                ? <Facts facts={[...settingsOf(settings), ['Partitions', settings.partitions?.map((p) => p.dn).join(', ') ?? 'all there are'], ['Id', settings.id]]} />
                : <Text>The policy has no such connector.</Text>;
            }}
          </Loaded>
        </Section>
      </div>
      <Section title="Latest runs" actions={<LinkTo to={`/operations?connector=${name}`}>All runs</LinkTo>}>
        <Table label="Latest runs" rows={runs.data} columns={runColumns} keyOf={(r) => r.id} one="run" skeletonRows={5} empty={<EmptyState title="No runs yet" />} />
      </Section>
    </>
  );
}

