// SPDX-License-Identifier: Apache-2.0
// Before a policy is saved: what it would do to all objects, worked out by the engine on a copy. Then it is saved over
// exactly the version that was read; somebody else's change in between is refused, not overwritten.
import {
  Button, Checkbox, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, MessageBar, MessageBarBody, Text,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { put } from '../api/client';
import type { Effect, Operation, Policy } from '../api/types';
import { formatNumber } from '../text/format';
import { EffectView } from './effect_view';
import { useNotify } from './notify';
import { OperationView } from './operation_view';
import { ErrorState } from './states';
import { useStart } from './start';

export function deletionsIn(effect: Effect | null): number {
  return effect?.types.reduce((sum, type) => sum + type.deleted.count + type.leaving.count, 0) ?? 0;
}

export function PolicyReview({ draft, etag, title, onSaved, onClose }: {
  draft: Policy; etag: string; title: string; onSaved: () => void; onClose: () => void;
}) {
  const notify = useNotify();
  const queries = useQueryClient();
  const [id, setId] = useState<string | null>(null);
  const [ended, setEnded] = useState<Operation | null>(null);
  const [sure, setSure] = useState(false);
  const started = useCallback((operation: Operation) => setId(operation.id), []);
  const { mutate: start, error: startError } = useStart(started);
  useEffect(() => start({ path: '/policy/effect', body: { policy: draft } }), [start, draft]);
  const save = useMutation({
    mutationFn: () => put('/policy', draft, { 'If-Match': etag }),
    onSuccess: async () => {
      notify('success', 'The policy is saved', 'The next synchronization looks at every object. It can be undone under History.');
      await queries.invalidateQueries();
      onSaved();
    },
  });
  const effect = ended?.state === 'done' ? (ended.result as Effect) : null;
  const deletions = deletionsIn(effect);
  return (
    <Dialog open modalType="alert" onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface style={{ maxWidth: 800 }}>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent style={{ display: 'flex', flexDirection: 'column', rowGap: 12 }}>
            <Text>What it would do to all objects, worked out on a copy of what has been imported. Nothing is written yet.</Text>
            {startError && <ErrorState error={startError} doing="working out the effect" retry={() => start({ path: '/policy/effect', body: { policy: draft } })} />}
            {id !== null && <OperationView id={id} onEnd={setEnded} result={(operation) => <EffectView effect={operation.result as Effect} />} />}
            {deletions > 0 && (
              <MessageBar intent="error" layout="multiline"><MessageBarBody>{`${formatNumber(deletions)} objects would leave a directory.`}</MessageBarBody></MessageBar>
            )}
            {deletions > 0 && <Checkbox label={`Yes, ${formatNumber(deletions)} objects are to be deleted`} checked={sure} onChange={(_, data) => setSure(data.checked === true)} />}
            {save.error && <ErrorState error={save.error} doing="saving the policy" />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Back to editing</Button>
            <Button appearance="primary" disabled={effect === null || (deletions > 0 && !sure) || save.isPending} onClick={() => save.mutate()}>Save the policy</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
