/** What a conventional network moves to and from memory in one inference. */
import { shapeSize } from '../../isa/index.ts';
import type { AnnGraph, AnnNode } from '../ir/ann.ts';

export interface AnnTraffic {
  /** Weights and biases; each is read once. */
  readonly annWeights: number;
  /** Activations written plus activations read. */
  readonly annActivations: number;
}

/** Operators that write their result to memory. The others are part of the operator before or after them. */
const WRITING: ReadonlySet<AnnNode['op']> = new Set<AnnNode['op']>([
  'input',
  'conv',
  'dense',
  'sparse',
  'averagePool',
  'add',
]);

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
    const writes = WRITING.has(node.op);
    stored.set(node.name, writes ? size : Math.min(inputs, size));
    if (writes) annActivations += inputs + size;
    annWeights += weightsOf(node);
  }
  return { annWeights, annActivations };
}

function weightsOf(node: AnnNode): number {
  if (node.op !== 'conv' && node.op !== 'dense' && node.op !== 'sparse') return 0;
  const weights = node.op === 'sparse' ? node.weight.length : node.weight.data.length;
  return weights + (node.bias?.data.length ?? 0);
}
