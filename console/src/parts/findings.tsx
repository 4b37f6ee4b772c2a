// SPDX-License-Identifier: Apache-2.0
// Checks, one by one: what was looked at, what came out, what to do.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Finding } from '../api/types';
import { VerdictBadge } from './tone';

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyle: 'none' },
  item: {
    display: 'grid', gridTemplateColumns: '110px minmax(0, 1fr)', columnGap: '12px', padding: '8px 0', alignItems: 'start',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  detail: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  next: { overflowWrap: 'anywhere' },
});

export function Findings({ findings }: { findings: Finding[] }) {
  const styles = useStyles();
  const subjects = [...new Set(findings.map((f) => f.subject ?? ''))];
  return (
    <>
      {subjects.map((subject) => (
        <div key={subject}>
          {subject !== '' && <Text as="h3" weight="semibold" size={400}>{subject}</Text>}
          <ul className={styles.list}>
            {findings.filter((f) => (f.subject ?? '') === subject).map((f, i) => (
              <li key={i} className={styles.item}>
                <span><VerdictBadge verdict={f.verdict} /></span>
                <div>
                  <Text weight="semibold" block style={{ overflowWrap: 'anywhere' }}>{f.check}</Text>
                  <Text className={styles.detail} block>{f.detail}</Text>
                  {f.next !== '' && <Text className={styles.next} block><Text weight="semibold">What to do: </Text>{f.next}</Text>}
                </div>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}
