/** The quantised graph laid out on cores: tiles, and who hears whom. */
import type { Box, Shape } from '../../isa/index.ts';
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

export const boxSize = (box: Box): number => box.channels * box.height * box.width;

export const wholeBox = (shape: Shape): Box => ({
  c0: 0,
  y0: 0,
  x0: 0,
  channels: shape[0],
  height: shape[1],
  width: shape[2],
});

/** NCHW index in a layer of element k (channel-last) of a box. */
export function boxIndex(box: Box, shape: Shape, k: number): number {
  const c = k % box.channels;
  const column = (k - c) / box.channels;
  const x = column % box.width;
  const y = (column - x) / box.width;
  return ((box.c0 + c) * shape[1] + box.y0 + y) * shape[2] + box.x0 + x;
}

/** Common part of two boxes; undefined where there is none. */
export function intersect(a: Box, b: Box): Box | undefined {
  const c0 = Math.max(a.c0, b.c0);
  const y0 = Math.max(a.y0, b.y0);
  const x0 = Math.max(a.x0, b.x0);
  const channels = Math.min(a.c0 + a.channels, b.c0 + b.channels) - c0;
  const height = Math.min(a.y0 + a.height, b.y0 + b.height) - y0;
  const width = Math.min(a.x0 + a.width, b.x0 + b.width) - x0;
  return channels > 0 && height > 0 && width > 0 ? { c0, y0, x0, channels, height, width } : undefined;
}
