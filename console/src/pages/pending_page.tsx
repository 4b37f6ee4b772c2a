// SPDX-License-Identifier: Apache-2.0
// What the next export would write: filtered, with old and new values, and as CSV. Deletions stand first.
import { Button, Checkbox, Dropdown, Field, makeStyles, MessageBar, MessageBarBody, Option } from '@fluentui/react-components';
import { ArrowDownload20Regular, ChevronDown20Regular, ChevronRight20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { apiPath } from '../api/client';
import { connectorsQuery, pendingQuery, statusQuery } from '../api/queries';
import type { PendingExport } from '../api/types';
import { AttributeTable } from '../parts/attribute_table';
import { LinkTo, Page } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { ToneBadge } from '../parts/tone';
import { plural } from '../text/format';

const step = 500;

const useStyles = makeStyles({
  form: { display: 'grid', gap: '12px', gridTemplateColumns: '1fr 1fr auto', alignItems: 'end', maxWidth: '760px', '@media (max-width: 640px)': { gridTemplateColumns: '1fr' } },
  control: { width: '100%', minWidth: 0 },
});

const tones = { Add: 'good', Update: 'notice', Delete: 'bad' } as const;

// Never more changes on the page than a person reads: the rest is in the CSV.
function ChangeList({ pending }: { pending: PendingExport }) {
  const [open, setOpen] = useState(false);
  const changes = pending.changes ?? [];
  if (changes.length === 0) return <span>{pending.operation === 'Delete' ? 'the object is deleted' : '–'}</span>;
  if (changes.length === 1 && changes[0] && !open) {
    const [change] = changes;
    return <span title={`${change.before} → ${change.after}`}>{`${change.attribute}: ${change.before === '' ? '–' : change.before} → ${change.after === '' ? '–' : change.after}`}</span>;
  }
  return (
    <div style={{ whiteSpace: 'normal' }}>
      <Button size="small" appearance="subtle" icon={open ? <ChevronDown20Regular /> : <ChevronRight20Regular />} aria-expanded={open} onClick={() => setOpen(!open)}>{plural(changes.length, 'attribute')}</Button>
      {open && <AttributeTable label={`Changes of ${pending.name}`} columns={['Before', 'After']} filterable={false}
        rows={changes.map((c) => ({ name: c.attribute, cells: [c.before === '' ? '–' : c.before, c.after === '' ? '–' : c.after] }))} />}
    </div>
  );
}

const columns: Column<PendingExport>[] = [
  { key: 'name', title: 'Object', width: 'minmax(220px, 2fr)', render: (p) => <LinkTo to={`/connectors/${encodeURIComponent(p.connector)}/objects/${p.object}?tab=export`}>{p.name === '' ? p.dn : p.name}</LinkTo> },
  { key: 'operation', title: 'Operation', width: '100px', render: (p) => <ToneBadge tone={tones[p.operation]} text={p.operation} /> },
  { key: 'type', title: 'Type', width: '80px', render: (p) => p.type },
  { key: 'connector', title: 'Connector', width: '110px', phone: 'hide', render: (p) => p.connector },
  { key: 'changes', title: 'Changes', width: 'minmax(280px, 4fr)', render: (p) => <>{p.heldBack && <ToneBadge tone="guard" text="held back" />} <ChangeList pending={p} /></> },
];

export function PendingPage() {
  const styles = useStyles();
  const [parameters, setParameters] = useSearchParams();
  const connector = parameters.get('connector') ?? '';
  const operation = parameters.get('operation') ?? '';
  const [details, setDetails] = useState(true);
  const [limit, setLimit] = useState(step);
  const connectors = useQuery(connectorsQuery);
  const status = useQuery(statusQuery);
  const pending = useQuery(pendingQuery({ connector, operation, details, limit }));
  const set = (key: string, value: string) => setParameters((before) => {
    const next = new URLSearchParams(before);
    if (value === '') next.delete(key);
    else next.set(key, value);
    return next;
  }, { replace: true });
  const total = pending.data?.total ?? 0;
  return (
    <Page title="Pending exports" about={status.data?.role === 'staging'
      ? 'What this server would write if it were active. It is in staging, so nothing is sent.'
      : 'What the next export writes. Looking changes nothing.'}
      actions={<Button as="a" icon={<ArrowDownload20Regular />} href={apiPath('/pending.csv', { connector, operation })} download>Download CSV</Button>}>
      <div className={styles.form}>
        <Field label="Connector">
          <Dropdown className={styles.control} value={connector === '' ? 'All' : connector} selectedOptions={[connector]} onOptionSelect={(_, d) => set('connector', d.optionValue ?? '')}>
            <Option value="">All</Option>
            {(connectors.data ?? []).map((c) => <Option key={c.Name} value={c.Name}>{c.Name}</Option>)}
          </Dropdown>
        </Field>
        <Field label="Operation">
          <Dropdown className={styles.control} value={{ '': 'All', add: 'Add', update: 'Update', delete: 'Delete' }[operation] ?? 'All'} selectedOptions={[operation]} onOptionSelect={(_, d) => set('operation', d.optionValue ?? '')}>
            <Option value="">All</Option><Option value="add">Add</Option><Option value="update">Update</Option><Option value="delete">Delete</Option>
          </Dropdown>
        </Field>
        <Checkbox label="Show values" checked={details} onChange={(_, d) => setDetails(d.checked === true)} />
      </div>
      {pending.data && status.data?.role === 'active' && operation === 'delete' && total > 0 && (
        <MessageBar intent="warning" layout="multiline"><MessageBarBody>{`${plural(total, 'object')} will be deleted by the next export. The tenant keeps them for 30 days.`}</MessageBarBody></MessageBar>
      )}
      {pending.isError && !pending.data
        ? <ErrorState error={pending.error} doing="reading the pending exports" retry={() => void pending.refetch()} />
        : <Table label="Pending exports" rows={pending.data?.pendingExports} columns={columns} keyOf={(p) => `${p.connector} ${p.object}`} total={total} one="pending export"
            hasMore={(pending.data?.pendingExports.length ?? 0) < total} loadingMore={pending.isPlaceholderData} onMore={() => setLimit(limit + step)}
            empty={<EmptyState title="Nothing is pending" text="The connected directories are as the rules want them." />} />}
    </Page>
  );
}
