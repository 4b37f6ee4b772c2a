// SPDX-License-Identifier: Apache-2.0
import { Button, Checkbox, Dropdown, Field, Input, makeStyles, Option, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { functionsQuery } from '../api/queries';
import type { Flow, FlowType, RuleProblem } from '../api/types';
import { AttributeInput } from '../parts/attribute_input';
import { ExpressionEditor } from '../parts/expression_editor';
import { expressionOf, flowTypeOf } from '../text/rule_words';

const useStyles = makeStyles({
  box: { border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: tokens.borderRadiusMedium, padding: '12px', display: 'flex', flexDirection: 'column', rowGap: '12px', backgroundColor: tokens.colorNeutralBackground2 },
  row: { display: 'grid', gap: '12px', gridTemplateColumns: '2fr 1fr 1fr', alignItems: 'start', '@media (max-width: 640px)': { gridTemplateColumns: '1fr' } },
  control: { width: '100%', minWidth: 0 },
  foot: { display: 'flex', justifyContent: 'space-between', flexWrap: 'wrap', gap: '8px' },
});

const mergeTypes = ['Update', 'Replace', 'Merge', 'MergeCaseInsensitive'];

export function FlowEditor({ flow, onChange, onDone, problems, sources, targets }: {
  flow: Flow; onChange: (flow: Flow) => void; onDone: () => void; problems: RuleProblem[]; sources: string[]; targets: string[];
}) {
  const styles = useStyles();
  const functions = useQuery(functionsQuery);
  const type = flowTypeOf(flow);
  const setType = (next: FlowType) => {
    const { source = '', expression, ...rest } = flow;
    const text = expression === undefined ? (type === 'Direct' && source !== '' ? `[${source}]` : '') : expressionOf(flow);
    onChange(next === 'Expression' ? { ...rest, flowType: next, expression: text } : { ...rest, flowType: next, source });
  };
  return (
    <div className={styles.box} role="group" aria-label={`Flow to ${flow.destination === '' ? 'a new attribute' : flow.destination}`}>
      <div className={styles.row}>
        <Field label="Target attribute" validationMessage={problems.find((p) => p.place.endsWith('.destination'))?.message}>
          <AttributeInput attributes={targets} value={flow.destination} onChange={(_, d) => onChange({ ...flow, destination: d.value })} />
        </Field>
        <Field label="Flow type">
          <Dropdown className={styles.control} value={type} selectedOptions={[type]} onOptionSelect={(_, d) => setType((d.optionValue ?? 'Expression') as FlowType)}>
            {['Direct', 'Constant', 'Expression'].map((t) => <Option key={t} value={t}>{t}</Option>)}
          </Dropdown>
        </Field>
        <Field label="Merge type">
          <Dropdown className={styles.control} value={flow.valueMergeType ?? 'Update'} selectedOptions={[flow.valueMergeType ?? 'Update']} onOptionSelect={(_, d) => onChange({ ...flow, valueMergeType: d.optionValue ?? 'Update' })}>
            {mergeTypes.map((t) => <Option key={t} value={t}>{t}</Option>)}
          </Dropdown>
        </Field>
      </div>
      {type === 'Direct' && (
        <Field label="Source attribute" validationMessage={problems.find((p) => p.place.endsWith('.source'))?.message}>
          <AttributeInput attributes={sources} value={flow.source ?? ''} onChange={(_, d) => onChange({ ...flow, source: d.value })} />
        </Field>
      )}
      {type === 'Constant' && <Field label="Value"><Input className={styles.control} value={flow.source ?? ''} onChange={(_, d) => onChange({ ...flow, source: d.value })} /></Field>}
      {type === 'Expression' && (
        <Field label="Expression" hint="Attributes stand in [brackets]. Ctrl+Space completes."
          validationMessage={problems.filter((p) => p.place.endsWith('.expression')).map((p) => p.message).join('; ') || undefined}>
          <div>
            <ExpressionEditor label="Expression" value={expressionOf(flow)} onChange={(expression) => onChange({ ...flow, flowType: 'Expression', expression })}
              problems={problems.filter((p) => p.place.endsWith('.expression'))} functions={functions.data ?? []} attributes={sources} />
          </div>
        </Field>
      )}
      <div className={styles.foot}>
        <Checkbox label="Only when the object is made" checked={flow.executeOnce === true} onChange={(_, d) => onChange({ ...flow, executeOnce: d.checked === true })} />
        <Button onClick={onDone}>Done</Button>
      </div>
    </div>
  );
}
