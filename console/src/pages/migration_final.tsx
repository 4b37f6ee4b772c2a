// SPDX-License-Identifier: Apache-2.0
// Step 4: does a change arrive? A test user goes the whole way, and is removed again.
import { Text } from '@fluentui/react-components';
import type { CanaryResult, Operation, Partner } from '../api/types';
import { ActButton } from '../parts/act_button';
import { CanaryProof } from '../parts/canary_proof';
import { OperationView } from '../parts/operation_view';
import { useStart } from '../parts/start';

export function FinalCheck({ canary, partner }: { canary: Operation | undefined; partner: Partner | null }) {
  const start = useStart();
  return (
    <>
      <Text>A test user is made in the directory, followed into the tenant, and removed again. If it does not arrive, the cause and the next step stand here; if that is not quickly repaired, swap back.</Text>
      <div><ActButton need="operator" appearance="primary" disabled={start.isPending} onClick={() => start.mutate({ path: '/canary' })}>{canary ? 'Check again' : 'Send a test user'}</ActButton></div>
      {canary && <OperationView key={canary.id} id={canary.id} result={(o) => <CanaryProof result={o.result as CanaryResult} />} />}
      <Text>{`Leave ${partner?.name ?? 'the old server'} in staging for some days: as long as it is there, swapping back takes seconds. Retire it under Additional tasks of its own console when you are sure.`}</Text>
    </>
  );
}
