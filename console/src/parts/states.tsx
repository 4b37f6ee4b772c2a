// SPDX-License-Identifier: Apache-2.0
// Nothing there, not yet there, or failed. Each keeps the place that the content takes.
import {
  Body1, Button, makeStyles, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Skeleton, SkeletonItem, Subtitle2, tokens,
} from '@fluentui/react-components';
import { ArrowClockwise20Regular, DocumentSearchRegular } from '@fluentui/react-icons';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { splitNext } from '../text/results';

const useStyles = makeStyles({
  empty: {
    display: 'flex', flexDirection: 'column', alignItems: 'center', rowGap: '8px', padding: '40px 16px', textAlign: 'center',
    color: tokens.colorNeutralForeground2,
  },
  lines: { display: 'flex', flexDirection: 'column', rowGap: '12px', padding: '4px 0' },
  message: { overflowWrap: 'anywhere', whiteSpace: 'pre-line' },
});

export function EmptyState({ title, text, action, icon }: { title: string; text?: ReactNode; action?: ReactNode; icon?: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.empty}>
      {icon ?? <DocumentSearchRegular fontSize={48} aria-hidden />}
      <Subtitle2 as="p">{title}</Subtitle2>
      {text && <Body1 as="p">{text}</Body1>}
      {action}
    </div>
  );
}

function adviceFor(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Try again. If it stays, please report it.';
  if (error.status === 403) return 'Ask an administrator of this server for the role, under Access.';
  if (error.status === 404) return 'It may have been removed meanwhile. Go back and look for it again.';
  if (error.status === 409) return 'Look at what is running under Operations, then try again.';
  return 'Try again.';
}

export function ErrorState({ error, doing, retry }: { error: unknown; doing: string; retry?: () => void }) {
  const styles = useStyles();
  const message = error instanceof Error ? error.message : String(error);
  const { text, next } = splitNext(message);
  return (
    <MessageBar intent="error" layout="multiline" politeness="assertive">
      <MessageBarBody className={styles.message}>
        <MessageBarTitle>{`Failed: ${doing}.`}</MessageBarTitle>
        {`${text} ${next === '' ? adviceFor(error) : next}`}
      </MessageBarBody>
      {retry && (
        <MessageBarActions>
          <Button icon={<ArrowClockwise20Regular />} onClick={retry}>Try again</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}

export function Lines({ count = 4, height = 16 }: { count?: number; height?: number }) {
  const styles = useStyles();
  return (
    <Skeleton aria-label="Loading" className={styles.lines}>
      {Array.from({ length: count }, (_, i) => (
        <SkeletonItem key={i} style={{ height, width: `${[92, 100, 78, 88][i % 4] ?? 90}%` }} />
      ))}
    </Skeleton>
  );
}

// A query's three states; while it is asked again, what was there stays.
export function Loaded<T>({ query, doing, waiting, children }: {
  query: UseQueryResult<T>; doing: string; waiting?: ReactNode; children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <ErrorState error={query.error} doing={doing} retry={() => void query.refetch()} />}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) return <ErrorState error={query.error} doing={doing} retry={() => void query.refetch()} />;
  return <>{waiting ?? <Lines />}</>;
}
