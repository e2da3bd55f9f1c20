/** Makes one connection of a chain of linear nodes: windows that are summed, one operator, factors before and behind. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import type { Pair } from '../../ir/ann.ts';
import type { Operator } from '../../ir/layers.ts';
import type { NirNode } from './fields.ts';
import type { Convolution, LinearPart, Link, Windows } from './linear.ts';
import { perChannel } from './numbers.ts';
import { Multiplications, product, withOneOperator } from './products.ts';
import { shapeBehind } from './shape-behind.ts';
import { heardWhole } from './whole-input.ts';

type LinearOperator = Extract<LinearPart, { kind: 'dense' | 'conv' | 'matrix' }>;

interface Placed {
  readonly part: LinearOperator;
  readonly node: NirNode;
  /** What it is given, and what it gives: with Flatten beside it, other sides than those of source and target. */
  readonly given: Shape;
  readonly made: Shape;
}

export interface Composed {
  readonly pool: Pair;
  readonly pooled: Shape;
  /** What the chain gives. */
  readonly shape: Shape;
  readonly operator: Placed | undefined;
  /** Factors of what goes into the operator, and of what comes out; undefined: 1. */
  readonly before: Float64Array | undefined;
  readonly after: Float64Array | undefined;
  /** In the unit of time of the graph. */
  readonly delay: number;
}

/**
 * Weights are left alone, unless several operators follow each other.
 *
 * @param work counts what is multiplied for this; absent: for this alone
 *
 * @throws DiagnosticError E0205, E0207, E0209 for what does not fit or is no connection
 */
export function compose(source: Shape, given: readonly Link[], work = new Multiplications()): Composed {
  const links = heardWhole(given);
  const shapes = [source];
  for (const link of links) shapes.push(shapeBehind(shapes.at(-1)!, link));
  let made: Composed = {
    ...{ pool: [1, 1], pooled: source, shape: source, operator: undefined },
    ...{ before: undefined, after: undefined, delay: 0 },
  };
  for (const link of withOneOperator(links, shapes, work))
    made = { ...made, ...added(made, link), shape: shapeBehind(made.shape, link) };
  return made;
}

function added(made: Composed, { node, part }: Link): Partial<Composed> {
  switch (part.kind) {
    case 'wire':
    case 'flatten':
      return {};
    case 'delay':
      return { delay: made.delay + part.values[0]! };
    case 'scale':
      return scaled(made, part.values);
    case 'pool':
      return pooledBy(made, node, part);
    case 'dense':
    case 'conv':
    case 'matrix':
      return { operator: { part, node, given: made.shape, made: shapeBehind(made.shape, { node, part }) } };
  }
}

function scaled({ shape, operator, before, after }: Composed, values: Float64Array): Partial<Composed> {
  const factors = values.length === 1 ? new Float64Array(shapeSize(shape)).fill(values[0]!) : values;
  const place = operator === undefined ? before : after;
  const product = place === undefined ? factors : factors.map((factor, k) => factor * place[k]!);
  return operator === undefined ? { before: product } : { after: product };
}

/** Of windows that do not overlap. */
function pooledBy({ pool, shape, pooled, before }: Composed, node: NirNode, windows: Windows): Partial<Composed> {
  const { window, isAverage } = windows;
  if (String(shape) !== String(pooled)) node.fail('E0205', 'it follows a Flatten', 'pool first');
  const made = shapeBehind(shape, { node, part: windows });
  const factors = before === undefined ? undefined : perChannel(before, shape[0]);
  const share = isAverage ? 1 / (window[0] * window[1]) : 1;
  const area = made[1] * made[2];
  return {
    ...{ pool: [pool[0] * window[0], pool[1] * window[1]], pooled: made },
    ...((factors !== undefined || share !== 1) && {
      before: Float64Array.from({ length: shapeSize(made) }, (_, k) => share * (factors?.[Math.floor(k / area)] ?? 1)),
    }),
  };
}

interface Weighted {
  readonly operator: Operator<Float64Array>;
  readonly bias: Float64Array | undefined;
}

