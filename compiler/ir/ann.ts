/**
 * The conventional network as the readers deliver it: a graph of a few operators with all shapes known. Batch
 * normalisation, padding and pooling are still their own nodes; the passes fold them.
 */
import type { Shape } from '../../isa/index.ts';
import type { Conversion } from './conversion.ts';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** [top, left, bottom, right] */
export type Padding = readonly [top: number, left: number, bottom: number, right: number];
/** [vertical, horizontal] */
export type Pair = readonly [vertical: number, horizontal: number];

interface NodeBase {
  /** Unique; used in messages, so it is the name in the source file where there is one. */
  readonly name: string;
  /** Names of the nodes whose outputs it takes, in order. */
  readonly inputs: readonly string[];
  /** Shape of its output. */
  readonly shape: Shape;
}

export interface InputNode extends NodeBase {
  readonly op: 'input';
}
/** weight [out, in/groups, kernel rows, kernel columns]; cross-correlation, zero padding. */
export interface ConvNode extends NodeBase {
  readonly op: 'conv';
  readonly weight: Tensor;
  readonly bias?: Tensor;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;
}
/** weight [out, in]; the input is [in, 1, 1]. */
export interface DenseNode extends NodeBase {
  readonly op: 'dense';
  readonly weight: Tensor;
  readonly bias?: Tensor;
}
/** Single connections: output[post[k]] += weight[k] * input[pre[k]]; pre and post are NCHW indices. */
export interface SparseNode extends NodeBase {
  readonly op: 'sparse';
  readonly pre: Uint32Array;
  readonly post: Uint32Array;
  readonly weight: Float32Array;
  /** One value per output. */
  readonly bias?: Tensor;
}
/** y = scale[c] * x + shift[c] (batch normalisation in evaluation form, already reduced). */
export interface AffineNode extends NodeBase {
  readonly op: 'affine';
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}
/**
 * y = min(max(x, 0), max); with `levels` the staircase y = max·clip(⌊x·levels/max + ½⌋, 0, levels)/levels (quantised
 * activations of the QCFS kind, Bu et al., ICLR 2022).
 */
export interface ReluNode extends NodeBase {
  readonly op: 'relu';
  /** Clip level; absent = unbounded. */
  readonly max?: number;
  /** Steps of the staircase, which needs `max`; absent = continuous. */
  readonly levels?: number;
}
export interface AveragePoolNode extends NodeBase {
  readonly op: 'averagePool';
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** Whether padding counts into the divisor. */
  readonly countPadding: boolean;
}
/** Zero padding. */
export interface PadNode extends NodeBase {
  readonly op: 'pad';
  readonly padding: Padding;
}
export interface AddNode extends NodeBase {
  readonly op: 'add';
}
/** The channels of all inputs, one input after the other; height and width agree. */
export interface ConcatNode extends NodeBase {
  readonly op: 'concat';
}
/**
 * [C, H, W] → [C*H*W, 1, 1]. `order` is the axis order that the flattened vector runs through, slowest first: [0, 1, 2]
 * is the plain NCHW flatten; [1, 2, 0] a flatten after a transposition to channel-last.
 */
export interface FlattenNode extends NodeBase {
  readonly op: 'flatten';
  readonly order: readonly [number, number, number];
}

export type AnnNode =
  | InputNode
  | ConvNode
  | DenseNode
  | SparseNode
  | AffineNode
  | ReluNode
  | AveragePoolNode
  | PadNode
  | AddNode
  | ConcatNode
  | FlattenNode;

/** Nodes in topological order: each after its inputs. Exactly one input node, first; `output` names the last layer. */
export interface AnnGraph {
  readonly name: string;
  readonly nodes: readonly AnnNode[];
  readonly output: string;
  /** Names of the classes, where the source has them. */
  readonly labels?: readonly string[];
  /** Preprocessing of byte images that the source file itself prescribes. */
  readonly preprocessing?: {
    readonly scale: number;
    readonly mean: readonly number[];
    readonly std: readonly number[];
  };
  /** Where the source file holds a network that is converted already. */
  readonly conversion?: Conversion;
}
