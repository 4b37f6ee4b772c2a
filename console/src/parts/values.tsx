// SPDX-License-Identifier: Apache-2.0
// Attributes and their values. Whatever a directory holds is shown as text.
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { Value, Values } from '../api/types';
import { plural } from '../text/format';

const shownMax = 8;

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyle: 'none', display: 'flex', flexDirection: 'column', rowGap: '2px' },
  value: { overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' },
  absent: { color: tokens.colorNeutralForeground3 },
});

const asList = (values: Value | Value[] | undefined): Value[] => (values === undefined ? [] : Array.isArray(values) ? values : [values]);

export function ValueList({ values }: { values: Value | Value[] | undefined }) {
  const styles = useStyles();
  const [all, setAll] = useState(false);
  const list = asList(values);
  if (list.length === 0) return <span className={styles.absent}>absent</span>;
  if (list.length === 1) return <span className={styles.value}>{String(list[0])}</span>;
  const shown = all ? list : list.slice(0, shownMax);
  return (
    <>
      <ul className={styles.list}>{shown.map((value, i) => <li key={i} className={styles.value}>{String(value)}</li>)}</ul>
      {list.length > shown.length && <Button size="small" appearance="subtle" onClick={() => setAll(true)}>{`Show all ${plural(list.length, 'value')}`}</Button>}
    </>
  );
}

export const sameValues = (a: Value | Value[] | undefined, b: Value | Value[] | undefined) => {
  const left = asList(a).map(String).sort();
  const right = asList(b).map(String).sort();
  return left.length === right.length && left.every((value, i) => value === right[i]);
};

export const namesOf = (...images: (Values | undefined)[]) =>
  [...new Set(images.flatMap((image) => Object.keys(image ?? {})))].sort((a, b) => a.localeCompare(b));
