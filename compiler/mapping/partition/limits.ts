/** What a block may hold, and how a partition measures up to it. */

export interface PartitionLimits {
  /** Greatest load of a block per resource of the hypergraph; the first is neurons. */
  readonly load: Float64Array;
  /** Distinct in-axons of a block; Infinity where there is no such limit. */
  readonly inAxons: number;
  /** Greatest number of blocks that hold a node. */
  readonly blocks: number;
}
