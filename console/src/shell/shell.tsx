// SPDX-License-Identifier: Apache-2.0
// The bar above, the navigation beside, the page. Below 1024 px the navigation is a drawer.
import {
  Button, DrawerBody, DrawerHeader, DrawerHeaderTitle, makeStyles, OverlayDrawer, tokens,
} from '@fluentui/react-components';
import { Dismiss24Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { useNarrow } from '../parts/media';
import { Bar } from './bar';
import { Navigation } from './navigation';

const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', height: '100dvh', backgroundColor: tokens.colorNeutralBackground2 },
  body: { display: 'flex', flexGrow: 1, minHeight: 0 },
  side: { width: '232px', flexShrink: 0, overflowY: 'auto', borderRight: `1px solid ${tokens.colorNeutralStroke2}`, backgroundColor: tokens.colorNeutralBackground1 },
  main: { flexGrow: 1, minWidth: 0, overflowY: 'auto', outline: 'none' },
  skip: {
    position: 'absolute', left: '8px', top: '-60px', zIndex: 10, padding: '8px 16px', backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorBrandForegroundLink, borderRadius: tokens.borderRadiusMedium, boxShadow: tokens.shadow8, ':focus': { top: '4px' },
    border: 'none', font: 'inherit',
  },
});

export function Shell() {
  const styles = useStyles();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  return (
    <div className={styles.all}>
      {/* A link with '#' would be an address of the router. */}
      <button type="button" className={styles.skip} onClick={() => document.getElementById('main')?.focus()}>Skip to the page</button>
      <Bar narrow={narrow} onMenu={() => setOpen(true)} />
      <div className={styles.body}>
        {!narrow && <div className={styles.side}><Navigation /></div>}
        {narrow && (
          <OverlayDrawer open={open} onOpenChange={(_, data) => setOpen(data.open)} size="small" aria-label="Pages">
            <DrawerHeader>
              <DrawerHeaderTitle action={<Button appearance="subtle" aria-label="Close" icon={<Dismiss24Regular />} onClick={() => setOpen(false)} />}>
                Tandem
              </DrawerHeaderTitle>
            </DrawerHeader>
            <DrawerBody><Navigation onGo={() => setOpen(false)} /></DrawerBody>
          </OverlayDrawer>
        )}
        <main id="main" key={pathname.split('/')[1]} className={styles.main} tabIndex={-1}><Outlet /></main>
      </div>
    </div>
  );
}
