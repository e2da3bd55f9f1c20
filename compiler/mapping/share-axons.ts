/**
 * Skip connections beside convolutions of the same source: a diagonal has axons of its own, one a neuron, so each spike of the source
 * would come to a core twice, and cost it two events. Said as a convolution of 1×1 whose groups are the channels, both share axons
 * (layout/axon-groups.ts) wherever the tiles lie on one core, and nothing else changes: the same weights, additions and bits.
 */
import type { ConvOperator, DiagonalOperator, QuantisedBranch, QuantisedGraph } from '../ir/layers.ts';

/** What branches have in common that can share axons. */
const heardAs = ({ source, pool, delay }: QuantisedBranch): string => [source, ...pool, delay].join(' ');

/** The graph with every diagonal that can share axons with a convolution as such; it computes the same. */
export function shareAxons(graph: QuantisedGraph): QuantisedGraph {
  const convolved = new Set(
    graph.layers.flatMap(({ branches }) => branches.filter(({ operator }) => operator.kind === 'conv').map(heardAs)),
  );
  const shared = (branch: QuantisedBranch): QuantisedBranch => {
    const { operator } = branch;
    return operator.kind === 'diagonal' && convolved.has(heardAs(branch))
      ? { ...branch, operator: pointwise(operator, branch.pooled[0]) }
      : branch;
  };
  return { ...graph, layers: graph.layers.map((layer) => ({ ...layer, branches: layer.branches.map(shared) })) };
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
