// SPDX-License-Identifier: Apache-2.0
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { connectorsQuery, statusQuery } from '../api/queries';
import type { Connector } from '../api/types';
import { LinkTo, Page } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { ResultBadge } from '../parts/tone';
import { formatNumber } from '../text/format';
import { kindNames } from '../text/names';

export function ConnectorsPage() {
  const connectors = useQuery(connectorsQuery);
  const status = useQuery(statusQuery);
  const of = (name: string) => status.data?.connectors.find((c) => c.name === name);
  const columns: Column<Connector>[] = [
    { key: 'name', title: 'Connector', width: 'minmax(180px, 1fr)', render: (c) => <LinkTo to={`/connectors/${encodeURIComponent(c.Name)}`}>{c.Name}</LinkTo> },
    { key: 'kind', title: 'Kind', width: '150px', render: (c) => kindNames[c.Type] },
    { key: 'directory', title: 'Directory', width: 'minmax(160px, 1fr)', render: (c) => <span title={c.Directory}>{c.Directory}</span> },
    { key: 'objects', title: 'Objects', width: '90px', right: true, render: (c) => { const s = of(c.Name); return s ? formatNumber(s.objects) : '–'; } },
    { key: 'errors', title: 'Errors', width: '70px', right: true, render: (c) => { const s = of(c.Name); return s ? formatNumber(s.errors) : '–'; } },
    { key: 'last', title: 'Last run', width: 'minmax(200px, 1fr)', render: (c) => { const run = of(c.Name)?.lastRun; return run ? <ResultBadge result={run.result} /> : <Text>never</Text>; } },
  ];
  return (
    <Page title="Connectors" about="Each connector imports from one connected directory, and exports to it where rules say so.">
      {connectors.isError && !connectors.data
        ? <ErrorState error={connectors.error} doing="reading the connectors" retry={() => void connectors.refetch()} />
        : <Table label="Connectors" rows={connectors.data} columns={columns} keyOf={(c) => c.Name} one="connector" skeletonRows={2}
            empty={<EmptyState title="No connectors" text="The policy names no directory yet." />} />}
    </Page>
  );
}
