// SPDX-License-Identifier: Apache-2.0
// How much of what was compared on two servers, and how much differs.
import { MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import type { Comparison } from '../api/types';
import { formatBytes, formatNumber, plural } from '../text/format';
import { Table, type Column } from './table';

type Space = Comparison['spaces'][number];

export function spaceName(space: string, connector: string): string {
  switch (space) {
    case 'settings': return 'Policy and rules';
    case 'connectorSpace': return `Imported from ${connector}`;
    case 'metaverse': return 'Metaverse';
    case 'pendingExports': return `Pending exports to ${connector}`;
    default: return space;
  }
}

const columns: Column<Space>[] = [
  { key: 'space', title: 'Compared', width: 'minmax(240px, 2fr)', render: (s) => spaceName(s.space, s.connector) },
  { key: 'here', title: 'Here', width: '110px', right: true, render: (s) => (s.isHere ? formatNumber(s.here) : 'not here') },
  { key: 'there', title: 'There', width: '110px', right: true, render: (s) => (s.isThere ? formatNumber(s.there) : 'not there') },
  { key: 'different', title: 'Different', width: '110px', right: true, render: (s) => formatNumber(s.different) },
];

export function CompareSummary({ result }: { result: Comparison }) {
  return (
    <>
      <MessageBar intent={result.equal ? 'success' : 'warning'} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>
            {result.equal ? `0 differences in ${plural(result.objects, 'object')}: nothing would change.` : `${plural(result.different, 'difference')} in ${plural(result.objects, 'object')}.`}
          </MessageBarTitle>
          {` ${result.here} with ${result.there}. ${result.refreshed ? 'Both read what is new first.' : 'As both last read their directories.'}`}
          {result.transient > 0 && ` ${plural(result.transient, 'difference')} went away by reading again.`}
          {` ${formatBytes(result.bytesExchanged)} were exchanged.`}
        </MessageBarBody>
      </MessageBar>
      <Table label="What was compared" rows={result.spaces} columns={columns} keyOf={(s) => `${s.space} ${s.connector}`} one="part" empty={null} />
    </>
  );
}
