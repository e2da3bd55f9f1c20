/**
 * What a node of the operator graph computes, as expressions side by side along the channels: one part for an ordinary
 * node, several after a concatenation. A convolution of several parts is a sum of convolutions with sliced weights, so
 * that a concatenation costs nothing.
 */
import { fail, type Shape } from '../../isa/index.ts';
import type { AffineNode, ConvNode, DenseNode, FlattenNode, SparseNode } from '../ir/ann.ts';
import { addExpressions } from './add-expressions.ts';
import { embedTerm } from './embed-term.ts';
import { type Layout, positionsOf, sameLayout } from './flattened.ts';
import { applyConv, applyDense, applySparse, type Connections, type Expression, scaleExpression } from './linear.ts';
import { addBiases, perNeuron } from './linear-bias.ts';

export interface Part {
  readonly expression: Expression;
  /** Absent: the part is not flattened; a vector [n, 1, 1] needs no flattening. */
  readonly layout: Layout | undefined;
}

export type Parts = readonly Part[];

export const single = (expression: Expression, layout?: Layout): Parts => [{ expression, layout }];

const channelsOf = (parts: Parts): number => parts.reduce((sum, { expression }) => sum + expression.shape[0], 0);
const isFlattened = (parts: Parts): boolean => parts.some(({ layout }) => layout !== undefined);

/** The shape of parts that are not flattened. */
function wholeShape(parts: Parts): Shape {
  const [, height, width] = parts[0]!.expression.shape;
  return [channelsOf(parts), height, width];
}

/** The layout of every part in the plain order, or the one that it has. */
function layoutsOf(parts: Parts, order: FlattenNode['order'] = [0, 1, 2]): Layout[] {
  const image = wholeShape(parts);
  let first = 0;
  return parts.map(({ expression, layout }) => {
    const own = layout ?? { order, image, first, base: 0 };
    first += expression.shape[0];
    return own;
  });
}

/** Names the indices of an image anew; nothing is computed. */
export function flattenParts(parts: Parts, node: FlattenNode): Parts {
  const [, height, width] = wholeShape(parts);
  if (isFlattened(parts) || (height === 1 && width === 1)) return parts;
  const layouts = layoutsOf(parts, node.order);
  return parts.map(({ expression }, k) => ({ expression, layout: layouts[k] }));
}

/** Beyond, repeated concatenation of one thing would take more memory than its file. */
const MOST_PARTS = 4096;

/** @throws E0204 for too many parts */
export function concatParts(inputs: readonly Parts[], name: string): Parts {
  if (inputs.reduce((count, parts) => count + parts.length, 0) > MOST_PARTS)
    fail('E0204', `${name} is a concatenation of more than ${MOST_PARTS} parts`, { layer: name });
  if (!inputs.some(isFlattened)) return inputs.flat();
  let base = 0;
  return inputs.flatMap((parts) => {
    const layouts = layoutsOf(parts);
    const start = base;
    for (const { expression } of parts) base += expression.shape.reduce((product, n) => product * n, 1);
    return parts.map(({ expression }, k) => {
      const layout = layouts[k]!;
      return { expression, layout: { ...layout, base: start + layout.base } };
    });
  });
}

/** @throws E0204 where the node takes a flattened image as if it were channels */
export function requireImage(parts: Parts, node: { readonly name: string; readonly op: string }): Parts {
  if (isFlattened(parts))
    fail(
      'E0204',
      `${node.name} (${node.op}) follows a flattening`,
      { layer: node.name },
      'put it before the flattening',
    );
  return parts;
}

/**
 * The parts as one expression: the operators of each get zeros for the channels of the others.
 *
 * @throws E0204 where the parts are flattened from several images, which have no common shape
 */
