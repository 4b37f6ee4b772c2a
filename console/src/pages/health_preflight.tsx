// SPDX-License-Identifier: Apache-2.0
import { Stethoscope20Regular } from '@fluentui/react-icons';
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { operationsQuery } from '../api/queries';
import type { Preflight } from '../api/types';
import { ActButton } from '../parts/act_button';
import { Findings } from '../parts/findings';
import { OperationView } from '../parts/operation_view';
import { Section } from '../parts/page';
import { useStart } from '../parts/start';
import { plural } from '../text/format';

export function PreflightTab() {
  const [started, setStarted] = useState<string | null>(null);
  const operations = useQuery(operationsQuery);
  const start = useStart((operation) => setStarted(operation.id));
  const id = started ?? operations.data?.find((o) => o.act === 'preflight')?.id ?? null;
  return (
    <Section title="Preflight" actions={
      <ActButton need="operator" appearance="primary" icon={<Stethoscope20Regular />} disabled={start.isPending} onClick={() => start.mutate({ path: '/checks/preflight' })}>{id === null ? 'Check now' : 'Check again'}</ActButton>
    }>
      <Text>Everything that a run needs: network, encryption, clocks, rights, secrets, space. Nothing is written, here or in a directory, and it works beside a running cycle.</Text>
      {id !== null && <OperationView key={id} id={id} result={(operation) => {
        const result = operation.result as Preflight;
        return (
          <>
            <Text weight="semibold">{`${plural(result.findings.filter((f) => f.verdict === 'ok').length, 'check')} ok, ${result.warnings} to look at, ${result.refused} refused. ${result.ok ? 'This server can do its work.' : 'What is refused here fails in the next cycle.'}`}</Text>
            <Findings findings={result.findings} />
          </>
        );
      }} />}
    </Section>
  );
}
