// SPDX-License-Identifier: Apache-2.0
// Names and values, one below the other: what an object, a run or a server is.
import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  list: {
    display: 'grid', gridTemplateColumns: 'minmax(88px, max-content) 1fr', columnGap: '24px', rowGap: '8px', margin: 0,
    '@media (max-width: 640px)': { gridTemplateColumns: '1fr', rowGap: '2px' },
  },
  name: { color: tokens.colorNeutralForeground2 },
  value: { overflowWrap: 'anywhere', minWidth: 0, '@media (max-width: 640px)': { marginBottom: '8px' } },
});

export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  const styles = useStyles();
  return (
    <dl className={styles.list}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt className={styles.name}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
