/** Points with two figures each, and the staircase of those that no certain one beats: for runs, sweeps and tunings alike. */
import { LOGARITHMIC_FROM } from '../scatter-text.ts';
import { unitFor } from './chart.ts';
import { DATA } from './looks.ts';
import { html, type Markup } from './markup.ts';

/** Where a point stands, and by which shape it is told. */
export const SHAPES = { 'on the front': 'circle', open: 'diamond', dominated: 'cross', outside: 'square' } as const;
export type FrontStanding = keyof typeof SHAPES;

/** Nearer to each other than this, one label is above its point and the other below. */
const LABEL_PIXELS = 32;
const PADDING = 16;

export interface FrontPoint {
  /** What is written at it; '' for nothing. */
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** Ends of the interval of y; both y where there is none. */
  readonly low: number;
  readonly high: number;
  readonly standing: FrontStanding;
  /** Both of its figures are known, and no lower bounds. */
  readonly certain: boolean;
}

/** What an axis of the chart is of. */
export interface FrontFigure {
  readonly name: string;
  /** share: in per cent; points: as it is; others get SI prefixes. */
  readonly unit: 'share' | 'points' | 'J' | 's' | '';
  readonly largerIsBetter: boolean;
  /** Whether points show an interval of it where it goes upwards. */
  readonly interval?: string;
}

interface Look {
  readonly width: number;
  readonly height: number;
  /** Many points: those of the front are filled, the others smaller and fainter; the legend is the page's. */
  readonly isCrowded?: boolean;
}

type Axis = ReturnType<typeof axisOf>;

/** The chart, as Vega-Lite takes it. */
export function frontSpec(
  points: readonly FrontPoint[],
  across: FrontFigure,
  up: FrontFigure,
  { isCrowded = false, ...size }: Look,
) {
  const x = axisOf(
    points.map((point) => point.x),
    across,
    size.width,
  );
  const y = axisOf(
    points.map((point) => point.y),
    up,
    size.width,
  );
  const drawn = points.map((point) => drawnAt(point, x, y));
  const place = {
    x: { field: 'x', type: 'quantitative' as const, title: x.title, scale: x.scale, axis: x.axis },
    y: { field: 'y', type: 'quantitative' as const, title: y.title, scale: y.scale, axis: y.axis },
  };
  const kinds = (Object.keys(SHAPES) as FrontStanding[]).filter((kind) => drawn.some((each) => each.standing === kind));
  const certain = drawn.filter((_, k) => points[k]!.certain);
  return {
    ...size,
    data: { values: drawn },
    encoding: place,
    layer: [
      {
        data: { values: stairs(certain, [across, up], drawn) },
        mark: { type: 'line' as const, interpolate: 'step-after' as const, strokeDash: [4, 3], color: 'var(--soft)' },
      },
      ...(drawn.some(({ low, high }) => low < high) ? [intervals(drawn)] : []),
      ...(isCrowded
        ? [
            marksOf(drawn.filter(isOther), kinds, { stroke: 'var(--soft)', size: 45 }, isCrowded),
            marksOf(
              drawn.filter((each) => !isOther(each)),
              kinds,
              { fill: DATA, stroke: DATA, size: 80 },
              isCrowded,
            ),
          ]
        : [marksOf(drawn, kinds, { stroke: DATA, size: 90 }, isCrowded)]),
      ...(isCrowded ? placedLabels(drawn, { x, y }, size) : labels(drawn, x)),
    ],
  };
}

const drawnAt = ({ label, standing, ...at }: FrontPoint, x: Axis, y: Axis) => ({
  ...{ mark: label, standing },
  x: x.of(at.x),
  y: y.of(at.y),
  low: y.of(at.low),
  high: y.of(at.high),
});
type Drawn = ReturnType<typeof drawnAt>;

const intervals = (drawn: readonly Drawn[]) => ({
  data: { values: drawn.filter(({ low, high }) => low < high) },
  mark: { type: 'rule' as const, color: DATA, strokeWidth: 1.5 },
  encoding: { y: { field: 'low', type: 'quantitative' as const }, y2: { field: 'high' } },
});

const isOther = ({ standing }: Drawn): boolean => standing !== 'on the front';

const marksOf = (
  values: readonly Drawn[],
  kinds: readonly FrontStanding[],
  { fill = 'var(--paper)', ...look }: { readonly fill?: string; readonly stroke: string; readonly size: number },
  isCrowded: boolean,
) => ({
  data: { values: [...values] },
  mark: { type: 'point' as const, filled: true, fill, opacity: 1, ...look },
  encoding: {
    shape: {
      field: 'standing',
      type: 'nominal' as const,
      title: null,
      scale: { domain: [...kinds], range: kinds.map((kind) => SHAPES[kind]) },
      ...(isCrowded && { legend: null }),
    },
  },
});

/** Shapes as paths around 0, 0. */
const OUTLINES: Readonly<Record<(typeof SHAPES)[FrontStanding], string>> = {
  circle: 'M-4.5,0a4.5,4.5 0 1 0 9,0a4.5,4.5 0 1 0 -9,0z',
  diamond: 'M0,-5l4,5l-4,5l-4,-5z',
  cross: 'M-4,-1.3h2.7v-2.7h2.6v2.7h2.7v2.6h-2.7v2.7h-2.6v-2.7h-2.7z',
  square: 'M-3.5,-3.5h7v7h-7z',
};

