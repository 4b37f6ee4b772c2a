// SPDX-License-Identifier: Apache-2.0
// Which directories, and with which account.
import { Button, Dropdown, Field, Input, makeStyles, Option, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import { Add20Regular, Delete20Regular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client';
import type { DirectoryInput, SetupTest } from '../api/types';
import { Findings } from '../parts/findings';
import { ErrorState } from '../parts/states';
import { ToneBadge } from '../parts/tone';
import { kindNames } from '../text/names';
import type { StepProps } from './setup_simple';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', rowGap: '12px', maxWidth: '520px' },
  item: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: '12px', display: 'flex', flexDirection: 'column', rowGap: '8px' },
  head: { display: 'flex', gap: '8px', alignItems: 'center', flexWrap: 'wrap' },
  grow: { marginLeft: 'auto' },
});

const fresh = (): DirectoryInput => ({ name: '', kind: 'activeDirectory', host: '', account: '', password: '', tls: 'ldaps' });
const kinds = ['activeDirectory', 'openLdap'] as const;

export function DirectoriesStep({ draft, update }: StepProps) {
  const styles = useStyles();
  const [input, setInput] = useState<DirectoryInput | null>(draft.directories.length === 0 ? fresh() : null);
  const set = (change: Partial<DirectoryInput>) => setInput((before) => (before ? { ...before, ...change } : before));
  const test = useMutation({
    mutationFn: async (directory: DirectoryInput) => ({ directory, result: await post<SetupTest>('/setup/test', { directory }) }),
    onSuccess: ({ directory, result }) => {
      update((before) => ({
        ...before, directories: [...before.directories.filter((d) => d.name !== directory.name), directory],
        directoryTests: { ...before.directoryTests, [directory.name]: result },
      }));
      if (result.ok) setInput(null);
    },
  });
  const remove = (name: string) => update((before) => ({ ...before, directories: before.directories.filter((d) => d.name !== name) }));
  const complete = input !== null && input.name !== '' && input.host !== '' && input.account !== '' && input.password !== '';
  return (
    <>
      {draft.directories.map((d) => {
        const result = draft.directoryTests[d.name];
        return (
          <div key={d.name} className={styles.item}>
            <div className={styles.head}>
              <Text weight="semibold">{d.name}</Text><Text>{`${kindNames[d.kind]}, ${d.host}`}</Text>
              {result && <ToneBadge tone={result.ok ? 'good' : 'bad'} text={result.ok ? 'reached' : 'refused'} />}
              <span className={styles.grow}>
                <Button size="small" onClick={() => setInput(d)}>Change</Button>{' '}
                <Button size="small" appearance="subtle" icon={<Delete20Regular />} aria-label={`Remove ${d.name}`} onClick={() => remove(d.name)} />
              </span>
            </div>
            {result && <Findings findings={result.findings} />}
          </div>
        );
      })}
      {input === null ? <div><Button icon={<Add20Regular />} onClick={() => setInput(fresh())}>Add a directory</Button></div> : (
        <form className={styles.form} onSubmit={(event) => { event.preventDefault(); test.mutate(input); }}>
          <Field label="Kind">
            <Dropdown value={kindNames[input.kind]} selectedOptions={[input.kind]} onOptionSelect={(_, d) => set({ kind: d.optionValue === 'openLdap' ? 'openLdap' : 'activeDirectory' })}>
              {kinds.map((k) => <Option key={k} value={k}>{kindNames[k]}</Option>)}
            </Dropdown>
          </Field>
          <Field label="Name" hint="Of the forest, say; rules and commands use it"><Input value={input.name} placeholder="corp.example.com" onChange={(_, d) => set({ name: d.value.trim() })} /></Field>
          <Field label={input.kind === 'activeDirectory' ? 'Domain controller' : 'Host'} hint="The name that its certificate holds"><Input value={input.host} placeholder="dc1.corp.example.com" onChange={(_, d) => set({ host: d.value.trim() })} /></Field>
          <Field label="Account">
            <RadioGroup value="existing">
              <Radio value="create" disabled label="Create an account with exactly the right rights (in a later release)" />
              <Radio value="existing" label="Use an account that exists" />
            </RadioGroup>
          </Field>
          <Field label="Name of the account" hint={input.kind === 'activeDirectory' ? 'It needs to read, and “Replicating Directory Changes” for fast deltas. No right to write.' : 'A DN'}>
            <Input value={input.account} autoComplete="off" placeholder={input.kind === 'activeDirectory' ? 'tandem@corp.example.com' : 'cn=reader,dc=example,dc=org'} onChange={(_, d) => set({ account: d.value.trim() })} />
          </Field>
          <Field label="Password"><Input type="password" autoComplete="off" value={input.password} onChange={(_, d) => set({ password: d.value })} /></Field>
          <Field label="Encryption">
            <RadioGroup layout="horizontal" value={input.tls} onChange={(_, d) => set({ tls: d.value === 'startTls' ? 'startTls' : 'ldaps' })}>
              <Radio value="ldaps" label="LDAPS" /><Radio value="startTls" label="StartTLS" />
            </RadioGroup>
          </Field>
          <div style={{ display: 'flex', gap: 8 }}>
            <Button type="submit" appearance="primary" disabled={!complete || test.isPending}>{test.isPending ? 'Testing' : 'Test and add'}</Button>
            {draft.directories.length > 0 && <Button onClick={() => setInput(null)}>Cancel</Button>}
          </div>
        </form>
      )}
      {test.error && <ErrorState error={test.error} doing="connecting to the directory" />}
    </>
  );
}
