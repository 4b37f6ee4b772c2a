// SPDX-License-Identifier: Apache-2.0
// When cycles run: what Get- and Set-ADSyncScheduler know.
import { Button, Dropdown, Field, Input, makeStyles, Option, Switch, Text } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { patch } from '../api/client';
import { schedulerQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import type { Scheduler, SchedulerChange } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Facts } from '../parts/facts';
import { useNotify } from '../parts/notify';
import { Section } from '../parts/page';
import { ErrorState, Lines, Loaded } from '../parts/states';
import { Time } from '../parts/time';
import { formatDuration, formatInterval, formatNumber, parseInterval } from '../text/format';
import { Overrides } from './settings_overrides';

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', rowGap: '12px', maxWidth: '420px', alignItems: 'stretch' } });

interface Draft { interval: string; history: string; enabled: boolean; suspended: boolean; maintenance: boolean; onChange: boolean; quiet: string; next: 'delta' | 'initial' }

const defaultInterval = '00:30:00';
const quietLeast = 5;
const quietMost = 3600;

function draftOf(s: Scheduler): Draft {
  return {
    interval: s.CustomizedSyncCycleInterval ?? s.CurrentlyEffectiveSyncCycleInterval, history: s.PurgeRunHistoryInterval, enabled: s.SyncCycleEnabled,
    suspended: s.SchedulerSuspended, maintenance: s.MaintenanceEnabled, onChange: s.onChange, quiet: String(s.quietSeconds),
    next: s.NextSyncCyclePolicyType === 'Initial' ? 'initial' : 'delta',
  };
}

// Only what differs is sent: the rest may have been changed by somebody else meanwhile.
function changeOf(draft: Draft, before: Draft): SchedulerChange {
  return {
    ...(draft.interval === before.interval ? {} : { interval: draft.interval }),
    ...(draft.history === before.history ? {} : { history: draft.history }),
    ...(draft.enabled === before.enabled ? {} : { enabled: draft.enabled }),
    ...(draft.suspended === before.suspended ? {} : { suspended: draft.suspended }),
    ...(draft.maintenance === before.maintenance ? {} : { maintenance: draft.maintenance }),
    ...(draft.onChange === before.onChange ? {} : { onChange: draft.onChange }),
    ...(draft.quiet === before.quiet ? {} : { quietSeconds: Number(draft.quiet) }),
    ...(draft.next === before.next ? {} : { next: draft.next }),
  };
}

function faultsOf(draft: Draft, allowed: number): { interval?: string; history?: string; quiet?: string } {
  const seconds = parseInterval(draft.interval);
  const quiet = Number(draft.quiet);
  return {
    ...(seconds === null ? { interval: 'Write it as [days.]HH:mm:ss, for example 00:30:00' } : seconds < allowed ? { interval: `At least ${formatDuration(allowed)}` } : {}),
    ...(parseInterval(draft.history) === null ? { history: 'Write it as [days.]HH:mm:ss, for example 7.00:00:00' } : {}),
    ...(/^\d+$/.test(draft.quiet) && quiet >= quietLeast && quiet <= quietMost ? {} : { quiet: `A whole number from ${quietLeast} to ${formatNumber(quietMost)}` }),
  };
}

