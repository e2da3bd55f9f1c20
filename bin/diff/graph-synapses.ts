/** What the quantised graph says about one neuron: the synapses that the chip ought to store. */
import type { QuantisedGraph } from '../../compiler/index.ts';
import { planeFed } from '../../compiler/layer-neurons.ts';
import { PLANE_NAMES } from '../../isa/index.ts';
import { elementOf } from './places.ts';
import type { Synapse } from './stored-synapses.ts';

type Layer = QuantisedGraph['layers'][number];
type Branch = Layer['branches'][number];

/** Synapses from element `index` of a layer (-1: the input) to neuron `target` of a layer, both NCHW. */
export function graphSynapses(
  graph: QuantisedGraph,
  layer: Layer,
  target: number,
  source: number,
  index: number,
): Synapse[] {
  return layer.branches
    .filter((branch) => branch.source === source)
    .flatMap((branch): Synapse[] => {
      const pooled = pooledIndex(graph, branch, index);
      const weight = pooled < 0 ? undefined : branchWeight(layer, branch, target, pooled);
      if (weight === undefined) return [];
      return [{ into: PLANE_NAMES[planeFed(branch)]!, delay: branch.delay, weight: weight << branch.shift }];
    });
}

/** Element of the pooled source that a source element counts into; -1 where no window covers it. */
function pooledIndex(graph: QuantisedGraph, { source, pool, pooled }: Branch, index: number): number {
  const { c, y, x } = elementOf(source < 0 ? graph.inputShape : graph.layers[source]!.shape, index);
  const py = Math.floor(y / pool[0]);
  const px = Math.floor(x / pool[1]);
  return py < pooled[1] && px < pooled[2] ? (c * pooled[1] + py) * pooled[2] + px : -1;
}

function branchWeight(layer: Layer, { operator, pooled }: Branch, target: number, index: number): number | undefined {
  switch (operator.kind) {
    case 'dense':
      return operator.weight[target * pooled[0] * pooled[1] * pooled[2] + index];
    case 'diagonal':
      return target === index ? operator.weight[elementOf(layer.shape, target).c] : undefined;
    case 'sparse': {
      const at = operator.post.findIndex((post, k) => post === target && operator.pre[k] === index);
      return at < 0 ? undefined : operator.weight[at];
    }
    case 'conv': {
      const from = elementOf(pooled, index);
      const to = elementOf(layer.shape, target);
      const { kernel, stride, padding, dilation, groups } = operator;
      const ky = (from.y + padding[0] - to.y * stride[0]) / dilation[0];
      const kx = (from.x + padding[1] - to.x * stride[1]) / dilation[1];
      const inGroup = pooled[0] / groups;
      if (Math.floor(from.c / inGroup) !== Math.floor(to.c / (layer.shape[0] / groups))) return undefined;
      if (!Number.isInteger(ky) || !Number.isInteger(kx)) return undefined;
      if (ky < 0 || kx < 0 || ky >= kernel[0] || kx >= kernel[1]) return undefined;
      return operator.weight[((to.c * inGroup + (from.c % inGroup)) * kernel[0] + ky) * kernel[1] + kx];
    }
  }
}
