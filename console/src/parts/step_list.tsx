// SPDX-License-Identifier: Apache-2.0
// Steps of a guided job, one below the other. The one that is due is open; a step that is done keeps its proof.
import { Accordion, AccordionHeader, AccordionItem, AccordionPanel, makeStyles, Text, tokens } from '@fluentui/react-components';
import { CheckmarkCircle24Filled, Circle24Regular, ErrorCircle24Filled, RadioButton24Filled } from '@fluentui/react-icons';
import { useEffect, useRef, useState, type ReactNode } from 'react';

const useStyles = makeStyles({
  item: { backgroundColor: tokens.colorNeutralBackground1, border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: tokens.borderRadiusLarge, marginBottom: '12px', boxShadow: tokens.shadow2 },
  panel: { padding: '4px 20px 20px', margin: 0, display: 'flex', flexDirection: 'column', rowGap: '12px', '@media (max-width: 640px)': { padding: '4px 12px 12px' } },
  head: { display: 'flex', flexDirection: 'column', padding: '10px 0', textAlign: 'left' },
  says: { color: tokens.colorNeutralForeground2 },
  done: { color: tokens.colorStatusSuccessForeground1 },
  failed: { color: tokens.colorStatusDangerForeground1 },
  now: { color: tokens.colorCompoundBrandForeground1 },
});

export interface GuidedStep { key: string; title: string; says: string; state: 'done' | 'now' | 'later' | 'failed'; body: ReactNode }

const stateNames = { done: 'done', now: 'to do now', later: 'later', failed: 'failed' } as const;

export function StepList({ steps }: { steps: GuidedStep[] }) {
  const styles = useStyles();
  const due = steps.find((s) => s.state === 'now' || s.state === 'failed')?.key;
  const [open, setOpen] = useState<string[]>(due === undefined ? [] : [due]);
  const seen = useRef(due);
  // When a step is done the next one opens; the proof of the last one stays open, too.
  useEffect(() => {
    if (due !== undefined && seen.current !== due) setOpen((before) => [...before, due]);
    seen.current = due;
  }, [due]);
  return (
    <Accordion multiple collapsible openItems={open} onToggle={(_, data) => setOpen(data.openItems as string[])}>
      {steps.map((step, i) => (
        <AccordionItem key={step.key} value={step.key} className={styles.item}>
          <AccordionHeader as="h2" size="large" icon={
            step.state === 'done' ? <CheckmarkCircle24Filled className={styles.done} /> : step.state === 'failed' ? <ErrorCircle24Filled className={styles.failed} />
              : step.state === 'now' ? <RadioButton24Filled className={styles.now} /> : <Circle24Regular />
          }>
            <span className={styles.head}>
              <Text weight="semibold" size={400}>{`${i + 1}. ${step.title}`}<span className="visually-hidden">{`, ${stateNames[step.state]}`}</span></Text>
              <Text className={styles.says}>{step.says}</Text>
            </span>
          </AccordionHeader>
          <AccordionPanel className={styles.panel}>{step.body}</AccordionPanel>
        </AccordionItem>
      ))}
    </Accordion>
  );
}
