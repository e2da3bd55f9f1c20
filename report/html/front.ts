/** The record of a comparison → one picture of its front, as an SVG file that needs nothing else. */
import type { ComparedRun, CompareRecord, ComparisonAxis } from '../../isa/index.ts';
import { assumedLines, AXIS_TEXT, joules, labelOf, valueOf } from '../compare-text.ts';
import { formatPercent, formatSi, shorten } from '../format.ts';
import { LOGARITHMIC_FROM } from '../scatter-text.ts';
import { drawChart, unitFor } from './chart.ts';
import { type Content, html, type Markup, Markup as Raw, sentence } from './markup.ts';
import { DATA } from './looks.ts';
import { COLOURS } from './palette.ts';

const WIDTH = 620;
const HEIGHT = 300;
const LONGEST_LABEL = 24;
/** Of the table below, from the left. */
const COLUMNS = [10, 190, 395, 515, 625] as const;
const ROW = 18;

interface Point {
  readonly mark: string;
  readonly x: number;
  readonly y: number;
  /** Ends of the interval of an accuracy. */
  readonly low: number;
  readonly high: number;
  readonly standing: (typeof STANDINGS)[keyof typeof STANDINGS];
}

/**
 * The first two axes of the front: accuracy, with its intervals, or energy upwards, and what it costs to the right. Below
 * it a table names the runs and says all their figures.
 *
 * @returns an SVG document, light or dark as its reader is; undefined where no run has both axes
 */
export async function renderFront({ runs, axes }: CompareRecord): Promise<string | undefined> {
  const [first, second] = axes;
  if (first === undefined || second === undefined) return undefined;
  const [up, across] = second === 'accuracy' ? [second, first] : [first, second];
  const drawn = runs.filter((run) => valueOf(run, up) !== undefined && valueOf(run, across) !== undefined);
  if (drawn.length === 0) return undefined;
  const { width, height, content } = await drawChart(chartOf(drawn, up, across));
  const table = tableOf(runs);
  const whole = { width: Math.max(width, COLUMNS.at(-1)! + 130), height: height + (runs.length + 4) * ROW };
  const title = `${AXIS_TEXT[up].name} against ${AXIS_TEXT[across].name}`;
  return html`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" width="${whole.width}" height="${whole.height}" viewBox="0 0 ${whole.width} ${whole.height}" font-family="system-ui, sans-serif" font-size="12"><title id="title">${sentence(title)}</title><desc id="desc">${sentence(descriptionOf(runs))}</desc><style>${new Raw(COLOURS)}text{fill:var(--ink)}</style><rect width="100%" height="100%" fill="var(--paper)"/>${content}<g transform="translate(0,${height + ROW})">${table}</g></svg>
`.text;
}

const isBound = ({ energy }: ComparedRun, ...axes: readonly ComparisonAxis[]): boolean =>
  axes.includes('energy') && energy.partial;

function descriptionOf(runs: readonly ComparedRun[]): string {
  const front = runs.filter(({ standing }) => standing.status === 'front').map(({ mark }) => mark);
  return `A point for each run. On the front: ${front.length === 0 ? 'none for certain' : front.join(', ')}.`;
}

const STANDINGS = {
  front: 'on the front',
  undecided: 'open',
  dominated: 'dominated',
  outside: 'outside',
} as const satisfies Record<ComparedRun['standing']['status'], string>;
const SHAPES = { 'on the front': 'circle', open: 'diamond', dominated: 'cross', outside: 'square' } as const;
/** Nearer to each other than this, one label is above its point and the other below. */
const LABEL_PIXELS = 32;

type Axis = ReturnType<typeof axisOf>;

/** The runs where they are drawn. */
function pointsOf(
  drawn: readonly ComparedRun[],
  up: ComparisonAxis,
  across: ComparisonAxis,
  { x, y }: { readonly x: Axis; readonly y: Axis },
): Point[] {
  return drawn.map((run): Point => {
    const value = y.of(valueOf(run, up)!);
    const [low, high] = up === 'accuracy' ? run.accuracy!.ci95 : [value, value];
    const { mark, standing } = run;
    const sign = isBound(run, up, across) ? (across === 'energy' ? ' →' : ' ↑') : '';
    const labelled = `${mark}${sign}`;
    return {
      mark: labelled,
      x: x.of(valueOf(run, across)!),
      y: value,
      low,
      high,
      standing: STANDINGS[standing.status],
    };
  });
}

