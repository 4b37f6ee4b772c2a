// SPDX-License-Identifier: Apache-2.0
// What is read of each directory: everything, or what is ticked.
import { Text } from '@fluentui/react-components';
import { queryOptions } from '@tanstack/react-query';
import { post } from '../api/client';
import type { Container, DirectoryInput } from '../api/types';
import { ContainerTree } from '../parts/container_tree';
import type { StepProps } from './setup_simple';

const childrenOf = (directory: DirectoryInput) => (parent: string) => queryOptions({
  queryKey: ['setup', 'containers', directory.name, parent],
  queryFn: async () => (await post<{ containers: Container[] }>('/setup/containers', { directory, parent })).containers,
  staleTime: Infinity,
});

export function ContainersStep({ draft, update }: StepProps) {
  return (
    <>
      <Text>Everything is read, unless a box is cleared. What is not read is not synchronized; it can be changed later under Connectors.</Text>
      {draft.directories.map((directory) => (
        <div key={directory.name}>
          <Text weight="semibold">{directory.name}</Text>
          <ContainerTree roots={draft.directoryTests[directory.name]?.partitions?.flatMap((p) => p.containers) ?? []} load={childrenOf(directory)}
            choices={draft.choices[directory.name] ?? new Map<string, boolean>()} names={draft.names} disabled={false}
            onChange={(choices) => update((before) => ({ ...before, choices: { ...before.choices, [directory.name]: choices } }))} />
        </div>
      ))}
    </>
  );
}
