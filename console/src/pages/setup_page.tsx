// SPDX-License-Identifier: Apache-2.0
// The set-up wizard. Nothing is changed before its last page, which says exactly what will happen.
import { Button, makeStyles, mergeClasses, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { operationsQuery, setupQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import { OperationView } from '../parts/operation_view';
import { LinkTo, Page, Section } from '../parts/page';
import { EmptyState } from '../parts/states';
import { useStart } from '../parts/start';
import { ContainersStep } from './setup_containers';
import { DirectoriesStep } from './setup_directories';
import { FileStep, SecretsStep } from './setup_import';
import { FeaturesStep, SignInStep, StartStep, SummaryStep } from './setup_simple';
import { emptyDraft, missingIn, requestOf, stepsOf, stepTitles, type SetupDraft, type StepKey } from './setup_state';
import { TenantStep } from './setup_tenant';

const useStyles = makeStyles({
  all: { display: 'grid', gridTemplateColumns: '220px minmax(0, 1fr)', gap: '24px', '@media (max-width: 1023px)': { gridTemplateColumns: '1fr', gap: '12px' } },
  rail: { margin: 0, padding: 0, listStyle: 'none', display: 'flex', flexDirection: 'column', rowGap: '4px', '@media (max-width: 1023px)': { display: 'none' } },
  step: { display: 'flex', columnGap: '10px', alignItems: 'center', padding: '8px 12px', borderRadius: tokens.borderRadiusMedium, color: tokens.colorNeutralForeground2 },
  here: { backgroundColor: tokens.colorSubtleBackgroundSelected, fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground1 },
  number: { width: '22px', height: '22px', borderRadius: '50%', display: 'grid', placeItems: 'center', fontSize: '12px', border: `1px solid ${tokens.colorNeutralStroke1}`, flexShrink: 0 },
  past: { backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand, border: 'none' },
  foot: { display: 'flex', gap: '8px', flexWrap: 'wrap', alignItems: 'center' },
  short: { display: 'none', '@media (max-width: 1023px)': { display: 'block' } },
});

export type Update = (change: Partial<SetupDraft> | ((draft: SetupDraft) => SetupDraft)) => void;

function StepBody({ step, draft, update }: { step: StepKey; draft: SetupDraft; update: Update }) {
  switch (step) {
    case 'start': return <StartStep draft={draft} update={update} />;
    case 'file': return <FileStep draft={draft} update={update} />;
    case 'secrets': return <SecretsStep draft={draft} update={update} />;
    case 'signIn': return <SignInStep draft={draft} update={update} />;
    case 'tenant': return <TenantStep draft={draft} update={update} />;
    case 'directories': return <DirectoriesStep draft={draft} update={update} />;
    case 'containers': return <ContainersStep draft={draft} update={update} />;
    case 'features': return <FeaturesStep draft={draft} update={update} />;
    case 'summary': return <SummaryStep draft={draft} update={update} />;
  }
}

function Progress({ id, staging }: { id: string; staging: boolean }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return (
    <Section title="Setting up">
      <OperationView key={id} id={id} onEnd={() => void queries.invalidateQueries({ queryKey: ['setup'] })} result={(operation) => (operation.state === 'done' ? (
        <>
          <MessageBar intent="success" layout="multiline"><MessageBarBody>{staging ? 'This server is set up, and in staging. Verify next that it knows what the other one knows, then swap.' : 'This server is set up.'}</MessageBarBody></MessageBar>
          <div style={{ display: 'flex', gap: 8, flexWrap: 'wrap' }}>
            <Button appearance="primary" onClick={() => void navigate('/migration')}>Verify, swap, final check</Button>
            <Button onClick={() => void navigate('/')}>Home</Button>
          </div>
        </>
      ) : null)} />
    </Section>
  );
}

export function SetupPage() {
  const styles = useStyles();
  const refused = useRefusal('administrator');
  const setup = useQuery({ ...setupQuery, enabled: refused === null });
  const operations = useQuery(operationsQuery);
  const [draft, setDraft] = useState(emptyDraft);
  const [step, setStep] = useState<StepKey>('start');
  const [started, setStarted] = useState<string | null>(null);
  const start = useStart((operation) => setStarted(operation.id));
  const update: Update = (change) => setDraft((before) => (typeof change === 'function' ? change(before) : { ...before, ...change }));
  const heading = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  useEffect(() => {
    if (moved.current) heading.current?.focus();
  }, [step]);
  const go = (next: StepKey | undefined) => {
    if (!next) return;
    moved.current = true;
    setStep(next);
  };
  // A set-up that runs, or has run, is found again when the page is opened anew.
  const id = started ?? operations.data?.find((o) => o.act === 'setup')?.id ?? null;
  if (refused !== null) return <Page title="Set up this server"><EmptyState title="An administrator sets up this server" text={refused} /></Page>;
  if (id !== null) return <Page title="Set up this server"><Progress id={id} staging={draft.staging} /></Page>;
  if (setup.data?.needed === false) {
    return <Page title="Set up this server"><EmptyState title="This server is set up" text="What is changed later is under Additional tasks, Connectors and Rules." action={<LinkTo to="/tasks">Additional tasks</LinkTo>} /></Page>;
  }
  const steps = stepsOf(draft.mode);
  const at = steps.indexOf(step);
  const missing = missingIn(step, draft);
  return (
    <Page title="Set up this server" about="Nothing is changed before the last page, which says exactly what will happen.">
      <div className={styles.all}>
        <ol className={styles.rail} aria-label="Steps">
          {steps.map((key, i) => (
            <li key={key} className={mergeClasses(styles.step, key === step && styles.here)} aria-current={key === step ? 'step' : undefined}>
              <span className={mergeClasses(styles.number, i < at && styles.past)} aria-hidden>{i + 1}</span>{stepTitles[key]}
            </li>
          ))}
        </ol>
        <div style={{ display: 'flex', flexDirection: 'column', rowGap: 16, minWidth: 0 }}>
          {draft.mode !== null && <Text className={styles.short}>{`Step ${at + 1} of ${steps.length}`}</Text>}
          <div ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
            <Section title={stepTitles[step]}><StepBody step={step} draft={draft} update={update} /></Section>
          </div>
          <div className={styles.foot}>
            <Button disabled={at <= 0} onClick={() => go(steps[at - 1])}>Back</Button>
            {step === 'summary'
              ? <Button appearance="primary" disabled={start.isPending} onClick={() => start.mutate({ path: '/setup', body: requestOf(draft) })}>Configure</Button>
              : <Button appearance="primary" disabled={missing !== null} onClick={() => go(steps[at + 1])}>Next</Button>}
            <Text role="status">{missing}</Text>
          </div>
        </div>
      </div>
    </Page>
  );
}
