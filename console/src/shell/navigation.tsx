// SPDX-License-Identifier: Apache-2.0
// The way to every page, in groups.
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import {
  BranchCompare20Regular, ClipboardTaskListLtr20Regular, CloudArrowUp20Regular, Database20Regular,
  DocumentBulletList20Regular, HeartPulse20Regular, History20Regular, Home20Regular, MathFormula20Regular, People20Regular,
  PlugConnected20Regular, Settings20Regular, ArrowSwap20Regular,
} from '@fluentui/react-icons';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';

interface Item { to: string; text: string; icon: ReactNode }

export const groups: { title: string; items: Item[] }[] = [
  { title: '', items: [{ to: '/', text: 'Home', icon: <Home20Regular /> }] },
  {
    title: 'Synchronization',
    items: [
      { to: '/operations', text: 'Operations', icon: <History20Regular /> },
      { to: '/connectors', text: 'Connectors', icon: <PlugConnected20Regular /> },
      { to: '/metaverse', text: 'Metaverse', icon: <Database20Regular /> },
      { to: '/rules', text: 'Rules', icon: <MathFormula20Regular /> },
      { to: '/pending', text: 'Pending exports', icon: <CloudArrowUp20Regular /> },
    ],
  },
  {
    title: 'Pair',
    items: [
      { to: '/compare', text: 'Compare', icon: <BranchCompare20Regular /> },
      { to: '/migration', text: 'Migration', icon: <ArrowSwap20Regular /> },
    ],
  },
  {
    title: 'Server',
    items: [
      { to: '/health', text: 'Health', icon: <HeartPulse20Regular /> },
      { to: '/tasks', text: 'Additional tasks', icon: <ClipboardTaskListLtr20Regular /> },
      { to: '/settings', text: 'Settings', icon: <Settings20Regular /> },
    ],
  },
  {
    title: 'Administration',
    items: [
      { to: '/audit', text: 'Audit', icon: <DocumentBulletList20Regular /> },
      { to: '/access', text: 'Access', icon: <People20Regular /> },
    ],
  },
];

const useStyles = makeStyles({
  nav: { padding: '8px', display: 'flex', flexDirection: 'column', rowGap: '2px' },
  group: { listStyle: 'none', padding: 0, margin: 0, display: 'flex', flexDirection: 'column', rowGap: '2px' },
  title: { padding: '14px 12px 4px', color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold },
  link: {
    position: 'relative', display: 'flex', alignItems: 'center', columnGap: '12px', height: '36px', padding: '0 12px', borderRadius: tokens.borderRadiusMedium,
    color: tokens.colorNeutralForeground1, textDecoration: 'none', fontSize: tokens.fontSizeBase300,
    ':hover': { backgroundColor: tokens.colorSubtleBackgroundHover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
    '@media (max-width: 1023px)': { height: '44px' },
  },
  here: {
    backgroundColor: tokens.colorSubtleBackgroundSelected, fontWeight: tokens.fontWeightSemibold,
    '::before': {
      content: '""', position: 'absolute', left: 0, top: '8px', bottom: '8px', width: '3px', borderRadius: '2px',
      backgroundColor: tokens.colorCompoundBrandStroke,
    },
    '& svg': { color: tokens.colorCompoundBrandForeground1 },
  },
});

export function Navigation({ onGo }: { onGo?: () => void }) {
  const styles = useStyles();
  return (
    <nav aria-label="Pages" className={styles.nav}>
      {groups.map((group) => (
        <div key={group.title}>
          {group.title !== '' && <div className={styles.title} id={`nav-${group.title}`}>{group.title}</div>}
          <ul className={styles.group} aria-labelledby={group.title === '' ? undefined : `nav-${group.title}`}>
            {group.items.map((item) => (
              <li key={item.to}>
                <NavLink to={item.to} end={item.to === '/'} onClick={onGo} className={({ isActive }) => mergeClasses(styles.link, isActive && styles.here)}>
                  {item.icon}{item.text}
                </NavLink>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
