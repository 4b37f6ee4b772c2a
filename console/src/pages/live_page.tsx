// SPDX-License-Identifier: Apache-2.0
// One operation, while it runs and afterwards.
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { operationsQuery } from '../api/queries';
import { OperationView } from '../parts/operation_view';
import { Page, Section } from '../parts/page';
import { OperationResult } from './operation_result';

export function LivePage() {
  const { id = '' } = useParams();
  const operations = useQuery(operationsQuery);
  const title = operations.data?.find((o) => o.id === id)?.title ?? 'Operation';
  return (
    <Page title={title} crumbs={[{ text: 'Operations', to: '/operations?tab=operations' }]}>
      <Section title="Progress">
        <OperationView key={id} id={id} result={(operation) => <OperationResult operation={operation} />} />
      </Section>
    </Page>
  );
}