function chartOf(drawn: readonly ComparedRun[], up: ComparisonAxis, across: ComparisonAxis) {
  const [x, y] = [axisOf(drawn, across), axisOf(drawn, up)];
  const points = pointsOf(drawn, up, across, { x, y });
  const place = {
    x: { field: 'x', type: 'quantitative' as const, title: x.title, scale: x.scale, axis: x.axis },
    y: { field: 'y', type: 'quantitative' as const, title: y.title, scale: y.scale, axis: y.axis },
  };
  const below = labelsBelow(points.map((point) => x.at(point.x)));
  const kinds = Object.values(STANDINGS).filter((kind) => points.some(({ standing }) => standing === kind));
  const label = { type: 'text' as const, fontSize: 12, fontWeight: 'bold' as const };
  const certain = drawn.flatMap((run, k) => (isBound(run, up, across) ? [] : [points[k]!]));
  return {
    width: WIDTH,
    height: HEIGHT,
    data: { values: points },
    encoding: place,
    layer: [
      {
        data: { values: stairs(certain, up === 'accuracy', Math.max(...points.map((point) => point.x))) },
        mark: { type: 'line' as const, interpolate: 'step-after' as const, strokeDash: [4, 3], color: 'var(--soft)' },
      },
      ...(up === 'accuracy'
        ? [
            {
              mark: { type: 'rule' as const, color: DATA, strokeWidth: 1.5 },
              encoding: { y: { field: 'low', type: 'quantitative' as const }, y2: { field: 'high' } },
            },
          ]
        : []),
      {
        mark: { type: 'point' as const, filled: true, fill: 'var(--paper)', stroke: DATA, size: 90, opacity: 1 },
        encoding: {
          shape: {
            field: 'standing',
            type: 'nominal' as const,
            title: null,
            scale: { domain: kinds, range: kinds.map((kind) => SHAPES[kind]) },
          },
        },
      },
      ...[true, false].map((isBelow) => ({
        data: { values: points.filter((_, k) => below[k] === isBelow) },
        mark: { ...label, dy: isBelow ? 14 : -12 },
        encoding: {
          y: { field: isBelow ? 'low' : 'high', type: 'quantitative' as const },
          text: { field: 'mark' },
        },
      })),
    ],
  };
}

/** @param places of points across, in pixels */
function labelsBelow(places: readonly number[]): boolean[] {
  const below: boolean[] = [];
  places.forEach((place, k) =>
    below.push(places.slice(0, k).some((other, at) => below[at] === false && Math.abs(other - place) < LABEL_PIXELS)),
  );
  return below;
}

/** What no certain point beats: from each best one so far to the right. */
function stairs(points: readonly Point[], largerIsBetter: boolean, end: number): { x: number; y: number }[] {
  const line: { x: number; y: number }[] = [];
  const better = (a: number, b: number): boolean => (largerIsBetter ? a > b : a < b);
  for (const { x, y } of [...points].sort((a, b) => a.x - b.x || (better(a.y, b.y) ? -1 : 1)))
    if (line.length === 0 || better(y, line.at(-1)!.y)) line.push({ x, y });
  const last = line.at(-1);
  return last === undefined || last.x >= end ? line : [...line, { x: end, y: last.y }];
}

function axisOf(drawn: readonly ComparedRun[], axis: ComparisonAxis) {
  const values = drawn.map((run) => valueOf(run, axis)!);
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  const logarithmic = axis !== 'accuracy' && least > 0 && largest / least >= LOGARITHMIC_FROM;
  const { scale, unit } =
    axis === 'accuracy' ? { scale: 1, unit: '' } : unitFor(largest, axis === 'energy' ? 'J' : 's');
  const share = logarithmic
    ? (value: number) => Math.log(value / scale / least) / Math.log(largest / least)
    : (value: number) => (value / scale - least) / (largest - least || 1);
  const { name } = AXIS_TEXT[axis];
  const padding = 16;
  return {
    of: (value: number) => value * scale,
    /** About where it is across, in pixels. */
    at: (value: number) => WIDTH * share(value),
    title: unit === '' ? `${name}, with its 95 % interval` : `${name}, ${unit}${logarithmic ? ' (logarithmic)' : ''}`,
    scale: logarithmic
      ? { type: 'log' as const, nice: false, padding }
      : { zero: false, ...(axis !== 'accuracy' && { padding }) },
    axis: { format: unit === '' ? '~%' : '~g' },
  };
}

function tableOf(runs: readonly ComparedRun[]): Content {
  const head = ['run', 'accuracy (95 % interval)', 'energy', 'median latency', 'front'];
  const rows = runs.map((run) => {
    const { accuracy, energy, latency, standing } = run;
    const [low, high] = accuracy?.ci95 ?? [0, 0];
    return [
      `${run.mark}  ${shorten(labelOf(run), LONGEST_LABEL)}`,
      accuracy === null
        ? '–'
        : `${formatPercent(accuracy.top1)} (${formatPercent(low, 1)} to ${formatPercent(high, 1)})`,
      joules(energy.joulePerInference, energy.partial),
      latency === null ? 'not timed' : formatSi(latency.medianSeconds, 's'),
      STANDINGS[standing.status],
    ];
  });
  const line = (cells: readonly string[], k: number, bold: boolean): Markup =>
    html`${cells.map((cell, column) => html`<text x="${COLUMNS[column]}" y="${k * ROW}"${bold ? new Raw(' font-weight="600"') : ''}>${cell}</text>`)}`;
  const notes = [
    ...(runs.some(({ energy }) => energy.partial)
      ? ['partial, →: at least this energy; what is unknown comes on top']
      : []),
    ...assumedLines(runs),
  ];
  return [
    line(head, 0, true),
    ...rows.map((row, k) => line(row, k + 1, false)),
    notes.map((text, k) => line([text], runs.length + 1.25 + k, false)),
  ];
}
