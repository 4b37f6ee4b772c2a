// SPDX-License-Identifier: Apache-2.0
// The last question before something that matters: what will happen, and a button that says it. Where an act
// cannot be undone, the name of what it is about is typed.
import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, makeStyles,
} from '@fluentui/react-components';
import { useState, type ReactNode } from 'react';

const useStyles = makeStyles({ content: { display: 'flex', flexDirection: 'column', rowGap: '12px' } });

export interface ConfirmProps {
  open: boolean; title: string; children: ReactNode; act: string; type?: string; busy?: boolean; ready?: boolean;
  onConfirm: () => void; onClose: () => void;
}

export function Confirm({ open, title, children, act, type, busy = false, ready = true, onConfirm, onClose }: ConfirmProps) {
  const styles = useStyles();
  const [typed, setTyped] = useState('');
  const close = () => {
    setTyped('');
    onClose();
  };
  const matches = type === undefined || typed.trim() === type;
  return (
    <Dialog open={open} modalType="alert" onOpenChange={(_, data) => !data.open && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={styles.content}>
            {children}
            {type !== undefined && (
              <Field label={`Type ${type} to confirm`}>
                <Input value={typed} onChange={(_, data) => setTyped(data.value)} autoComplete="off" />
              </Field>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={close}>Cancel</Button>
            <Button appearance="primary" disabled={!matches || busy || !ready} onClick={() => { setTyped(''); onConfirm(); }}>{act}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
