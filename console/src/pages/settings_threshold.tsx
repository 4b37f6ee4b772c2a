// SPDX-License-Identifier: Apache-2.0
// The guard against accidental deletions.
import { Field, makeStyles, SpinButton, Switch, Text } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { put } from '../api/client';
import { thresholdQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import type { Threshold } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { useNotify } from '../parts/notify';
import { Section } from '../parts/page';
import { ErrorState, Lines, Loaded } from '../parts/states';
import { formatNumber } from '../text/format';

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', rowGap: '12px', maxWidth: '420px' } });

function Form({ threshold }: { threshold: Threshold }) {
  const styles = useStyles();
  const queries = useQueryClient();
  const notify = useNotify();
  const refused = useRefusal('administrator');
  const [on, setOn] = useState(threshold.DeletionPrevention !== 0);
  const [count, setCount] = useState(threshold.ThresholdCount);
  const [percent, setPercent] = useState(threshold.ThresholdPercentage);
  const [asking, setAsking] = useState(false);
  const save = useMutation({
    mutationFn: () => put('/threshold', { enabled: on, count, percent }),
    onSuccess: async () => {
      notify('success', 'The threshold is changed');
      await queries.invalidateQueries({ queryKey: ['threshold'] });
    },
  });
  const changed = on !== (threshold.DeletionPrevention !== 0) || count !== threshold.ThresholdCount || percent !== threshold.ThresholdPercentage;
  const readOnly = refused !== null;
  return (
    <form className={styles.form} onSubmit={(event) => { event.preventDefault(); if (on) save.mutate(); else setAsking(true); }}>
      <Switch label="Stop an export that would delete too much" checked={on} disabled={readOnly} onChange={(_, d) => setOn(d.checked)} />
      <Field label="More deletions than"><SpinButton value={count} min={1} disabled={readOnly || !on} onChange={(_, d) => setCount(Math.max(1, d.value ?? Number(d.displayValue ?? count)))} /></Field>
      <Field label="Or more per cent of all objects than" hint={`Counts once there are more than ${formatNumber(threshold.PercentageAppliesAbove)} objects.`}>
        <SpinButton value={percent} min={0} max={100} disabled={readOnly || !on} onChange={(_, d) => setPercent(Math.max(0, Math.min(100, d.value ?? Number(d.displayValue ?? percent))))} />
      </Field>
      {save.error && <ErrorState error={save.error} doing="changing the threshold" />}
      <div><ActButton need="administrator" appearance="primary" type="submit" disabled={!changed || save.isPending}>Save</ActButton></div>
      <Confirm open={asking} title="Switch the deletion threshold off?" act="Switch off" type="no threshold" onConfirm={() => { setAsking(false); save.mutate(); }} onClose={() => setAsking(false)}>
        <Text>From then on nothing stops an export that deletes everything: a wrong filter, an unreadable directory. To let one export through, run it with “Export, deletions allowed” instead.</Text>
      </Confirm>
    </form>
  );
}

export function ThresholdTab() {
  const threshold = useQuery(thresholdQuery);
  return (
    <Section title="Deletion threshold">
      <Text>An export that would delete more than this stops before anything is sent, and waits for somebody to decide.</Text>
      <Loaded query={threshold} doing="reading the threshold" waiting={<Lines count={4} />}>{(t) => <Form key={JSON.stringify(t)} threshold={t} />}</Loaded>
    </Section>
  );
}
