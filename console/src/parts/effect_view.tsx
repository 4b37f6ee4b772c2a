// SPDX-License-Identifier: Apache-2.0
// What a policy would do to all objects: who is deleted, made or changed, and attribute by attribute.
import { makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import type { Effect, EffectGroup, EffectType } from '../api/types';
import { formatNumber, plural } from '../text/format';
import { LinkTo } from './page';

const useStyles = makeStyles({
  list: { margin: '4px 0 0', paddingLeft: '20px', display: 'flex', flexDirection: 'column', rowGap: '4px' },
  danger: { color: tokens.colorStatusDangerForeground1, fontWeight: tokens.fontWeightSemibold },
});

interface Line { text: string; group: EffectGroup; danger: boolean }

type GroupName = 'deleted' | 'leaving' | 'disconnected' | 'notAdded' | 'notDeleted' | 'entering' | 'added' | 'joined';

const groupTexts: [GroupName, string, boolean][] = [
  ['deleted', 'would be deleted', true], ['leaving', 'would leave the scope', true], ['disconnected', 'would be let go', true],
  ['notAdded', 'would no longer be added', false], ['notDeleted', 'would no longer be deleted', false], ['entering', 'would enter the scope', false],
  ['added', 'would be added', false], ['joined', 'would be joined', false],
];

export function linesOf(type: EffectType): Line[] {
  const lines: Line[] = [];
  for (const [key, text, danger] of groupTexts) {
    const group = type[key];
    if (group.count > 0) lines.push({ text: `${formatNumber(group.count)} ${text}`, group, danger });
  }
  for (const a of type.attributes) {
    const each: [EffectGroup, string][] = [
      [a.loses, 'lose'], [a.gains, 'gain'], [a.changes, 'change'],
    ];
    for (const [group, verb] of each) {
      if (group.count > 0) lines.push({ text: `${formatNumber(group.count)} ${verb} ${a.attribute}`, group, danger: false });
    }
    const none: EffectGroup = { count: 0, examples: [] };
    if (a.referencesAdded > 0) lines.push({ text: `${plural(a.referencesAdded, 'reference')} more in ${a.attribute}`, group: none, danger: false });
    if (a.referencesRemoved > 0) lines.push({ text: `${plural(a.referencesRemoved, 'reference')} less in ${a.attribute}`, group: none, danger: false });
  }
  return lines;
}

export function EffectView({ effect }: { effect: Effect }) {
  const styles = useStyles();
  const types = effect.types.map((type) => ({ type, lines: linesOf(type) })).filter((t) => t.lines.length > 0);
  return (
    <>
      {effect.stopped.map((text, i) => <MessageBar key={i} intent="error" layout="multiline"><MessageBarBody>{text}</MessageBarBody></MessageBar>)}
      {effect.failing.count > 0 && (
        <MessageBar intent="warning" layout="multiline"><MessageBarBody>{`${plural(effect.failing.count, 'object')} would fail to synchronize. ${effect.failures.join(' ')}`}</MessageBarBody></MessageBar>
      )}
      <Text>{types.length === 0 ? `Nothing would change, of ${plural(effect.objects, 'object')}.` : `Of ${plural(effect.objects, 'object')}:`}</Text>
      {types.map(({ type, lines }) => (
        <div key={`${type.connector} ${type.type}`}>
          <Text weight="semibold">{`${type.connector}, ${type.type}`}{type.changed.count > 0 && `: ${formatNumber(type.changed.count)} changed`}</Text>
          <ul className={styles.list}>
            {lines.map((line) => (
              <li key={line.text}>
                <span className={line.danger ? styles.danger : undefined}>{line.text}</span>
                {line.group.examples.length > 0 && ': '}
                {line.group.examples.map((e, i) => (
                  <span key={e.object}>{i > 0 && ', '}<LinkTo to={`/connectors/${encodeURIComponent(type.connector)}/objects/${e.object}`}>{e.name}</LinkTo></span>
                ))}
                {line.group.count > line.group.examples.length && line.group.examples.length > 0 && ` and ${formatNumber(line.group.count - line.group.examples.length)} more`}
              </li>
            ))}
          </ul>
        </div>
      ))}
      {effect.notes.map((note, i) => <Text key={i} size={200}>{note}</Text>)}
    </>
  );
}
