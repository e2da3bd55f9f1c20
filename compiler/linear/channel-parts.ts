/**
 * What a node of the operator graph computes, as expressions side by side along the channels: one part for an ordinary
 * node, several after a concatenation. A convolution of several parts is a sum of convolutions with sliced weights, so
 * that a concatenation costs nothing.
 */
import { fail, type Shape } from '../../isa/index.ts';
import type { AxisOrder, NodeBase } from '../ir/ann.ts';
import { addExpressions } from './add-expressions.ts';
import { embedTerm } from './embed-term.ts';
import type { Layout } from './flattened-layout.ts';
import { perNeuron } from './bias.ts';
import type { Expression } from './expression.ts';

export interface ChannelPart {
  readonly expression: Expression;
  /** Absent: the part is not flattened; a vector [n, 1, 1] needs no flattening. */
  readonly layout: Layout | undefined;
}

export type ChannelParts = readonly ChannelPart[];

export const single = (expression: Expression, layout?: Layout): ChannelParts => [{ expression, layout }];

const channelsOf = (parts: ChannelParts): number => parts.reduce((sum, { expression }) => sum + expression.shape[0], 0);
export const isFlattened = (parts: ChannelParts): boolean => parts.some(({ layout }) => layout !== undefined);

/** The shape of parts that are not flattened. */
export function wholeShape(parts: ChannelParts): Shape {
  const [, height, width] = parts[0]!.expression.shape;
  return [channelsOf(parts), height, width];
}

/** The layout of every part in the plain order, or the one that it has. */
export function layoutsOf(parts: ChannelParts, order: AxisOrder = [0, 1, 2]): Layout[] {
  const image = wholeShape(parts);
  let first = 0;
  return parts.map(({ expression, layout }) => {
    const own = layout ?? { order, image, first, base: 0 };
    first += expression.shape[0];
    return own;
  });
}

/** @throws E0204 where the node takes a flattened image as if it were channels */
export function requireImage(parts: ChannelParts, node: Pick<NodeBase, 'name' | 'op'>): ChannelParts {
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
export function joinParts(parts: ChannelParts, name: string): ChannelPart {
  if (parts.length === 1) return checkWhole(parts[0]!, name);
  const [{ layout, expression: leading }] = parts as [ChannelPart];
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
function checkWhole(part: ChannelPart, name: string): ChannelPart {
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

/** Of expressions of one shape. @throws E0209 as `addExpressions` */
export const sumOf = (expressions: readonly Expression[]): Expression => expressions.reduce(addExpressions);

/** The change made to the expression of every part. */
export const mapParts = (parts: ChannelParts, change: (expression: Expression) => Expression): ChannelParts =>
  parts.map(({ expression, layout }) => ({ expression: change(expression), layout }));

/** Channels [first, first + count) of a whole. */
export interface Channels {
  readonly first: number;
  readonly count: number;
}

/** The channels that each part is of the whole. */
export function rangesOf(parts: ChannelParts): Channels[] {
  let first = 0;
  return parts.map(({ expression: { shape } }) => {
    const range = { first, count: shape[0] };
    first += shape[0];
    return range;
  });
}
