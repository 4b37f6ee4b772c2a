// SPDX-License-Identifier: Apache-2.0
// Every saved version of the policy, with who and when. An older one is put back as a new version.
import { Button, Text } from '@fluentui/react-components';
import { ArrowUndo20Regular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post } from '../api/client';
import { historyQuery } from '../api/queries';
import type { Policy, PolicyDiff, PolicyVersion } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { useNotify } from '../parts/notify';
import { Page } from '../parts/page';
import { PolicyDiffView } from '../parts/policy_diff_view';
import { EmptyState, ErrorState, Lines, Loaded } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { Time } from '../parts/time';

function Restore({ version, onClose }: { version: PolicyVersion; onClose: () => void }) {
  const notify = useNotify();
  const queries = useQueryClient();
  const diff = useQuery({
    queryKey: ['policy', 'diff', version.n],
    queryFn: async () => post<PolicyDiff>('/policy/diff', { policy: await get<Policy>(`/policy/history/${version.n}`) }),
  });
  const restore = useMutation({
    mutationFn: () => post(`/policy/history/${version.n}/restore`),
    onSuccess: async () => {
      notify('success', `The policy is as in version ${version.n} again`, 'The next synchronization looks at every object.');
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <Confirm open title={`Go back to version ${version.n}?`} act={`Restore version ${version.n}`} ready={diff.isSuccess} busy={restore.isPending} onConfirm={() => restore.mutate()} onClose={onClose}>
      <Text>What would change, compared with the policy in force:</Text>
      <Loaded query={diff} doing="comparing the versions" waiting={<Lines count={3} />}>{(data) => <PolicyDiffView diff={data} />}</Loaded>
      <Text>It becomes a new version; nothing of the history is lost.</Text>
      {restore.error && <ErrorState error={restore.error} doing="restoring the version" />}
    </Confirm>
  );
}

export function HistoryPage() {
  const history = useQuery(historyQuery);
  const [asked, setAsked] = useState<PolicyVersion | null>(null);
  const newest = history.data?.[0]?.n;
  const columns: Column<PolicyVersion>[] = [
    { key: 'n', title: 'Version', width: '80px', right: true, render: (v) => v.n },
    { key: 'at', title: 'Saved', width: '160px', render: (v) => <Time at={v.at} /> },
    { key: 'who', title: 'By', width: 'minmax(110px, 1fr)', render: (v) => v.who },
    { key: 'what', title: 'What', width: 'minmax(240px, 3fr)', render: (v) => <span title={v.digest}>{v.summary}</span> },
    {
      key: 'act', title: '', width: '170px',
      render: (v) => (v.n === newest ? <Text>in force</Text> : <ActButton need="administrator" size="small" icon={<ArrowUndo20Regular />} onClick={() => setAsked(v)}>{`Restore version ${v.n}`}</ActButton>),
    },
  ];
  return (
    <Page title="History" crumbs={[{ text: 'Rules', to: '/rules' }]} about="Each time the policy was saved, by whom, and what changed. It holds all settings, not only rules.">
      {history.isError && !history.data
        ? <ErrorState error={history.error} doing="reading the history of the policy" retry={() => void history.refetch()} />
        : <Table label="Versions of the policy" rows={history.data} columns={columns} keyOf={(v) => v.n} one="version" empty={<EmptyState title="Nothing was saved yet" action={<Button onClick={() => void history.refetch()}>Ask again</Button>} />} />}
      {asked && <Restore version={asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}
