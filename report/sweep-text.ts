/** The points of a sweep → a table in which the front is marked. */
import type { ComparisonAxis, SweepOutcome, SweepRecord } from '../isa/index.ts';
import { AXIS_TEXT, joules } from './compare-text.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatPercent, formatSi, plural, printable } from './format.ts';
import { type SweepFront, sweepFront, type SweepStanding } from './sweep-front.ts';
import { type Column, heading, renderTable, type TextStyle } from './table.ts';

/** Of more points those of the front alone are shown. */
const MOST_ROWS = 100;
const NONE = '–';
const right = { align: 'right' } as const;

const STANDING_TEXT: Readonly<Record<SweepStanding, string>> = {
  front: '* front',
  undecided: '? open',
  dominated: '',
  outside: 'outside',
  failed: 'failed',
};

/** @param style with the axes of the front; if absent, those that at least one point has */
export function renderSweepText(
  records: readonly SweepRecord[],
  { axes, ...style }: TextStyle & { readonly axes: readonly ComparisonAxis[] | undefined },
): string {
  const front = sweepFront(records, axes);
  const sections = [pointsSection(records, front, style), legend(front), failuresSection(records, style)];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function pointsSection(records: readonly SweepRecord[], { standings }: SweepFront, style: TextStyle): string {
  const options = [...new Set(records.flatMap(({ varied }) => Object.keys(varied)))];
  const isShown = (k: number): boolean =>
    records.length <= MOST_ROWS || standings[k] === 'front' || standings[k] === 'undecided';
  const hasErrors = records.some(({ outcome }) => outcome.status === 'done' && outcome.regression !== undefined);
  const columns: Column[] = [
    { title: '', ...right },
    ...options.map((option) => ({ title: option, names: true, ...right })),
    { title: 'accuracy', ...right },
    ...(hasErrors ? [{ title: 'MAE', ...right }] : []),
    { title: 'energy', ...right },
    { title: 'latency', ...right },
    { title: 'cores', ...right },
    { title: '' },
  ];
  const rows = records.flatMap(({ point, varied, outcome }, k) =>
    isShown(k)
      ? [
          [
            String(point),
            ...options.map((option) => printable(String(varied[option] ?? NONE))),
            ...figures(outcome, hasErrors),
            STANDING_TEXT[standings[k]!],
          ],
        ]
      : [],
  );
  const left = records.length - rows.length;
  return [
    `${heading('Points', style)}: ${formatCount(records.length)}`,
    renderTable(columns, rows, style, LEFT_OUT_FIRST.sweep),
    ...(left > 0 ? [`  ${formatCount(left)} more, none of them on the front: -o and --csv have them`] : []),
  ].join('\n');
}

function figures(outcome: SweepOutcome, hasErrors: boolean): string[] {
  if (outcome.status === 'failed') return [NONE, ...(hasErrors ? [NONE] : []), NONE, NONE, NONE];
  const { accuracy, regression, energy, latency, chip } = outcome;
  return [
    accuracy === null ? NONE : formatPercent(accuracy.top1),
    ...(hasErrors ? [regression === undefined ? NONE : regression.mae.toPrecision(4)] : []),
    joules(energy.joulePerInference, energy.partial),
    latency === null ? 'not timed' : formatSi(latency.medianSeconds, 's'),
    formatCount(chip.cores),
  ];
}

function legend({ axes, standings }: SweepFront): string {
  const count = standings.filter((standing) => standing === 'front').length;
  const marks = [
    ...(standings.includes('undecided')
      ? ['? open: a partial energy is a lower bound, which leaves open whether another point beats it']
      : []),
    ...(standings.includes('outside') ? ['outside: it lacks a figure of the front'] : []),
  ];
  if (axes.length === 0) return '';
  const about = axes.map((axis) => AXIS_TEXT[axis].better).join(', ');
  return [
    `  * front: no other point is as good in all and better in one of ${about} (${plural(count, 'point')})`,
    ...marks.map((mark) => `  ${mark}`),
  ].join('\n');
}

/** What is in the way, and of which points. */
function failuresSection(records: readonly SweepRecord[], style: TextStyle): string {
  const points = new Map<string, number[]>();
  for (const { point, outcome } of records)
    if (outcome.status === 'failed') {
      const { code, message } = outcome.diagnostics[0]!;
      const text = `${code}: ${message}`;
      points.set(text, [...(points.get(text) ?? []), point]);
    }
  if (points.size === 0) return '';
  const rows = [...points].map(([text, which]) => {
    const named = which.length <= 8 ? which.join(', ') : `${which.slice(0, 8).join(', ')}, … (${which.length})`;
    return `  ${named}: ${printable(text)}`;
  });
  return [heading('Points without a result', style), ...rows].join('\n');
}
