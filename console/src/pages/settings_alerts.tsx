// SPDX-License-Identifier: Apache-2.0
// Who hears of alerts, whether a message arrives, and the test user that is sent on a schedule. All of it is set in
// server.toml, which a browser does not write: it says how mail and secrets leave the machine.
import { Text } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { post } from '../api/client';
import { alertsQuery, schedulerQuery } from '../api/queries';
import type { Alerts, AlertTest, CanarySchedule } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Facts } from '../parts/facts';
import { Findings } from '../parts/findings';
import { LastCanary } from '../parts/last_canary';
import { LinkTo, Section } from '../parts/page';
import { EmptyState, ErrorState, Lines, Loaded } from '../parts/states';
import { formatDuration, plural } from '../text/format';

function Told({ alerts }: { alerts: Alerts }) {
  const test = useMutation({ mutationFn: () => post<AlertTest>('/alerts/test') });
  if (alerts.ways.length === 0) {
    return <EmptyState title="Nobody is told" text="Alerts are shown here only. To have them sent, name [alerts.mail] or [alerts.webhook] in server.toml in the home folder, and restart the service." />;
  }
  return (
    <>
      <Facts facts={[
        ['By', alerts.ways.join(', ')],
        ['Not told of', alerts.ignored.length === 0 ? 'nothing is left out' : alerts.ignored.join(', ')],
        ['Now', alerts.alerts.length === 0 ? 'Nothing is wrong' : <LinkTo key="n" to="/health?tab=alerts">{plural(alerts.alerts.length, 'alert')}</LinkTo>],
      ]} />
      <div><ActButton need="administrator" disabled={test.isPending} onClick={() => test.mutate()}>{test.isPending ? 'Sending' : 'Send a test'}</ActButton></div>
      {test.error && <ErrorState error={test.error} doing="sending a test" />}
      {test.data && (
        <Findings findings={test.data.sent.map((one) => ({ check: one.way, verdict: one.sent ? 'ok' : 'refused', detail: one.sent ? 'sent: see whether it has arrived' : one.error, next: '' }))} />
      )}
    </>
  );
}

function Schedule({ canary }: { canary: CanarySchedule | null }) {
  if (canary === null) {
    return <EmptyState title="No test user is sent by itself" text="With [canary] in server.toml the service sends one now and then, and an alert tells when it does not arrive. Somebody can be sent by hand under Migration, step 4." />;
  }
  return (
    <Facts facts={[
      ['Every', formatDuration(canary.intervalMinutes * 60)],
      ['Last', <LastCanary key="l" canary={canary} />],
      ...(canary.last !== null && !canary.last.passed
        ? [['Why not', [canary.last.cause, canary.last.next].filter((t) => t !== '').join('. Next: ')] as [string, string]] : []),
      ['With', canary.arguments.length === 0 ? 'no arguments' : <code key="w" style={{ overflowWrap: 'anywhere' }}>{canary.arguments.join(' ')}</code>],
    ]} />
  );
}

export function AlertsTab() {
  const alerts = useQuery(alertsQuery);
  const scheduler = useQuery(schedulerQuery);
  return (
    <>
      <Section title="Who is told">
        <Text>Failed runs, guards that stopped one, clocks, certificates, drift of the pair, slow changes: what is wrong now is under <LinkTo to="/health?tab=alerts">Health, Alerts</LinkTo>.</Text>
        <Loaded query={alerts} doing="reading who is told" waiting={<Lines count={3} />}>{(data) => <Told alerts={data} />}</Loaded>
      </Section>
      <Section title="Test user on a schedule">
        <Loaded query={scheduler} doing="reading the schedule" waiting={<Lines count={3} />}>{(data) => <Schedule canary={data.canary} />}</Loaded>
      </Section>
    </>
  );
}
