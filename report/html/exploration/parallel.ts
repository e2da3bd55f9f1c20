/** Parallel coordinates: a line for each point, through its settings and figures. */
import { plural } from '../../format.ts';
import { framed } from '../chart.ts';
import { DATA } from '../looks.ts';
import { type Content, html, type Markup, note, scroller } from '../markup.ts';
import type { Section } from '../section.ts';
import { type ExploredPoint, type Exploration, type Factor, type FigureKind, isOnFront, spread } from './model.ts';
import { scaleOf } from './scale.ts';

/** Of more points those of the front and others evenly through the plan are drawn; of more factors the first. */
const MOST_LINES = 500;
const MOST_FACTORS = 8;
const LABELLED_LINES = 12;
const HEIGHT = 260;
const TOP = 46;
const BOTTOM = 30;
const LEFT = 74;
const RIGHT = 84;
const AXIS_PIXELS = 112;
const MARK = 3.5;
const LONGEST_LABEL = 13;
/** About the width of a character of a label. */
const CHARACTER_PIXELS = 6.6;

interface Axis {
  readonly title: string;
  readonly more: string;
  /** From the top, 0 to 1; undefined where the point has no such figure. */
  readonly placeOf: (point: ExploredPoint) => number | undefined;
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
}

/** undefined where no point has a result, or nothing varies */
export function parallelSection(exploration: Exploration): Section | undefined {
  const { points, factors, figures, elsewhere, named, noun } = exploration;
  const withResult = points.filter(({ standing }) => standing !== 'failed');
  const shownFactors = factors.slice(0, MOST_FACTORS);
  const axes = [
    ...shownFactors.map((factor) => factorAxis(factor)),
    ...figures.flatMap((figure) => figureAxis(withResult, figure)),
  ];
  if (withResult.length < 2 || axes.length < 2) return undefined;
  const isKept = (point: ExploredPoint): boolean => isOnFront(point) || named.has(point.number);
  const lines = spread(withResult, MOST_LINES, isKept);
  const width = LEFT + RIGHT + (axes.length - 1) * AXIS_PIXELS;
  const title = `A line for each ${noun}; of figures the better is higher`;
  const frame = {
    id: 'chart-parallel',
    title,
    description: `Axes from the left: ${axes.map((axis) => axis.title).join(', ')}. Lines of the front are thick with a dot on each axis. The table of all ${noun}s has the numbers.`,
  };
  const content = html`${axes.map((_, k) => html`<path d="M${xOf(k)},${TOP}v${HEIGHT}" stroke="var(--soft)"/>`)}${linesOf(lines, axes, named)}${axes.map((axis, k) => axisMarks(axis, xOf(k)))}`;
  const size = { width, height: TOP + HEIGHT + BOTTOM, content };
  const notes = [
    ...(lines.length < withResult.length
      ? [
          `${plural(lines.length, noun)} of ${plural(withResult.length, noun)} are drawn: the front, and others evenly through the plan; ${elsewhere}. `,
        ]
      : []),
    ...(factors.length > shownFactors.length
      ? [`The first ${shownFactors.length} of ${factors.length} options that vary are drawn. `]
      : []),
  ];
  return {
    id: 'all-at-once',
    title: `All ${noun}s at once`,
    body: html`${legend(named)}${scroller(title, html`<div class="parallel" style="min-width:${Math.round(0.8 * width)}px">${framed(frame, size)}</div>`, { rows: 1, pixels: width })}${notes.length === 0 ? '' : note(...notes)}`,
  };
}

const xOf = (axis: number): number => LEFT + axis * AXIS_PIXELS;
const yOf = (place: number): number => TOP + place * HEIGHT;
const rounded = (value: number): number => Math.round(10 * value) / 10;

/** The first value below, as on any axis. */
function factorAxis({ name, levels, isBinned, placeOf }: Factor): Axis {
  const ends = isBinned ? [levels[0]!.split(' to ')[0]!, levels.at(-1)!.split(' to ')[1]!] : levels;
  return {
    title: name,
    more: isBinned ? 'scale' : 'set',
    placeOf: (point) => 1 - placeOf(point),
    ticks: ends.map((text, k) => ({ place: 1 - k / (ends.length - 1), text })),
  };
}

function figureAxis(points: readonly ExploredPoint[], figure: FigureKind): Axis[] {
  const scale = scaleOf(points, figure);
  if (scale === undefined) return [];
  const { least, largest, isLogarithmic, at } = scale;
  const place = (value: number): number => (figure.largerIsBetter ? 1 - at(value) : at(value));
  const values = least === largest ? [least] : [least, largest];
  return [
    {
      title: isLogarithmic ? `${figure.name} (log.)` : figure.name,
      more: `${figure.largerIsBetter ? 'more' : 'less'} is better`,
      placeOf: ({ figures }) => {
        const value = figures[figure.id]?.value;
        return value === undefined ? undefined : place(value);
      },
      ticks: values.map((value) => ({ place: place(value), text: figure.text(value) })),
    },
  ];
}

const shortened = (text: string): string =>
  text.length <= LONGEST_LABEL ? text : `${text.slice(0, 6)}…${text.slice(6 - LONGEST_LABEL + 1)}`;

/** The name over two lines where it has two words: `target.limits.neurons` breaks at its dots. */
function nameLines(title: string): string[] {
  if (title.length <= LONGEST_LABEL) return [title];
  const parts = title.split(/(?<=[\s-])|(?<=[.])(?=\w)/);
  const lines = [''];
  for (const part of parts)
    if ((lines.at(-1)! + part).length <= LONGEST_LABEL || lines.at(-1) === '') lines[lines.length - 1] += part;
    else lines.push(part);
  return lines.length <= 2 ? lines.map(shortened) : [`…${lines.at(-2)!}`, lines.at(-1)!].map(shortened);
}

