// SPDX-License-Identifier: Apache-2.0
// When cycles run: what Get- and Set-ADSyncScheduler know.
import { Dropdown, Field, Input, makeStyles, Option, Switch, Text } from '@fluentui/react-components';
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
import { formatDuration, formatInterval, parseInterval } from '../text/format';

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', rowGap: '12px', maxWidth: '420px', alignItems: 'stretch' } });

function Form({ scheduler }: { scheduler: Scheduler }) {
  const styles = useStyles();
  const queries = useQueryClient();
  const notify = useNotify();
  const refused = useRefusal('administrator');
  const [interval, setInterval] = useState(scheduler.CustomizedSyncCycleInterval ?? scheduler.CurrentlyEffectiveSyncCycleInterval);
  const [history, setHistory] = useState(scheduler.PurgeRunHistoryInterval);
  const [enabled, setEnabled] = useState(scheduler.SyncCycleEnabled);
  const [suspended, setSuspended] = useState(scheduler.SchedulerSuspended === true);
  const [maintenance, setMaintenance] = useState(scheduler.MaintenanceEnabled);
  const [next, setNext] = useState(scheduler.NextSyncCyclePolicyType.toLowerCase());
  const allowed = parseInterval(scheduler.AllowedSyncCycleInterval) ?? 0;
  const seconds = parseInterval(interval);
  const intervalFault = seconds === null ? 'Write it as [days.]HH:mm:ss, for example 00:30:00' : seconds < allowed ? `At least ${formatDuration(allowed)}` : undefined;
  const historyFault = parseInterval(history) === null ? 'Write it as [days.]HH:mm:ss, for example 7.00:00:00' : undefined;
  const change: SchedulerChange = {
    ...(interval === (scheduler.CustomizedSyncCycleInterval ?? scheduler.CurrentlyEffectiveSyncCycleInterval) ? {} : { interval }),
    ...(history === scheduler.PurgeRunHistoryInterval ? {} : { history }),
    ...(enabled === scheduler.SyncCycleEnabled ? {} : { enabled }),
    ...(suspended === (scheduler.SchedulerSuspended === true) ? {} : { suspended }),
    ...(maintenance === scheduler.MaintenanceEnabled ? {} : { maintenance }),
    ...(next === scheduler.NextSyncCyclePolicyType.toLowerCase() ? {} : { next: next === 'initial' ? 'initial' : 'delta' }),
  };
  const save = useMutation({
    mutationFn: () => patch<Scheduler>('/scheduler', change),
    onSuccess: async () => {
      notify('success', 'The scheduler is changed');
      await queries.invalidateQueries({ queryKey: ['scheduler'] });
    },
  });
  const readOnly = refused !== null;
  return (
    <form className={styles.form} onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
      <Switch label="Cycles run by themselves" checked={enabled} disabled={readOnly} onChange={(_, d) => setEnabled(d.checked)} />
      <Switch label="Suspended for now, on this server only" checked={suspended} disabled={readOnly} onChange={(_, d) => setSuspended(d.checked)} />
      <Switch label="Maintenance (old history is purged)" checked={maintenance} disabled={readOnly} onChange={(_, d) => setMaintenance(d.checked)} />
      <Field label="Between cycles" hint={seconds === null ? undefined : formatDuration(seconds)} validationMessage={intervalFault}><Input value={interval} readOnly={readOnly} onChange={(_, d) => setInterval(d.value)} /></Field>
      <Field label="Keep the run history for" hint={formatInterval(history)} validationMessage={historyFault}><Input value={history} readOnly={readOnly} onChange={(_, d) => setHistory(d.value)} /></Field>
      <Field label="The next cycle is" hint="An initial one looks at every object; it is forgotten when such a cycle has succeeded.">
        <Dropdown value={next === 'initial' ? 'Initial' : 'Delta'} selectedOptions={[next]} disabled={readOnly} onOptionSelect={(_, d) => setNext(d.optionValue ?? 'delta')}>
          <Option value="delta">Delta</Option><Option value="initial">Initial</Option>
        </Dropdown>
      </Field>
      {save.error && <ErrorState error={save.error} doing="changing the scheduler" />}
      <div><ActButton need="administrator" appearance="primary" type="submit" disabled={Object.keys(change).length === 0 || intervalFault !== undefined || historyFault !== undefined || save.isPending}>Save</ActButton></div>
    </form>
  );
}

export function SchedulerTab() {
  const scheduler = useQuery(schedulerQuery);
  return (
    <Section title="Scheduler">
      <Loaded query={scheduler} doing="reading the scheduler" waiting={<Lines count={8} />}>
        {(s) => (
          <>
            <Facts facts={[
              ['Now', s.SyncCycleInProgress ? 'A cycle is running' : 'Nothing is running'],
              ['Next cycle', <Time key="n" at={s.NextSyncCycleStartTimeInUTC} />],
              ['In effect', formatInterval(s.CurrentlyEffectiveSyncCycleInterval)],
              ['At least', formatInterval(s.AllowedSyncCycleInterval)],
              ['Staging', s.StagingModeEnabled ? 'Yes: exports are left out' : 'No'],
            ]} />
            <Text>What follows is shared with the partner, except for “suspended” and the kind of the next cycle.</Text>
            <Form key={JSON.stringify([s.CustomizedSyncCycleInterval, s.PurgeRunHistoryInterval, s.SyncCycleEnabled, s.SchedulerSuspended, s.MaintenanceEnabled, s.NextSyncCyclePolicyType])} scheduler={s} />
          </>
        )}
      </Loaded>
    </Section>
  );
}
