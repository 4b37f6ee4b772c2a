// SPDX-License-Identifier: Apache-2.0
// Attributes in rows, with one or several columns of values: an image, or images side by side. A real table, so
// that a screen reader says which attribute and which side a value belongs to.
import { Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Search16Regular } from '@fluentui/react-icons';
import { useState, type ReactNode } from 'react';

const useStyles = makeStyles({
  scroll: { overflowX: 'auto' },
  table: { borderCollapse: 'collapse', width: '100%', tableLayout: 'fixed', minWidth: '520px', '@media (max-width: 640px)': { minWidth: 0, display: 'block' } },
  group: { '@media (max-width: 640px)': { display: 'block' } },
  titles: { '@media (max-width: 640px)': { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' } },
  head: { textAlign: 'left', fontWeight: tokens.fontWeightSemibold, padding: '8px 12px', borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, backgroundColor: tokens.colorNeutralBackground2 },
  name: { textAlign: 'left', verticalAlign: 'top', fontWeight: tokens.fontWeightRegular, padding: '7px 12px', overflowWrap: 'anywhere', width: '26%', '@media (max-width: 640px)': { width: '100%', display: 'block', fontWeight: tokens.fontWeightSemibold, padding: '8px 4px 2px' } },
  cell: {
    verticalAlign: 'top', padding: '7px 12px', overflowWrap: 'anywhere',
    '@media (max-width: 640px)': {
      display: 'flex', columnGap: '8px', padding: '2px 4px',
      '::before': { content: 'attr(data-title)', color: tokens.colorNeutralForeground3, flex: '0 0 88px' },
    },
  },
  alone: { '@media (max-width: 640px)': { '::before': { display: 'none' } } },
  row: { '@media (max-width: 640px)': { display: 'block', paddingBottom: '6px' }, borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  changed: { backgroundColor: tokens.colorStatusWarningBackground1 },
  filter: { maxWidth: '280px' },
});

export interface AttributeRow { name: string; cells: ReactNode[]; changed?: boolean }

export function AttributeTable({ label, columns, rows, filterable = rows.length > 12 }: {
  label: string; columns: string[]; rows: AttributeRow[]; filterable?: boolean;
}) {
  const styles = useStyles();
  const [filter, setFilter] = useState('');
  const shown = rows.filter((row) => row.name.toLowerCase().includes(filter.trim().toLowerCase()));
  return (
    <>
      {filterable && (
        <Input className={styles.filter} aria-label="Filter attributes" placeholder="Filter attributes" size="small" value={filter}
          contentBefore={<Search16Regular />} onChange={(_, data) => setFilter(data.value)} />
      )}
      <div className={styles.scroll}>
        <table role="table" className={styles.table} aria-label={label}>
          <thead role="rowgroup" className={styles.titles}>
            <tr role="row">
              <th role="columnheader" scope="col" className={styles.head} style={{ width: '26%' }}>Attribute</th>
              {columns.map((column) => <th key={column} role="columnheader" scope="col" className={styles.head}>{column}</th>)}
            </tr>
          </thead>
          <tbody role="rowgroup" className={styles.group}>
            {shown.map((row) => (
              <tr key={row.name} role="row" className={mergeClasses(styles.row, row.changed && styles.changed)}>
                <th role="rowheader" scope="row" className={styles.name}>{row.name}</th>
                {row.cells.map((cell, i) => <td key={i} role="cell" data-title={columns[i]} className={mergeClasses(styles.cell, columns.length === 1 && styles.alone)}><div>{cell}</div></td>)}
              </tr>
            ))}
            {shown.length === 0 && <tr role="row"><td role="cell" className={styles.cell} colSpan={columns.length + 1}>No attribute has this name.</td></tr>}
          </tbody>
        </table>
      </div>
    </>
  );
}
