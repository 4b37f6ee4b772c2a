// SPDX-License-Identifier: Apache-2.0
// The parts of a rule: what it is, whom it is about, whom it joins, what flows.
import { Dropdown, Field, Input, makeStyles, Option, SpinButton, Textarea } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { attributesQuery } from '../api/queries';
import type { Policy, Rule, RuleProblem } from '../api/types';
import { Section } from '../parts/page';
import { RuleFlows } from './rule_flows';
import { RuleJoin } from './rule_join';
import { RuleScope } from './rule_scope';

const useStyles = makeStyles({
  grid: { display: 'grid', gap: '12px 16px', gridTemplateColumns: 'repeat(auto-fit, minmax(min(220px, 100%), 1fr))' },
  control: { width: '100%', minWidth: 0 },
});

export interface RulePartProps { rule: Rule; onChange: (rule: Rule) => void; problems: RuleProblem[]; readOnly: boolean; sources: string[]; targets: string[] }

export const problemAt = (problems: RuleProblem[], place: string) => problems.find((p) => p.place === place)?.message;

export function RuleForm({ rule, onChange, problems, readOnly, policy }: {
  rule: Rule; onChange: (rule: Rule) => void; problems: RuleProblem[]; readOnly: boolean; policy: Policy;
}) {
  const styles = useStyles();
  const attributes = useQuery(attributesQuery);
  const ofConnector = attributes.data?.connectors[rule.connector] ?? [];
  const ofMetaverse = attributes.data?.metaverse ?? [];
  const inbound = rule.direction === 'Inbound';
  const parts: RulePartProps = {
    rule, onChange, problems, readOnly, sources: inbound ? ofConnector : ofMetaverse, targets: inbound ? ofMetaverse : ofConnector,
  };
  const set = (change: Partial<Rule>) => onChange({ ...rule, ...change });
  const elsewhere = problems.filter((p) => !/^(name|precedence|scopeFilter|joinFilter|attributeFlowMappings)/.test(p.place));
  return (
    <>
      <Section title="Description">
        <div className={styles.grid}>
          <Field label="Name" required validationMessage={problemAt(problems, 'name')}><Input className={styles.control} value={rule.name} readOnly={readOnly} onChange={(_, d) => set({ name: d.value })} /></Field>
          <Field label="Connector">
            {readOnly ? <Input className={styles.control} value={rule.connector} readOnly /> : <Dropdown className={styles.control} value={rule.connector} selectedOptions={[rule.connector]} onOptionSelect={(_, d) => set({ connector: d.optionValue ?? '' })}>
              {policy.connectors.map((c) => <Option key={c.name} value={c.name}>{c.name}</Option>)}
            </Dropdown>}
          </Field>
          <Field label="Direction">
            {readOnly ? <Input className={styles.control} value={rule.direction} readOnly /> : <Dropdown className={styles.control} value={rule.direction} selectedOptions={[rule.direction]} onOptionSelect={(_, d) => set({ direction: d.optionValue === 'Outbound' ? 'Outbound' : 'Inbound' })}>
              <Option value="Inbound">Inbound</Option><Option value="Outbound">Outbound</Option>
            </Dropdown>}
          </Field>
          <Field label={inbound ? 'Connector’s object type' : 'Metaverse object type'}><Input className={styles.control} value={rule.sourceObjectType} readOnly={readOnly} onChange={(_, d) => set({ sourceObjectType: d.value.trim() })} /></Field>
          <Field label={inbound ? 'Metaverse object type' : 'Connector’s object type'}><Input className={styles.control} value={rule.targetObjectType} readOnly={readOnly} onChange={(_, d) => set({ targetObjectType: d.value.trim() })} /></Field>
          <Field label="Link type" hint={readOnly ? undefined : rule.linkType === 'Provision' ? 'Makes the object where none is joined' : 'Only joins what is there'}>
            {readOnly ? <Input className={styles.control} value={rule.linkType} readOnly /> : <Dropdown className={styles.control} value={rule.linkType} selectedOptions={[rule.linkType]} onOptionSelect={(_, d) => set({ linkType: (d.optionValue ?? 'Join') as Rule['linkType'] })}>
              {['Provision', 'Join', 'StickyJoin'].map((t) => <Option key={t} value={t}>{t}</Option>)}
            </Dropdown>}
          </Field>
          <Field label="Precedence" hint={readOnly ? undefined : '0 to 99; the smaller wins'} validationMessage={problemAt(problems, 'precedence')}>
            {readOnly ? <Input className={styles.control} value={String(rule.precedence)} readOnly />
              : <SpinButton className={styles.control} value={rule.precedence} min={0} max={99} onChange={(_, d) => set({ precedence: Math.max(0, Math.min(99, d.value ?? Number(d.displayValue ?? rule.precedence) )) })} />}
          </Field>
        </div>
        <Field label="What it is for"><Textarea value={rule.description ?? ''} readOnly={readOnly} resize="vertical" onChange={(_, d) => set({ description: d.value })} /></Field>
        {elsewhere.map((p) => <Field key={`${p.place} ${p.message}`} validationState={p.severity === 'error' ? 'error' : 'warning'} validationMessage={`${p.place}: ${p.message}`} />)}
      </Section>
      <RuleScope {...parts} />
      <RuleJoin {...parts} />
      <RuleFlows {...parts} />
    </>
  );
}
