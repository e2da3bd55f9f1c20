/** Points in a plane, drawn with characters: better is up and to the left. Reads without colour. */

/** An axis of the plane, already in words. */
export interface ScatterAxis {
  readonly values: readonly number[];
  /** Whether larger values are better. */
  readonly largerIsBetter: boolean;
  readonly format: (value: number) => string;
}

export interface ScatterPoint {
  /** At the place of the point. */
  readonly mark: string;
  /** Behind the mark where there is room. */
  readonly label: string;
  /** Whether the staircase of the best may rest on it. */
  readonly certain: boolean;
}

const ROWS = 11;
const WIDEST = 76;
const NARROWEST = 16;
/** From here on, largest value to smallest, the scale is logarithmic. */
export const LOGARITHMIC_FROM = 5;
const STAIR = '·';
const LOGARITHMIC = '  (logarithmic)';

interface Scale {
  /** 0 at the smallest value, 1 at the largest. */
  readonly at: (value: number) => number;
  /** The inverse. */
  readonly value: (at: number) => number;
  readonly logarithmic: boolean;
}

/**
 * A picture of the points with a staircase: whatever lies below it or to its right is no better than a certain point.
 *
 * @param x, y one value per point, finite
 * @returns lines without blanks at their ends; none where there is no point
 */
export function renderScatter(
  points: readonly ScatterPoint[],
  x: ScatterAxis,
  y: ScatterAxis,
  width: number,
): string[] {
  if (points.length === 0) return [];
  const [across, up] = [scaleOf(x), scaleOf(y)];
  const yLabels = labelled([1, 0.5, 0].map((at) => y.format(up.value(y.largerIsBetter ? at : 1 - at))));
  const gutter = Math.max(...yLabels.map((label) => label.length));
  const scaleText = across.logarithmic ? LOGARITHMIC : '';
  const columns = Math.max(NARROWEST, Math.min(WIDEST, width - gutter - 4 - scaleText.length));
  // Neighbours at the right end give way to the right.
  const end = columns - 1 - 2 * Math.max(...points.map(({ mark }) => mark.length));
  const places = points.map((point, k) => ({
    ...point,
    row: Math.round((ROWS - 1) * (y.largerIsBetter ? 1 - up.at(y.values[k]!) : up.at(y.values[k]!))),
    column: Math.round(end * (x.largerIsBetter ? 1 - across.at(x.values[k]!) : across.at(x.values[k]!))),
  }));
  const grid = Array.from({ length: ROWS }, () => new Array<string>(columns).fill(' '));
  drawStairs(grid, places);
  drawPoints(grid, places);
  const lines = grid.map((row, k) => {
    const label = k === 0 ? yLabels[0]! : k === (ROWS - 1) / 2 ? yLabels[1]! : k === ROWS - 1 ? yLabels[2]! : '';
    return `  ${label.padStart(gutter)} ${label === '' ? '│' : '┤'}${row.join('')}`.trimEnd();
  });
  const ends = labelled([0, 0.5, 1].map((at) => x.format(across.value(x.largerIsBetter ? 1 - at : at))));
  return [
    ...lines,
    `  ${' '.repeat(gutter)} └${'─'.repeat(columns)}`,
    `  ${' '.repeat(gutter + 2)}${spread(ends, end + 1)}${scaleText}`.trimEnd(),
  ];
}

/** Labels at both ends and in the middle of an axis; one, where its values read alike. */
const labelled = ([first = '', middle = '', last = '']: readonly string[]): string[] =>
  first === last ? ['', middle, ''] : [first, middle, last];

function scaleOf({ values }: ScatterAxis): Scale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const logarithmic = least > 0 && most / least >= LOGARITHMIC_FROM;
  const [from, to] = logarithmic ? [Math.log(least), Math.log(most)] : [least, most];
  const span = to - from;
  // Values at the ends of what numbers hold may have no finite span.
  const isSpan = span > 0 && span < Infinity;
  return {
    at: (value) => (isSpan ? ((logarithmic ? Math.log(value) : value) - from) / span : 0.5),
    value: (at) => {
      const value = from + (isSpan ? at * span : 0);
      return logarithmic ? Math.exp(value) : value;
    },
    logarithmic,
  };
}

interface Place extends ScatterPoint {
  readonly row: number;
  readonly column: number;
}

/** From each best point so far to the right, and up where a better one comes. */
function drawStairs(grid: string[][], places: readonly Place[]): void {
  const certain = places.filter((place) => place.certain).sort((a, b) => a.column - b.column || a.row - b.row);
  let best = Infinity;
  let from = 0;
  const run = (to: number): void => {
    if (best < Infinity) grid[best]!.fill(STAIR, from, to + 1);
  };
  for (const { row, column } of certain) {
    if (row >= best) continue;
    run(column);
    // Below the first point no run comes up.
    for (let k = row; k < Math.min(best, grid.length); k++) grid[k]![column] = STAIR;
    [best, from] = [row, column];
  }
  run(grid[0]!.length - 1);
}

/** Marks first, as near to their place as others let them; then the labels that have room behind or before them. */
function drawPoints(grid: string[][], places: readonly Place[]): void {
  const taken = grid.map(() => new Set<number>());
  const isFree = (row: number, start: number, length: number): boolean => {
    if (start < 0 || start + length > grid[row]!.length) return false;
    for (let k = start; k < start + length; k++) if (taken[row]!.has(k)) return false;
    return true;
  };
  const draw = (row: number, start: number, text: string): void => {
    [...text].forEach((character, k) => {
      grid[row]![start + k] = character;
      taken[row]!.add(start + k);
    });
  };
  const starts = places.map(({ mark, row, column }) => {
    const columns = grid[row]!.map((_, k) => k).sort((a, b) => Math.abs(a - column) - Math.abs(b - column));
    const start = columns.find((at) => isFree(row, at, mark.length)) ?? Math.max(0, column - mark.length);
    draw(row, start, mark);
    return start;
  });
  places.forEach(({ mark, label, row }, k) => {
    const length = [...label].length;
    const [behind, before] = [starts[k]! + mark.length, starts[k]! - length - 1];
    // Not even the blanks around it may touch a neighbour.
    if (isFree(row, behind, length + 1) && !taken[row]!.has(behind + length + 1)) draw(row, behind, ` ${label}`);
    else if (isFree(row, before, length + 1) && !taken[row]!.has(before - 1)) draw(row, before, `${label} `);
  });
}

/** Three texts at the ends and in the middle of a line; only those at the ends where it is short. */
function spread([left = '', middle = '', right = '']: readonly string[], width: number): string {
  const room = width - left.length - middle.length - right.length;
  if (room < 4) return `${left}${' '.repeat(Math.max(1, width - left.length - right.length))}${right}`;
  const before = Math.max(2, Math.round(width / 2 - middle.length / 2) - left.length);
  return `${left}${' '.repeat(Math.min(before, room - 2))}${middle}${' '.repeat(Math.max(2, room - before))}${right}`;
}