/** @param gain of the neurons that hear it. @throws DiagnosticError E0209 where a convolution as a matrix is too large */
export function withWeights(composed: Composed, target: Shape, gain: Float64Array): Weighted {
  const { operator, before, after } = composed;
  const behind = (k: number): number => (after?.[k] ?? 1) * gain[gain.length === 1 ? 0 : k]!;
  if (operator === undefined) return wired(composed, target, behind);
  const { part } = operator;
  if (part.kind === 'conv') return convolved(composed, target, behind, gain);
  const bias = part.bias?.map((value, k) => value * behind(k));
  if (part.kind === 'matrix') {
    const weight = part.weight.map((value, k) => value * (before?.[part.pre[k]!] ?? 1) * behind(part.post[k]!));
    return { operator: sparse(part.pre, part.post, weight, part.columns * shapeSize(target)), bias };
  }
  const { columns } = part;
  const weight = part.weight.map((value, k) => value * (before?.[k % columns] ?? 1) * behind(Math.floor(k / columns)));
  // What a delay of its own takes out of a chain leaves nothing behind.
  if (before?.includes(0) !== true && after?.includes(0) !== true) return { operator: { kind: 'dense', weight }, bias };
  const [pre, post] = [0, 1].map((side) =>
    Uint32Array.from(weight, (_, k) => (side === 0 ? k % columns : Math.floor(k / columns))),
  ) as [Uint32Array, Uint32Array];
  return { operator: sparse(pre, post, weight, weight.length), bias };
}

/** As a dense matrix where nothing is missing in it; what is 0 is left out of another one. */
function sparse(pre: Uint32Array, post: Uint32Array, weight: Float64Array, all: number): Operator<Float64Array> {
  if (weight.length === all && !weight.includes(0)) return { kind: 'dense', weight };
  const kept = Uint32Array.from(weight.keys()).filter((k) => weight[k] !== 0);
  const of = (values: Uint32Array): Uint32Array => Uint32Array.from(kept, (k) => values[k]!);
  return { kind: 'sparse', pre: of(pre), post: of(post), weight: Float64Array.from(kept, (k) => weight[k]!) };
}

function wired({ pooled, before }: Composed, target: Shape, behind: (k: number) => number): Weighted {
  const size = shapeSize(target);
  const weights = Float64Array.from({ length: size }, (_, k) => (before?.[k] ?? 1) * behind(k));
  const channels = String(pooled) === String(target) ? perChannel(weights, target[0]) : undefined;
  if (channels !== undefined) return { operator: { kind: 'diagonal', weight: channels }, bias: undefined };
  const each = Uint32Array.from({ length: size }, (_, k) => k);
  return { operator: sparse(each, each, weights, Infinity), bias: undefined };
}

/** As a matrix where factors before or behind it differ within a channel, or Flatten has changed the sides beside it. */
function convolved(composed: Composed, target: Shape, behind: (k: number) => number, gain: Float64Array): Weighted {
  const { pooled, operator, before } = composed;
  const { part, node, given, made } = operator as Placed & { readonly part: Convolution };
  const [outputs, inputs] = part.tensor.shape as [number, number];
  const factors = before === undefined ? undefined : perChannel(before, pooled[0]);
  const results = perChannel(
    Float64Array.from({ length: shapeSize(target) }, (_, k) => behind(k)),
    outputs,
  );
  const isPlaced = String(given) === String(pooled) && String(made) === String(target);
  if (!isPlaced || results === undefined || (before !== undefined && factors === undefined))
    return withWeights({ ...composed, operator: { ...product([{ node, part }], given), given, made } }, target, gain);
  const [block, area] = [inputs * part.kernel[0] * part.kernel[1], part.kernel[0] * part.kernel[1]];
  const channelOf = (k: number): number =>
    Math.floor(Math.floor(k / block) / (outputs / part.groups)) * inputs + Math.floor((k % block) / area);
  const weight = part.weight.map(
    (value, k) => value * (factors?.[channelOf(k)] ?? 1) * results[Math.floor(k / block)]!,
  );
  const { kernel, stride, padding, dilation, groups } = part;
  return {
    operator: { kind: 'conv', weight, kernel, stride, padding, dilation, groups },
    bias: part.bias?.map((value, c) => value * results[c]!),
  };
}
