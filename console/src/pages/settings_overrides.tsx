// SPDX-License-Identifier: Apache-2.0
// What the next cycle does in full for one connector: Get- and Set-ADSyncSchedulerConnectorOverride.
import { Switch, Text } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { part, patch } from '../api/client';
import { overridesQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import type { Override } from '../api/types';
import { useNotify } from '../parts/notify';
import { LinkTo, Section } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';

interface Wish { connector: string; fullImport?: boolean; fullSync?: boolean }

export function Overrides() {
  const overrides = useQuery(overridesQuery);
  const queries = useQueryClient();
  const notify = useNotify();
  const refused = useRefusal('operator');
  const set = useMutation({
    mutationFn: ({ connector, ...wish }: Wish) => patch<{ overrides: Override[] }>(`/scheduler/overrides/${part(connector)}`, wish),
    onSuccess: (answer) => queries.setQueryData(overridesQuery.queryKey, answer.overrides),
    onError: (error) => notify('error', 'The override was not changed', error.message),
  });
  const disabled = refused !== null || set.isPending;
  const columns: Column<Override>[] = [
    { key: 'name', title: 'Connector', width: 'minmax(180px, 2fr)', render: (o) => <LinkTo to={`/connectors/${encodeURIComponent(o.ConnectorName)}`}>{o.ConnectorName}</LinkTo> },
    {
      key: 'import', title: 'Full import', width: '140px',
      render: (o) => <Switch aria-label={`Full import of ${o.ConnectorName}`} checked={o.FullImportRequired} disabled={disabled} onChange={(_, d) => set.mutate({ connector: o.ConnectorName, fullImport: d.checked })} />,
    },
    {
      key: 'sync', title: 'Full synchronization', width: '170px',
      render: (o) => <Switch aria-label={`Full synchronization of ${o.ConnectorName}`} checked={o.FullSyncRequired} disabled={disabled} onChange={(_, d) => set.mutate({ connector: o.ConnectorName, fullSync: d.checked })} />,
    },
  ];
  return (
    <Section title="In full, the next time">
      <Text>The next cycle reads everything of a connector, or looks at every object of it. Each wish ends by itself when such a run has ended well. It counts on this server only.</Text>
      {refused !== null && <Text>{refused}</Text>}
      {overrides.isError && !overrides.data
        ? <ErrorState error={overrides.error} doing="reading what is done in full" retry={() => void overrides.refetch()} />
        : <Table label="In full, the next time" rows={overrides.data} columns={columns} keyOf={(o) => o.ConnectorIdentifier} one="connector" skeletonRows={2} empty={<EmptyState title="The policy names no connector" />} />}
    </Section>
  );
}
