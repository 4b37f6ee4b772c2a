// SPDX-License-Identifier: Apache-2.0
// The rules in force, by precedence, and the standard ones that are off.
import { Dropdown, Field, Input, makeStyles, Option, Switch, Tooltip } from '@fluentui/react-components';
import { Add20Regular, History20Regular, Search20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { policyQuery, rulesQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import type { Policy, Rule } from '../api/types';
import { ActButton } from '../parts/act_button';
import { LinkTo, Page } from '../parts/page';
import { PolicyReview } from '../parts/policy_review';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { ToneBadge } from '../parts/tone';
import { formatNumber } from '../text/format';
import { isStandard, withRule, withStandard } from '../text/rule_words';

const useStyles = makeStyles({
  form: { display: 'grid', gap: '12px', gridTemplateColumns: '2fr 1fr 1fr', '@media (max-width: 640px)': { gridTemplateColumns: '1fr' } },
  control: { width: '100%', minWidth: 0 },
});

interface Shown { rule: Rule; standard: boolean; off: boolean }

// A standard rule that is off is in no list of rules in force; its name is all that is known of it.
function shownRules(rules: Rule[], policy: Policy | undefined): Shown[] {
  const inForce = rules.map((rule) => ({ rule, standard: policy ? isStandard(rule, policy) : rule.precedence >= 100, off: rule.disabled === true }));
  const off = (policy?.standardRules?.disabled ?? []).filter((name) => !rules.some((r) => r.name === name)).map((name): Shown => ({
    rule: { name, id: `off:${name}`, connector: '', direction: name.startsWith('Out') ? 'Outbound' : 'Inbound', sourceObjectType: '', targetObjectType: '', linkType: 'Join', precedence: 0 },
    standard: true, off: true,
  }));
  return [...inForce, ...off];
}

export function RulesPage() {
  const styles = useStyles();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const [text, setText] = useState(parameters.get('text') ?? '');
  const [direction, setDirection] = useState('');
  const [connector, setConnector] = useState('');
  const [draft, setDraft] = useState<{ policy: Policy; title: string } | null>(null);
  const rules = useQuery(rulesQuery);
  const policy = useQuery(policyQuery);
  const refused = useRefusal('administrator');
  const all = rules.data ? shownRules(rules.data, policy.data?.policy) : undefined;
  const shown = all?.filter(({ rule }) => rule.name.toLowerCase().includes(text.trim().toLowerCase())
    && (direction === '' || rule.direction === direction) && (connector === '' || rule.connector === connector));
  const toggle = (s: Shown, on: boolean) => {
    if (!policy.data) return;
    const next = s.standard ? withStandard(policy.data.policy, s.rule.name, on) : withRule(policy.data.policy, { ...s.rule, disabled: !on }, null);
    setDraft({ policy: next, title: `${on ? 'Switch on' : 'Switch off'} “${s.rule.name}”?` });
  };
  const columns: Column<Shown>[] = [
    { key: 'precedence', title: 'Precedence', width: '88px', right: true, phone: 'hide', render: (s) => (s.rule.connector === '' ? '–' : s.rule.precedence) },
    { key: 'name', title: 'Rule', width: 'minmax(200px, 3fr)', render: (s) => (s.rule.connector === '' ? s.rule.name : <LinkTo to={`/rules/edit/${encodeURIComponent(s.rule.id)}`}>{s.rule.name}</LinkTo>) },
    { key: 'kind', title: 'Kind', width: '104px', render: (s) => <ToneBadge tone={s.standard ? 'neutral' : 'good'} text={s.standard ? 'standard' : 'own'} /> },
    {
      key: 'direction', title: 'Direction', width: 'minmax(170px, 1fr)',
      render: (s) => { const text = s.rule.connector === '' ? s.rule.direction : `${s.rule.direction === 'Inbound' ? 'In from' : 'Out to'} ${s.rule.connector}`; return <span title={text}>{text}</span>; },
    },
    { key: 'types', title: 'Objects', width: 'minmax(110px, 1fr)', render: (s) => (s.rule.connector === '' ? '–' : `${s.rule.sourceObjectType} → ${s.rule.targetObjectType}`) },
    { key: 'flows', title: 'Flows', width: '48px', right: true, render: (s) => formatNumber(s.rule.attributeFlowMappings?.length ?? 0) },
    {
      key: 'on', title: 'On', width: '52px',
      render: (s) => {
        const box = <Switch aria-label={`${s.rule.name} is on`} checked={!s.off} disabled={refused !== null || !policy.data} onChange={(_, data) => toggle(s, data.checked)} />;
        return refused === null ? box : <Tooltip content={refused} relationship="description"><span>{box}</span></Tooltip>;
      },
    },
  ];
  return (
    <Page title="Rules" about="The smaller precedence wins where several rules supply the same attribute. Rules of one’s own have a precedence below 100; standard rules are never edited, but switched off and replaced by a changed copy."
      actions={(
        <>
          <ActButton need="viewer" icon={<History20Regular />} onClick={() => void navigate('/rules/history')}>History</ActButton>
          <ActButton need="administrator" appearance="primary" icon={<Add20Regular />} onClick={() => void navigate('/rules/edit/new')}>Add rule</ActButton>
        </>
      )}>
      <search>
        <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
          <Field label="Name"><Input className={styles.control} type="search" contentBefore={<Search20Regular />} value={text} onChange={(_, d) => setText(d.value)} /></Field>
          <Field label="Direction">
            <Dropdown className={styles.control} value={direction === '' ? 'Both' : direction} selectedOptions={[direction]} onOptionSelect={(_, d) => setDirection(d.optionValue ?? '')}>
              <Option value="">Both</Option><Option value="Inbound">Inbound</Option><Option value="Outbound">Outbound</Option>
            </Dropdown>
          </Field>
          <Field label="Connector">
            <Dropdown className={styles.control} value={connector === '' ? 'All' : connector} selectedOptions={[connector]} onOptionSelect={(_, d) => setConnector(d.optionValue ?? '')}>
              <Option value="">All</Option>
              {[...new Set(rules.data?.map((r) => r.connector) ?? [])].map((name) => <Option key={name} value={name}>{name}</Option>)}
            </Dropdown>
          </Field>
        </form>
      </search>
      {rules.isError && !rules.data
        ? <ErrorState error={rules.error} doing="reading the rules" retry={() => void rules.refetch()} />
        : <Table label="Rules" rows={shown} columns={columns} keyOf={(s) => s.rule.id} one="rule" empty={<EmptyState title="No rule has such a name" />} />}
      {draft && policy.data && (
        <PolicyReview draft={draft.policy} etag={policy.data.etag} title={draft.title} onSaved={() => setDraft(null)} onClose={() => setDraft(null)} />
      )}
    </Page>
  );
}