function Form({ scheduler }: { scheduler: Scheduler }) {
  const styles = useStyles();
  const queries = useQueryClient();
  const notify = useNotify();
  const readOnly = useRefusal('administrator') !== null;
  const before = draftOf(scheduler);
  const [draft, setDraft] = useState(before);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const faults = faultsOf(draft, parseInterval(scheduler.AllowedSyncCycleInterval) ?? 0);
  const change = changeOf(draft, before);
  const seconds = parseInterval(draft.interval);
  const save = useMutation({
    mutationFn: () => patch<Scheduler>('/scheduler', change),
    onSuccess: async () => {
      notify('success', 'The scheduler is changed');
      await queries.invalidateQueries({ queryKey: ['scheduler'] });
    },
  });
  return (
    <form className={styles.form} onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
      <Text weight="semibold" style={{ marginTop: 12 }}>Of both servers of a pair</Text>
      <Switch label="Cycles run by themselves" checked={draft.enabled} disabled={readOnly} onChange={(_, d) => set({ enabled: d.checked })} />
      <Field label="Between cycles" hint={seconds === null ? undefined : formatDuration(seconds)} validationMessage={faults.interval}>
        <Input value={draft.interval} readOnly={readOnly} onChange={(_, d) => set({ interval: d.value })}
          contentAfter={draft.interval === defaultInterval || readOnly ? undefined : <Button size="small" appearance="transparent" onClick={() => set({ interval: defaultInterval })}>Default</Button>} />
      </Field>
      <Switch label="Also when a directory changes" checked={draft.onChange} disabled={readOnly} onChange={(_, d) => set({ onChange: d.checked })} />
      <Field label="Seconds between two cycles that changes start" hint="The time between cycles stays as it is: it finds what a directory did not tell." validationMessage={faults.quiet}>
        <Input type="number" min={quietLeast} max={quietMost} value={draft.quiet} readOnly={readOnly || !draft.onChange} onChange={(_, d) => set({ quiet: d.value })} />
      </Field>
      <Switch label="Maintenance (old history is purged)" checked={draft.maintenance} disabled={readOnly} onChange={(_, d) => set({ maintenance: d.checked })} />
      <Field label="Keep the run history for" hint={formatInterval(draft.history)} validationMessage={faults.history}><Input value={draft.history} readOnly={readOnly} onChange={(_, d) => set({ history: d.value })} /></Field>
      <Text weight="semibold" style={{ marginTop: 12 }}>Of this server alone</Text>
      <Switch label="Suspended: no cycles until it is switched off again" checked={draft.suspended} disabled={readOnly} onChange={(_, d) => set({ suspended: d.checked })} />
      <Field label="The next cycle is" hint="An initial one looks at every object; it is forgotten when such a cycle has succeeded.">
        <Dropdown value={draft.next === 'initial' ? 'Initial' : 'Delta'} selectedOptions={[draft.next]} disabled={readOnly} onOptionSelect={(_, d) => set({ next: d.optionValue === 'initial' ? 'initial' : 'delta' })}>
          <Option value="delta">Delta</Option><Option value="initial">Initial</Option>
        </Dropdown>
      </Field>
      {save.error && <ErrorState error={save.error} doing="changing the scheduler" />}
      <div><ActButton need="administrator" appearance="primary" type="submit" disabled={Object.keys(change).length === 0 || Object.keys(faults).length > 0 || save.isPending}>Save</ActButton></div>
    </form>
  );
}

function planOf(s: Scheduler) {
  if (!s.SyncCycleEnabled) return 'None: cycles are switched off';
  if (s.SchedulerSuspended) return 'None: suspended on this server';
  if (s.NextSyncCycleStartTimeInUTC === null) return s.SyncCycleInProgress ? 'When this one is over' : 'None is planned: the service was started without cycles';
  return <span><Time at={s.NextSyncCycleStartTimeInUTC} relative /> (<Time at={s.NextSyncCycleStartTimeInUTC} />)</span>;
}

export function SchedulerTab() {
  const scheduler = useQuery(schedulerQuery);
  return (
    <>
      <Section title="Scheduler">
        <Loaded query={scheduler} doing="reading the scheduler" waiting={<Lines count={8} />}>
          {(s) => (
            <>
              <Facts facts={[
                ['Now', s.SyncCycleInProgress ? 'A cycle is running' : 'Nothing is running'],
                ['Next cycle', planOf(s)],
                ['Its kind', s.NextSyncCyclePolicyType],
                ['Interval in effect', formatInterval(s.CurrentlyEffectiveSyncCycleInterval)],
                ['Allowed from', formatInterval(s.AllowedSyncCycleInterval)],
                ['Staging', s.StagingModeEnabled ? 'Yes: exports are left out' : 'No'],
              ]} />
              <Form key={JSON.stringify(draftOf(s))} scheduler={s} />
            </>
          )}
        </Loaded>
      </Section>
      <Overrides />
    </>
  );
}
