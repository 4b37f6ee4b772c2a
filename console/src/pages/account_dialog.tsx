// SPDX-License-Identifier: Apache-2.0
// A new account, or a new password for one.
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Dropdown, Field, Input, Option } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { part, patch, post } from '../api/client';
import type { Account, Role } from '../api/types';
import { useNotify } from '../parts/notify';
import { ErrorState } from '../parts/states';
import { passwordLengthMin } from './password_dialog';

export function AccountDialog({ account, onClose }: { account: Account | null; onClose: () => void }) {
  const queries = useQueryClient();
  const notify = useNotify();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [password, setPassword] = useState('');
  const save = useMutation({
    mutationFn: () => (account ? patch(`/accounts/${part(account.name)}`, { password }) : post('/accounts', { name: name.trim(), role, password })),
    onSuccess: async () => {
      notify('success', account ? `The password of ${account.name} is set` : `${name} may sign in`);
      await queries.invalidateQueries({ queryKey: ['accounts'] });
      onClose();
    },
  });
  const short = password !== '' && password.length < passwordLengthMin;
  return (
    <Dialog open onOpenChange={(_, d) => !d.open && onClose()}>
      <DialogSurface>
        <form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
          <DialogBody>
            <DialogTitle>{account ? `Password of ${account.name}` : 'Add account'}</DialogTitle>
            <DialogContent style={{ display: 'flex', flexDirection: 'column', rowGap: 12 }}>
              {!account && <Field label="Name"><Input value={name} autoComplete="off" onChange={(_, d) => setName(d.value)} /></Field>}
              {!account && (
                <Field label="Role">
                  <Dropdown value={role} selectedOptions={[role]} onOptionSelect={(_, d) => setRole((d.optionValue ?? 'viewer') as Role)}>
                    <Option value="viewer">viewer</Option><Option value="operator">operator</Option><Option value="administrator">administrator</Option>
                  </Dropdown>
                </Field>
              )}
              <Field label="Password" hint={`At least ${passwordLengthMin} characters`} validationMessage={short ? 'Too short' : undefined}>
                <Input type="password" autoComplete="new-password" value={password} onChange={(_, d) => setPassword(d.value)} />
              </Field>
              {save.error && <ErrorState error={save.error} doing={account ? 'setting the password' : 'adding the account'} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>Cancel</Button>
              <Button appearance="primary" type="submit" disabled={(!account && name.trim() === '') || password.length < passwordLengthMin || save.isPending}>{account ? 'Set' : 'Add'}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