function axisMarks({ title, more, ticks }: Axis, x: number): Markup {
  const lines = nameLines(title.trim());
  const names = lines.map(
    (text, k) =>
      html`<text x="${x}" y="${TOP - 22 - 13 * (lines.length - 1 - k)}" text-anchor="middle" font-weight="600">${text.trim()}</text>`,
  );
  const marks = ticks.map(({ place, text }) => {
    const y = rounded(yOf(place));
    const label = shortened(text);
    const width = rounded(label.length * CHARACTER_PIXELS + 4);
    // Lines pass behind values, not through them.
    return html`<rect x="${rounded(x - 5 - width)}" y="${rounded(y - 8)}" width="${width}" height="16" fill="var(--paper)" fill-opacity="0.85"/><path d="M${x - 4},${y}h8"/><text class="halo" x="${x - 7}" y="${rounded(y + 4)}" text-anchor="end">${label}</text>`;
  });
  return html`<g class="axis">${names}<text x="${x}" y="${TOP - 9}" text-anchor="middle" class="soft">${more}</text>${marks}</g>`;
}

/** Others first, so that the front lies above them; what a text names is above all. */
function linesOf(points: readonly ExploredPoint[], axes: readonly Axis[], named: ReadonlySet<number>): Content {
  const isNamed = ({ number }: ExploredPoint): boolean => named.has(number);
  const thin = points.filter((point) => !isOnFront(point) && !isNamed(point));
  const front = points.filter((point) => isOnFront(point) && !isNamed(point));
  const taken = points.filter(isNamed);
  const opacity = Math.max(0.15, Math.min(0.7, 20 / Math.max(1, thin.length)));
  const kept = [...front, ...taken];
  const labelled = points.length <= LABELLED_LINES ? points : kept.length <= LABELLED_LINES ? kept : [];
  return html`<g fill="none" stroke="var(--soft)" stroke-width="1" stroke-dasharray="3 2" stroke-opacity="${opacity}">${thin.map((point) => pathOf(placesOf(point, axes)))}</g><g fill="none" stroke="${DATA}" stroke-width="1.75">${front.map((point) => pathOf(placesOf(point, axes)))}</g><g fill="${DATA}">${front.map((point) => dotsOf(placesOf(point, axes)))}</g><g fill="none" stroke="var(--c1)" stroke-width="3">${taken.map((point) => pathOf(placesOf(point, axes)))}</g><g fill="var(--paper)" stroke="var(--c1)" stroke-width="2">${taken.map((point) => diamondsOf(placesOf(point, axes)))}</g>${labelsOf(labelled, axes)}`;
}

type Place = readonly [x: number, y: number];

const placesOf = (point: ExploredPoint, axes: readonly Axis[]): Place[] =>
  axes.flatMap((axis, k) => {
    const place = axis.placeOf(point);
    return place === undefined ? [] : [[xOf(k), rounded(yOf(place))] as const];
  });

const pathOf = (places: readonly Place[]): Markup =>
  html`<path d="M${places.map(([x, y]) => `${x},${y}`).join('L')}"/>`;

const dotsOf = (places: readonly Place[]): Content =>
  places.map(([x, y]) => html`<circle cx="${x}" cy="${y}" r="${MARK}"/>`);

const diamondsOf = (places: readonly Place[]): Content =>
  places.map(([x, y]) => html`<path d="M${x},${y - 6}l6,6l-6,6l-6,-6z"/>`);

/** Marks of points at the right end, those of one place together, moved apart and kept within the picture. */
function labelsOf(points: readonly ExploredPoint[], axes: readonly Axis[]): Content {
  const ends = new Map<number, { readonly x: number; readonly marks: string[] }>();
  for (const point of points) {
    const last = placesOf(point, axes).at(-1);
    if (last === undefined) continue;
    const [x, y] = last;
    if (!ends.has(y)) ends.set(y, { x, marks: [] });
    ends.get(y)!.marks.push(point.mark);
  }
  const lines = [...ends]
    .sort(([a], [b]) => a - b)
    .flatMap(([y, { x, marks }]) =>
      rowsOf(marks).map((text, k, all) => ({ text, x, y: y + LINE * (k - (all.length - 1) / 2) })),
    );
  let above = TOP - LINE;
  return lines.map(({ text, x, y }) => {
    above = Math.max(y, above + LINE);
    return html`<text x="${x + 10}" y="${rounded(above + 4)}" font-weight="600">${text}</text>`;
  });
}

const LINE = 13;
const A_ROW = 3;
/** Three marks a line. */
const rowsOf = (marks: readonly string[]): string[] =>
  Array.from({ length: Math.ceil(marks.length / A_ROW) }, (_, k) => marks.slice(A_ROW * k, A_ROW * (k + 1)).join(', '));

function legend(named: ReadonlySet<number>): Markup {
  const line = (content: Markup): Markup =>
    html`<svg class="swatch" width="30" height="12" aria-hidden="true" focusable="false">${content}</svg>`;
  return html`<ul class="key"><li>${line(html`<path d="M0,6H30" stroke="${DATA}" stroke-width="1.75"/><circle cx="15" cy="6" r="${MARK}" fill="${DATA}"/>`)} on the front</li>${named.size === 0 ? '' : html`<li>${line(html`<path d="M0,6H30" stroke="var(--c1)" stroke-width="3"/><path d="M15,1l5,5l-5,5l-5,-5z" fill="var(--paper)" stroke="var(--c1)" stroke-width="2"/>`)} what is named above</li>`}<li>${line(html`<path d="M0,6H30" stroke="var(--soft)" stroke-dasharray="3 2"/>`)} others</li></ul>`;
}
