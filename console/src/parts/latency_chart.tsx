// SPDX-License-Identifier: Apache-2.0
// From change to cloud, day by day: the median as a bar, the slowest hundredth behind it. A table says the same
// to who cannot see it.
import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import type { LatencyDay } from '../api/types';
import { formatDay, formatDuration, formatNumber } from '../text/format';

const height = 180;
const left = 52;
const bottom = 24;

const useStyles = makeStyles({
  all: { position: 'relative', width: '100%', minHeight: `${height}px` },
  text: { fill: tokens.colorNeutralForeground2, fontSize: '11px' },
  grid: { stroke: tokens.colorNeutralStroke2 },
  p99: { fill: tokens.colorBrandBackground2Pressed },
  p50: { fill: tokens.colorCompoundBrandBackground },
  legend: { display: 'flex', flexWrap: 'wrap', columnGap: '20px', rowGap: '4px', alignItems: 'center' },
  key: { display: 'inline-flex', alignItems: 'center', columnGap: '6px' },
  swatch: { width: '12px', height: '12px', borderRadius: '2px', display: 'inline-block' },
});

// The next round number of seconds, minutes or hours above the value.
export function roundUp(seconds: number): number {
  const rounds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400];
  return rounds.find((r) => r >= seconds) ?? Math.ceil(seconds / 86_400) * 86_400;
}

const dayMs = 86_400_000;

// A day without changes has no numbers, and still its place: otherwise a gap would look like the next day. At least a
// week, so that the first day is no wall.
export function withGaps(days: LatencyDay[], today: string): (LatencyDay | string)[] {
  const known = new Map(days.map((d) => [d.day, d]));
  const last = Date.parse(today);
  const first = Math.min(Date.parse(days[0]?.day ?? today), last - 6 * dayMs);
  const all: (LatencyDay | string)[] = [];
  for (let at = first; at <= last; at += dayMs) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push(known.get(day) ?? day);
  }
  return all;
}

export function LatencyChart({ days }: { days: LatencyDay[] }) {
  const styles = useStyles();
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const top = roundUp(Math.max(1, ...days.map((d) => d.p99Seconds)));
  const plot = height - bottom - 8;
  const y = (seconds: number) => 8 + plot * (1 - Math.min(seconds, top) / top);
  const places = withGaps(days, new Date().toISOString().slice(0, 10));
  const step = (width - left) / places.length;
  const bar = Math.max(3, Math.min(28, step * 0.6));
  const every = Math.ceil(places.length / Math.max(1, Math.floor((width - left) / 64)));
  return (
    <div>
      <div ref={box} className={styles.all}>
        <svg width={width} height={height} aria-hidden>
          {[0, 0.5, 1].map((share) => (
            <g key={share}>
              <line x1={left} x2={width} y1={y(top * share)} y2={y(top * share)} className={styles.grid} />
              <text x={left - 8} y={y(top * share) + 4} textAnchor="end" className={styles.text}>{share === 0 ? '0' : formatDuration(top * share)}</text>
            </g>
          ))}
          {places.map((place, i) => {
            const x = left + step * i + (step - bar) / 2;
            const label = (places.length - 1 - i) % every === 0 && (
              <text x={Math.min(x + bar / 2, width - 20)} y={height - 6} textAnchor="middle" className={styles.text}>{formatDay(typeof place === 'string' ? place : place.day)}</text>
            );
            if (typeof place === 'string') return <g key={place}>{label}</g>;
            const day = place;
            return (
              <g key={day.day}>
                <title>{`${formatDay(day.day)}: half within ${formatDuration(day.p50Seconds)}, 99 of 100 within ${formatDuration(day.p99Seconds)}, ${formatNumber(day.changes)} changes`}</title>
                <rect x={x} width={bar} y={y(day.p99Seconds)} height={Math.max(1, 8 + plot - y(day.p99Seconds))} rx={2} className={styles.p99} />
                <rect x={x} width={bar} y={y(day.p50Seconds)} height={Math.max(1, 8 + plot - y(day.p50Seconds))} rx={2} className={styles.p50} />
                {label}
              </g>
            );
          })}
        </svg>
      </div>
      <div className={styles.legend}>
        <span className={styles.key}><span className={styles.swatch} style={{ backgroundColor: tokens.colorCompoundBrandBackground }} /><Text size={200}>half of all changes within</Text></span>
        <span className={styles.key}><span className={styles.swatch} style={{ backgroundColor: tokens.colorBrandBackground2Pressed }} /><Text size={200}>99 of 100 within</Text></span>
      </div>
      <table className="visually-hidden">
        <caption>From change to cloud, by day</caption>
        <thead><tr><th>Day</th><th>Half within</th><th>99 of 100 within</th><th>Changes</th></tr></thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}><td>{formatDay(day.day)}</td><td>{formatDuration(day.p50Seconds)}</td><td>{formatDuration(day.p99Seconds)}</td><td>{formatNumber(day.changes)}</td></tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
