// SPDX-License-Identifier: Apache-2.0
// Every administrative act, with the person's name; and whether the chain of lines is whole.
import { Field, Input, makeStyles, MessageBar, MessageBarBody, Text } from '@fluentui/react-components';
import { ShieldCheckmark20Regular } from '@fluentui/react-icons';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { get } from '../api/client';
import { useRefusal } from '../api/session';
import type { AuditLine, AuditPage as AuditLines, AuditProof } from '../api/types';
import { ActButton } from '../parts/act_button';
import { useSettled } from '../parts/debounce';
import { Page } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { Time } from '../parts/time';
import { ToneBadge } from '../parts/tone';
import { plural } from '../text/format';

const useStyles = makeStyles({
  form: { display: 'grid', gap: '12px', gridTemplateColumns: '1fr 1fr', maxWidth: '640px', '@media (max-width: 640px)': { gridTemplateColumns: '1fr' } },
  control: { width: '100%', minWidth: 0 },
});

const columns: Column<AuditLine>[] = [
  { key: 'act', title: 'Act', width: 'minmax(150px, 1fr)', render: (l) => l.act },
  { key: 'on', title: 'On', width: 'minmax(180px, 2fr)', render: (l) => <span title={l.on}>{l.on}</span> },
  { key: 'who', title: 'Who', width: 'minmax(110px, 1fr)', render: (l) => l.who },
  { key: 'outcome', title: 'Outcome', width: '110px', render: (l) => <ToneBadge tone={l.outcome === 'done' ? 'good' : 'notice'} text={l.outcome} /> },
  { key: 'at', title: 'When', width: '150px', render: (l) => <Time at={l.at} /> },
  { key: 'from', title: 'From', width: '160px', phone: 'hide', render: (l) => `${l.door}${l.from === '' ? '' : `, ${l.from}`}` },
  { key: 'n', title: 'Line', width: '60px', right: true, phone: 'hide', render: (l) => <span title={l.hash}>{l.n}</span> },
];

export function AuditPage() {
  const styles = useStyles();
  const refused = useRefusal('administrator');
  const [who, setWho] = useState('');
  const [act, setAct] = useState('');
  const parameters = { who: useSettled(who.trim()), act: useSettled(act.trim()) };
  const query = useInfiniteQuery({
    queryKey: ['audit', parameters], initialPageParam: null as number | null, enabled: refused === null,
    queryFn: ({ pageParam }) => get<AuditLines>('/audit', { ...parameters, before: pageParam, limit: 200 }),
    getNextPageParam: (page) => page.next,
  });
  const lines = useMemo(() => query.data?.pages.flatMap((p) => p.lines), [query.data]);
  const { fetchNextPage } = query;
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const verify = useMutation({ mutationFn: () => get<AuditProof>('/audit/verify') });
  return (
    <Page title="Audit" about="Who did what, when and from where. Each line holds the hash of the one before: none can be changed or taken out unseen."
      actions={<ActButton need="administrator" icon={<ShieldCheckmark20Regular />} disabled={verify.isPending} onClick={() => verify.mutate()}>Verify the chain</ActButton>}>
      {verify.error && <ErrorState error={verify.error} doing="verifying the audit log" retry={() => verify.mutate()} />}
      {verify.data && (
        <MessageBar intent={verify.data.ok ? 'success' : 'error'} layout="multiline">
          <MessageBarBody>
            {verify.data.ok ? `The chain is whole: ${plural(verify.data.lines, 'line')}, last hash ${verify.data.lastHash}. Keep that hash elsewhere: only so a log that was cut at its end is found.` : `The chain is broken at line ${verify.data.firstBad ?? '?'}: ${verify.data.message}`}
          </MessageBarBody>
        </MessageBar>
      )}
      {refused !== null ? <Text>{refused}</Text> : (
        <>
          <search>
            <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
              <Field label="Who"><Input className={styles.control} type="search" value={who} onChange={(_, d) => setWho(d.value)} /></Field>
              <Field label="Act"><Input className={styles.control} type="search" value={act} placeholder="policy, staging, sign-in…" onChange={(_, d) => setAct(d.value)} /></Field>
            </form>
          </search>
          {query.isError && !lines
            ? <ErrorState error={query.error} doing="reading the audit log" retry={() => void query.refetch()} />
            : <Table label="Audit log" rows={lines} columns={columns} keyOf={(l) => l.n} one="line" hasMore={query.hasNextPage} loadingMore={query.isFetchingNextPage} onMore={more}
                empty={<EmptyState title="No line fits" />} />}
        </>
      )}
    </Page>
  );
}
