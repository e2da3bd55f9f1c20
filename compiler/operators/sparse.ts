/** Single connections. */
import { z } from 'zod';
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { NodeBase, Tensor } from '../ir/ann.ts';
import { type ChannelParts, layoutsOf, single, sumOf } from '../linear/channel-parts.ts';
import { channelFactor, type Expression, type Term, withBias } from '../linear/expression.ts';
import { positionsOf } from '../linear/flattened-layout.ts';
import {
  common,
  count,
  imageShape,
  indices,
  netForm,
  placeOf,
  readBias,
  tensor,
  writeBias,
} from './shared/net-form.ts';
import { type AnnOperator, weightAndBias } from './shared/operator.ts';
import { words } from './shared/print.ts';
import { checkBias, formatShape, misfit, sizeOf } from './shared/shapes.ts';

/** output[post[k]] += weight[k] * input[pre[k]]; pre and post are NCHW indices. */
export interface SparseNode extends NodeBase {
  readonly op: 'sparse';
  readonly pre: Uint32Array;
  readonly post: Uint32Array;
  readonly weight: Float32Array;
  /** One value per output. */
  readonly bias?: Tensor;
}

const schema = z.strictObject({
  ...common,
  op: z.literal('sparse'),
  outputs: z.union([count, imageShape]).describe('number of outputs, or their shape'),
  pre: indices,
  post: indices,
  weight: tensor.describe('[connections]'),
  bias: tensor.optional().describe('one value per output'),
});

export const sparse = {
  inputCount: [1, 1],
  infer,
  parameters: ({ weight, bias }) => weightAndBias(weight, bias),
  scratch: () => 0,
  macs: ({ weight }) => weight.length,
  writesResult: true,
  evaluate:
    (node) =>
    ([x], y) =>
    () => {
      run(node, x!, y);
    },
  ofChannels: () => undefined,
  fold: (node, [parts], layers) => connect(node, layers.asViews(parts!, node)),
  print: ({ weight, bias }) => words(`${weight.length} connections`, bias !== undefined && 'bias'),
  net: [
    netForm(schema, (layer, place): SparseNode => ({
      op: 'sparse',
      name: place.name,
      inputs: place.inputs,
      shape: typeof layer.outputs === 'number' ? [layer.outputs, 1, 1] : layer.outputs,
      pre: place.tensors.readIndices(layer.pre, `${place.path}.pre`),
      post: place.tensors.readIndices(layer.post, `${place.path}.post`),
      weight: place.tensors.readVector(layer.weight, `${place.path}.weight`),
      ...readBias(layer.bias, place),
    })),
  ],
  write: (node, file) => ({
    op: 'sparse',
    ...placeOf(node),
    outputs: [...node.shape],
    pre: file.indices(node.pre),
    post: file.indices(node.post),
    weight: file.vector(node.weight),
    ...writeBias(node.bias, file),
  }),
} satisfies AnnOperator<SparseNode, z.infer<typeof schema>, SparseNode>;

function infer(node: SparseNode, inputs: readonly Shape[]): Shape {
  const { pre, post, weight, shape } = node;
  if (pre.length !== post.length || pre.length !== weight.length) {
    misfit(node, `has ${pre.length} pre indices, ${post.length} post indices and ${weight.length} weights`);
  }
  checkIndices(node, 'pre', inputs[0]!);
  checkIndices(node, 'post', shape);
  checkBias(node, node.bias, sizeOf(shape));
  return shape;
}

function checkIndices(node: SparseNode, name: 'pre' | 'post', shape: Shape): void {
  const size = sizeOf(shape);
  const bad = node[name].findIndex((index) => index >= size);
  if (bad >= 0) misfit(node, `has ${name}[${bad}] = ${node[name][bad]!}, beyond its shape ${formatShape(shape)}`);
}

function run({ pre, post, weight, bias }: SparseNode, x: Float64Array, y: Float64Array): void {
  if (bias === undefined) y.fill(0);
  else y.set(bias.data);
  for (let k = 0; k < weight.length; k++) {
    const target = post[k]!;
    y[target] = y[target]! + weight[k]! * x[pre[k]!]!;
  }
}

/** Single connections from (flattened) parts whose terms are scaled views. */
function connect(node: SparseNode, parts: ChannelParts): ChannelParts {
  const layouts = layoutsOf(parts);
  const products = parts.map(({ expression }, k) =>
    connectPart(node, expression, connectionsOf(node, positionsOf(expression.shape, layouts[k]!))),
  );
  return single(withBias(sumOf(products), node.bias?.data));
}

/** Single connections in the indices of an expression (NCHW), sorted by post, then pre; no pair twice. */
export interface Connections {
  readonly pre: Uint32Array;
  readonly post: Uint32Array;
  readonly weight: Float64Array;
}

/** The connections that leave the positions named, in the indices of those; connections of one pair added up. */
function connectionsOf(node: SparseNode, positions: Uint32Array): Connections {
  const index = new Map<number, number>();
  positions.forEach((position, k) => index.set(position, k));
  const found = Array.from(node.pre.keys()).filter((k) => index.has(node.pre[k]!));
  return joined(node, found, (k) => index.get(node.pre[k]!)!);
}

/**
 * Connections sorted by post, then pre; those of one pair added up.
 *
 * @param found which of them are taken
 * @param from their pre
 */
export function joined(
  { post: posts, weight: weights }: Pick<SparseNode, 'post' | 'weight'>,
  found: number[],
  from: (k: number) => number,
): Connections {
  found.sort((a, b) => posts[a]! - posts[b]! || from(a) - from(b) || a - b);
  const pre: number[] = [];
  const post: number[] = [];
  const weight: number[] = [];
  for (const k of found) {
    if (pre.at(-1) === from(k) && post.at(-1) === posts[k]!) weight[weight.length - 1]! += weights[k]!;
    else {
      pre.push(from(k));
      post.push(posts[k]!);
      weight.push(weights[k]!);
    }
  }
  return { pre: Uint32Array.from(pre), post: Uint32Array.from(post), weight: Float64Array.from(weight) };
}

function connectPart({ name, shape }: SparseNode, e: Expression, { pre, post, weight }: Connections): Expression {
  const area = e.shape[1] * e.shape[2];
  const terms = e.terms.map((term): Term => {
    const scaled = weight.map((w, k) => w * channelFactor(term, Math.floor(pre[k]! / area)));
    return { ...term, operator: { kind: 'sparse', pre, post, weight: scaled }, pointwise: false, average: false };
  });
  const bias = new Float64Array(shapeSize(shape));
  const perChannel = e.bias.length === e.shape[0];
  for (let k = 0; k < weight.length; k++)
    bias[post[k]!]! += weight[k]! * e.bias[perChannel ? Math.floor(pre[k]! / area) : pre[k]!]!;
  return { terms, shape, bias, origin: name, node: undefined };
}
