// SPDX-License-Identifier: Apache-2.0
// Import: which file, what it holds, and the secrets that are not in it.
import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, Textarea, tokens } from '@fluentui/react-components';
import { DocumentArrowUp20Regular } from '@fluentui/react-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { post } from '../api/client';
import { setupQuery } from '../api/queries';
import type { ConvertLine, SetupInspection } from '../api/types';
import { Facts } from '../parts/facts';
import { ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { Time } from '../parts/time';
import { ToneBadge } from '../parts/tone';
import { kindNames } from '../text/names';
import type { StepProps } from './setup_simple';

const bytesMax = 64 * 1024 * 1024;

const useStyles = makeStyles({
  drop: { border: `2px dashed ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusLarge, padding: '24px', display: 'flex', flexDirection: 'column', rowGap: '8px', alignItems: 'center', textAlign: 'center' },
  over: { backgroundColor: tokens.colorBrandBackground2 },
});

const outcomes = { carried: { tone: 'good', text: 'carried' }, adapted: { tone: 'notice', text: 'adapted' }, notCarried: { tone: 'bad', text: 'not carried' } } as const;

const columns: Column<ConvertLine>[] = [
  { key: 'subject', title: 'What', width: 'minmax(200px, 1fr)', render: (l) => <span style={{ whiteSpace: 'normal' }}>{l.subject}</span> },
  { key: 'outcome', title: 'Outcome', width: '130px', render: (l) => <ToneBadge {...outcomes[l.outcome]} /> },
  {
    key: 'text', title: 'How', width: 'minmax(260px, 2fr)',
    render: (l) => <span style={{ whiteSpace: 'normal' }}>{l.text}{l.question ? `. To decide: ${l.question}${l.default ? ` (now: ${l.default})` : ''}` : ''}</span>,
  },
];

function Held({ inspection, file }: { inspection: SetupInspection; file: string }) {
  return (
    <>
      {inspection.problems.map((p, i) => (
        <MessageBar key={i} intent={p.severity === 'warning' ? 'warning' : 'error'} layout="multiline"><MessageBarBody>{`${p.where ?? p.place ?? ''} ${p.message}`.trim()}</MessageBarBody></MessageBar>
      ))}
      <Facts facts={[
        ['File', file],
        ...(inspection.exported ? [['Exported', <span key="e">{`by ${inspection.exported.by ?? 'somebody'} on ${inspection.exported.host ?? 'another server'}, `}<Time at={inspection.exported.at} /></span>] as [string, React.ReactNode]] : []),
        ['Connectors', (inspection.connectors ?? []).map((c) => `${c.name} (${kindNames[c.kind]}${c.directory === '' ? '' : `: ${c.directory}`})`).join(', ')],
        ['Rules', `${inspection.rules ?? 0} of its own, ${inspection.standardRules ?? 0} standard`],
        ...((inspection.files ?? []).length > 0 ? [['Files to copy here', <ul key="f" style={{ margin: 0, paddingLeft: 18 }}>{inspection.files?.map((f) => <li key={f.path}>{`${f.path}: ${f.purpose}`}</li>)}</ul>] as [string, React.ReactNode]] : []),
      ]} />
      {inspection.report.length > 0 && <Table label="What is taken over" rows={inspection.report} columns={columns} keyOf={(l) => `${l.subject} ${l.text}`} one="line" empty={null} />}
    </>
  );
}

export function FileStep({ draft, update }: StepProps) {
  const styles = useStyles();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const inspect = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > bytesMax) throw new Error('The file is larger than 64 MB, which no settings file is.');
      const content = await file.text();
      return { file: { name: file.name, content }, inspection: await post<SetupInspection>('/setup/inspect', { import: { name: file.name, content } }) };
    },
    onSuccess: ({ file, inspection }) => update({ file, inspection, secrets: {}, signIn: inspection.signIn ?? 'notConfigured' }),
  });
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) inspect.mutate(file);
  };
  return (
    <>
      <div className={`${styles.drop} ${over ? styles.over : ''}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
        onDrop={(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files); }} role="group" aria-label="Settings file">
        <Text>Drop the file here, or</Text>
        <Button icon={<DocumentArrowUp20Regular />} disabled={inspect.isPending} onClick={() => picker.current?.click()}>{inspect.isPending ? 'Reading' : 'Choose a file'}</Button>
        <input ref={picker} type="file" accept=".json,.xml,.ps1,application/json" hidden onChange={(event) => { take(event.target.files); event.target.value = ''; }} />
        <Text size={200}>The JSON that the wizard of Entra Connect exports, or “Export settings” of another Tandem server. It is only read; nothing is set up yet.</Text>
      </div>
      {inspect.error && <ErrorState error={inspect.error} doing="reading the settings file" />}
      {draft.inspection && <Held inspection={draft.inspection} file={draft.file?.name ?? ''} />}
    </>
  );
}

// A relative path starts at the home folder, which only a person can fill.
function FilesToCopy({ files }: { files: { path: string; purpose: string }[] }) {
  const setup = useQuery(setupQuery);
  if (files.length === 0) return null;
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{`Copy ${files.length === 1 ? 'this file' : 'these files'} to this server`}</MessageBarTitle>
        {'The settings name them, and no browser can bring them: '}
        <ul style={{ margin: 0, paddingLeft: 18 }}>
          {files.map((f) => <li key={f.path}><code>{f.path.startsWith('/') ? f.path : `${setup.data?.folder ?? 'the home folder'}/${f.path}`}</code>{`: ${f.purpose}`}</li>)}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}

export function SecretsStep({ draft, update }: StepProps) {
  const secrets = draft.inspection?.secrets ?? [];
  const [long, setLong] = useState<string[]>([]);
  const set = (name: string, value: string) => update((before) => ({ ...before, secrets: { ...before.secrets, [name]: value } }));
  const files = draft.inspection?.files ?? [];
  if (secrets.length === 0) return <><FilesToCopy files={files} /><Text>The settings need no secrets.</Text></>;
  return (
    <>
      <FilesToCopy files={files} />
      <Text>Passwords and keys are in no settings file. They are sealed on this server and never shown again.</Text>
      {secrets.map((s) => (
        <Field key={s.name} label={s.name} hint={s.purpose} style={{ maxWidth: 520 }}>
          {long.includes(s.name)
            ? <Textarea rows={5} value={draft.secrets[s.name] ?? ''} onChange={(_, d) => set(s.name, d.value)} />
            : <Input type="password" autoComplete="off" value={draft.secrets[s.name] ?? ''} onChange={(_, d) => set(s.name, d.value)}
                contentAfter={<Button size="small" appearance="transparent" onClick={() => setLong([...long, s.name])}>Several lines</Button>} />}
        </Field>
      ))}
    </>
  );
}
