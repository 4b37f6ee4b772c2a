// SPDX-License-Identifier: Apache-2.0
// Differences of two servers, side by side. What merely follows from another difference stands indented below it.
import { Dropdown, Field, makeStyles, mergeClasses, Option, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import type { ComparedSide, Difference } from '../api/types';
import { plural } from '../text/format';
import { AttributeTable } from './attribute_table';
import { spaceName } from './compare_summary';
import { ToneBadge } from './tone';

const shownMax = 200;

const useStyles = makeStyles({
  all: { display: 'flex', flexDirection: 'column', rowGap: '12px' },
  item: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: '12px', display: 'flex', flexDirection: 'column', rowGap: '8px', minWidth: 0 },
  follows: { marginLeft: '24px', borderLeft: `3px solid ${tokens.colorNeutralStroke1}`, '@media (max-width: 640px)': { marginLeft: '8px' } },
  head: { display: 'flex', flexWrap: 'wrap', gap: '8px', alignItems: 'center' },
  dn: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  values: { margin: 0, padding: 0, listStyle: 'none' },
});

function Side({ side }: { side: ComparedSide | null }) {
  const styles = useStyles();
  if (side === null) return <Text>absent</Text>;
  return (
    <>
      <ul className={styles.values}>{side.values.map((v, i) => <li key={i}>{v}</li>)}</ul>
      {side.count > side.values.length && <Text size={200}>{`${plural(side.count, 'value')} in all`}</Text>}
      {side.rule && <Text size={200} block>{`by ${side.rule}`}</Text>}
    </>
  );
}

const presences = { here: 'only here', there: 'only there', both: 'differs' } as const;

function One({ difference, follows }: { difference: Difference; follows: boolean }) {
  const styles = useStyles();
  return (
    <>
      <div className={mergeClasses(styles.item, follows && styles.follows)}>
        <div className={styles.head}>
          <ToneBadge tone={follows ? 'neutral' : 'notice'} text={follows ? `follows: ${presences[difference.presence]}` : presences[difference.presence]} />
          <Text weight="semibold">{difference.name === '' ? difference.dn : difference.name}</Text>
          <Text>{`${difference.type}, ${spaceName(difference.space, difference.connector).toLowerCase()}`}</Text>
          {difference.mayBeTransient && <ToneBadge tone="neutral" text="may be transient" />}
        </div>
        {difference.dn !== '' && difference.dn !== difference.name && <Text size={200} className={styles.dn}>{difference.dn}</Text>}
        {(difference.operationHere ?? difference.operationThere) !== undefined && (
          <Text>{`Here: ${difference.operationHere ?? 'nothing'}; there: ${difference.operationThere ?? 'nothing'}`}</Text>
        )}
        {difference.attributes.length > 0 && (
          <AttributeTable label={`Differences of ${difference.name}`} columns={['Here', 'There']} filterable={false}
            rows={difference.attributes.map((a) => ({ name: a.attribute, cells: [<Side key="h" side={a.here} />, <Side key="t" side={a.there} />] }))} />
        )}
      </div>
      {(difference.follow ?? []).map((f, i) => <One key={i} difference={f} follows />)}
    </>
  );
}

export function DifferenceList({ differences }: { differences: Difference[] }) {
  const styles = useStyles();
  const [space, setSpace] = useState('');
  const spaces = [...new Set(differences.map((d) => spaceName(d.space, d.connector)))];
  const shown = differences.filter((d) => space === '' || spaceName(d.space, d.connector) === space);
  return (
    <div className={styles.all}>
      {spaces.length > 1 && (
        <Field label="Show" style={{ maxWidth: 320 }}>
          <Dropdown value={space === '' ? 'All differences' : space} selectedOptions={[space]} onOptionSelect={(_, d) => setSpace(d.optionValue ?? '')}>
            <Option value="">All differences</Option>
            {spaces.map((s) => <Option key={s} value={s}>{s}</Option>)}
          </Dropdown>
        </Field>
      )}
      {shown.slice(0, shownMax).map((d, i) => <One key={i} difference={d} follows={false} />)}
      {shown.length > shownMax && <Text>{`${plural(shown.length - shownMax, 'more difference')} ${shown.length - shownMax === 1 ? 'is' : 'are'} not shown. Repair a common cause first, then compare again.`}</Text>}
    </div>
  );
}
