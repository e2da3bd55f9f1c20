import type { RunRecord } from '../isa/index.ts';
import { formatPercent } from './format.ts';
import { renderTable, type TextStyle } from './table.ts';

export type Curve = NonNullable<NonNullable<RunRecord['accuracy']>['byT']>;

const BARS = '▁▂▃▄▅▆▇█';
/** A curve is settled where it stays this near to its end, give or take rounding. */
const SETTLED = 0.01 + 1e-9;

/** Accuracy against the number of ticks: a line of bars from 0 to 100 %, and the values at powers of two. */
export function renderCurve(curve: Curve, style: TextStyle): string {
  const last = curve.at(-1);
  if (last === undefined) return '';
  const right = { align: 'right' } as const;
  const rows = curve
    .filter((point) => point === last || Number.isInteger(Math.log2(point.T)))
    .map(({ T, top1, ci95: [low, high] }) => [
      String(T),
      formatPercent(top1),
      `${formatPercent(low)} to ${formatPercent(high)}`,
    ]);
  return [
    `  ${bars(curve, style.width - 2)}`,
    renderTable([{ title: 'T', ...right }, { title: 'accuracy', ...right }, { title: '95 % interval' }], rows, style),
    `  stays within 1 point of the last from T = ${settledFrom(curve, last.top1)} on`,
  ].join('\n');
}

/** One bar per tick; where there are more ticks than columns, evenly spaced ones with the last among them. */
function bars(curve: Curve, width: number): string {
  const columns = Math.max(1, Math.min(curve.length, width));
  return Array.from({ length: columns }, (_, column) => {
    const { top1 } = curve[Math.floor(((column + 1) * curve.length) / columns) - 1]!;
    return BARS[Math.min(BARS.length - 1, Math.floor(top1 * BARS.length))]!;
  }).join('');
}

function settledFrom(curve: Curve, end: number): number {
  const lastOutside = curve.findLastIndex(({ top1 }) => Math.abs(top1 - end) > SETTLED);
  return curve[lastOutside + 1]!.T;
}
