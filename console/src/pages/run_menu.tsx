// SPDX-License-Identifier: Apache-2.0
// Runs one profile of a connector. What sets a guard aside is asked for by name.
import { Menu, MenuButton, MenuDivider, MenuItem, MenuList, MenuPopover, MenuTrigger, Text } from '@fluentui/react-components';
import { Play20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { part } from '../api/client';
import { pendingQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { LinkTo } from '../parts/page';
import { useStart } from '../parts/start';
import { formatNumber } from '../text/format';
import { profileId, profiles } from '../text/names';

function AllowDeletions({ connector, onRun, onClose }: { connector: string; onRun: () => void; onClose: () => void }) {
  const pending = useQuery(pendingQuery({ connector, deletes: true, limit: 10 }));
  const total = pending.data?.total;
  return (
    <Confirm open title={`Export to ${connector} with its deletions?`} act="Export and delete" type={connector} ready={total !== undefined} onConfirm={onRun} onClose={onClose}>
      <Text>{total === undefined ? 'Counting the pending deletions' : `${formatNumber(total)} objects would be deleted. The deletion threshold is set aside for this one export.`}</Text>
      {pending.data && pending.data.pendingExports.length > 0 && <Text>{`Among them: ${pending.data.pendingExports.map((p) => p.name).join(', ')}.`}</Text>}
      <LinkTo to={`/pending?connector=${encodeURIComponent(connector)}&operation=delete`}>See all of them</LinkTo>
    </Confirm>
  );
}

export function RunMenu({ connector }: { connector: string }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState<'deletions' | 'absence' | null>(null);
  const refused = useRefusal('operator');
  const mayAllow = useRefusal('administrator') === null;
  const start = useStart((operation) => void navigate(`/operations/live/${operation.id}`));
  const run = (profile: string, more: Record<string, boolean> = {}) => {
    setAsking(null);
    start.mutate({ path: `/connectors/${part(connector)}/runs`, body: { profile: profileId(profile), ...more } });
  };
  if (refused !== null) return <ActButton need="operator" icon={<Play20Regular />}>Run</ActButton>;
  return (
    <>
      <Menu positioning="below-end">
        <MenuTrigger disableButtonEnhancement>
          <MenuButton appearance="primary" icon={<Play20Regular />} disabled={start.isPending}>Run</MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {profiles.map((profile) => <MenuItem key={profile} onClick={() => run(profile)}>{profile}</MenuItem>)}
            <MenuDivider />
            <MenuItem onClick={() => run('Export', { dryRun: true })}>Export, dry run (nothing is sent)</MenuItem>
            <MenuItem disabled={!mayAllow} onClick={() => setAsking('deletions')}>Export, deletions allowed…</MenuItem>
            <MenuItem disabled={!mayAllow} onClick={() => setAsking('absence')}>Full Import, absence allowed…</MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {asking === 'deletions' && <AllowDeletions connector={connector} onRun={() => run('Export', { allowDeletions: true })} onClose={() => setAsking(null)} />}
      <Confirm open={asking === 'absence'} title={`Take what ${connector} no longer shows for deleted?`} act="Run full import" type={connector}
        onConfirm={() => run('Full Import', { allowAbsence: true })} onClose={() => setAsking(null)}>
        <Text>The absence guard is set aside for this one import: every object that it does not find is staged as deleted. Nothing leaves the tenant before an export, and the deletion threshold still guards that.</Text>
      </Confirm>
    </>
  );
}
