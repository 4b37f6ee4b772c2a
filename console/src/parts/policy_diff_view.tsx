// SPDX-License-Identifier: Apache-2.0
// Where two policies differ in meaning, in words.
import { makeStyles, Text } from '@fluentui/react-components';
import type { PolicyDiff } from '../api/types';

const useStyles = makeStyles({ list: { margin: 0, paddingLeft: '20px', display: 'flex', flexDirection: 'column', rowGap: '4px', overflowWrap: 'anywhere' } });

export function PolicyDiffView({ diff }: { diff: PolicyDiff }) {
  const styles = useStyles();
  if (diff.same) return <Text>They mean the same.</Text>;
  return (
    <ul className={styles.list}>
      {diff.changes.map((c, i) => <li key={i}>{`${c.what} ${c.change}${c.change === 'changed' ? `: ${c.before} → ${c.after}` : ''}`}</li>)}
      {diff.rules.map((r, i) => (
        <li key={`r${i}`}>
          {`Rule “${r.rule}” ${r.change}`}
          {r.changes.length > 0 && <ul className={styles.list}>{r.changes.map((c, j) => <li key={j}>{c.text}</li>)}</ul>}
        </li>
      ))}
    </ul>
  );
}
