// SPDX-License-Identifier: Apache-2.0
import { CheckmarkCircleRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { alertsQuery } from '../api/queries';
import type { Alert } from '../api/types';
import { EmptyState, ErrorState } from '../parts/states';
import { Message } from '../parts/message';
import { Table, type Column } from '../parts/table';
import { Time } from '../parts/time';
import { ToneBadge } from '../parts/tone';
import { toSentence } from '../text/results';

const columns: Column<Alert>[] = [
  { key: 'text', title: 'Alert', width: 'minmax(320px, 4fr)', render: (a) => <span style={{ whiteSpace: 'normal' }}><Message text={a.next === '' ? toSentence(a.text) : `${toSentence(a.text)} Next: ${a.next}`} /></span> },
  { key: 'severity', title: 'Severity', width: '110px', render: (a) => <ToneBadge tone={a.severity === 'error' ? 'bad' : 'notice'} text={a.severity} /> },
  { key: 'since', title: 'Since', width: '140px', render: (a) => <Time at={a.since} relative /> },
  { key: 'sent', title: 'Sent to', width: 'minmax(160px, 1fr)', render: (a) => (a.sentTo.length === 0 ? 'nobody' : a.sentTo.join(', ')) },
];

export function AlertList() {
  const alerts = useQuery(alertsQuery);
  if (alerts.isError && !alerts.data) return <ErrorState error={alerts.error} doing="reading the alerts" retry={() => void alerts.refetch()} />;
  return (
    <Table label="Alerts" rows={alerts.data?.alerts} columns={columns} keyOf={(a) => a.id} one="alert" skeletonRows={3}
      empty={<EmptyState icon={<CheckmarkCircleRegular fontSize={48} aria-hidden />} title="No alerts" text="Runs, guards, clocks, certificates and the partner are watched. An alert ends when its cause does." />} />
  );
}
