// SPDX-License-Identifier: Apache-2.0
// API tokens of an account, for scripts. A token is shown once, when it is made.
import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Input, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { part, post, remove } from '../api/client';
import type { Account } from '../api/types';
import { ErrorState } from '../parts/states';
import { Table } from '../parts/table';
import { Time } from '../parts/time';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', rowGap: '12px' },
  token: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: 'anywhere' },
  form: { display: 'flex', gap: '8px', alignItems: 'end', flexWrap: 'wrap' },
});

export function TokensDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const styles = useStyles();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const refresh = () => queries.invalidateQueries({ queryKey: ['accounts'] });
  const make = useMutation({
    mutationFn: () => post<{ name: string; token: string }>(`/accounts/${part(account.name)}/tokens`, { token: name.trim() }),
    onSuccess: async () => { setName(''); await refresh(); },
  });
  const forget = useMutation({ mutationFn: (token: string) => remove(`/accounts/${part(account.name)}/tokens/${part(token)}`), onSuccess: refresh });
  return (
    <Dialog open onOpenChange={(_, d) => !d.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{`API tokens of ${account.name}`}</DialogTitle>
          <DialogContent className={styles.content}>
            <Text>A script that sends a token has this account’s role.</Text>
            {make.data && (
              <MessageBar intent="success" layout="multiline"><MessageBarBody>{`${make.data.name}, shown this once: `}<span className={styles.token}>{make.data.token}</span></MessageBarBody></MessageBar>
            )}
            <Table label="Tokens" rows={account.tokens} keyOf={(t) => t.name} one="token" empty={<Text>There is none.</Text>} columns={[
              { key: 'name', title: 'Token', width: 'minmax(100px, 1fr)', render: (t) => t.name },
              { key: 'made', title: 'Made', width: '120px', render: (t) => <Time at={t.created} /> },
              { key: 'end', title: 'Ends in', width: '70px', render: (t) => t.lastFour },
              { key: 'act', title: '', width: '80px', render: (t) => <Button size="small" aria-label={`Remove ${t.name}`} onClick={() => forget.mutate(t.name)}>Remove</Button> },
            ]} />
            <form className={styles.form} onSubmit={(event) => { event.preventDefault(); make.mutate(); }}>
              <Field label="A new one, for"><Input value={name} placeholder="monitoring" onChange={(_, d) => setName(d.value)} /></Field>
              <Button type="submit" disabled={name.trim() === '' || make.isPending}>Make token</Button>
            </form>
            {(make.error ?? forget.error) && <ErrorState error={make.error ?? forget.error} doing="changing the tokens" />}
          </DialogContent>
          <DialogActions><Button onClick={onClose}>Close</Button></DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
