/**
 * Skip connections beside convolutions of the same source: a diagonal has axons of its own, one a neuron, so each spike of the source
 * would come to a core twice, and cost it two events. Said as a convolution of 1×1 whose groups are the channels, both share axons
 * (layout/axon-groups.ts) wherever the tiles lie on one core, and nothing else changes: the same weights, additions and bits.
 */
import { hearingKey } from '../layout/axon-groups.ts';
import type { ConvOperator, DiagonalOperator, QuantisedBranch, QuantisedGraph } from '../ir/layers.ts';

/** The graph with every diagonal that can share axons with a convolution as such; it computes the same. */
export function shareAxons(graph: QuantisedGraph): QuantisedGraph {
  const convolved = new Set(
    graph.layers.flatMap((layer, l) =>
      layer.branches.filter(({ operator }) => operator.kind === 'conv').map((branch) => hearingKey(l, layer, branch)),
    ),
  );
  const layers = graph.layers.map((layer, l) => ({
    ...layer,
    branches: layer.branches.map((branch): QuantisedBranch => {
      const { operator } = branch;
      return operator.kind === 'diagonal' && convolved.has(hearingKey(l, layer, branch))
        ? { ...branch, operator: pointwise(operator, branch.pooled[0]) }
        : branch;
    }),
  }));
  return { ...graph, layers };
}

/** One group for each channel, whose only weight is that of the diagonal. */
const pointwise = <W>({ weight }: DiagonalOperator<W>, channels: number): ConvOperator<W> => ({
  kind: 'conv',
  weight,
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: channels,
});
