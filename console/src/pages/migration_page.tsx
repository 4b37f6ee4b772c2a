// SPDX-License-Identifier: Apache-2.0
// Moving the work to another server: pair, verify, swap, final check. Each step shows its proof. What was done is kept by the
// servers themselves (pair, operations, roles), so the page can be left and opened again anywhere.
import { MessageBar, MessageBarBody, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { get, part } from '../api/client';
import { isOver } from '../api/operations';
import { operationsQuery, pairQuery, statusQuery } from '../api/queries';
import type { Operation } from '../api/types';
import { Page } from '../parts/page';
import { StepList } from '../parts/step_list';
import { Loaded } from '../parts/states';
import { migrationSteps, type StepState } from './migration_state';
import { FinalCheck } from './migration_final';
import { PairStep } from './migration_pair';
import { SwapStep } from './migration_swap';
import { VerifyStep } from './migration_verify';

// The list of operations has no results: the latest of a kind is asked for by itself.
function useLatest(operations: Operation[] | undefined, act: string): Operation | undefined {
  const listed = operations?.find((o) => o.act === act);
  const query = useQuery({
    queryKey: ['operation', listed?.id ?? null], queryFn: () => get<Operation>(`/operations/${part(listed?.id ?? '')}`), enabled: listed !== undefined,
    refetchInterval: (q) => (isOver(q.state.data) ? false : 3000),
  });
  return listed === undefined ? undefined : query.data ?? listed;
}

export function MigrationPage() {
  const status = useQuery(statusQuery);
  const pair = useQuery(pairQuery);
  const operations = useQuery(operationsQuery);
  const ran = {
    preflight: useLatest(operations.data, 'check preflight'), compare: useLatest(operations.data, 'compare'), swap: useLatest(operations.data, 'swap'),
    canary: useLatest(operations.data, 'canary'),
  };
  return (
    <Page title="Migration" about="Hands the right to write from one server to the other, with proof before and after. Until the swap the new server writes nothing, and afterwards one click goes back.">
      <Loaded query={status} doing="reading the server’s status">
        {(state) => {
          const partner = pair.data?.partner ?? null;
          const steps = migrationSteps({ paired: partner !== null, ...ran });
          const bodies: Record<string, React.ReactNode> = {
            pair: <PairStep pair={pair.data} />,
            verify: <VerifyStep partner={partner} preflight={ran.preflight} compare={ran.compare} />,
            swap: <SwapStep partner={partner} status={state} swap={ran.swap} proven={steps.find((s) => s.key === 'verify')?.state === 'done'} />,
            final: <FinalCheck canary={ran.canary} partner={partner} />,
          };
          return (
            <>
              {state.swap && (
                <MessageBar intent="warning" layout="multiline">
                  <MessageBarBody>{`A swap with ${state.swap.partner} is under way, at: ${state.swap.step}. Go on with it, or undo it, in step 3.`}</MessageBarBody>
                </MessageBar>
              )}
              <Text>{state.role === 'active' ? 'This server is active.' : 'This server is in staging.'}{partner && ` Its partner is ${partner.name}.`}</Text>
              <StepList steps={steps.map((s: StepState) => ({ ...s, body: bodies[s.key] }))} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
