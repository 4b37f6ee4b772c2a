// SPDX-License-Identifier: Apache-2.0
// A message of a command: text, with its "Next:" set apart. Object numbers in it stay text; the page has the links.
import { makeStyles, tokens } from '@fluentui/react-components';
import { splitNext } from '../text/results';

const useStyles = makeStyles({
  text: { overflowWrap: 'anywhere' },
  next: { overflowWrap: 'anywhere', color: tokens.colorNeutralForeground2, marginTop: '2px' },
  label: { fontWeight: tokens.fontWeightSemibold },
});

export function Message({ text }: { text: string }) {
  const styles = useStyles();
  const split = splitNext(text);
  return (
    <div>
      <p className={styles.text}>{split.text}</p>
      {split.next !== '' && <p className={styles.next}><span className={styles.label}>What to do: </span>{split.next}</p>}
    </div>
  );
}
