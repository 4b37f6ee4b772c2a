// SPDX-License-Identifier: Apache-2.0
// How an object finds the one it belongs to: groups, tried in order.
import { Button, Checkbox, Field, makeStyles, Text, tokens } from '@fluentui/react-components';
import { Add20Regular, Delete20Regular } from '@fluentui/react-icons';
import type { JoinCondition } from '../api/types';
import { AttributeInput } from '../parts/attribute_input';
import { Section } from '../parts/page';
import { problemAt, type RulePartProps } from './rule_form';

const useStyles = makeStyles({
  group: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: '12px', display: 'flex', flexDirection: 'column', rowGap: '8px' },
  row: { display: 'grid', gap: '8px', gridTemplateColumns: '1fr auto 1fr auto 40px', alignItems: 'center', '@media (max-width: 640px)': { gridTemplateColumns: '1fr' } },
  list: { margin: 0, paddingLeft: '20px', overflowWrap: 'anywhere' },
});

export function RuleJoin({ rule, onChange, problems, readOnly, sources, targets }: RulePartProps) {
  const styles = useStyles();
  const groups = rule.joinFilter ?? [];
  const ofConnector = rule.direction === 'Inbound' ? sources : targets;
  const ofMetaverse = rule.direction === 'Inbound' ? targets : sources;
  const setGroup = (at: number, group: JoinCondition[]) =>
    onChange({ ...rule, joinFilter: groups.map((g, i) => (i === at ? group : g)).filter((g) => g.length > 0) });
  const fresh: JoinCondition = { csAttribute: '', mvAttribute: '', caseSensitive: false };
  return (
    <Section title="Join" actions={!readOnly && <Button icon={<Add20Regular />} onClick={() => onChange({ ...rule, joinFilter: [...groups, [fresh]] })}>Add group</Button>}>
      {groups.length === 0 && <Text>This rule looks for no partner.</Text>}
      {groups.map((group, g) => (
        <div key={g} className={styles.group} role="group" aria-label={`Group ${g + 1} of the join`}>
          <Text weight="semibold">{g === 0 ? 'First, by' : 'If nobody was found, by'}</Text>
          {readOnly && <ul className={styles.list}>{group.map((c, i) => <li key={i}>{`${c.csAttribute} = ${c.mvAttribute}${c.caseSensitive === true ? ', case matters' : ''}`}</li>)}</ul>}
          {!readOnly && group.map((condition, i) => {
            const set = (change: Partial<JoinCondition>) => setGroup(g, group.map((c, j) => (j === i ? { ...c, ...change } : c)));
            const place = `joinFilter[${g}][${i}]`;
            return (
              <div key={i} className={styles.row}>
                <Field validationMessage={problemAt(problems, `${place}.csAttribute`)}><AttributeInput aria-label="Attribute of the connector" attributes={ofConnector} value={condition.csAttribute} onChange={(_, d) => set({ csAttribute: d.value })} /></Field>
                <Text>=</Text>
                <Field validationMessage={problemAt(problems, `${place}.mvAttribute`)}><AttributeInput aria-label="Attribute of the metaverse" attributes={ofMetaverse} value={condition.mvAttribute} onChange={(_, d) => set({ mvAttribute: d.value })} /></Field>
                <Checkbox label="case matters" checked={condition.caseSensitive === true} onChange={(_, d) => set({ caseSensitive: d.checked === true })} />
                <Button appearance="subtle" icon={<Delete20Regular />} aria-label={`Remove the join by ${condition.csAttribute}`} onClick={() => setGroup(g, group.filter((_, j) => j !== i))} />
              </div>
            );
          })}
          {!readOnly && <div><Button size="small" icon={<Add20Regular />} onClick={() => setGroup(g, [...group, fresh])}>and also by</Button></div>}
        </div>
      ))}
    </Section>
  );
}
