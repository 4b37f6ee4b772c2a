// SPDX-License-Identifier: Apache-2.0
// Which step of a migration is done, from what the servers know. Nothing is kept in the browser.
import type { CanaryResult, Comparison, Operation, Preflight } from '../api/types';

export interface StepState { key: 'pair' | 'verify' | 'swap' | 'final'; title: string; state: 'done' | 'now' | 'later' | 'failed'; says: string }

export interface MigrationFacts {
  paired: boolean; preflight?: Operation | undefined; compare?: Operation | undefined; swap?: Operation | undefined; canary?: Operation | undefined;
}

const resultOf = (operation: Operation | undefined): unknown => (operation && operation.state !== 'running' ? operation.result : null);

export function isVerified(facts: MigrationFacts): boolean {
  const preflight = resultOf(facts.preflight) as Preflight | null;
  const compare = resultOf(facts.compare) as Comparison | null;
  return preflight?.ok === true && compare?.equal === true;
}

export function migrationSteps(facts: MigrationFacts): StepState[] {
  const compare = resultOf(facts.compare) as Comparison | null;
  const canary = resultOf(facts.canary) as CanaryResult | null;
  const swapped = facts.swap?.state === 'done';
  const checked = swapped && canary !== null && (facts.canary?.startedAt ?? '') > (facts.swap?.endedAt ?? '');
  const verified = isVerified(facts) || swapped;
  return [
    { key: 'pair', title: 'Pair the two servers', state: facts.paired ? 'done' : 'now', says: facts.paired ? 'They know each other.' : 'They do not know each other yet.' },
    {
      key: 'verify', title: 'Verify', state: verified ? 'done' : facts.paired ? 'now' : 'later',
      says: compare === null ? 'Is the new server fit, and do both know the same?' : compare.equal ? 'Both know the same, and want the same of the tenant.' : 'They differ.',
    },
    {
      key: 'swap', title: 'Swap', state: swapped ? 'done' : facts.swap?.state === 'failed' ? 'failed' : verified ? 'now' : 'later',
      says: swapped ? 'The right to write has changed hands.' : 'The right to write changes hands; it takes seconds.',
    },
    {
      key: 'final', title: 'Final check', state: checked ? (canary.arrived ? 'done' : 'failed') : swapped ? 'now' : 'later',
      says: checked ? (canary.arrived ? 'A change arrives in the tenant.' : 'The test user did not arrive.') : 'Does a test user arrive in the tenant?',
    },
  ];
}
