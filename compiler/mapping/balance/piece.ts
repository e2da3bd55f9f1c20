/** A part of a layer that one core takes, with what it needs of it. */
import type { Box } from '../../../isa/index.ts';
import type { LayerIndex } from '../../ir/layers.ts';

/** What a core holds at most of each. */
export const MEMORIES = ['neurons', 'synapseBits', 'axons', 'parameters', 'programWords', 'axonGroups'] as const;
export type Memory = (typeof MEMORIES)[number];

/** Events that a piece hears through one of its branches. */
export interface Hearing {
  /** Branches with the same can share axons, where their regions lie so. */
  readonly key: string;
  readonly region: Box;
  readonly phases: Uint32Array;
  /** Cycles of a tick that fetching the events of a part of the region takes. */
  readonly fetchCycles: (part: Box) => number;
}

export interface Piece {
  readonly layer: LayerIndex;
  readonly box: Box;
  /** Phases in which it works, the same for all pieces of a layer, and the cycles of a tick in each. */
  readonly phases: Uint32Array;
  readonly cycles: Float64Array;
  /** Cycles, and packets heard, of an inference. */
  readonly total: number;
  readonly packets: number;
  /** What it hears by regions; the cycles above pay for each of them alone. */
  readonly hears: readonly Hearing[];
  /** In the order of MEMORIES. */
  readonly needs: Float64Array;
  /** Pieces with the same kernels pay for them once a core: bits of them, and what tells them. */
  readonly kernelBits: number;
  readonly kernel: string;
  /** Centre, in parts of the layer's height and width. */
  readonly centre: readonly [y: number, x: number];
}
