// SPDX-License-Identifier: Apache-2.0
// Search Connector Space, with the filters that people know. Server-side, page by page.
import { Button, Dropdown, Field, Input, makeStyles, Option, Text } from '@fluentui/react-components';
import { Search20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { part } from '../api/client';
import type { ObjectFilter, SpaceRow } from '../api/types';
import { useSettled } from '../parts/debounce';
import { usePaged } from '../parts/paged';
import { LinkTo } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { ToneBadge } from '../parts/tone';
import { formatNumber } from '../text/format';
import { filterNames, firstNameOf } from '../text/names';

const useStyles = makeStyles({
  form: { display: 'grid', gap: '12px', gridTemplateColumns: '2fr 1fr 1fr 1fr', '@media (min-width: 641px) and (max-width: 900px)': { gridTemplateColumns: '1fr 1fr' }, '@media (max-width: 640px)': { gridTemplateColumns: '1fr' } },
  control: { minWidth: 0, width: '100%' },
});

function columnsFor(connector: string): Column<SpaceRow>[] {
  return [
    {
      key: 'name', title: 'Object', width: 'minmax(200px, 2fr)',
      render: (o) => <LinkTo to={`/connectors/${encodeURIComponent(connector)}/objects/${o.id}`}>{o.name && o.dn.startsWith('CN={') ? o.name : firstNameOf(o.dn)}</LinkTo>,
    },
    { key: 'type', title: 'Type', width: '140px', render: (o) => o.type },
    { key: 'linked', title: 'Linked', width: '70px', phone: 'hide', render: (o) => (o.connected ? 'yes' : 'no') },
    {
      key: 'state', title: 'State', width: 'minmax(150px, 1fr)',
      render: (o) => (o.error ? <ToneBadge tone="bad" text={o.error} /> : o.pendingExport ? <ToneBadge tone="notice" text={`pending ${o.pendingExport}`} /> : '–'),
    },
    { key: 'dn', title: 'Distinguished name', width: 'minmax(260px, 3fr)', render: (o) => <span title={o.dn}>{o.dn}</span> },
  ];
}

export function ConnectorSearch({ connector }: { connector: string }) {
  const styles = useStyles();
  const [parameters, setParameters] = useSearchParams();
  const filter = (parameters.get('filter') ?? 'all') as ObjectFilter;
  const type = parameters.get('type') ?? '';
  const [text, setText] = useState(parameters.get('text') ?? '');
  const [attribute, setAttribute] = useState(parameters.get('attribute') ?? '');
  const settledText = useSettled(text.trim());
  const settledAttribute = useSettled(attribute.trim());
  const paged = usePaged<SpaceRow>(`/connectors/${part(connector)}/objects`, { filter, type, text: settledText, attribute: settledAttribute });
  const set = (key: string, value: string) => setParameters((before) => {
    const next = new URLSearchParams(before);
    next.set('tab', 'search');
    if (value === '') next.delete(key);
    else next.set(key, value);
    return next;
  }, { replace: true });
  return (
    <>
      <search>
        <form className={styles.form} onSubmit={(event) => { event.preventDefault(); set('text', text.trim()); }}>
          <Field label="Text in the name or a value">
            <Input className={styles.control} value={text} contentBefore={<Search20Regular />} onChange={(_, d) => setText(d.value)} type="search" />
          </Field>
          <Field label="Scope">
            <Dropdown className={styles.control} value={filterNames[filter]} selectedOptions={[filter]} onOptionSelect={(_, d) => set('filter', d.optionValue === 'all' ? '' : d.optionValue ?? '')}>
              {Object.entries(filterNames).map(([value, label]) => <Option key={value} value={value}>{label}</Option>)}
            </Dropdown>
          </Field>
          <Field label="Type">
            <Input className={styles.control} value={type} placeholder="any" onChange={(_, d) => set('type', d.value.trim())} />
          </Field>
          <Field label="Only in this attribute">
            <Input className={styles.control} value={attribute} placeholder="any" onChange={(_, d) => setAttribute(d.value)} />
          </Field>
        </form>
      </search>
      {paged.query.isError && !paged.rows
        ? <ErrorState error={paged.query.error} doing={`searching the connector space of ${connector}`} retry={() => void paged.query.refetch()} />
        : <Table label="Objects found" rows={paged.rows} columns={columnsFor(connector)} keyOf={(o) => o.id} one="object"
            hasMore={paged.hasMore} loadingMore={paged.loadingMore} onMore={paged.more} maxHeight="62vh"
            footer={paged.scanned > (paged.rows?.length ?? 0) ? <Text size={200}>{`${formatNumber(paged.scanned)} looked at`}</Text> : undefined}
            empty={paged.hasMore
              ? <EmptyState title={`Nothing found in the first ${formatNumber(paged.scanned)} objects`} action={<Button onClick={paged.more} disabled={paged.loadingMore}>Look further</Button>} />
              : <EmptyState title="No object fits" text="Try a part of the name, another scope, or leave the attribute out." />} />}
    </>
  );
}
