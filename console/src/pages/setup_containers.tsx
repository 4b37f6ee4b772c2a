// SPDX-License-Identifier: Apache-2.0
// What is read of each directory: everything, or what is ticked. Where the directory cannot be walked before it is set
// up, containers are named instead.
import { Field, Text, Textarea } from '@fluentui/react-components';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, post } from '../api/client';
import type { Container, DirectoryInput } from '../api/types';
import { choicesOf, keyOf, type Choices } from '../parts/container_choice';
import { ContainerTree } from '../parts/container_tree';
import { ErrorState, Lines } from '../parts/states';
import type { StepProps } from './setup_simple';

const childrenOf = (directory: DirectoryInput) => (parent: string) => queryOptions({
  queryKey: ['setup', 'containers', directory.name, parent],
  queryFn: async () => {
    try {
      return (await post<{ containers: Container[] }>('/setup/containers', { directory, parent })).containers;
    } catch (error) {
      if (parent === '' && error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  },
  staleTime: Infinity,
});

const linesOf = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

function Named({ names, onChange }: { names: Map<string, string>; onChange: (choices: Choices) => void }) {
  const [include, setInclude] = useState('');
  const [exclude, setExclude] = useState('');
  const set = (included: string, excluded: string) => {
    for (const dn of [...linesOf(included), ...linesOf(excluded)]) names.set(keyOf(dn), dn);
    onChange(choicesOf(linesOf(included), linesOf(excluded)));
  };
  return (
    <>
      <Field label="Leave out these containers" hint="One DN a line"><Textarea rows={3} value={exclude} onChange={(_, d) => { setExclude(d.value); set(include, d.value); }} /></Field>
      <Field label="Read only these" hint="One DN a line; empty: everything"><Textarea rows={3} value={include} onChange={(_, d) => { setInclude(d.value); set(d.value, exclude); }} /></Field>
    </>
  );
}

function OfDirectory({ directory, draft, update }: StepProps & { directory: DirectoryInput }) {
  const load = childrenOf(directory);
  const roots = useQuery(load(''));
  const choose = (choices: Choices) => update((before) => ({
    ...before, choices: { ...before.choices, [directory.name]: choices },
    directoryTests: roots.data && roots.data.length > 0
      ? { ...before.directoryTests, [directory.name]: { ok: true, findings: [], ...before.directoryTests[directory.name], containers: roots.data } } : before.directoryTests,
  }));
  if (roots.isPending) return <Lines count={5} />;
  if (roots.isError) return <ErrorState error={roots.error} doing={`reading the containers of ${directory.name}`} retry={() => void roots.refetch()} />;
  if (roots.data.length === 0) return <Named names={draft.names} onChange={choose} />;
  return (
    <ContainerTree roots={roots.data} load={load} choices={draft.choices[directory.name] ?? new Map<string, boolean>()} names={draft.names} disabled={false} unread="" onChange={choose} />
  );
}

export function ContainersStep({ draft, update }: StepProps) {
  return (
    <>
      <Text>Everything is read, unless it is left out. What is not read is not synchronized; it can be changed later under Connectors. How many objects there are is known with the first import.</Text>
      {draft.directories.map((directory) => (
        <div key={directory.name}>
          <Text weight="semibold" block>{directory.name}</Text>
          <OfDirectory directory={directory} draft={draft} update={update} />
        </div>
      ))}
    </>
  );
}
