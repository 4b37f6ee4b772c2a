// SPDX-License-Identifier: Apache-2.0
// What is read of a directory. Leaving a container out deletes what is in it from the tenant, so the plan is
// shown before it is saved.
import { Button, MessageBar, MessageBarBody, Text } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { part, put } from '../api/client';
import { containersQuery, policyQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import type { ConnectorPolicy } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { choicesOf, listsOf, type Choices } from '../parts/container_choice';
import { ContainerTree } from '../parts/container_tree';
import { useNotify } from '../parts/notify';
import { Section } from '../parts/page';
import { EmptyState, ErrorState, Lines, Loaded } from '../parts/states';

function Choose({ connector, settings }: { connector: string; settings: ConnectorPolicy }) {
  const before = useMemo(() => choicesOf(
    settings.partitions?.flatMap((p) => p.include) ?? [], settings.partitions?.flatMap((p) => p.exclude) ?? [],
  ), [settings]);
  const [choices, setChoices] = useState<Choices | null>(null);
  const [asking, setAsking] = useState(false);
  const names = useRef(new Map<string, string>());
  const roots = useQuery(containersQuery(connector, ''));
  const refused = useRefusal('administrator');
  const queries = useQueryClient();
  const notify = useNotify();
  const now = choices ?? before;
  const lists = listsOf(now, names.current);
  const save = useMutation({
    mutationFn: () => put(`/connectors/${part(connector)}/containers`, lists),
    onSuccess: async () => {
      setAsking(false);
      notify('success', 'The containers are saved', 'The next synchronization looks at every object.');
      await queries.invalidateQueries({ queryKey: ['policy'] });
      await queries.invalidateQueries({ queryKey: ['containers', connector] });
      setChoices(null);
    },
  });
  return (
    <Section title="Containers that are read" actions={
      <>
        <Button disabled={choices === null} onClick={() => setChoices(null)}>Undo</Button>
        <ActButton need="administrator" appearance="primary" disabled={choices === null} onClick={() => setAsking(true)}>Save</ActButton>
      </>
    }>
      <Text>A box that is ticked is read with all that is below it, and so are containers that are made there later. Numbers are objects in the connector space; “not read” is what no import has looked into.</Text>
      <Loaded query={roots} doing={`reading the containers of ${connector}`} waiting={<Lines count={8} height={24} />}>
        {(data) => (data.length === 0
          ? <EmptyState title="No containers are known yet" text="They are read with the first import, or straight from the directory once it can be reached." />
          : <ContainerTree roots={data} load={(parent) => containersQuery(connector, parent)} choices={now} onChange={setChoices} disabled={refused !== null} names={names.current} />)}
      </Loaded>
      <Confirm open={asking} title={`Save what is read of ${connector}?`} act="Save" busy={save.isPending} onConfirm={() => save.mutate()} onClose={() => setAsking(false)}>
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>What is in a container that is no longer read is deleted from the tenant by the next export. The deletion threshold stops large accidents.</MessageBarBody>
        </MessageBar>
        <Text><Text weight="semibold">Included: </Text>{lists.include.length === 0 ? 'nothing by name' : lists.include.join(' · ')}</Text>
        <Text><Text weight="semibold">Left out: </Text>{lists.exclude.length === 0 ? 'nothing' : lists.exclude.join(' · ')}</Text>
        {save.error && <ErrorState error={save.error} doing="saving the containers" />}
      </Confirm>
    </Section>
  );
}

export function ConnectorContainers({ connector }: { connector: string }) {
  const policy = useQuery(policyQuery);
  return (
    <Loaded query={policy} doing="reading the policy" waiting={<Lines count={8} />}>
      {({ policy: document }) => {
        const settings = document.connectors.find((c) => c.name === connector);
        return settings ? <Choose connector={connector} settings={settings} /> : <EmptyState title="The policy has no such connector" />;
      }}
    </Loaded>
  );
}
