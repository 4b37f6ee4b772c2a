// SPDX-License-Identifier: Apache-2.0
// What an operation brought, in the form that fits its kind.
import { Text } from '@fluentui/react-components';
import type { CanaryResult, Comparison, ConnectorTest, CycleResult, CycleRun, Effect, Operation, Preflight, SwapResult } from '../api/types';
import { CanaryProof } from '../parts/canary_proof';
import { CompareSummary } from '../parts/compare_summary';
import { EffectView } from '../parts/effect_view';
import { Findings } from '../parts/findings';
import { LinkTo } from '../parts/page';
import { SwapProof } from '../parts/swap_proof';
import { Table, type Column } from '../parts/table';
import { ResultBadge } from '../parts/tone';
import { formatDuration, formatNumber } from '../text/format';

const columns: Column<CycleRun>[] = [
  { key: 'run', title: 'Run', width: 'minmax(240px, 2fr)', render: (r) => <LinkTo to={`/operations/runs/${r.run}`}>{`${r.connector}: ${r.profile}`}</LinkTo> },
  { key: 'result', title: 'Result', width: 'minmax(240px, 2fr)', render: (r) => <ResultBadge result={r.result} /> },
  { key: 'took', title: 'Took', width: '90px', right: true, render: (r) => formatDuration(r.seconds) },
  {
    key: 'counts', title: 'Counted', width: 'minmax(200px, 2fr)',
    render: (r) => Object.entries(r.counters).filter(([, n]) => n > 0).map(([name, n]) => `${name} ${formatNumber(n)}`).join(', '),
  },
];

function CycleView({ result }: { result: CycleResult }) {
  return (
    <>
      {result.skippedExports !== '' && <Text>{`No exports: ${result.skippedExports}`}</Text>}
      <Table label="Runs of the cycle" rows={result.runs} columns={columns} keyOf={(r) => r.run} one="run" empty={<Text>No run was needed.</Text>} />
      {result.runs.filter((r) => r.plan && r.plan.length > 0).map((r) => (
        <div key={r.run}>{r.plan?.map((line, i) => <Text key={i} block>{line}</Text>)}</div>
      ))}
    </>
  );
}

const has = (value: object, ...keys: string[]) => keys.every((key) => key in value);

export function OperationResult({ operation }: { operation: Operation }) {
  const result = operation.result;
  if (typeof result !== 'object' || result === null) return null;
  if (has(result, 'runs', 'skippedExports')) return <CycleView result={result as CycleResult} />;
  if (has(result, 'downtimeMs', 'writesLost')) return <SwapProof result={result as SwapResult} />;
  if (has(result, 'arrived', 'wouldArrive')) return <CanaryProof result={result as CanaryResult} />;
  if (has(result, 'spaces', 'differences')) return <CompareSummary result={result as Comparison} />;
  if (has(result, 'types', 'failing')) return <EffectView effect={result as Effect} />;
  if (has(result, 'findings')) return <Findings findings={(result as Preflight).findings} />;
  if (has(result, 'connectors', 'ok')) {
    return <>{(result as ConnectorTest).connectors.map((c) => <Findings key={c.connector} findings={c.findings.map((f) => ({ ...f, subject: c.connector }))} />)}</>;
  }
  return null;
}
