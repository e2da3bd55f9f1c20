/** What a conventional network computes and moves to and from memory in one inference. */
import { shapeSize } from '../../isa/index.ts';
import { type AnnGraph, operatorOf } from './ann.ts';
import { parameterCount } from './infer-shape.ts';

/** Multiply-accumulates of one inference: those of convolutions (taps in the padding included), dense and sparse nodes. */
export function annMacs(graph: AnnGraph): number {
  return graph.nodes.reduce((macs, node) => macs + operatorOf(node).macs(node), 0);
}

export interface AnnTraffic {
  /** Weights and biases; each is read once. */
  readonly annWeights: number;
  /** Activations written plus activations read. */
  readonly annActivations: number;
}

/**
 * Values that the network moves where every layer is computed once, its weights are read once, each of its inputs is read
 * once and each of its outputs is written once, and so is the image. Affine maps, activations, padding, flattening and
 * concatenation are taken to be fused and to move nothing: the least that a layer-by-layer execution without more on-chip
 * storage than a layer's needs.
 */
export function annTraffic(graph: AnnGraph): AnnTraffic {
  /** Values that are read where the result of a node is asked for. Padding is made up, not read. */
  const stored = new Map<string, number>();
  let annWeights = 0;
  let annActivations = 0;
  for (const node of graph.nodes) {
    const inputs = node.inputs.reduce((sum, name) => sum + stored.get(name)!, 0);
    const size = shapeSize(node.shape);
    const { writesResult } = operatorOf(node);
    stored.set(node.name, writesResult ? size : Math.min(inputs, size));
    if (!writesResult) continue;
    annActivations += inputs + size;
    annWeights += parameterCount(node);
  }
  return { annWeights, annActivations };
}
