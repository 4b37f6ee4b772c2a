// SPDX-License-Identifier: Apache-2.0
// One rule: read, or edited with the server checking while one types, and tried on an object before it is saved.
import { MessageBar, MessageBarBody } from '@fluentui/react-components';
import { Copy20Regular, Delete20Regular, Save20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';
import { post } from '../api/client';
import { policyQuery, rulesQuery } from '../api/queries';
import { useRefusal } from '../api/session';
import type { Policy, Rule, RuleCheck } from '../api/types';
import { ActButton } from '../parts/act_button';
import { useSettled } from '../parts/debounce';
import { Page } from '../parts/page';
import { PolicyReview } from '../parts/policy_review';
import { EmptyState, ErrorState, Lines } from '../parts/states';
import { ToneBadge } from '../parts/tone';
import { plural } from '../text/format';
import { changedCopy, freshRule, isStandard, withoutRule, withRule } from '../text/rule_words';
import { RuleForm } from './rule_form';
import { RulePreview } from './rule_preview';

const crumbs = [{ text: 'Rules', to: '/rules' }];

function Editor({ policy, etag, initial, replaces, standard, fresh }: {
  policy: Policy; etag: string; initial: Rule; replaces: string | null; standard: boolean; fresh: boolean;
}) {
  const navigate = useNavigate();
  const [rule, setRule] = useState(initial);
  const [draft, setDraft] = useState<{ policy: Policy; title: string } | null>(null);
  const refused = useRefusal('administrator');
  const readOnly = standard || refused !== null;
  const settled = useSettled(rule, 300);
  const check = useQuery({
    queryKey: ['rules', 'check', settled], queryFn: () => post<RuleCheck>('/rules/check', { rule: settled }), enabled: !readOnly, staleTime: Infinity,
    placeholderData: (before) => before,
  });
  const problems = readOnly ? [] : check.data?.problems ?? [];
  const errors = problems.filter((p) => p.severity === 'error').length;
  const changed = fresh || JSON.stringify(rule) !== JSON.stringify(initial);
  return (
    <Page title={rule.name === '' ? 'New rule' : rule.name} crumbs={crumbs}
      beside={<>
        <ToneBadge tone={standard ? 'neutral' : 'good'} text={standard ? 'standard' : 'own'} />
        {!readOnly && (errors > 0 ? <ToneBadge tone="bad" text={plural(errors, 'error')} /> : check.isSuccess && <ToneBadge tone="good" text="No errors" />)}
      </>}
      actions={standard
        ? <ActButton need="administrator" appearance="primary" icon={<Copy20Regular />} onClick={() => void navigate(`/rules/edit/new?from=${encodeURIComponent(rule.id)}`)}>Make a changed copy</ActButton>
        : (
          <>
            {!fresh && (
              <ActButton need="administrator" icon={<Delete20Regular />} onClick={() => setDraft({ policy: withoutRule(policy, rule.id), title: `Delete “${rule.name}”?` })}>Delete</ActButton>
            )}
            <ActButton need="administrator" appearance="primary" icon={<Save20Regular />} disabled={!changed || errors > 0 || check.isPending || settled !== rule}
              onClick={() => setDraft({ policy: withRule(policy, rule, replaces), title: `Save “${rule.name}”?` })}>
              Effect and save
            </ActButton>
          </>
        )}>
      {standard && <MessageBar intent="info" layout="multiline"><MessageBarBody>Standard rules come with the release and are kept up to date by it. A changed copy stands before it, and switches it off when it is saved.</MessageBarBody></MessageBar>}
      {replaces !== null && <MessageBar intent="info" layout="multiline"><MessageBarBody>{`This is a changed copy. Saving it switches off the standard rule “${replaces}”.`}</MessageBarBody></MessageBar>}
      {check.isError && <ErrorState error={check.error} doing="checking the rule" retry={() => void check.refetch()} />}
      <RuleForm rule={rule} onChange={setRule} problems={problems} readOnly={readOnly} policy={policy} />
      <RulePreview policy={standard ? policy : withRule(policy, settled, replaces)} connector={policy.connectors.find((c) => c.kind !== 'entra')?.name ?? rule.connector} blocked={errors > 0} />
      {draft && (
        <PolicyReview draft={draft.policy} etag={etag} title={draft.title} onClose={() => setDraft(null)} onSaved={() => void navigate('/rules')} />
      )}
    </Page>
  );
}

export function RulePage() {
  const { id = '' } = useParams();
  const [parameters] = useSearchParams();
  const from = parameters.get('from');
  const rules = useQuery(rulesQuery);
  const policy = useQuery(policyQuery);
  // What is edited stays as it was when the page opened, whatever is asked for again meanwhile.
  const [opened, setOpened] = useState<{ policy: Policy; etag: string; rules: Rule[] } | null>(null);
  if (opened === null && rules.data && policy.data) setOpened({ ...policy.data, rules: rules.data });
  if (!opened) {
    const error = rules.error ?? policy.error;
    return <Page title="Rule" crumbs={crumbs}>{error ? <ErrorState error={error} doing="reading the rules" retry={() => { void rules.refetch(); void policy.refetch(); }} /> : <Lines count={12} />}</Page>;
  }
  if (id === 'new') {
    const original = from === null ? undefined : opened.rules.find((r) => r.id === from);
    return (
      <Editor key={`new ${from ?? ''}`} policy={opened.policy} etag={opened.etag} initial={original ? changedCopy(original, opened.policy) : freshRule(opened.policy)}
        replaces={original && isStandard(original, opened.policy) ? original.name : null} standard={false} fresh />
    );
  }
  const rule = opened.rules.find((r) => r.id === id);
  if (!rule) return <Page title="Rule" crumbs={crumbs}><EmptyState title="There is no such rule" text="It may have been removed, or its connector has." /></Page>;
  return <Editor key={id} policy={opened.policy} etag={opened.etag} initial={rule} replaces={null} standard={isStandard(rule, opened.policy)} fresh={false} />;
}