/** The legend of crowded charts. */
export const frontKey = (kinds: readonly FrontStanding[]): Markup =>
  html`<ul class="key">${kinds.map((kind) => html`<li><svg class="swatch" width="16" height="12" aria-hidden="true" focusable="false"><path transform="translate(8,6)" d="${OUTLINES[SHAPES[kind]]}" fill="${kind === 'on the front' ? DATA : 'var(--paper)'}" stroke="${kind === 'on the front' ? DATA : 'var(--soft)'}"/></svg> ${kind}</li>`)}</ul>`;

/** Where a label can stand, in pixels from its point. */
const PLACES = [
  { dx: 0, dy: -12, align: 'center' },
  { dx: 9, dy: 0, align: 'left' },
  { dx: 0, dy: 14, align: 'center' },
  { dx: -9, dy: 0, align: 'right' },
] as const;
const CHARACTER_PIXELS = 7;
const LINE_PIXELS = 13;

/** Labels where they cover neither each other nor other points of the front; what has no such place has none. */
function placedLabels(drawn: readonly Drawn[], { x, y }: { readonly x: Axis; readonly y: Axis }, size: Look) {
  const front = drawn.filter((each) => !isOther(each) || each.mark !== '');
  const at = (point: Drawn): [number, number] => [x.at(point.x), size.height * (1 - y.at(point.y) / size.width)];
  const taken = front.map((point) => boxAt(at(point), 8, 8));
  const placed = PLACES.map((): Drawn[] => []);
  for (const point of front) {
    if (point.mark === '') continue;
    const [left, top] = at(point);
    const width = CHARACTER_PIXELS * point.mark.length;
    const k = PLACES.findIndex(({ dx, dy, align }) => {
      const middle = left + dx + (align === 'left' ? width / 2 : align === 'right' ? -width / 2 : 0);
      const box = boxAt([middle, top + dy], width, LINE_PIXELS);
      if (taken.some((other) => overlap(box, other))) return false;
      taken.push(box);
      return true;
    });
    placed[k]?.push(point);
  }
  return placed.map((values, k) => ({
    data: { values },
    mark: { type: 'text' as const, fontSize: 12, fontWeight: 'bold' as const, ...PLACES[k]! },
    encoding: { text: { field: 'mark' } },
  }));
}

type Rectangle = readonly [left: number, top: number, right: number, bottom: number];
const boxAt = ([x, y]: readonly [number, number], width: number, height: number): Rectangle => [
  x - width / 2,
  y - height / 2,
  x + width / 2,
  y + height / 2,
];
const overlap = (a: Rectangle, b: Rectangle): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function labels(drawn: readonly Drawn[], x: Axis) {
  const labelled = drawn.filter(({ mark }) => mark !== '');
  const below = labelsBelow(labelled.map((point) => x.at(point.x)));
  const label = { type: 'text' as const, fontSize: 12, fontWeight: 'bold' as const };
  return [true, false].map((isBelow) => ({
    data: { values: labelled.filter((_, k) => below[k] === isBelow) },
    mark: { ...label, dy: isBelow ? 14 : -12 },
    encoding: {
      y: { field: isBelow ? 'low' : 'high', type: 'quantitative' as const },
      text: { field: 'mark' },
    },
  }));
}

/** @param places of points across, in pixels */
function labelsBelow(places: readonly number[]): boolean[] {
  const below: boolean[] = [];
  places.forEach((place, k) =>
    below.push(places.slice(0, k).some((other, at) => below[at] === false && Math.abs(other - place) < LABEL_PIXELS)),
  );
  return below;
}

/** What no certain point beats: from each best one so far on, away from where the axis across is best. */
function stairs(
  points: readonly Drawn[],
  [across, up]: readonly [FrontFigure, FrontFigure],
  all: readonly Drawn[],
): { x: number; y: number }[] {
  const line: { x: number; y: number }[] = [];
  const better = (a: number, b: number): boolean => (up.largerIsBetter ? a > b : a < b);
  const side = across.largerIsBetter ? -1 : 1;
  for (const { x, y } of [...points].sort((a, b) => side * (a.x - b.x) || (better(a.y, b.y) ? -1 : 1)))
    if (line.length === 0 || better(y, line.at(-1)!.y)) line.push({ x, y });
  const last = line.at(-1);
  const end = all.reduce((worst, { x }) => (side * (x - worst) > 0 ? x : worst), last?.x ?? 0);
  return last === undefined || side * (last.x - end) >= 0 ? line : [...line, { x: end, y: last.y }];
}

function axisOf(values: readonly number[], figure: FrontFigure, pixels: number) {
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const plain = figure.unit === 'share' || figure.unit === 'points';
  const logarithmic = !plain && least > 0 && largest / least >= LOGARITHMIC_FROM;
  const { scale, unit } = plain || figure.unit === '' ? { scale: 1, unit: '' } : unitFor(largest, figure.unit);
  const share = logarithmic
    ? (value: number) => Math.log(value / scale / least) / Math.log(largest / least)
    : (value: number) => (value / scale - least) / (largest - least || 1);
  const named = unit === '' ? figure.name : `${figure.name}, ${unit}`;
  const shown = figure.interval === undefined ? named : `${named}, with its ${figure.interval}`;
  return {
    of: (value: number) => value * scale,
    /** About where it is across, in pixels. */
    at: (value: number) => pixels * share(value),
    title: logarithmic ? `${shown} (logarithmic)` : shown,
    scale: logarithmic
      ? { type: 'log' as const, nice: false, padding: PADDING }
      : { zero: false, ...(figure.unit !== 'share' && { padding: PADDING }) },
    // Of a linear axis as many decimals as its steps need; those of a logarithmic one have no common step.
    axis: { format: figure.unit === 'share' ? '~%' : logarithmic ? '~g' : '~f' },
  };
}
