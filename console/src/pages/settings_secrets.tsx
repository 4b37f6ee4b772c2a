// SPDX-License-Identifier: Apache-2.0
// Passwords and keys, by name. A value can be set, and never be read again.
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, Text, Textarea } from '@fluentui/react-components';
import { Add20Regular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { part, put, remove } from '../api/client';
import { secretsQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import type { Secret } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { useNotify } from '../parts/notify';
import { Section } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { ToneBadge } from '../parts/tone';

function SetSecret({ name, onClose }: { name: string; onClose: () => void }) {
  const queries = useQueryClient();
  const notify = useNotify();
  const [chosen, setChosen] = useState(name);
  const [value, setValue] = useState('');
  const [long, setLong] = useState(false);
  const set = useMutation({
    mutationFn: () => put(`/secrets/${part(chosen.trim())}`, { value }),
    onSuccess: async () => {
      notify('success', `${chosen} is set`, 'Test the connection to see whether it is the right one.');
      await queries.invalidateQueries({ queryKey: ['secrets'] });
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={(_, d) => !d.open && onClose()}>
      <DialogSurface>
        <form onSubmit={(event) => { event.preventDefault(); set.mutate(); }}>
          <DialogBody>
            <DialogTitle>{name === '' ? 'Set a secret' : `Set ${name}`}</DialogTitle>
            <DialogContent style={{ display: 'flex', flexDirection: 'column', rowGap: 12 }}>
              {name === '' && <Field label="Name" hint="As the policy names it"><Input value={chosen} autoComplete="off" onChange={(_, d) => setChosen(d.value)} /></Field>}
              <Field label="Value" hint="It is sealed on this server, and never shown again.">
                {long ? <Textarea value={value} rows={6} onChange={(_, d) => setValue(d.value)} /> : <Input type="password" autoComplete="off" value={value} onChange={(_, d) => setValue(d.value)} />}
              </Field>
              <Button appearance="subtle" onClick={() => setLong(!long)}>{long ? 'One line' : 'Several lines, as a private key has them'}</Button>
              {set.error && <ErrorState error={set.error} doing="setting the secret" />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>Cancel</Button>
              <Button appearance="primary" type="submit" disabled={chosen.trim() === '' || value === '' || set.isPending}>Set</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

export function SecretsTab() {
  const queries = useQueryClient();
  const notify = useNotify();
  const refused = useRefusal('administrator');
  const secrets = useQuery({ ...secretsQuery, enabled: refused === null });
  const [setting, setSetting] = useState<string | null>(null);
  const [removing, setRemoving] = useState<Secret | null>(null);
  const removal = useMutation({
    mutationFn: (name: string) => remove(`/secrets/${part(name)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['secrets'] }),
    onError: (error) => notify('error', 'The secret was not removed', error.message),
  });
  const columns: Column<Secret>[] = [
    { key: 'name', title: 'Secret', width: 'minmax(220px, 2fr)', render: (s) => s.name },
    {
      key: 'state', title: 'State', width: 'minmax(220px, 2fr)',
      render: (s) => (s.set ? <ToneBadge tone={s.namedByPolicy ? 'good' : 'neutral'} text={s.namedByPolicy ? 'set' : 'set, and the policy does not name it'} /> : <ToneBadge tone="bad" text="missing" />),
    },
    {
      key: 'act', title: '', width: '190px',
      render: (s) => (
        <span style={{ display: 'flex', gap: 8 }}>
          <ActButton need="administrator" size="small" aria-label={`Set ${s.name}`} onClick={() => setSetting(s.name)}>Set</ActButton>
          {s.set && <ActButton need="administrator" size="small" aria-label={`Remove ${s.name}`} onClick={() => setRemoving(s)}>Remove</ActButton>}
        </span>
      ),
    },
  ];
  return (
    <Section title="Secrets" actions={<ActButton need="administrator" icon={<Add20Regular />} onClick={() => setSetting('')}>Set another</ActButton>}>
      <Text>Passwords and keys are sealed on this server, apart from the policy. Only names are shown.</Text>
      {refused !== null && <Text>{refused}</Text>}
      {secrets.isError && !secrets.data && <ErrorState error={secrets.error} doing="reading the names of secrets" retry={() => void secrets.refetch()} />}
      {refused === null && (!secrets.isError || secrets.data) && (
        <Table label="Secrets" rows={secrets.data?.secrets} columns={columns} keyOf={(s) => s.name} one="secret" skeletonRows={3} empty={<EmptyState title="No secrets are needed" />} />
      )}
      {setting !== null && <SetSecret name={setting} onClose={() => setSetting(null)} />}
      <Confirm open={removing !== null} title={`Remove ${removing?.name ?? ''}?`} act="Remove" {...(removing?.namedByPolicy === true ? { type: removing.name } : {})}
        onConfirm={() => { if (removing) removal.mutate(removing.name); setRemoving(null); }} onClose={() => setRemoving(null)}>
        <Text>{removing?.namedByPolicy === true ? 'The policy names it: without it, its connector cannot sign in, and its runs do not start.' : 'The policy does not name it; nothing uses it.'}</Text>
      </Confirm>
    </Section>
  );
}
