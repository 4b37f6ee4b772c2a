// SPDX-License-Identifier: Apache-2.0
// Starts a cycle. An initial one says first what it costs; it does no harm.
import { Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, SplitButton, Text, Tooltip } from '@fluentui/react-components';
import { ArrowSync20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { statusQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import { formatNumber } from '../text/format';
import { ActButton } from './act_button';
import { Confirm } from './confirm';
import { useStart } from './start';

export function CycleMenu() {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const status = useQuery(statusQuery);
  const refused = useRefusal('operator');
  const start = useStart((operation) => void navigate(`/operations/live/${operation.id}`));
  const cycle = (policyType: 'delta' | 'initial') => start.mutate({ path: '/cycles', body: { policyType } });
  const objects = status.data?.connectors.reduce((sum, c) => sum + c.objects, 0) ?? 0;
  if (refused !== null) return <ActButton need="operator" appearance="primary" icon={<ArrowSync20Regular />}>Synchronize now</ActButton>;
  return (
    <>
      <Menu positioning="below-end">
        <MenuTrigger disableButtonEnhancement>
          {(trigger) => (
            <SplitButton
              appearance="primary" icon={<ArrowSync20Regular />} disabled={start.isPending}
              menuButton={{ ...trigger, 'aria-label': 'Kinds of cycle' }}
              primaryActionButton={{ onClick: () => cycle('delta') }}
            >
              Synchronize now
            </SplitButton>
          )}
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <Tooltip content="Everything that has changed" relationship="description"><MenuItem onClick={() => cycle('delta')}>Delta cycle</MenuItem></Tooltip>
            <Tooltip content="Every object, as after a change of rules" relationship="description"><MenuItem onClick={() => setAsking(true)}>Initial cycle…</MenuItem></Tooltip>
          </MenuList>
        </MenuPopover>
      </Menu>
      <Confirm open={asking} title="Start an initial cycle?" act="Start initial cycle" onClose={() => setAsking(false)}
        onConfirm={() => { setAsking(false); cycle('initial'); }}>
        <Text>{`It reads every directory anew and looks at all ${formatNumber(objects)} objects. That takes as long as a first synchronization.`}</Text>
        <Text>{status.data?.role === 'staging' ? 'This server is in staging: nothing is written.' : 'Only what differs is written, and the thresholds guard the exports.'}</Text>
      </Confirm>
    </>
  );
}
