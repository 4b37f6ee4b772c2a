// SPDX-License-Identifier: Apache-2.0
// One's own password. What makes a good one is length; the server asks for twelve characters.
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client';
import { useNotify } from '../parts/notify';
import { ErrorState } from '../parts/states';

export const passwordLengthMin = 12;

export function PasswordDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const notify = useNotify();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const close = () => {
    setOld('');
    setFresh('');
    setAgain('');
    onClose();
  };
  const change = useMutation({
    mutationFn: () => post('/session/password', { old, new: fresh }),
    onSuccess: () => {
      notify('success', 'Your password is changed');
      close();
    },
  });
  const short = fresh !== '' && fresh.length < passwordLengthMin;
  const differs = again !== '' && again !== fresh;
  return (
    <Dialog open={open} onOpenChange={(_, data) => !data.open && close()}>
      <DialogSurface>
        <form onSubmit={(event) => { event.preventDefault(); change.mutate(); }}>
          <DialogBody>
            <DialogTitle>Change password</DialogTitle>
            <DialogContent style={{ display: 'flex', flexDirection: 'column', rowGap: 12 }}>
              <Field label="Password now"><Input type="password" autoComplete="current-password" value={old} onChange={(_, d) => setOld(d.value)} /></Field>
              <Field label="New password" hint={`At least ${passwordLengthMin} characters. A few words are better than a few signs.`} validationMessage={short ? 'Too short' : undefined}>
                <Input type="password" autoComplete="new-password" value={fresh} onChange={(_, d) => setFresh(d.value)} />
              </Field>
              <Field label="New password again" validationMessage={differs ? 'Not the same' : undefined}>
                <Input type="password" autoComplete="new-password" value={again} onChange={(_, d) => setAgain(d.value)} />
              </Field>
              {change.error && <ErrorState error={change.error} doing="changing the password" />}
            </DialogContent>
            <DialogActions>
              <Button onClick={close}>Cancel</Button>
              <Button appearance="primary" type="submit" disabled={old === '' || fresh.length < passwordLengthMin || again !== fresh || change.isPending}>Change</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
