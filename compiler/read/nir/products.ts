/** Linear nodes that follow each other without neurons, as one: a convolution with the windows behind it, else their product. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import { LARGEST_TENSOR } from '../../ann/infer-shape.ts';
import type { Pair } from '../../ir/ann.ts';
import type { NirNode } from './fields.ts';
import type { Convolution, LinearPart, Link, Matrix, Windows } from './linear.ts';
import { perChannel } from './numbers.ts';
import { leastMultiplications } from './least-work.ts';
import { matrixOf, type Rows } from './rows.ts';

/** Multiplications that make one operator of several, on all ways of a graph: seconds. */
const MOST_MULTIPLICATIONS = 2 ** 28;

/** What is multiplied for all ways of a graph together: a few nodes can stand on very many of them. */
export class Multiplications {
  #spent = 0;

  /**
   * Counts what is to come, before any of it is multiplied: refusing then takes no time.
   *
   * @throws DiagnosticError E0209 where all of it takes too many; E0205, E0209 where a node does not fit what it is given
   */
  plan(ways: readonly { readonly links: readonly Link[]; readonly source: Shape }[]): void {
    let planned = this.#spent;
    for (const { links, source } of ways) {
      planned += leastMultiplications(links, source);
      if (links.length > 0) this.#require(planned, links.at(-1)!.node);
    }
  }

  /** @throws DiagnosticError E0209 where they are too many */
  spend(count: number, node: NirNode): void {
    this.#spent += count;
    this.#require(this.#spent, node);
  }

  #require(count: number, node: NirNode): void {
    if (count > MOST_MULTIPLICATIONS)
      node.fail(
        'E0209',
        `multiplying the linear nodes on all ways up to it takes more than ${MOST_MULTIPLICATIONS} multiplications`,
        'put neurons between them',
      );
  }
}

/** Where a product is made, and what counts it. */
interface At {
  readonly node: NirNode;
  readonly work: Multiplications;
}

const isOperator = ({ part: { kind } }: Link): boolean => kind === 'dense' || kind === 'conv' || kind === 'matrix';

/**
 * The same chain with one operator at most, and only windows before it that do not overlap: what else there is of both becomes
 * part of the operator.
 *
 * @param shapes of what each link is given
 * @throws DiagnosticError E0209 where the product is too large
 */
export function withOneOperator(
  links: readonly Link[],
  shapes: readonly Shape[],
  work: Multiplications,
): readonly Link[] {
  let made: Link[] = [];
  let at: number | undefined;
  links.forEach((link, k) => {
    const { node, part } = link;
    const isWindow = part.kind === 'pool';
    if (!isWindow && !isOperator(link)) {
      made.push(link);
      return;
    }
    if (
      at === undefined &&
      !(isWindow && made.some(({ part: before }) => before.kind === 'scale' && !isAlike(before, shapes[k]!)))
    ) {
      if (!(isWindow && isPlain(part))) at = made.length;
      made.push(isWindow && !isPlain(part) ? { node, part: windowsAsConvolution(part, shapes[k]!, node) } : link);
      return;
    }
    const merged = isWindow && at !== undefined ? withWindows(made[at]!.part, made.slice(at + 1), part) : undefined;
    if (at !== undefined && merged !== undefined) {
      made[at] = { node: made[at]!.node, part: merged };
      return;
    }
    made = [...made.filter((each) => each.part.kind === 'delay'), product([...made, link], shapes[0]!, work)];
    at = made.length - 1;
  });
  return made;
}

/** Whether factors are the same within a channel. */
const isAlike = ({ values }: Extract<LinearPart, { kind: 'scale' }>, [channels]: Shape): boolean =>
  perChannel(values, channels) !== undefined;

const isPlain = ({ window, stride, padding }: Windows): boolean =>
  String(stride) === String(window) && padding.every((side) => side === 0);

const shareOf = ({ window, isAverage }: Windows): number => (isAverage ? 1 / (window[0] * window[1]) : 1);

/**
 * Windows that overlap or have a border are a convolution of each channel with itself. An average counts its border.
 *
 * @throws DiagnosticError E0209 where windows are too large for that
 */
function windowsAsConvolution(windows: Windows, [channels]: Shape, node: NirNode): Convolution {
  const { window, stride, padding } = windows;
  if (channels * window[0] * window[1] > LARGEST_TENSOR)
    node.fail(
      'E0209',
      `windows of ${window.join('×')} are a kernel of ${channels * window[0] * window[1]} weights; the limit is ${LARGEST_TENSOR}`,
    );
  const weight = new Float64Array(channels * window[0] * window[1]).fill(shareOf(windows));
  return {
    ...{ kind: 'conv', kernel: window, stride, padding, dilation: [1, 1], groups: channels, bias: undefined, weight },
    tensor: { shape: [channels, 1, ...window], data: Float32Array.from(weight) },
  };
}

