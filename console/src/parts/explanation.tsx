// SPDX-License-Identifier: Apache-2.0
// What "why" and "preview" answer: the cause in one sentence, the way step by step, the flows, the writes.
import { Accordion, AccordionHeader, AccordionItem, AccordionPanel, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Text, tokens } from '@fluentui/react-components';
import { CheckmarkCircle20Filled, ErrorCircle20Filled } from '@fluentui/react-icons';
import type { Explanation, ExplainFlow, Write } from '../api/types';
import { plural } from '../text/format';
import { AttributeTable } from './attribute_table';
import { EmptyState } from './states';
import { Table, type Column } from './table';
import { ToneBadge } from './tone';

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyle: 'none', display: 'flex', flexDirection: 'column' },
  step: { display: 'grid', gridTemplateColumns: '24px minmax(0, 1fr)', columnGap: '10px', position: 'relative', paddingBottom: '14px' },
  good: { color: tokens.colorStatusSuccessForeground1 },
  bad: { color: tokens.colorStatusWarningForeground3 },
  text: { overflowWrap: 'anywhere' },
  details: { margin: '2px 0 0', paddingLeft: '18px', color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere' },
  code: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200, overflowWrap: 'anywhere', whiteSpace: 'normal' },
  wrap: { whiteSpace: 'normal', overflowWrap: 'anywhere' },
});

export function Steps({ steps }: { steps: Explanation['steps'] }) {
  const styles = useStyles();
  return (
    <ol className={styles.list}>
      {steps.map((step, i) => (
        <li key={i} className={styles.step}>
          {step.ok ? <CheckmarkCircle20Filled className={styles.good} aria-label="fine" /> : <ErrorCircle20Filled className={styles.bad} aria-label="stops here" />}
          <div>
            <Text weight="semibold">{step.stage}</Text>
            <Text block className={styles.text}>{step.text}</Text>
            {step.details.length > 0 && <ul className={styles.details}>{step.details.map((d, j) => <li key={j}>{d}</li>)}</ul>}
          </div>
        </li>
      ))}
    </ol>
  );
}

export function WriteView({ write }: { write: Write }) {
  return (
    <div>
      <Text weight="semibold">{`${write.connector}: ${write.operation}`}</Text>
      <AttributeTable label={`${write.operation} in ${write.connector}`} columns={['Before', 'After']}
        rows={write.changes.map((c) => ({ name: c.attribute, cells: [c.before === '' ? '–' : c.before, c.after === '' ? '–' : c.after] }))} />
    </div>
  );
}

function Flows({ flows }: { flows: ExplainFlow[] }) {
  const styles = useStyles();
  const columns: Column<ExplainFlow>[] = [
    { key: 'target', title: 'Attribute', width: 'minmax(150px, 1fr)', render: (f) => f.target },
    { key: 'value', title: 'Value', width: 'minmax(160px, 2fr)', render: (f) => <span className={styles.wrap}>{f.value === '' ? '–' : f.value}</span> },
    { key: 'result', title: 'Result', width: '130px', render: (f) => <ToneBadge tone={f.result === 'won' ? 'good' : f.result === 'error' ? 'bad' : 'neutral'} text={f.result} /> },
    { key: 'rule', title: 'Rule', width: 'minmax(180px, 1fr)', render: (f) => <span className={styles.wrap}>{f.rule}</span> },
    { key: 'expression', title: 'By', width: 'minmax(220px, 2fr)', render: (f) => <span className={styles.code} title={f.inputs.join('\n')}>{f.expression}</span> },
  ];
  return <Table label="Flows" rows={flows} columns={columns} keyOf={(f) => `${f.stage} ${f.target} ${f.rule} ${f.result} ${f.from}`} one="flow" maxHeight="420px" empty={null} />;
}

export function ExplanationView({ explanation }: { explanation: Explanation }) {
  const stages = [...new Set(explanation.flows.map((f) => f.stage))];
  const fine = explanation.steps.every((s) => s.ok);
  return (
    <>
      <MessageBar intent={fine ? 'info' : 'warning'} layout="multiline">
        <MessageBarBody><MessageBarTitle>{explanation.cause.charAt(0).toUpperCase() + explanation.cause.slice(1)}.</MessageBarTitle></MessageBarBody>
      </MessageBar>
      <Steps steps={explanation.steps} />
      {explanation.writes.map((write, i) => <WriteView key={i} write={write} />)}
      {stages.length > 0 && (
        <Accordion collapsible multiple>
          {stages.map((stage) => {
            const flows = explanation.flows.filter((f) => f.stage === stage);
            return (
              <AccordionItem key={stage} value={stage}>
                <AccordionHeader>{`${stage}: ${plural(flows.length, 'flow')}`}</AccordionHeader>
                <AccordionPanel><Flows flows={flows} /></AccordionPanel>
              </AccordionItem>
            );
          })}
        </Accordion>
      )}
      {explanation.steps.length === 0 && <EmptyState title="There is nothing to explain" />}
    </>
  );
}
