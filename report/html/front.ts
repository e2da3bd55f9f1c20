/** The record of a comparison → one picture of its front, as an SVG file that needs nothing else. */
import type { ComparedRun, CompareRecord, ComparisonAxis } from '../../isa/index.ts';
import { assumedLines, AXIS_TEXT, joules, labelOf, valueOf } from '../compare-text.ts';
import { formatPercent, formatSi, shorten } from '../format.ts';
import { drawChart } from './chart.ts';
import { type FrontFigure, type FrontPoint, frontSpec, type FrontStanding } from './front-chart.ts';
import { type Content, html, type Markup, Markup as Raw, sentence } from './markup.ts';
import { COLOURS } from './palette.ts';

const WIDTH = 620;
const HEIGHT = 300;
const LONGEST_LABEL = 24;
/** Of the table below, from the left. */
const COLUMNS = [10, 190, 395, 515, 625] as const;
const ROW = 18;

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
} as const satisfies Record<ComparedRun['standing']['status'], FrontStanding>;

function chartOf(drawn: readonly ComparedRun[], up: ComparisonAxis, across: ComparisonAxis) {
  const points = drawn.map((run): FrontPoint => {
    const y = valueOf(run, up)!;
    const [low, high] = up === 'accuracy' ? run.accuracy!.ci95 : [y, y];
    const certain = !isBound(run, up, across);
    const sign = certain ? '' : across === 'energy' ? ' →' : ' ↑';
    const standing = STANDINGS[run.standing.status];
    return { label: `${run.mark}${sign}`, x: valueOf(run, across)!, y, low, high, standing, certain };
  });
  const figure = (axis: ComparisonAxis): FrontFigure => ({ name: AXIS_TEXT[axis].name, ...FIGURES[axis] });
  return frontSpec(points, figure(across), figure(up), { width: WIDTH, height: HEIGHT });
}

/** What the axes of a comparison are in a chart. */
export const FIGURES = {
  accuracy: { unit: 'share', largerIsBetter: true, interval: '95 % interval' },
  energy: { unit: 'J', largerIsBetter: false },
  latency: { unit: 's', largerIsBetter: false },
} as const satisfies Record<ComparisonAxis, Omit<FrontFigure, 'name'>>;

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