/** A convolution with sums over windows without a border behind it is one with a larger kernel; undefined of all else. */
function withWindows(part: LinearPart, between: readonly Link[], windows: Windows): Convolution | undefined {
  if (part.kind !== 'conv' || windows.padding.some((side) => side !== 0)) return undefined;
  if (between.some((link) => link.part.kind !== 'wire' && link.part.kind !== 'delay')) return undefined;
  const { kernel, dilation, stride } = part;
  const { window } = windows;
  const side = (axis: 0 | 1): number => (window[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
  const larger: Pair = [side(0), side(1)];
  const [outputs, inputs] = part.tensor.shape as [number, number];
  const share = shareOf(windows);
  // What is too large, or takes too long, is left to the product, which says so where it is that, too.
  if (outputs * inputs * larger[0] * larger[1] > LARGEST_TENSOR) return undefined;
  if (part.weight.length * window[0] * window[1] > MOST_MULTIPLICATIONS) return undefined;
  const weight = new Float64Array(outputs * inputs * larger[0] * larger[1]);
  const area = kernel[0] * kernel[1];
  for (let k = 0; k < part.weight.length; k++) {
    const first = Math.floor(k / area) * larger[0] * larger[1];
    const [y, x] = [Math.floor((k % area) / kernel[1]) * dilation[0], (k % kernel[1]) * dilation[1]];
    for (let row = 0; row < window[0]; row++)
      for (let column = 0; column < window[1]; column++) {
        const place = first + (y + row * stride[0]) * larger[1] + x + column * stride[1];
        weight[place] = weight[place]! + share * part.weight[k]!;
      }
  }
  return {
    ...{ kind: 'conv', weight, kernel: larger, dilation: [1, 1], groups: part.groups, padding: part.padding },
    tensor: { shape: [outputs, inputs, ...larger], data: Float32Array.from(weight) },
    stride: [stride[0] * windows.stride[0], stride[1] * windows.stride[1]],
    bias: part.bias?.map((value) => value * share * window[0] * window[1]),
  };
}

/** All links as one matrix, in the order in which they are gone through. @throws DiagnosticError E0209 where it is too large */
export function product(
  links: readonly Link[],
  source: Shape,
  work = new Multiplications(),
): Link & { readonly part: Matrix } {
  const columns = shapeSize(source);
  let shape = source;
  let rows: Rows | undefined;
  let bias: Float64Array | undefined;
  for (const { node, part } of links) {
    const next = matrixOf(part, shape, node);
    if (next === undefined) continue;
    if (bias !== undefined) bias = applied(next.rows, bias, { node, work });
    if (next.bias !== undefined) bias = bias === undefined ? next.bias : bias.map((value, k) => value + next.bias![k]!);
    rows = rows === undefined ? next.rows : multiplied(next.rows, rows, columns, { node, work });
    shape = next.shape;
  }
  const { node } = links.at(-1)!;
  return { node, part: asPart(rows!, { shape, columns, bias }) };
}

/** What links make of values, with their biases. @throws DiagnosticError E0209 where one is too large as a matrix */
export function imageOf(
  links: readonly Link[],
  source: Shape,
  values: Float64Array,
  work: Multiplications,
): Float64Array {
  let [shape, image] = [source, values];
  for (const { node, part } of links) {
    const next = matrixOf(part, shape, node);
    if (next === undefined) continue;
    const { rows, bias } = next;
    image = applied(rows, image, { node, work });
    if (bias !== undefined) image = image.map((value, k) => value + bias[k]!);
    shape = next.shape;
  }
  return image;
}

const applied = (rows: Rows, values: Float64Array, { node, work }: At): Float64Array =>
  Float64Array.from(rows, ({ columns, weights }) => {
    work.spend(columns.length, node);
    return columns.reduce((sum, column, k) => sum + weights[k]! * values[column]!, 0);
  });

function multiplied(second: Rows, first: Rows, columns: number, { node, work }: At): Rows {
  const sums = new Float64Array(columns);
  const isTouched = new Uint8Array(columns);
  let held = 0;
  return second.map((row) => {
    const touched: number[] = [];
    let spent = row.columns.length;
    row.columns.forEach((middle, k) => {
      const { columns: sources, weights } = first[middle]!;
      spent += sources.length;
      sources.forEach((source, s) => {
        if (isTouched[source] === 0) {
          isTouched[source] = 1;
          touched.push(source);
        }
        sums[source] = sums[source]! + row.weights[k]! * weights[s]!;
      });
    });
    work.spend(spent, node);
    held += touched.length;
    if (held > LARGEST_TENSOR)
      node.fail(
        'E0209',
        `multiplied with the nodes before it, it has more than ${LARGEST_TENSOR} weights`,
        'put neurons between them',
      );
    touched.sort((a, b) => a - b);
    const weights = touched.map((source) => sums[source]!);
    for (const source of touched) [sums[source], isTouched[source]] = [0, 0];
    return { columns: touched, weights };
  });
}

function asPart(rows: Rows, { shape, columns, bias }: Pick<Matrix, 'shape' | 'columns' | 'bias'>): Matrix {
  const count = rows.reduce((sum, row) => sum + row.columns.length, 0);
  const [pre, post, weight] = [new Uint32Array(count), new Uint32Array(count), new Float64Array(count)];
  let at = 0;
  rows.forEach((row, r) => {
    pre.set(row.columns, at);
    weight.set(row.weights, at);
    post.fill(r, at, (at += row.columns.length));
  });
  return {
    kind: 'matrix',
    shape,
    columns,
    pre,
    post,
    weight,
    bias: bias?.some((value) => value !== 0) ? bias : undefined,
  };
}
