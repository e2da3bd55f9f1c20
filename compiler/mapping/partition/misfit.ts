/** Why a network cannot be cut into blocks: the limit, what it needs, what there is. */
import type { Hypergraph } from './hypergraph.ts';
import type { PartitionLimits } from './limits.ts';

/** A limit that a block has; loads name their resource by index, 0 being neurons. */
export type BlockLimit = { readonly kind: 'load'; readonly resource: number } | { readonly kind: 'inAxons' };

export type Misfit =
  /** One node alone exceeds a block. */
  | {
      readonly kind: 'node';
      readonly node: number;
      readonly limit: BlockLimit;
      readonly needed: number;
      readonly available: number;
    }
  /** The nodes fit blocks, but there are too few. */
  | {
      readonly kind: 'blocks';
      /** A lower bound where `certain`, else the fewest that the search reached. */
      readonly needed: number;
      readonly available: number;
      readonly certain: boolean;
      /** What fills the blocks most. */
      readonly limit: BlockLimit;
    };

/** A fault that no search can mend: a node beyond a block, or more load in all than all blocks take. */
export function findMisfit(graph: Hypergraph, limits: PartitionLimits): Misfit | undefined {
  return oversizedNode(graph, limits) ?? tooLittleInAll(graph, limits);
}

function oversizedNode(graph: Hypergraph, limits: PartitionLimits): Misfit | undefined {
  for (let node = 0; node < graph.nodes; node++) {
    for (let resource = 0; resource < graph.resources; resource++) {
      const needed = loadAlone(graph, node, resource);
      const available = limits.load[resource]!;
      if (needed > available) return { kind: 'node', node, limit: { kind: 'load', resource }, needed, available };
    }
    const needed = graph.axonsAlone[node]!;
    if (needed > limits.inAxons) {
      return { kind: 'node', node, limit: { kind: 'inAxons' }, needed, available: limits.inAxons };
    }
  }
  return undefined;
}

function loadAlone(graph: Hypergraph, node: number, resource: number): number {
  let sum = graph.nodeLoad[node * graph.resources + resource]!;
  for (let k = graph.classStart[node]!; k < graph.classStart[node + 1]!; k++) {
    sum += graph.classLoad[graph.classes[k]! * graph.resources + resource]!;
  }
  return sum;
}

function tooLittleInAll(graph: Hypergraph, limits: PartitionLimits): Misfit | undefined {
  const { nodes, resources, nodeLoad } = graph;
  for (let resource = 0; resource < resources; resource++) {
    let sum = 0;
    for (let v = 0; v < nodes; v++) sum += nodeLoad[v * resources + resource]!;
    const needed = limits.load[resource]! > 0 ? Math.ceil(sum / limits.load[resource]!) : 0;
    if (needed > limits.blocks) {
      const limit = { kind: 'load', resource } as const;
      return { kind: 'blocks', needed, available: limits.blocks, certain: true, limit };
    }
  }
  return nodes > 0 && limits.blocks < 1
    ? { kind: 'blocks', needed: 1, available: limits.blocks, certain: true, limit: { kind: 'load', resource: 0 } }
    : undefined;
}

/** The limit that a set of blocks uses to the greatest part. */
export function scarcestLimit(
  load: Float64Array,
  inAxons: Float64Array,
  blocks: number,
  limits: PartitionLimits,
): BlockLimit {
  const resources = limits.load.length;
  let most = limits.inAxons === Infinity ? -1 : sum(inAxons) / (blocks * limits.inAxons);
  let scarcest: BlockLimit = most < 0 ? { kind: 'load', resource: 0 } : { kind: 'inAxons' };
  for (let resource = 0; resource < resources; resource++) {
    const used = load.reduce((total, part, k) => total + (k % resources === resource ? part : 0), 0);
    const part = limits.load[resource]! > 0 ? used / (blocks * limits.load[resource]!) : 0;
    if (part <= most) continue;
    most = part;
    scarcest = { kind: 'load', resource };
  }
  return scarcest;
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
