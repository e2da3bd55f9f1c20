/**
 * The network as spiking layers: every layer is a sum of linear branches from earlier layers (or the input), a bias and
 * an activation. This is the level at which conversion and quantisation work.
 */
import type { Shape, StoredBits } from '../../isa/index.ts';
import type { Pair, Padding } from './ann.ts';
import type { LayerNeurons } from './neurons.ts';
import type { ProgramNeurons } from './program.ts';

/** Index of a layer in its graph; INPUT stands for the input tensor. */
export type LayerIndex = number;
export const INPUT: LayerIndex = -1;

/** What a layer hears. */
export interface Heard {
  readonly branches: readonly { readonly source: LayerIndex }[];
}

/** weight [out][in/groups][ky][kx], flat. Input and output shapes are those of the (pooled) source and of the layer. */
export interface ConvOperator<W> {
  readonly kind: 'conv';
  readonly weight: W;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;
}
/** weight [out][in], flat; `in` runs over the (pooled) source in NCHW order, `out` over the layer in NCHW order. */
export interface DenseOperator<W> {
  readonly kind: 'dense';
  readonly weight: W;
}
/** Connections sorted by post, then pre; no pair twice. Indices NCHW. */
export interface SparseOperator<W> {
  readonly kind: 'sparse';
  readonly pre: Uint32Array;
  readonly post: Uint32Array;
  readonly weight: W;
}
/** One to one, weight[c] per channel; source (after pooling) and layer have the same shape. */
export interface DiagonalOperator<W> {
  readonly kind: 'diagonal';
  readonly weight: W;
}
export type Operator<W> = ConvOperator<W> | DenseOperator<W> | SparseOperator<W> | DiagonalOperator<W>;

export interface Branch<W> {
  readonly source: LayerIndex;
  /** Non-overlapping windows whose elements are *summed* (the factor of the average lies in the weights); [1, 1] = none. */
  readonly pool: Pair;
  /** Shape of the source after pooling. */
  readonly pooled: Shape;
  readonly operator: Operator<W>;
}

/**
 * A float layer: z = Σ branches + bias[c]; a = min(max(z, 0), max), or with `levels` the staircase
 * max·clip(⌊z·levels/max + ½⌋, 0, levels)/levels; z itself for the read-out.
 */
export interface FloatLayer {
  readonly name: string;
  readonly shape: Shape;
  readonly branches: readonly Branch<Float64Array>[];
  /** One value per channel, or per neuron (NCHW) where its length is that of the layer. */
  readonly bias: Float64Array;
  readonly activation:
    | { readonly kind: 'relu'; readonly max: number; readonly levels?: number }
    | { readonly kind: 'none' };
}

/** The activation of a layer that fires. */
export type Rectification = Extract<FloatLayer['activation'], { readonly kind: 'relu' }>;

/** Layers in topological order; the last one, and no other, has activation `none`. */
export interface FloatGraph {
  readonly name: string;
  readonly inputShape: Shape;
  readonly layers: readonly FloatLayer[];
}

/** Weights as a chip stores them: up to 8 bit, or 16. */
export type StoredWeights = Int8Array | Int16Array;

/** Memory for weights of a width. */
export const newWeights = (length: number, bits: StoredBits): StoredWeights =>
  bits > 8 ? new Int16Array(length) : new Int8Array(length);

/** The width in which the weights of a branch are stored. */
export const widthOf = (
  graph: { readonly weightBits: StoredBits },
  branch: { readonly weightBits?: StoredBits | undefined },
): StoredBits => branch.weightBits ?? graph.weightBits;

/** T of a layer: the ticks of its window. */
export const ownWindow = (
  graph: { readonly window: number },
  layer: { readonly window?: number | undefined },
): number => layer.window ?? graph.window;

/** Integer weights of a branch: payload × (weight << shift) is added to a plane. */
export interface QuantisedBranch extends Branch<StoredWeights> {
  readonly shift: number;
  /** Width of its weights; absent: that of the graph. */
  readonly weightBits?: StoredBits | undefined;
  /** Ticks from the spike, or from the step of the input, to its integration. */
  readonly delay: number;
  /** Plane that it is added to; absent: I from the input, else V. */
  readonly plane?: number;
  /** What the counters of its axons hold at most; what comes beyond is lost. Absent: all that can come fits. */
  readonly clip?: number | undefined;
}

/** An integer layer, exactly as the chip computes it. */
export type QuantisedLayer = QuantisedShape & QuantisedNeurons;
/** A layer that a conversion made. */
export type ConvertedLayer = QuantisedShape & LayerNeurons<Int32Array>;

/** Neurons as the chip has them: of a kind that conversions know, or with a program of their own. */
export type QuantisedNeurons = LayerNeurons<Int32Array> | ProgramNeurons<Int32Array>;

interface QuantisedShape {
  readonly name: string;
  readonly shape: Shape;
  readonly branches: readonly QuantisedBranch[];
  /** First tick of the window in which the layer adds its bias and fires. */
  readonly depth: number;
  /** T of the layer where it has its own, of a converted network before its counts are coded; absent: T of the graph. */
  readonly window?: number | undefined;
  /** First of the T ticks in which the current from the input is added; what falls before tick 0 is added in tick 0. */
  readonly currentStart: number;
}

export interface QuantisedGraph {
  readonly name: string;
  readonly inputShape: Shape;
  readonly inputRange: readonly [min: number, max: number];
  /** Of branches that have no width of their own. */
  readonly weightBits: StoredBits;
  /** Ticks from tick 0 on in which input comes (steps, where these last several ticks), at least 2; absent: tick 0 alone. */
  readonly inputTicks?: number | undefined;
  /** D: ticks from one step to the next, where it is 2 or more. */
  readonly stepTicks?: number | undefined;
  /** Whether the chip runs without an end: windows of layers then last, and the last layer sends its spikes to the host. T and ticks are those that mappings are weighed with. */
  readonly endless?: boolean | undefined;
  /** T */
  readonly window: number;
  /** Ticks of an inference: depth of the last layer + T; with D, + D (T − 1) + 1. */
  readonly ticks: number;
  readonly layers: readonly QuantisedLayer[];
}

export interface ConvertedGraph extends QuantisedGraph {
  readonly layers: readonly ConvertedLayer[];
}
