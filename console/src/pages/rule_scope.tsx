// SPDX-License-Identifier: Apache-2.0
// Whom a rule is about: any of the groups, and in a group every condition.
import { Button, Dropdown, Field, Input, makeStyles, Option, Text, tokens } from '@fluentui/react-components';
import { Add20Regular, Delete20Regular } from '@fluentui/react-icons';
import type { ScopeCondition } from '../api/types';
import { AttributeInput } from '../parts/attribute_input';
import { Section } from '../parts/page';
import { operators, withoutValue } from '../text/rule_words';
import { problemAt, type RulePartProps } from './rule_form';

const useStyles = makeStyles({
  group: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusMedium, padding: '12px', display: 'flex', flexDirection: 'column', rowGap: '8px' },
  row: { display: 'grid', gap: '8px', gridTemplateColumns: '2fr 1.4fr 2fr 40px', alignItems: 'start', '@media (max-width: 640px)': { gridTemplateColumns: '1fr' } },
  control: { width: '100%', minWidth: 0 },
  list: { margin: 0, paddingLeft: '20px', overflowWrap: 'anywhere' },
});

const words = (c: ScopeCondition) => `${c.attribute} ${operators[c.comparisonOperator] ?? c.comparisonOperator}${withoutValue.has(c.comparisonOperator) ? '' : ` ${c.comparisonValue ?? ''}`}`;

export function RuleScope({ rule, onChange, problems, readOnly, sources }: RulePartProps) {
  const styles = useStyles();
  const groups = rule.scopeFilter ?? [];
  const setGroup = (at: number, group: ScopeCondition[]) =>
    onChange({ ...rule, scopeFilter: groups.map((g, i) => (i === at ? group : g)).filter((g) => g.length > 0) });
  const fresh: ScopeCondition = { attribute: sources.includes('department') ? 'department' : '', comparisonOperator: 'EQUAL', comparisonValue: '' };
  return (
    <Section title="Scope" actions={!readOnly && <Button icon={<Add20Regular />} onClick={() => onChange({ ...rule, scopeFilter: [...groups, [fresh]] })}>Add group</Button>}>
      {groups.length === 0 && <Text>{`Every ${rule.sourceObjectType}.`}</Text>}
      {groups.map((group, g) => (
        <div key={g} className={styles.group} role="group" aria-label={`Group ${g + 1} of the scope`}>
          <Text weight="semibold">{g === 0 ? 'All of' : 'or all of'}</Text>
          {readOnly && <ul className={styles.list}>{group.map((c, i) => <li key={i}>{words(c)}</li>)}</ul>}
          {!readOnly && group.map((condition, i) => {
            const set = (change: Partial<ScopeCondition>) => setGroup(g, group.map((c, j) => (j === i ? { ...c, ...change } : c)));
            const place = `scopeFilter[${g}][${i}]`;
            return (
              <div key={i} className={styles.row}>
                <Field validationMessage={problemAt(problems, `${place}.attribute`)}><AttributeInput aria-label="Attribute" attributes={sources} value={condition.attribute} onChange={(_, d) => set({ attribute: d.value })} /></Field>
                <Dropdown className={styles.control} aria-label="Comparison" value={operators[condition.comparisonOperator] ?? condition.comparisonOperator} selectedOptions={[condition.comparisonOperator]}
                  onOptionSelect={(_, d) => set({ comparisonOperator: d.optionValue ?? 'EQUAL' })}>
                  {Object.entries(operators).map(([value, text]) => <Option key={value} value={value}>{text}</Option>)}
                </Dropdown>
                <Field validationMessage={problemAt(problems, `${place}.comparisonValue`)}>
                  <Input className={styles.control} aria-label="Value" disabled={withoutValue.has(condition.comparisonOperator)} value={condition.comparisonValue ?? ''} onChange={(_, d) => set({ comparisonValue: d.value })} />
                </Field>
                <Button appearance="subtle" icon={<Delete20Regular />} aria-label={`Remove the condition on ${condition.attribute}`} onClick={() => setGroup(g, group.filter((_, j) => j !== i))} />
              </div>
            );
          })}
          {!readOnly && <div><Button size="small" icon={<Add20Regular />} onClick={() => setGroup(g, [...group, fresh])}>Add condition</Button></div>}
        </div>
      ))}
    </Section>
  );
}
