/** The quantised graph laid out on cores: tiles, and who hears whom. */
import type { Box } from '../../isa/index.ts';
import type { LayerIndex } from './layers.ts';

/** A box of a layer whose neurons stand together in one core, channel-last. A core holds one or more tiles. */
export interface Tile {
  readonly layer: LayerIndex;
  readonly box: Box;
}

/**
 * Which tiles share a core. The boxes of a layer cover it exactly once and cut no channel group of its convolutions into
 * unequal parts (see groupSplit).
 */
export interface Assigned {
  readonly tiles: readonly Tile[];
  /** Tile k belongs to core coreOf[k] of 0..cores-1, which stand for cores whose place is still open. */
  readonly coreOf: readonly number[];
  readonly cores: number;
  /** Where something is pinned: the core of the target that an assigned core stands for; undefined where its place is open. */
  readonly pinnedTo?: readonly (number | undefined)[];
  /** Where there is one: most source runs of a tile; beyond it neighbouring rows share a tree, and listeners drop some. */
  readonly mostRuns?: number;
}

/** Tile k occupies core coreOf[k] of the target, alone or with others. */
export interface Placed {
  readonly tiles: readonly Tile[];
  readonly coreOf: readonly number[];
  /** Core of the target of each assigned core; no two share one. */
  readonly placeOf: readonly number[];
}

/** Consecutive rows of a tile (or of the input) with one set of listeners, hence one tree. */
export interface SourceRun {
  /** Index into the trees, or -1 where nobody listens. */
  readonly tree: number;
  /** INPUT for the input. */
  readonly layer: LayerIndex;
  /** Tile index; -1 for the input. */
  readonly tile: number;
  readonly box: Box;
  /** Cores that listen, ascending. */
  readonly listeners: readonly number[];
}
