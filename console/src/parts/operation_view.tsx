// SPDX-License-Identifier: Apache-2.0
// An operation while it runs and when it is over: progress, notes, result, and a way to stop it.
import { Button, Field, makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { Stop20Regular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import { part, remove } from '../api/client';
import { isOver, useOperation } from '../api/operations';
import { useRefusal } from '../api/session';
import type { Operation, Progress } from '../api/types';
import { formatNumber } from '../text/format';
import { ErrorState, Lines } from './states';
import { Time, Took } from './time';
import { OperationBadge } from './tone';

const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', rowGap: '12px' },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '12px', minHeight: '32px' },
  notes: {
    margin: 0, padding: '8px 12px', listStyle: 'none', maxHeight: '220px', overflow: 'auto', borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground3, fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300, overflowWrap: 'anywhere', whiteSpace: 'pre-wrap',
  },
  grow: { marginLeft: 'auto' },
});

function ProgressLine({ progress }: { progress: Progress | null }) {
  const known = progress !== null && progress.total > 0;
  const text = progress === null ? 'Under way' : known
    ? `${progress.text}: ${formatNumber(progress.done)} of ${formatNumber(progress.total)}`
    : `${progress.text}${progress.done > 0 ? `: ${formatNumber(progress.done)}` : ''}`;
  return (
    <Field validationMessage={text} validationState="none">
      <ProgressBar aria-label={text} value={known ? progress.done / progress.total : undefined} thickness="large" />
    </Field>
  );
}

const hasResult = (operation: Operation) => typeof operation.result === 'object' && operation.result !== null && !('error' in operation.result);

export function OperationView({ id, onEnd, result }: {
  id: string; onEnd?: (operation: Operation) => void; result?: (operation: Operation) => ReactNode;
}) {
  const styles = useStyles();
  const { operation, notes, progress, error } = useOperation(id);
  const refused = useRefusal('operator');
  const cancel = useMutation({ mutationFn: () => remove(`/operations/${part(id)}`) });
  const over = isOver(operation);
  const told = useRef<string | null>(null);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (operation && over && told.current !== id) {
      told.current = id;
      onEnd?.(operation);
    }
  }, [operation, over, onEnd, id]);
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [notes]);
  if (error && !operation) return <ErrorState error={error} doing="asking how the operation is going" />;
  if (!operation) return <Lines count={3} />;
  return (
    <div className={styles.all}>
      <div className={styles.head}>
        <OperationBadge state={operation.state} found={hasResult(operation)} />
        <Text weight="semibold">{operation.title}</Text>
        <Text>by {operation.startedBy}, <Time at={operation.startedAt} />{over && <>, took <Took start={operation.startedAt} end={operation.endedAt} /></>}</Text>
        {!over && refused === null && (
          <Button className={styles.grow} icon={<Stop20Regular />} disabled={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate()}>
            {cancel.isSuccess ? 'Stopping' : 'Stop'}
          </Button>
        )}
      </div>
      {!over && <ProgressLine progress={progress} />}
      {cancel.error && <ErrorState error={cancel.error} doing="stopping the operation" />}
      {notes.length > 0 && (
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <ol ref={list} className={styles.notes} aria-live="polite" aria-label="What it says" tabIndex={0}>
          {notes.map((note, i) => <li key={i}>{note}</li>)}
        </ol>
      )}
      {operation.error && !hasResult(operation) && <ErrorState error={new Error(operation.error.message)} doing={operation.title} />}
      {over && hasResult(operation) && result?.(operation)}
    </div>
  );
}
