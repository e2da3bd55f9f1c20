/** The record of a tuning → what was taken, what came second, what limits cost, and all points as a table. */
import type { TunedPoint, TuneLimit, TuneRecord } from '../isa/index.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatPercent, formatSi, plural, printable } from './format.ts';
import { type Column, heading, renderTable, type TextStyle } from './table.ts';
import { shortenMiddle } from './wrap.ts';

/** Of more points the front and what the text names. */
const MOST_ROWS = 60;
const LONGEST_VALUE = 24;
const NONE = '–';
const right = { align: 'right' } as const;

export const LIMIT_FLAG: Readonly<Record<TuneLimit, string>> = {
  loss: '--max-loss',
  energy: '--energy',
  latency: '--deadline',
  cores: '--max-cores',
};

const FRONT_MARK: Readonly<Record<TunedPoint['front'], string>> = {
  front: '*',
  undecided: '?',
  dominated: '',
  outside: '',
};

export function renderTuneText(record: TuneRecord, style: TextStyle): string {
  const sections = [answerSection(record, style), relaxSection(record, style), pointsSection(record, style)];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Points of accuracy. */
const lossText = ({ mean, low, high }: TunedPoint['lossPoints']): string =>
  `${mean.toFixed(2)} (${low === null ? NONE : low.toFixed(2)} to ${high === null ? NONE : high.toFixed(2)})`;

const energyText = ({ energyJ, energyPartial }: TunedPoint): string =>
  `${energyPartial ? 'at least ' : ''}${formatSi(energyJ.mean, 'J')}`;

const settingText = ({ varied }: TunedPoint): string =>
  Object.entries(varied)
    .map(([name, value]) => `${name}=${shortenMiddle(printable(String(value)), LONGEST_VALUE)}`)
    .join(' ');

export const limitText = (limit: TuneLimit, value: number): string => {
  if (limit === 'loss') return `${value.toFixed(2)} points`;
  if (limit === 'cores') return plural(value, 'core');
  return formatSi(value, limit === 'energy' ? 'J' : 's');
};

const pointOf = ({ points }: TuneRecord, point: number): TunedPoint => points[point - 1]!;

function answerSection(record: TuneRecord, style: TextStyle): string {
  const { answer, second, prices, objective, samples, confidence, limits } = record;
  if (answer === null) return '';
  const taken = pointOf(record, answer.point);
  const { loss, energy, latency } = answer.probabilities;
  const sure = [
    ...(loss === undefined ? [] : [`it loses at most ${limitText('loss', limits.loss!)}: ${formatPercent(loss, 1)}`]),
    ...(energy === undefined
      ? []
      : [`its mean energy is at most ${limitText('energy', limits.energy!)}: ${formatPercent(energy, 1)}`]),
    ...(latency === undefined
      ? []
      : [
          `inferences within ${limitText('latency', limits.latency!)}: all ${formatCount(samples.available)} measured, so at least ${formatPercent(latency, 2)} (${formatPercent(confidence, 0)} sure)`,
        ]),
  ];
  return [
    `${heading('Taken', style)}: point ${taken.point}, ${settingText(taken)} → ${printable(answer.file)}`,
    `  loses ${lossText(taken.lossPoints)} points of ${formatCount(taken.samples)} samples; ${energyText(taken)}, ${formatSi(taken.latency.meanSeconds, 's')} (longest ${formatSi(taken.latency.worstSeconds, 's')}), ${plural(taken.cores, 'core')}`,
    ...sure.map((text) => `  ${text}`),
    ...(second === null
      ? ['  no other point is known to meet the limits']
      : [`  second: point ${second.point}, ${secondText(pointOf(record, second.point), second.extraCost, objective)}`]),
    ...prices.map((price) => `  ${priceText(record, price, taken)}`),
    ...answer.notes.map((text) => `  ${printable(text)}`),
  ].join('\n');
}

const secondText = (second: TunedPoint, extraCost: number, objective: string): string =>
  `${settingText(second)}: ${formatPercent(extraCost, 1)} more ${objective}, loses ${lossText(second.lossPoints)} of ${formatCount(second.samples)} samples`;

function priceText(
  record: TuneRecord,
  { limit, point, needed, saves }: TuneRecord['prices'][number],
  taken: TunedPoint,
): string {
  if (point === taken.point || saves <= 0)
    return `${LIMIT_FLAG[limit]} costs nothing: the same would be taken without it`;
  const other = pointOf(record, point);
  return `${LIMIT_FLAG[limit]} costs ${formatPercent(saves, 1)} of ${record.objective}: without it point ${point}, ${settingText(other)}, which needs ${limitText(limit, needed)} (${formatCount(other.samples)} samples)`;
}

function relaxSection(record: TuneRecord, style: TextStyle): string {
  const { answer, relax, together, limits } = record;
  if (answer !== null || relax.length + together.length === 0) return '';
  const line = ({ limit, point, needed }: TuneRecord['relax'][number]): string => {
    const { samples } = pointOf(record, point);
    return `  ${LIMIT_FLAG[limit]} ${limitText(limit, needed)} in place of ${limitText(limit, limits[limit]!)}: point ${point}, ${settingText(pointOf(record, point))} (${formatCount(samples)} samples)`;
  };
  return relax.length > 0
    ? [`${heading('What would meet the limits', style)}: one of these alone`, ...relax.map(line)].join('\n')
    : [
        `${heading('What would meet the limits', style)}: no limit alone; all of these together`,
        ...together.map(line),
      ].join('\n');
}

function pointsSection(record: TuneRecord, style: TextStyle): string {
  const { points, samples, confidence, answer, second } = record;
  const options = [...new Set(points.flatMap(({ varied }) => Object.keys(varied)))];
  const named = new Set([answer?.point, second?.point]);
  const isShown = ({ point, front }: TunedPoint): boolean =>
    points.length <= MOST_ROWS || front === 'front' || named.has(point);
  const columns: Column[] = [
    { title: '', ...right },
    ...options.map((option) => ({ title: option, names: true, ...right })),
    { title: 'samples', ...right },
    { title: 'points lost', ...right },
    { title: 'energy', ...right },
    { title: 'latency', ...right },
    { title: 'cores', ...right },
    { title: '' },
    { title: '', words: true },
  ];
  const rows = points.filter(isShown).map((point) => rowOf(point, options));
  const left = points.length - rows.length;
  const many = points.filter(({ verdict }) => verdict === 'failed').length;
  return [
    `${heading('Points', style)}: ${formatCount(points.length)}, ${formatCount(samples.measured)} samples measured (all points on all ${formatCount(samples.available)} samples: ${formatCount((points.length - many) * samples.available)})`,
    renderTable(columns, rows, style, LEFT_OUT_FIRST.tune),
    ...(left > 0 ? [`  ${formatCount(left)} more: --points and --json have them`] : []),
    '',
    `  intervals of ${formatPercent(confidence, 1)}; * no other point is as good in loss, energy, latency and cores; ? too few samples to say`,
    ...failures(points),
  ].join('\n');
}

function rowOf(point: TunedPoint, options: readonly string[]): string[] {
  const { varied, verdict, samples, lossPoints, latency, cores, front } = point;
  const isThere = samples > 0;
  return [
    String(point.point),
    ...options.map((option) => printable(String(varied[option] ?? NONE))),
    isThere ? formatCount(samples) : NONE,
    isThere ? lossText(lossPoints) : NONE,
    isThere ? energyText(point) : NONE,
    isThere ? formatSi(latency.meanSeconds, 's') : NONE,
    isThere ? formatCount(cores) : NONE,
    FRONT_MARK[front],
    verdict,
  ];
}

/** What is in the way, and of which points. */
function failures(points: readonly TunedPoint[]): string[] {
  const which = new Map<string, number[]>();
  for (const { point, diagnostics } of points) {
    const [found] = diagnostics ?? [];
    if (found === undefined) continue;
    const text = `${found.code}: ${found.message}`;
    which.set(text, [...(which.get(text) ?? []), point]);
  }
  return [...which].map(([text, found]) => {
    const shown = found.length <= 8 ? found.join(', ') : `${found.slice(0, 8).join(', ')}, … (${found.length})`;
    return `  without a result: ${shown}: ${printable(text)}`;
  });
}
