// SPDX-License-Identifier: Apache-2.0
// Step 2: is this server fit, and do both know and want the same? "0 differences" is the proof.
import { Text } from '@fluentui/react-components';
import type { Comparison, Operation, Partner, Preflight } from '../api/types';
import { ActButton } from '../parts/act_button';
import { CompareSummary } from '../parts/compare_summary';
import { DifferenceList } from '../parts/difference_list';
import { Findings } from '../parts/findings';
import { OperationView } from '../parts/operation_view';
import { useStart } from '../parts/start';
import { plural } from '../text/format';

function Checked({ preflight }: { preflight: Preflight }) {
  const rest = preflight.findings.filter((f) => f.verdict !== 'ok');
  return (
    <>
      <Text>{`${plural(preflight.findings.length - rest.length, 'check')} ok, ${preflight.warnings} to look at, ${preflight.refused} refused.`}</Text>
      <Findings findings={rest} />
    </>
  );
}

export function VerifyStep({ partner, preflight, compare }: { partner: Partner | null; preflight: Operation | undefined; compare: Operation | undefined }) {
  const start = useStart();
  const missing = partner === null ? 'Pair the two servers first.' : null;
  return (
    <>
      <Text weight="semibold">Is this server fit?</Text>
      <Text>Names, ports, certificates, clocks, rights and disk are looked at. Nothing is written.</Text>
      <div><ActButton need="operator" disabled={start.isPending} onClick={() => start.mutate({ path: '/checks/preflight' })}>{preflight ? 'Check again' : 'Check this server'}</ActButton></div>
      {preflight && <OperationView key={preflight.id} id={preflight.id} result={(o) => <Checked preflight={o.result as Preflight} />} />}
      <Text weight="semibold">Do both know the same?</Text>
      <Text>Both read what is new, then compare everything. A difference comes with its attribute, both values and the rule on each side.</Text>
      <div><ActButton need="operator" reason={missing} disabled={start.isPending} onClick={() => start.mutate({ path: '/compare', body: { with: partner?.url, refresh: true } })}>{compare ? 'Compare again' : 'Compare'}</ActButton></div>
      {compare && <OperationView key={compare.id} id={compare.id} result={(o) => {
        const result = o.result as Comparison;
        return <><CompareSummary result={result} />{result.differences.length > 0 && <DifferenceList differences={result.differences} />}</>;
      }} />}
    </>
  );
}
