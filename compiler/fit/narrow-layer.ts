/** A network one of whose layers has fewer channels: the first ones. What it computes is something else; what it needs of
 * a chip is what the network would need that is trained so. */
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { Branch, FloatGraph, FloatLayer, Operator } from '../ir/layers.ts';
import type { CalibratedConventional } from '../stages.ts';

type FloatOperator = Operator<Float64Array>;

/**
 * @param channels at least 1, fewer than the layer has
 * @returns undefined where the layer shares its channels with others (channel groups, identities)
 */
export function narrowLayer(
  network: CalibratedConventional,
  layer: number,
  channels: number,
): CalibratedConventional | undefined {
  const { formed, thresholds } = network.level;
  const { graph } = formed;
  const layers = graph.layers.map((each, l) => narrowed(each, l === layer, layer, channels));
  if (layers.includes(undefined)) return undefined;
  const narrow: FloatGraph = { ...graph, layers: layers as FloatLayer[] };
  const fewer = thresholds.map((theta, l) => (l === layer ? theta.slice(0, channels) : theta));
  const level = { ...network.level, formed: { ...formed, graph: narrow }, thresholds: fewer };
  return { ...network, level };
}

function narrowed(layer: FloatLayer, itself: boolean, source: number, channels: number): FloatLayer | undefined {
  const [present, height, width] = layer.shape;
  const shape: Shape = itself ? [channels, height, width] : layer.shape;
  const branches: Branch<Float64Array>[] = [];
  for (const branch of layer.branches) {
    let { operator, pooled }: { operator: FloatOperator | undefined; pooled: Shape } = branch;
    if (branch.source === source) {
      const fewer: Shape = [channels, pooled[1], pooled[2]];
      operator = fewerInputs(operator, pooled, fewer);
      pooled = fewer;
    }
    if (itself && operator !== undefined) operator = fewerOutputs(operator, shape, present);
    if (operator === undefined) return undefined;
    branches.push({ ...branch, operator, pooled });
  }
  const bias = itself ? layer.bias.slice(0, (layer.bias.length / present) * channels) : layer.bias;
  return { ...layer, shape, branches, bias };
}

function fewerOutputs(operator: FloatOperator, shape: Shape, present: number): FloatOperator | undefined {
  switch (operator.kind) {
    case 'conv':
      if (operator.groups !== 1) return undefined;
      return { ...operator, weight: operator.weight.slice(0, (operator.weight.length / present) * shape[0]) };
    case 'dense':
      return { ...operator, weight: operator.weight.slice(0, (operator.weight.length / present) * shape[0]) };
    case 'sparse':
      return kept(operator, (_, post) => post < shapeSize(shape));
    case 'diagonal':
      return undefined;
  }
}

function fewerInputs(operator: FloatOperator, present: Shape, fewer: Shape): FloatOperator | undefined {
  switch (operator.kind) {
    case 'conv': {
      if (operator.groups !== 1) return undefined;
      const taps = operator.kernel[0] * operator.kernel[1];
      return { ...operator, weight: firstOfRows(operator.weight, present[0] * taps, fewer[0] * taps) };
    }
    case 'dense':
      return { ...operator, weight: firstOfRows(operator.weight, shapeSize(present), shapeSize(fewer)) };
    case 'sparse':
      return kept(operator, (pre) => pre < shapeSize(fewer));
    case 'diagonal':
      return undefined;
  }
}

const firstOfRows = (weight: Float64Array, row: number, first: number): Float64Array =>
  Float64Array.from(
    { length: (weight.length / row) * first },
    (_, k) => weight[Math.floor(k / first) * row + (k % first)]!,
  );

function kept(
  operator: FloatOperator & { readonly kind: 'sparse' },
  wanted: (pre: number, post: number) => boolean,
): FloatOperator {
  const keys = Array.from(operator.pre.keys()).filter((k) => wanted(operator.pre[k]!, operator.post[k]!));
  return {
    ...operator,
    pre: Uint32Array.from(keys, (k) => operator.pre[k]!),
    post: Uint32Array.from(keys, (k) => operator.post[k]!),
    weight: Float64Array.from(keys, (k) => operator.weight[k]!),
  };
}
