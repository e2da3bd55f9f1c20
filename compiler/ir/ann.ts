/**
 * What the nodes of the conventional network are made of. The kinds of node are in operators/, one file each; the graph of
 * them is in ann/.
 */
import type { Shape } from '../../isa/index.ts';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** [top, left, bottom, right] */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];
/** [vertical, horizontal] */
export type Pair = readonly [vertical: number, horizontal: number];
/** The axes of [C, H, W] in another order. */
export type AxisOrder = readonly [number, number, number];

/** What every node has, whatever its kind. */
export interface NodeBase {
  /** Its kind. */
  readonly op: string;
  /** Unique; used in messages, so it is the name in the source file where there is one. */
  readonly name: string;
  /** Names of the nodes whose outputs it takes, in order. */
  readonly inputs: readonly string[];
  /** Shape of its output. */
  readonly shape: Shape;
}
