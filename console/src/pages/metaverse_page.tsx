// SPDX-License-Identifier: Apache-2.0
// Metaverse search: by any attribute, page by page.
import { Button, Field, Input, makeStyles } from '@fluentui/react-components';
import { Search20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { MetaverseRow } from '../api/types';
import { useSettled } from '../parts/debounce';
import { usePaged } from '../parts/paged';
import { LinkTo, Page } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';

const useStyles = makeStyles({
  form: { display: 'grid', gap: '12px', gridTemplateColumns: '2fr 1fr 1fr', '@media (max-width: 640px)': { gridTemplateColumns: '1fr' } },
  control: { width: '100%', minWidth: 0 },
});

const columns: Column<MetaverseRow>[] = [
  { key: 'name', title: 'Object', width: 'minmax(260px, 3fr)', render: (o) => <LinkTo to={`/metaverse/${o.id}`}>{o.name}</LinkTo> },
  { key: 'type', title: 'Type', width: '140px', render: (o) => o.type },
  { key: 'id', title: 'Number', width: '110px', right: true, render: (o) => o.id },
];

export function MetaversePage() {
  const styles = useStyles();
  const [text, setText] = useState('');
  const [type, setType] = useState('');
  const [attribute, setAttribute] = useState('');
  const paged = usePaged<MetaverseRow>('/metaverse', { text: useSettled(text.trim()), type: useSettled(type.trim()), attribute: useSettled(attribute.trim()) });
  return (
    <Page title="Metaverse" about="The joined view: what inbound rules made of all directories, and what outbound rules read.">
      <search>
        <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
          <Field label="Text in any value"><Input className={styles.control} type="search" contentBefore={<Search20Regular />} value={text} onChange={(_, d) => setText(d.value)} /></Field>
          <Field label="Only in this attribute"><Input className={styles.control} placeholder="any" value={attribute} onChange={(_, d) => setAttribute(d.value)} /></Field>
          <Field label="Type"><Input className={styles.control} placeholder="any" value={type} onChange={(_, d) => setType(d.value)} /></Field>
        </form>
      </search>
      {paged.query.isError && !paged.rows
        ? <ErrorState error={paged.query.error} doing="searching the metaverse" retry={() => void paged.query.refetch()} />
        : <Table label="Metaverse objects" rows={paged.rows} columns={columns} keyOf={(o) => o.id} one="object" hasMore={paged.hasMore}
            loadingMore={paged.loadingMore} onMore={paged.more}
            empty={paged.hasMore ? <EmptyState title="Nothing found yet" action={<Button onClick={paged.more}>Look further</Button>} /> : <EmptyState title="No object fits" text="Try a part of a value, or another attribute." />} />}
    </Page>
  );
}