export function joinParts(parts: Parts, name: string): Part {
  if (parts.length === 1) return checkWhole(parts[0]!, name);
  const [{ layout, expression: leading }] = parts as [Part];
  const shape = layout?.image ?? wholeShape(parts);
  let channel = 0;
  for (const { expression, layout: own } of parts) {
    const fits =
      layout === undefined || (own!.base === layout.base && own!.first === channel && own!.image === layout.image);
    if (!fits) severalImages(name);
    channel += expression.shape[0];
  }
  if (channel !== shape[0]) severalImages(name);
  const uniform = parts.every(({ expression }) => expression.bias.length === expression.shape[0]);
  const biases = parts.map(({ expression: { bias, shape: own } }) => (uniform ? bias : perNeuron(bias, own)));
  let first = 0;
  const terms = parts.flatMap(({ expression }) => {
    const at = first;
    first += expression.shape[0];
    return expression.terms.map((term) => embedTerm(term, expression.shape, at, shape));
  });
  const bias = Float64Array.from(biases.flatMap((values) => [...values]));
  const origin = parts.map(({ expression }) => expression.origin).find((text) => text !== '') ?? leading.origin;
  const whole = layout && { ...layout, first: 0 };
  return { expression: { terms, shape, bias, origin, node: undefined }, layout: whole };
}

/** A part of a larger vector or image is no layer that a following node could take as a whole. */
function checkWhole(part: Part, name: string): Part {
  const { layout, expression } = part;
  if (layout !== undefined && (layout.base !== 0 || String(layout.image) !== String(expression.shape)))
    severalImages(name);
  return part;
}

function severalImages(name: string): never {
  fail(
    'E0204',
    `${name} takes a concatenation of several flattened images as a whole`,
    { layer: name },
    'concatenate before the flattening, or put an activation on each image',
  );
}

export function addParts(a: Parts, b: Parts, name: string): Parts {
  const alike =
    a.length === b.length &&
    a.every(({ expression, layout }, k) => {
      const other = b[k]!;
      return String(expression.shape) === String(other.expression.shape) && sameLayout(layout, other.layout);
    });
  if (alike)
    return a.map(({ expression, layout }, k) => ({ expression: addExpressions(expression, b[k]!.expression), layout }));
  const [left, right] = [joinParts(a, name), joinParts(b, name)];
  if (String(left.expression.shape) !== String(right.expression.shape) || !sameLayout(left.layout, right.layout))
    fail(
      'E0204',
      `${name} adds two vectors that were flattened in different ways`,
      { layer: name },
      'add before the flattening',
    );
  return single(addExpressions(left.expression, right.expression), left.layout);
}

const sum = (expressions: readonly Expression[]): Expression => expressions.reduce(addExpressions);

function withBias(e: Expression, bias: Float32Array | undefined): Expression {
  return bias === undefined ? e : { ...e, bias: addBiases(e.bias, Float64Array.from(bias), e.shape) };
}

/** Channels [first, first + count) of the input of the convolution. */
interface Channels {
  readonly first: number;
  readonly count: number;
}

function rangesOf(parts: Parts): Channels[] {
  let first = 0;
  return parts.map(({ expression: { shape } }) => {
    const range = { first, count: shape[0] };
    first += shape[0];
    return range;
  });
}

/** Convolution of parts whose terms are scaled views. */
export function convolveParts(parts: Parts, node: ConvNode): Parts {
  const ranges = rangesOf(requireImage(parts, node));
  const inGroup = node.weight.shape[1]!;
  const wholeGroups = ranges.every(({ first, count }) => first % inGroup === 0 && count % inGroup === 0);
  if (parts.length > 1 && node.groups > 1 && wholeGroups)
    return parts.flatMap(({ expression }, k) => {
      const own = groupsOf(node, ranges[k]!);
      return single(withBias(applyConv(expression, own), own.bias?.data));
    });
  const terms = parts.map(({ expression }, k) =>
    applyConv(expression, parts.length === 1 ? node : inputSlice(node, ranges[k]!)),
  );
  return single(withBias(sum(terms), node.bias?.data));
}

