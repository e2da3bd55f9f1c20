/** The quantised graph laid out on cores: tiles, and who hears whom. */
import type { Box } from '../../isa/index.ts';
import type { LayerIndex } from './layers.ts';

/** Which axons of a tile a branch uses. */
export type BranchAxons =
  /** A box of the pooled source, channel-last. Empty where the tile sees nothing but padding. */
  | { readonly kind: 'region'; readonly region: Box }
  /** The distinct pooled source indices (NCHW), ascending. */
  | { readonly kind: 'list'; readonly sources: Uint32Array };

/** A box of a layer that one core computes; its neurons are channel-last from neuron 0. */
export interface Tile {
  readonly layer: LayerIndex;
  readonly box: Box;
  /** Per branch of the layer. */
  readonly axons: readonly BranchAxons[];
}

/** Tiles of all layers in order; tile k occupies core coreOf[k]. */
export interface Placed {
  readonly tiles: readonly Tile[];
  readonly coreOf: readonly number[];
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
  /** Tiles that listen, ascending. */
  readonly listeners: readonly number[];
}
