// SPDX-License-Identifier: Apache-2.0
import { PlugConnected20Regular } from '@fluentui/react-icons';
import { Text } from '@fluentui/react-components';
import { useState } from 'react';
import { part } from '../api/client';
import { ActButton } from '../parts/act_button';
import { OperationView } from '../parts/operation_view';
import { Section } from '../parts/page';
import { useStart } from '../parts/start';
import { OperationResult } from './operation_result';

export function ConnectorTestTab({ connector }: { connector: string }) {
  const [id, setId] = useState<string | null>(null);
  const start = useStart((operation) => setId(operation.id));
  return (
    <Section title="Test connection" actions={
      <ActButton need="operator" appearance="primary" icon={<PlugConnected20Regular />} disabled={start.isPending}
        onClick={() => start.mutate({ path: `/connectors/${part(connector)}/test` })}>
        {id === null ? 'Test now' : 'Test again'}
      </ActButton>
    }>
      <Text>Connects as a run would, and says check by check what works: names, TLS, sign-in, rights. Nothing is written and no object is read.</Text>
      {id !== null && <OperationView key={id} id={id} result={(operation) => <OperationResult operation={operation} />} />}
    </Section>
  );
}
