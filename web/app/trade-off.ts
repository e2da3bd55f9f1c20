/** The chips that were built in this page, side by side. */
import { formatCount, formatPercent, formatSi } from '../../report/format.ts';
import type { RunRecord } from '../../library/index.ts';
import type { OpenedChip } from '../messages.ts';
import type { Settings } from '../settings.ts';
import { FIELD_NAMES } from '../settings.ts';
import { make } from './elements.ts';

/** A chip and what its evaluation gave. */
export interface Trial {
  readonly settings: Settings;
  readonly chip: OpenedChip;
  readonly record: RunRecord;
}

/** `mode exact, code graded, T 8`: what was not left open. */
export const settingsText = (settings: Settings): string =>
  FIELD_NAMES.filter((name) => settings[name] !== '' && !['scale', 'mean', 'std', 'calibrate-limit'].includes(name))
    .map((name) => `${name} ${settings[name]}`)
    .join(', ') || 'chosen by measurement';

const median = ({ latency }: RunRecord): number | undefined => latency?.secondsPerInference.median;

/** Accuracy where there are labels; of samples without, nothing. */
const accuracyText = ({ accuracy }: RunRecord): string =>
  accuracy === undefined ? 'no labels' : formatPercent(accuracy.top1, 1);

export const COLUMNS = [
  'chip',
  'settings',
  'accuracy',
  'conventional',
  'energy',
  'latency',
  'packets',
  'cores',
  'file',
] as const;

/** A row of the table. @param onShow opens the settings again */
export function rowOf(trial: Trial, number: number, onShow: () => void): HTMLTableRowElement {
  const { record, chip, settings } = trial;
  const inferences = record.inferences;
  const float = record.accuracy?.floatTop1;
  const seconds = median(record);
  const show = make('button', { type: 'button' }, String(number));
  show.setAttribute('aria-label', `take the settings of chip ${number}`);
  show.addEventListener('click', onShow);
  const cells: readonly (Node | string)[] = [
    show,
    settingsText(settings),
    accuracyText(record),
    float === undefined ? '' : formatPercent(float, 1),
    formatSi(record.energy.joulePerInference, 'J', 3),
    seconds === undefined ? '' : formatSi(seconds, 's', 3),
    formatCount(Math.round(record.counts.packets / inferences)),
    formatCount(chip.cores.length),
    formatSi(chip.bytes.length, 'B', 3),
  ];
  return make('tr', {}, ...cells.map((cell, k) => make('td', { class: k > 1 ? 'n' : '' }, cell)));
}

const WIDTH = 520;
const HEIGHT = 260;
/** Room for texts, and for points at the ends. */
const EDGE = { left: 84, right: 28, top: 28, bottom: 52 };

/** Energy to the right (of each power of ten the same length), accuracy upwards; numbers are those of the table. */
export function scatterOf(trials: readonly Trial[]): SVGSVGElement {
  const svg = svgOf('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', class: 'scatter' });
  const scored = trials.flatMap(({ record }, k) =>
    record.accuracy === undefined
      ? []
      : [{ number: k + 1, joule: record.energy.joulePerInference, top1: record.accuracy.top1 }],
  );
  if (scored.length === 0) return svg;
  const logs = scored.map(({ joule }) => Math.log10(joule));
  const [low, high] = [Math.min(...logs) - 0.15, Math.max(...logs) + 0.15];
  const least = Math.min(...scored.map(({ top1 }) => top1));
  const bottom = Math.max(0, least - 0.05);
  const x = (joule: number): number =>
    EDGE.left + ((Math.log10(joule) - low) / (high - low)) * (WIDTH - EDGE.left - EDGE.right);
  const y = (share: number): number =>
    EDGE.top + (1 - (share - bottom) / (1 - bottom)) * (HEIGHT - EDGE.top - EDGE.bottom);
  svg.setAttribute(
    'aria-label',
    `Accuracy over energy of ${scored.length} chips: ${scored.map(({ number, joule, top1 }) => `chip ${number} ${formatPercent(top1, 1)} at ${formatSi(joule, 'J', 3)}`).join('; ')}`,
  );
  const text = (at: readonly [number, number], words: string, anchor = 'middle'): void => {
    svg.append(svgOf('text', { x: at[0], y: at[1], 'text-anchor': anchor, class: 'axis' }, words));
  };
  svg.append(
    svgOf('rect', {
      x: EDGE.left,
      y: EDGE.top,
      width: WIDTH - EDGE.left - EDGE.right,
      height: HEIGHT - EDGE.top - EDGE.bottom,
      class: 'frame',
    }),
  );
  for (const share of [bottom, (bottom + 1) / 2, 1])
    text([EDGE.left - 6, y(share) + 4], formatPercent(share, 1), 'end');
  const ends = [low, (low + high) / 2, high] as const;
  ends.forEach((log, k) => {
    text([x(10 ** log), HEIGHT - 30], formatSi(10 ** log, 'J', 3), ['start', 'middle', 'end'][k]);
  });
  text([(WIDTH + EDGE.left) / 2, HEIGHT - 8], 'energy of an inference');
  for (const { number, joule, top1 } of together(scored, x, y)) {
    svg.append(svgOf('circle', { cx: x(joule), cy: y(top1), r: 6 + 4 * number.length, class: 'point' }));
    svg.append(svgOf('text', { x: x(joule), y: y(top1) + 4, 'text-anchor': 'middle', class: 'number' }, number));
  }
  return svg;
}

interface Point {
  readonly number: string;
  readonly joule: number;
  readonly top1: number;
}

/** Points that would lie on each other become one with both numbers. */
function together(
  scored: readonly { readonly number: number; readonly joule: number; readonly top1: number }[],
  x: (joule: number) => number,
  y: (share: number) => number,
): Point[] {
  const points: Point[] = [];
  for (const { number, joule, top1 } of scored) {
    const near = points.findIndex((one) => Math.hypot(x(one.joule) - x(joule), y(one.top1) - y(top1)) < 16);
    if (near < 0) points.push({ number: String(number), joule, top1 });
    else points[near] = { ...points[near]!, number: `${points[near]!.number},${number}` };
  }
  return points;
}

function svgOf<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | number>>,
  text = '',
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.textContent = text;
  return element;
}
