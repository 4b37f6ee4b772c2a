// SPDX-License-Identifier: Apache-2.0
// Moving the work to another server: pair, verify, swap, final check. Each step shows its proof. What was done is kept by the
// servers themselves (pair, operations, roles), so the page can be left and opened again anywhere.
import { MessageBar, MessageBarBody, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
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

const latest = (operations: Operation[], act: string) => operations.find((o) => o.act === act);

export function MigrationPage() {
  const status = useQuery(statusQuery);
  const pair = useQuery(pairQuery);
  const operations = useQuery(operationsQuery);
  return (
    <Page title="Migration" about="Hands the right to write from one server to the other, with proof before and after. Until the swap the new server writes nothing, and afterwards one click goes back.">
      <Loaded query={status} doing="reading the server’s status">
        {(state) => {
          const all = operations.data ?? [];
          const partner = pair.data?.partner ?? null;
          const ran = { preflight: latest(all, 'preflight'), compare: latest(all, 'compare'), swap: latest(all, 'swap'), canary: latest(all, 'canary') };
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