/** Those groups of a convolution that take the channels named. */
export function groupsOf(node: ConvNode, { first, count }: Channels): ConvNode {
  const [out, inGroup, rows, columns] = node.weight.shape as [number, number, number, number];
  const outGroup = out / node.groups;
  const [from, to] = [(first / inGroup) * outGroup, ((first + count) / inGroup) * outGroup];
  const perOut = inGroup * rows * columns;
  const { bias } = node;
  return {
    ...node,
    weight: { shape: [to - from, inGroup, rows, columns], data: node.weight.data.slice(from * perOut, to * perOut) },
    ...(bias && { bias: { shape: [to - from], data: bias.data.slice(from, to) } }),
    groups: count / inGroup,
    shape: [to - from, node.shape[1], node.shape[2]],
  };
}

/** The convolution as seen from some of its input channels: without groups, zeros where a group does not take them. */
function inputSlice(node: ConvNode, { first, count }: Channels): ConvNode {
  const [out, inGroup, rows, columns] = node.weight.shape as [number, number, number, number];
  const taps = rows * columns;
  const outGroup = out / node.groups;
  const data = new Float32Array(out * count * taps);
  for (let o = 0; o < out; o++) {
    const start = Math.floor(o / outGroup) * inGroup;
    for (let c = Math.max(first, start); c < Math.min(first + count, start + inGroup); c++) {
      const from = (o * inGroup + c - start) * taps;
      data.set(node.weight.data.subarray(from, from + taps), (o * count + c - first) * taps);
    }
  }
  return { ...node, weight: { shape: [out, count, rows, columns], data }, groups: 1 };
}

/** Matrix product of (flattened) parts whose terms are scaled views. */
export function denseParts(parts: Parts, node: DenseNode): Parts {
  const layouts = layoutsOf(parts);
  const terms = parts.map(({ expression }, k) =>
    applyDense(expression, node, node.weight.data, positionsOf(expression.shape, layouts[k]!)),
  );
  return single(withBias(sum(terms), node.bias?.data));
}

/** Single connections from (flattened) parts whose terms are scaled views. */
export function sparseParts(parts: Parts, node: SparseNode): Parts {
  const layouts = layoutsOf(parts);
  const terms = parts.map(({ expression }, k) =>
    applySparse(expression, node, connectionsOf(node, positionsOf(expression.shape, layouts[k]!))),
  );
  return single(withBias(sum(terms), node.bias?.data));
}

/** The connections that leave the positions named, in the indices of those, sorted; connections of one pair added up. */
function connectionsOf(node: SparseNode, positions: Uint32Array): Connections {
  const index = new Map<number, number>();
  positions.forEach((position, k) => index.set(position, k));
  const found = Array.from(node.pre.keys()).filter((k) => index.has(node.pre[k]!));
  const from = (k: number): number => index.get(node.pre[k]!)!;
  found.sort((a, b) => node.post[a]! - node.post[b]! || from(a) - from(b) || a - b);
  const pre: number[] = [];
  const post: number[] = [];
  const weight: number[] = [];
  for (const k of found) {
    if (pre.at(-1) === from(k) && post.at(-1) === node.post[k]!) weight[weight.length - 1]! += node.weight[k]!;
    else {
      pre.push(from(k));
      post.push(node.post[k]!);
      weight.push(node.weight[k]!);
    }
  }
  return { pre: Uint32Array.from(pre), post: Uint32Array.from(post), weight: Float64Array.from(weight) };
}

/** y = scale[c]·x + shift[c]. @throws E0207 for one factor per element of a flattened image */
export function scaleParts(parts: Parts, node: AffineNode): Parts {
  const layouts = layoutsOf(parts);
  return parts.map(({ expression, layout }, k) => {
    const { shape } = expression;
    if (layout !== undefined && shape[1] * shape[2] > 1)
      fail(
        'E0207',
        `${node.name} scales ${node.scale.length} features of a flattened ${layout.image.join('×')} layer`,
        { layer: node.name },
        'normalise before the flattening, per channel',
      );
    const { first, base } = layouts[k]!;
    const [from, to] = [base + first, base + first + shape[0]];
    const [scale, shift] = [node.scale.slice(from, to), node.shift.slice(from, to)];
    return { expression: scaleExpression(expression, scale, shift, node.name), layout };
  });
}
