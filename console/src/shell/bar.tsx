// SPDX-License-Identifier: Apache-2.0
// Which server this is and what it may do, what is running, how the page looks, who is signed in.
import {
  Badge, Button, makeStyles, Menu, MenuDivider, MenuGroup, MenuGroupHeader, MenuItem, MenuItemRadio, MenuList, MenuPopover, MenuTrigger,
  Spinner, Text, tokens, Tooltip,
} from '@fluentui/react-components';
import { Navigation24Regular, PersonCircle24Regular, WeatherMoon24Regular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { remove } from '../api/client';
import { operationsQuery, setupQuery, statusQuery } from '../api/queries';
import { useMe } from '../api/session';
import { PasswordDialog } from '../pages/password_dialog';
import { useThemeChoice, type ThemeChoice } from './theme';

const useStyles = makeStyles({
  bar: {
    display: 'flex', alignItems: 'center', columnGap: '8px', height: '48px', padding: '0 12px', flexShrink: 0,
    backgroundColor: '#0b3a66', color: '#ffffff',
  },
  onBar: { color: '#ffffff', minWidth: '40px', ':hover': { color: '#ffffff', backgroundColor: 'rgba(255,255,255,0.16)' }, ':hover:active': { color: '#ffffff', backgroundColor: 'rgba(255,255,255,0.24)' },
    '& .fui-Button__icon': { color: '#ffffff' }, ':hover .fui-Button__icon': { color: '#ffffff' } },
  name: { fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase400, color: '#ffffff', marginRight: '4px' },
  server: { color: '#ffffff', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', minWidth: 0, '@media (max-width: 640px)': { display: 'none' } },
  grow: { flexGrow: 1, minWidth: 0 },
  running: { maxWidth: '320px', overflow: 'hidden' },
  wide: { '@media (max-width: 640px)': { display: 'none' } },
});

function Running() {
  const styles = useStyles();
  const navigate = useNavigate();
  const operations = useQuery(operationsQuery);
  const running = operations.data?.find((o) => o.state === 'running');
  return (
    <div role="status" aria-live="polite">
      {running && (
        <Button appearance="transparent" className={styles.onBar} icon={<Spinner size="tiny" appearance="inverted" aria-hidden />}
          aria-label={`Running: ${running.title}. Open it`} onClick={() => void navigate(`/operations/live/${running.id}`)}>
          <span className={styles.wide}>{running.title}</span>
        </Button>
      )}
    </div>
  );
}

function ThemeMenu() {
  const styles = useStyles();
  const { choice, choose } = useThemeChoice();
  return (
    <Menu checkedValues={{ theme: [choice] }} onCheckedValueChange={(_, data) => choose((data.checkedItems[0] ?? 'system') as ThemeChoice)}>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="transparent" className={styles.onBar} icon={<WeatherMoon24Regular />} aria-label="Light or dark" />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItemRadio name="theme" value="system">As the system</MenuItemRadio>
          <MenuItemRadio name="theme" value="light">Light</MenuItemRadio>
          <MenuItemRadio name="theme" value="dark">Dark</MenuItemRadio>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function PersonMenu() {
  const styles = useStyles();
  const me = useMe();
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  const signOut = useMutation({
    mutationFn: () => remove('/session'),
    onSettled: () => {
      queries.clear();
      location.reload();
    },
  });
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button appearance="transparent" className={styles.onBar} icon={<PersonCircle24Regular />} aria-label={`Signed in as ${me.name}, ${me.role}`}>
            <span className={styles.wide}>{me.name}</span>
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuGroup>
              <MenuGroupHeader>{`${me.name} · ${me.role}`}</MenuGroupHeader>
              {me.door === 'password' && <MenuItem onClick={() => setChanging(true)}>Change password</MenuItem>}
              <MenuDivider />
              <MenuItem onClick={() => signOut.mutate()}>Sign out</MenuItem>
            </MenuGroup>
          </MenuList>
        </MenuPopover>
      </Menu>
      <PasswordDialog open={changing} onClose={() => setChanging(false)} />
    </>
  );
}

export function Bar({ narrow, onMenu }: { narrow: boolean; onMenu: () => void }) {
  const styles = useStyles();
  const setup = useQuery(setupQuery);
  // What is not set up yet has no status.
  const status = useQuery({ ...statusQuery, enabled: setup.data?.needed === false });
  return (
    <header className={styles.bar}>
      {narrow && <Button appearance="transparent" className={styles.onBar} icon={<Navigation24Regular />} aria-label="Open the navigation" onClick={onMenu} />}
      <Text className={styles.name}>Tandem</Text>
      {status.data && (
        <>
          <Tooltip relationship="description" content={status.data.role === 'active' ? 'This server writes to the tenant' : 'This server imports and synchronizes, and writes nothing'}>
            <Badge appearance="filled" color={status.data.role === 'active' ? 'success' : 'informative'} size="large">
              {status.data.role === 'active' ? 'Active' : 'Staging'}
            </Badge>
          </Tooltip>
          <Text className={styles.server} size={200}>{status.data.name ?? status.data.home}</Text>
        </>
      )}
      <div className={styles.grow} />
      <Running />
      <ThemeMenu />
      <PersonMenu />
    </header>
  );
}
