// SPDX-License-Identifier: Apache-2.0
// What a rule carries: attribute by attribute. One flow is edited at a time.
import { Button, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { Add20Regular, Delete20Regular, Edit20Regular } from '@fluentui/react-icons';
import { lazy, Suspense, useState } from 'react';
import type { Flow } from '../api/types';
import { Section } from '../parts/page';
import { EmptyState, Lines } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { flowTypeOf, sourceText } from '../text/rule_words';
import type { RulePartProps } from './rule_form';

const FlowEditor = lazy(async () => ({ default: (await import('./flow_editor')).FlowEditor }));

const useStyles = makeStyles({
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
});

interface Row { flow: Flow; at: number }

export function RuleFlows({ rule, onChange, problems, readOnly, sources, targets }: RulePartProps) {
  const styles = useStyles();
  const [editing, setEditing] = useState<number | null>(null);
  const flows = rule.attributeFlowMappings ?? [];
  const setFlows = (next: Flow[]) => onChange({ ...rule, attributeFlowMappings: next });
  const of = (at: number) => problems.filter((p) => p.place.startsWith(`attributeFlowMappings[${at}]`));
  const columns: Column<Row>[] = [
    { key: 'target', title: 'Target attribute', width: 'minmax(160px, 1fr)', render: (r) => r.flow.destination },
    { key: 'type', title: 'Flow type', width: '100px', render: (r) => flowTypeOf(r.flow) },
    { key: 'source', title: 'Source', width: 'minmax(300px, 4fr)', render: (r) => <span className={styles.code}>{sourceText(r.flow)}</span> },
    ...(readOnly ? [] : [{
      key: 'act', title: '', width: '88px',
      render: (r: Row) => (
        <>
          <Button appearance="subtle" icon={<Edit20Regular />} aria-label={`Edit the flow to ${r.flow.destination}`} onClick={() => setEditing(r.at)} />
          <Button appearance="subtle" icon={<Delete20Regular />} aria-label={`Remove the flow to ${r.flow.destination}`}
            onClick={() => { setEditing(null); setFlows(flows.filter((_, i) => i !== r.at)); }} />
        </>
      ),
    }]),
  ];
  const edited = editing === null ? undefined : flows[editing];
  return (
    <Section title="Flows" actions={!readOnly && (
      <Button icon={<Add20Regular />} onClick={() => { setFlows([...flows, { destination: '', flowType: 'Expression', expression: '' }]); setEditing(flows.length); }}>Add flow</Button>
    )}>
      {problems.filter((p) => p.place.startsWith('attributeFlowMappings')).map((p) => {
        const at = Number(/\[(\d+)\]/.exec(p.place)?.[1] ?? -1);
        return (
          <MessageBar key={`${p.place} ${p.message}`} intent={p.severity === 'error' ? 'error' : 'warning'} politeness="polite">
            <MessageBarBody>{`${flows[at]?.destination ?? 'A flow'}: ${p.message}`}</MessageBarBody>
          </MessageBar>
        );
      })}
      {edited !== undefined && editing !== null && (
        <Suspense fallback={<Lines count={4} />}>
          <FlowEditor key={editing} flow={edited} problems={of(editing)} sources={sources} targets={targets}
            onChange={(flow) => setFlows(flows.map((f, i) => (i === editing ? flow : f)))} onDone={() => setEditing(null)} />
        </Suspense>
      )}
      <Table label="Flows" rows={flows.map((flow, at) => ({ flow, at }))} columns={columns} keyOf={(r) => r.at} one="flow" isMarked={(r) => r.at === editing}
        maxHeight="480px" empty={<EmptyState title="Nothing flows" text="The rule only links objects." />} />
    </Section>
  );
}
