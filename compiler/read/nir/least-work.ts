/** How much multiplying the linear nodes of a chain takes at least, from their shapes alone: what is too much is refused at once. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import type { LinearPart, Link } from './linear.ts';
import { shapeBehind } from './shape-behind.ts';
import { heardWhole } from './whole-input.ts';

/** Of a matrix: its rows, and between how many elements each of them hears. */
interface Heard {
  readonly rows: number;
  readonly least: number;
  readonly most: number;
  readonly entries: number;
}

const NOTHING: Heard = { rows: 0, least: 0, most: 0, entries: 0 };

/**
 * Multiplications at least. Nodes that are no operators (windows, factors) are left out of the count.
 *
 * @throws DiagnosticError E0205, E0209 where a node does not fit what it is given
 */
export function leastMultiplications(given: readonly Link[], source: Shape): number {
  let shape = source;
  let made: Heard | undefined;
  let count = 0;
  let hasWindows = false;
  for (const link of heardWhole(given)) {
    const { part } = link;
    const next = shapeBehind(shape, link);
    const own = heardBy(part, shape, next);
    if (part.kind === 'pool') {
      // Windows and what they hear become one operator, which can have fewer weights than both.
      hasWindows = true;
      made &&= NOTHING;
    } else if (own !== undefined && made === undefined) made = hasWindows ? NOTHING : own;
    else if (own !== undefined && made !== undefined) {
      const isDense = part.kind === 'dense';
      count += own.entries + (isDense ? own.rows * made.entries : own.entries * made.least);
      const least = isDense ? made.most : own.least > 0 ? made.least : 0;
      made = { least, most: least, entries: own.rows * least, rows: own.rows };
    }
    shape = next;
  }
  return count;
}

function heardBy(part: LinearPart, given: Shape, made: Shape): Heard | undefined {
  const rows = shapeSize(made);
  switch (part.kind) {
    case 'dense':
      return { rows, least: part.columns, most: part.columns, entries: rows * part.columns };
    case 'matrix':
      return { rows, least: 0, most: 0, entries: part.pre.length };
    case 'conv': {
      const inputs = given[0] / part.groups;
      const [down, along] = ([0, 1] as const).map((axis) => tapsOf(part, axis, given[axis + 1]!, made[axis + 1]!));
      return {
        rows,
        least: inputs * down!.least * along!.least,
        most: inputs * down!.most * along!.most,
        entries: made[0] * inputs * down!.sum * along!.sum,
      };
    }
    default:
      return undefined;
  }
}

/** Taps along one side that lie on the image: of one place at least and at most, and of all places. */
function tapsOf(
  { kernel, stride, padding, dilation }: Extract<LinearPart, { kind: 'conv' }>,
  axis: 0 | 1,
  side: number,
  places: number,
) {
  let [least, most, sum] = [Infinity, 0, 0];
  for (let place = 0; place < places; place++) {
    const first = place * stride[axis] - padding[axis];
    const from = Math.max(0, Math.ceil(-first / dilation[axis]));
    const to = Math.min(kernel[axis] - 1, Math.floor((side - 1 - first) / dilation[axis]));
    const taps = Math.max(0, to - from + 1);
    [least, most, sum] = [Math.min(least, taps), Math.max(most, taps), sum + taps];
  }
  return { least, most, sum };
}
