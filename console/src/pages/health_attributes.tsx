// SPDX-License-Identifier: Apache-2.0
// What the tenant would refuse or change, and how to repair it: in the directory that the value comes from.
import { Button, MessageBar, MessageBarBody, Switch, Text } from '@fluentui/react-components';
import { ArrowDownload20Regular, CheckmarkCircleRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiPath } from '../api/client';
import { attributeChecksQuery } from '../api/queries';
import type { AttributeFinding } from '../api/types';
import { LinkTo, Section } from '../parts/page';
import { EmptyState, ErrorState } from '../parts/states';
import { Table, type Column } from '../parts/table';
import { ToneBadge } from '../parts/tone';
import { plural } from '../text/format';
import { firstNameOf } from '../text/names';

const step = 200;

function suggestionOf(f: AttributeFinding): string {
  if (f.suggested !== '') return f.suggested;
  if (f.suggestion === 'leave') return 'leave it as it is';
  if (f.suggestion === 'remove') return 'remove the value';
  return f.repair;
}

const columns: Column<AttributeFinding>[] = [
  { key: 'object', title: 'Object', width: 'minmax(170px, 2fr)', render: (f) => <span title={f.source}><LinkTo to={`/connectors/${encodeURIComponent(f.connector)}/objects/${f.object}?tab=why`}>{f.source === '' ? `#${f.object}` : firstNameOf(f.source)}</LinkTo></span> },
  { key: 'severity', title: 'Severity', width: '100px', render: (f) => <ToneBadge tone={f.severity === 'error' ? 'bad' : 'notice'} text={f.severity} /> },
  { key: 'value', title: 'Value', width: 'minmax(200px, 2fr)', render: (f) => <span title={f.value}>{`${f.attribute}: ${f.value}`}</span> },
  {
    key: 'wrong', title: 'What is wrong', width: 'minmax(200px, 2fr)',
    render: (f) => <span style={{ whiteSpace: 'normal' }}>{f.wrong}{f.other > 0 && <>{' ('}<LinkTo to={`/connectors/${encodeURIComponent(f.connector)}/objects/${f.other}`}>{`#${f.other}`}</LinkTo>{')'}</>}</span>,
  },
  { key: 'repair', title: 'Repair', width: 'minmax(180px, 2fr)', render: (f) => <span style={{ whiteSpace: 'normal' }}>{suggestionOf(f)}</span> },
];

export function AttributeCheckList() {
  const [errors, setErrors] = useState(false);
  const [limit, setLimit] = useState(step);
  const checks = useQuery(attributeChecksQuery(errors, limit));
  const data = checks.data;
  return (
    <Section title="Attribute checks" actions={<Button as="a" icon={<ArrowDownload20Regular />} href={apiPath('/checks/attributes.csv', { errors })} download>Download CSV</Button>}>
      <Text>What is to be exported is held against the tenant’s rules: lengths, characters, forms of names and addresses, values that two objects share. Repair a value in the directory that it comes from; “Why” on the object tells which.</Text>
      {data && data.total > 0 && (
        <MessageBar intent={data.errors > 0 ? 'warning' : 'info'} layout="multiline">
          <MessageBarBody>{`${plural(data.errors, 'error')} and ${plural(data.warnings, 'warning')} in ${plural(data.objects, 'object')}. ${data.holdBack ? 'Objects with an error are held back until it is repaired.' : 'Nothing is held back, so the tenant decides.'}`}</MessageBarBody>
        </MessageBar>
      )}
      <Switch label="Errors only" checked={errors} onChange={(_, d) => setErrors(d.checked)} />
      {checks.isError && !data
        ? <ErrorState error={checks.error} doing="checking the attributes" retry={() => void checks.refetch()} />
        : <Table label="Findings" rows={data?.findings} columns={columns} keyOf={(f) => `${f.object} ${f.check} ${f.attribute} ${f.value}`} total={data?.total} one="finding"
            hasMore={(data?.findings.length ?? 0) < (data?.total ?? 0)} loadingMore={checks.isPlaceholderData} onMore={() => setLimit(limit + step)}
            empty={<EmptyState icon={<CheckmarkCircleRegular fontSize={48} aria-hidden />} title="Nothing is wrong" text="The tenant would take every value as it is." />} />}
    </Section>
  );
}
