// SPDX-License-Identifier: Apache-2.0
// Who may sign in, and what they may do.
import { Button, Dropdown, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Option, Text } from '@fluentui/react-components';
import { MoreHorizontal20Regular, PersonAdd20Regular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { part, patch, remove } from '../api/client';
import { accountsQuery } from '../api/queries';
import { useMe, useRefusal } from '../api/session';
import type { Account, Role } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Confirm } from '../parts/confirm';
import { useNotify } from '../parts/notify';
import { Page, Section } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { Time } from '../parts/time';
import { ToneBadge } from '../parts/tone';
import { formatTime, parseTime } from '../text/format';
import { AccountDialog } from './account_dialog';
import { TokensDialog } from './tokens_dialog';

const useStyles = makeStyles({
  roles: { margin: 0, paddingLeft: '20px' },
});

const timeOf = (at: string) => formatTime(parseTime(at) ?? new Date());

const roles: Role[] = ['viewer', 'operator', 'administrator'];

type Asked = { kind: 'create' } | { kind: 'password' | 'tokens' | 'remove'; account: Account } | null;

export function AccessPage() {
  const styles = useStyles();
  const me = useMe();
  const notify = useNotify();
  const queries = useQueryClient();
  const refused = useRefusal('administrator');
  const accounts = useQuery({ ...accountsQuery, enabled: refused === null });
  const [asked, setAsked] = useState<Asked>(null);
  const refresh = () => queries.invalidateQueries({ queryKey: ['accounts'] });
  const failed = (error: Error) => notify('error', 'The account was not changed', error.message);
  const change = useMutation({ mutationFn: ({ name, ...body }: { name: string; role?: Role; disabled?: boolean }) => patch(`/accounts/${part(name)}`, body), onSuccess: refresh, onError: failed });
  const removal = useMutation({ mutationFn: (name: string) => remove(`/accounts/${part(name)}`), onSuccess: refresh, onError: failed });
  const columns: Column<Account>[] = [
    { key: 'name', title: 'Account', width: 'minmax(160px, 2fr)', render: (a) => `${a.name}${a.name === me.name ? ' (you)' : ''}` },
    {
      key: 'role', title: 'Role', width: '150px',
      render: (a) => (
        <Dropdown size="small" aria-label={`Role of ${a.name}`} style={{ minWidth: 0, width: '100%' }} value={a.role} selectedOptions={[a.role]} disabled={a.name === me.name}
          onOptionSelect={(_, d) => change.mutate({ name: a.name, role: (d.optionValue ?? a.role) as Role })}>
          {roles.map((role) => <Option key={role} value={role}>{role}</Option>)}
        </Dropdown>
      ),
    },
    {
      key: 'state', title: 'State', width: '150px',
      render: (a) => (a.disabled ? <ToneBadge tone="neutral" text="disabled" /> : a.lockedUntil !== null ? <ToneBadge tone="notice" text={`locked until ${timeOf(a.lockedUntil)}`} title="Too many failed sign-ins; a new password ends it" /> : <ToneBadge tone="good" text="may sign in" />),
    },
    { key: 'last', title: 'Last sign-in', width: '140px', render: (a) => (a.lastSignIn === null ? 'never' : <Time at={a.lastSignIn} relative />) },
    { key: 'by', title: 'Signs in by', width: '150px', phone: 'hide', render: (a) => [a.hasPassword ? 'password' : '', a.oidcSubject !== '' || a.oidcEmail !== '' ? 'OpenID' : ''].filter((t) => t !== '').join(', ') || 'a link only' },
    { key: 'tokens', title: 'Tokens', width: '70px', right: true, render: (a) => a.tokens.length },
    {
      key: 'act', title: '', width: '60px',
      render: (a) => (
        <Menu>
          <MenuTrigger disableButtonEnhancement><Button appearance="subtle" icon={<MoreHorizontal20Regular />} aria-label={`More about ${a.name}`} /></MenuTrigger>
          <MenuPopover>
            <MenuList>
              <MenuItem onClick={() => setAsked({ kind: 'password', account: a })}>Set password…</MenuItem>
              <MenuItem onClick={() => setAsked({ kind: 'tokens', account: a })}>API tokens…</MenuItem>
              <MenuItem disabled={a.name === me.name} onClick={() => change.mutate({ name: a.name, disabled: !a.disabled })}>{a.disabled ? 'Enable' : 'Disable'}</MenuItem>
              <MenuItem disabled={a.name === me.name} onClick={() => setAsked({ kind: 'remove', account: a })}>Remove…</MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      ),
    },
  ];
  return (
    <Page title="Access" actions={<ActButton need="administrator" appearance="primary" icon={<PersonAdd20Regular />} onClick={() => setAsked({ kind: 'create' })}>Add account</ActButton>}>
      {refused !== null && <Text>{refused}</Text>}
      {accounts.isError && !accounts.data && <ErrorState error={accounts.error} doing="reading the accounts" retry={() => void accounts.refetch()} />}
      {refused === null && (!accounts.isError || accounts.data) && (
        <Table label="Accounts" rows={accounts.data} columns={columns} keyOf={(a) => a.name} one="account" skeletonRows={3} empty={<EmptyState title="No accounts" />} />
      )}
      <Section title="What roles may do">
        <ul className={styles.roles}>
          <li><Text weight="semibold">Viewer: </Text>sees everything but secrets, accounts and the audit log.</li>
          <li><Text weight="semibold">Operator: </Text>also runs cycles, profiles, checks, comparisons, test users and previews.</li>
          <li><Text weight="semibold">Administrator: </Text>also changes the policy, secrets and accounts, and decides which server writes.</li>
        </ul>
      </Section>
      {asked?.kind === 'create' && <AccountDialog account={null} onClose={() => setAsked(null)} />}
      {asked?.kind === 'password' && <AccountDialog account={asked.account} onClose={() => setAsked(null)} />}
      {asked?.kind === 'tokens' && <TokensDialog account={accounts.data?.find((a) => a.name === asked.account.name) ?? asked.account} onClose={() => setAsked(null)} />}
      <Confirm open={asked?.kind === 'remove'} title={asked?.kind === 'remove' ? `Remove ${asked.account.name}?` : ''} act="Remove"
        onConfirm={() => { if (asked?.kind === 'remove') removal.mutate(asked.account.name); setAsked(null); }} onClose={() => setAsked(null)}>
        <Text>Sessions and tokens of this account end at once. What it did stays in the audit log.</Text>
      </Confirm>
    </Page>
  );
}
