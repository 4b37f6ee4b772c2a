// SPDX-License-Identifier: Apache-2.0
// A table of any length. Only the rows in sight are in the page; at the end of what is loaded the next page is
// asked for. On a phone each row is a small card: the first column is its title.
import { Button, makeStyles, mergeClasses, Skeleton, SkeletonItem, Spinner, tokens } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import { usePhone } from './media';
import { plural } from '../text/format';

export interface Column<Row> {
  key: string; title: string; render: (row: Row) => ReactNode;
  width?: string; right?: boolean; phone?: 'hide';
}

export interface TableProps<Row> {
  label: string; rows: Row[] | undefined; columns: Column<Row>[]; keyOf: (row: Row) => string | number;
  empty: ReactNode; total?: number; one?: string; many?: string;
  hasMore?: boolean; loadingMore?: boolean; onMore?: () => void;
  maxHeight?: string; skeletonRows?: number; isMarked?: (row: Row) => boolean; footer?: ReactNode;
}

const rowHeight = 40;
const cardHeight = 96;
// Below this many rows, all of them are in the page: search in the page and printing work then.
const wholeMax = 60;

const useStyles = makeStyles({
  scroll: {
    overflow: 'auto', position: 'relative', outlineOffset: '-2px', borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`, backgroundColor: tokens.colorNeutralBackground1,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  inner: { minWidth: 'fit-content' },
  row: {
    display: 'grid', alignItems: 'center', minHeight: `${rowHeight}px`, width: '100%', columnGap: '12px', padding: '4px 12px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  marked: { backgroundColor: tokens.colorNeutralBackground1Selected },
  head: {
    position: 'sticky', top: 0, zIndex: 1, backgroundColor: tokens.colorNeutralBackground2, fontWeight: tokens.fontWeightSemibold,
    minHeight: '36px', ':hover': { backgroundColor: tokens.colorNeutralBackground2 },
  },
  cell: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  right: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
  card: { display: 'flex', flexDirection: 'column', rowGap: '4px', padding: '10px 12px', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  cardTitle: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  cardLine: { display: 'flex', columnGap: '8px', minWidth: 0, overflowWrap: 'anywhere' },
  cardName: { color: tokens.colorNeutralForeground3, flex: '0 0 96px' },
  cardValue: { minWidth: 0 },
  foot: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '12px', minHeight: '32px', color: tokens.colorNeutralForeground2 },
});

function template<Row>(columns: Column<Row>[]): string {
  return columns.map((c) => c.width ?? 'minmax(120px, 1fr)').join(' ');
}

function RowView<Row>({ row, columns, phone, marked, style, measure, index }: {
  row: Row; columns: Column<Row>[]; phone: boolean; marked: boolean; style?: CSSProperties;
  measure?: (element: Element | null) => void; index: number;
}) {
  const styles = useStyles();
  if (phone) {
    return (
      <div role="row" aria-rowindex={index + 2} data-index={index} ref={measure} style={style} className={mergeClasses(styles.card, marked && styles.marked)}>
        {columns.filter((c) => c.phone !== 'hide').map((column, i) => (
          <div role="cell" key={column.key} className={i === 0 ? styles.cardTitle : styles.cardLine}>
            {i > 0 && column.title !== '' && <span className={styles.cardName}>{column.title}</span>}
            <span className={styles.cardValue}>{column.render(row)}</span>
          </div>
        ))}
      </div>
    );
  }
  return (
    <div role="row" aria-rowindex={index + 2} data-index={index} ref={measure}
      style={{ ...style, gridTemplateColumns: template(columns) }} className={mergeClasses(styles.row, marked && styles.marked)}>
      {columns.map((column) => (
        <div role="cell" key={column.key} className={mergeClasses(styles.cell, column.right && styles.right)}>{column.render(row)}</div>
      ))}
    </div>
  );
}

function Head<Row>({ columns, phone }: { columns: Column<Row>[]; phone: boolean }) {
  const styles = useStyles();
  return (
    <div role="rowgroup" className={phone ? 'visually-hidden' : undefined} style={phone ? undefined : { position: 'sticky', top: 0, zIndex: 1 }}>
      <div role="row" aria-rowindex={1} className={mergeClasses(styles.row, styles.head)} style={{ gridTemplateColumns: template(columns) }}>
        {columns.filter((c) => !phone || c.phone !== 'hide').map((column) => (
          <div role="columnheader" key={column.key} className={mergeClasses(styles.cell, column.right && styles.right)}>
            {column.title === '' ? <span className="visually-hidden">Actions</span> : column.title}
          </div>
        ))}
      </div>
    </div>
  );
}

function SkeletonRows({ count, phone }: { count: number; phone: boolean }) {
  const styles = useStyles();
  return (
    <Skeleton aria-label="Loading">
      {Array.from({ length: count }, (_, i) => (
        <div key={i} className={styles.row} style={{ minHeight: phone ? cardHeight : rowHeight, gridTemplateColumns: '1fr' }}>
          <SkeletonItem style={{ height: 16, width: `${[70, 85, 60, 78][i % 4] ?? 70}%` }} />
        </div>
      ))}
    </Skeleton>
  );
}

export function Table<Row>(props: TableProps<Row>) {
  const { label, rows, columns, keyOf, empty, hasMore = false, loadingMore = false, onMore, isMarked } = props;
  const styles = useStyles();
  const phone = usePhone();
  const scroll = useRef<HTMLDivElement>(null);
  const [scrolls, setScrolls] = useState(false);
  const count = rows?.length ?? 0;
  const whole = count <= wholeMax;
  const virtual = useVirtualizer({
    count: whole ? 0 : count, getScrollElement: () => scroll.current, estimateSize: () => (phone ? cardHeight : rowHeight), overscan: 12,
    scrollMargin: phone ? 0 : 36,
  });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (!whole && hasMore && !loadingMore && lastSeen >= count - 20) onMore?.();
  }, [whole, hasMore, loadingMore, lastSeen, count, onMore]);
  // An area that scrolls must be reachable by keyboard; one that does not needs no stop.
  useEffect(() => {
    const element = scroll.current;
    if (element) setScrolls(element.scrollHeight > element.clientHeight || element.scrollWidth > element.clientWidth);
  }, [count, phone]);

  if (rows?.length === 0) return <>{empty}</>;
  return (
    <div style={{ display: 'flex', flexDirection: 'column', rowGap: 4, minWidth: 0 }}>
      {/* An area that scrolls takes the focus, so that the keyboard can scroll it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={scroll} className={styles.scroll} style={{ maxHeight: props.maxHeight ?? '65vh' }} tabIndex={scrolls ? 0 : undefined}
        role="group" aria-label={label}>
        <div role="table" aria-label={label} aria-rowcount={hasMore ? -1 : count + 1} aria-busy={rows === undefined} className={phone ? undefined : styles.inner}>
          <Head columns={columns} phone={phone} />
          {rows === undefined && <div role="rowgroup"><div role="row"><div role="cell"><SkeletonRows count={props.skeletonRows ?? 8} phone={phone} /></div></div></div>}
          {rows && whole && (
            <div role="rowgroup">
              {rows.map((row, i) => (
                <RowView key={keyOf(row)} row={row} columns={columns} phone={phone} marked={isMarked?.(row) ?? false} index={i} />
              ))}
            </div>
          )}
          {rows && !whole && (
            <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
              {items.map((item) => {
                const row = rows[item.index];
                return row === undefined ? null : (
                  <RowView key={keyOf(row)} row={row} columns={columns} phone={phone} marked={isMarked?.(row) ?? false} index={item.index}
                    measure={virtual.measureElement}
                    style={{ position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${item.start - (phone ? 0 : 36)}px)` }} />
                );
              })}
            </div>
          )}
        </div>
      </div>
      <div className={styles.foot} role="status">
        {rows && (props.total !== undefined && props.total > count
          ? `${plural(count, props.one ?? 'row', props.many)} of ${plural(props.total, props.one ?? 'row', props.many)}`
          : `${plural(count, props.one ?? 'row', props.many)}${hasMore ? ' so far' : ''}`)}
        {loadingMore && <Spinner size="tiny" label="Loading more" />}
        {hasMore && !loadingMore && onMore && <Button size="small" onClick={onMore}>Load more</Button>}
        {props.footer}
      </div>
    </div>
  );
}
