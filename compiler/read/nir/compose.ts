/** Makes one connection of a chain of linear nodes: windows that are summed, one operator, factors before and behind. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import { type NodeDraft, operatorOf } from '../../ann/ann.ts';
import { LARGEST_TENSOR } from '../../ann/infer-shape.ts';
import type { Pair } from '../../ir/ann.ts';
import type { Operator } from '../../ir/layers.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import type { NirNode } from './fields.ts';
import type { Convolution, LinearPart } from './linear.ts';
import { perChannel } from './numbers.ts';

/** A node of a chain, as it was read. */
export interface Link {
  readonly node: NirNode;
  readonly part: LinearPart;
}

type LinearOperator = Extract<LinearPart, { kind: 'dense' | 'conv' }>;

export interface Composed {
  readonly pool: Pair;
  readonly pooled: Shape;
  /** What the chain gives. */
  readonly shape: Shape;
  readonly operator: { readonly part: LinearOperator; readonly node: NirNode } | undefined;
  /** Factors of what goes into the operator, and of what comes out; undefined: 1. */
  readonly before: Float64Array | undefined;
  readonly after: Float64Array | undefined;
  /** In the unit of time of the graph. */
  readonly delay: number;
}

const TOO_MUCH =
  'a connection is at most one Linear, Affine or convolution, with pools before it and Scale on either side; put neurons between, or multiply the matrices';

/** Shapes and factors; weights are left alone. @throws DiagnosticError E0205, E0207 for what does not fit or is no connection */
export function compose(source: Shape, links: readonly Link[]): Composed {
  let made: Composed = {
    ...{ pool: [1, 1], pooled: source, shape: source, operator: undefined },
    ...{ before: undefined, after: undefined, delay: 0 },
  };
  for (const { node, part } of links) {
    made = { ...made, ...added(made, node, part) };
    if (shapeSize(made.shape) > LARGEST_TENSOR)
      node.fail('E0209', `it gives ${formatShape(made.shape)}; the limit is ${LARGEST_TENSOR} elements`);
  }
  return made;
}

function added(made: Composed, node: NirNode, part: LinearPart): Partial<Composed> {
  switch (part.kind) {
    case 'wire':
      return {};
    case 'flatten':
      return { shape: [shapeSize(made.shape), 1, 1] };
    case 'delay':
      return { delay: made.delay + part.seconds };
    case 'scale':
      return scaled(made, node, part.values);
    case 'pool':
      return pooledBy(made, node, part);
    case 'dense':
    case 'conv': {
      if (made.operator !== undefined)
        node.fail('E0207', `it follows "${made.operator.node.name}" without neurons between them`, TOO_MUCH);
      return { operator: { part, node }, shape: outputOf(made.shape, node, part) };
    }
  }
}

function scaled({ shape, operator, before, after }: Composed, node: NirNode, values: Float64Array): Partial<Composed> {
  const size = shapeSize(shape);
  const factors = values.length === 1 ? new Float64Array(size).fill(values[0]!) : values;
  if (factors.length !== size) node.fail('E0205', `it has ${values.length} factors for ${formatShape(shape)}`);
  const place = operator === undefined ? before : after;
  const product = place === undefined ? factors : factors.map((factor, k) => factor * place[k]!);
  return operator === undefined ? { before: product } : { after: product };
}

function pooledBy(
  { pool, shape, pooled, before, operator }: Composed,
  node: NirNode,
  { window, isAverage }: Extract<LinearPart, { kind: 'pool' }>,
): Partial<Composed> {
  if (operator !== undefined)
    node.fail('E0207', `it follows "${operator.node.name}" without neurons between them`, TOO_MUCH);
  if (String(shape) !== String(pooled)) node.fail('E0205', 'it follows a Flatten', 'pool first');
  const made = [shape[0], Math.floor(shape[1] / window[0]), Math.floor(shape[2] / window[1])] as const;
  if (shapeSize(made) === 0) node.fail('E0205', `windows of ${window.join('×')} do not lie in ${formatShape(shape)}`);
  const factors = before === undefined ? undefined : perChannel(before, shape[0]);
  if (before !== undefined && factors === undefined)
    node.fail('E0207', 'it follows a Scale whose factors differ within a channel', 'pool first');
  const share = isAverage ? 1 / (window[0] * window[1]) : 1;
  const area = made[1] * made[2];
  return {
    ...{ pool: [pool[0] * window[0], pool[1] * window[1]], shape: made, pooled: made },
    ...((factors !== undefined || share !== 1) && {
      before: Float64Array.from({ length: shapeSize(made) }, (_, k) => share * (factors?.[Math.floor(k / area)] ?? 1)),
    }),
  };
}

function outputOf(shape: Shape, node: NirNode, part: LinearOperator): Shape {
  if (part.kind === 'conv') return convolved(shape, node, part);
  if (shapeSize(shape) !== part.columns)
    node.fail('E0205', `its weights have ${part.columns} columns, but it gets ${formatShape(shape)}`);
  return [part.rows, 1, 1];
}

function convolved(shape: Shape, node: NirNode, part: Convolution): Shape {
  const { tensor: weight, stride, padding, dilation, groups } = part;
  const draft: NodeDraft = {
    op: 'conv',
    ...{ name: node.name, inputs: [], weight, stride, padding, dilation, groups },
  };
  return operatorOf(draft).infer(draft, [shape]);
}

/** @param gain of the neurons that hear it. @throws DiagnosticError E0205, E0207 where factors are none of a convolution */
export function withWeights(
  { pooled, operator, before, after }: Composed,
  target: Shape,
  gain: Float64Array,
  hearer: NirNode,
): { readonly operator: Operator<Float64Array>; readonly bias: Float64Array | undefined } {
  const size = shapeSize(target);
  const behind = (k: number): number => (after?.[k] ?? 1) * gain[gain.length === 1 ? 0 : k]!;
  if (operator === undefined) {
    const weights = Float64Array.from({ length: size }, (_, k) => (before?.[k] ?? 1) * behind(k));
    const channels = String(pooled) === String(target) ? perChannel(weights, target[0]) : undefined;
    if (channels !== undefined) return { operator: { kind: 'diagonal', weight: channels }, bias: undefined };
    const each = Uint32Array.from({ length: size }, (_, k) => k);
    return { operator: { kind: 'sparse', pre: each, post: each, weight: weights }, bias: undefined };
  }
  const { part, node } = operator;
  if (part.kind === 'dense') {
    const { columns } = part;
    const weight = part.weight.map(
      (value, k) => value * (before?.[k % columns] ?? 1) * behind(Math.floor(k / columns)),
    );
    return { operator: { kind: 'dense', weight }, bias: part.bias?.map((value, k) => value * behind(k)) };
  }
  const differ = (where: NirNode): never =>
    where.fail(
      'E0207',
      `factors before or behind the convolution "${node.name}" differ within a channel`,
      'give neurons of a channel the same tau, r and scale',
    );
  const [outputs, inputs] = part.tensor.shape as [number, number];
  const factors = before === undefined ? undefined : (perChannel(before, pooled[0]) ?? differ(node));
  const results =
    perChannel(
      Float64Array.from({ length: size }, (_, k) => behind(k)),
      outputs,
    ) ?? differ(hearer);
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
