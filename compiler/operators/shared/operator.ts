/** What the compiler needs to know of a kind of node: one file of operators/ says it all. */
import type { Shape } from '../../../isa/index.ts';
import type { KernelMemory } from '../../engines/kernels/memory.ts';
import type { NodeBase, Tensor } from '../../ir/ann.ts';
import type { Rectification } from '../../ir/layers.ts';
import type { Channels, ChannelParts } from '../../linear/channel-parts.ts';
import type { NetForm, TensorSink } from './net-form.ts';

/** Numbers of a node, with the name that messages give them. */
export interface NamedNumbers {
  readonly name: string;
  readonly data: Float32Array;
}

/** Computes one node once, from arrays to an array that were bound before: nothing is allocated. */
export type Step = () => void;

/** Once the memory is made: the step from these inputs to this output, all NCHW. */
export type BindStep = (inputs: readonly Float64Array[], output: Float64Array) => Step;

/** What folding a node into layers may ask of the layers. */
export interface LayerForming {
  /**
   * The parts as plain views of layers, which any linear operator can take: an average of non-negative activations becomes
   * a layer of its own.
   *
   * @throws E0207 where another linear operator is in between
   */
  asViews(parts: ChannelParts, node: NodeBase): ChannelParts;
}

interface Common<Node extends NodeBase, Layer, Draft> {
  /** Inputs that it takes. */
  readonly inputCount: readonly [least: number, most: number];
  /** Shape of the output, from those of the inputs. @throws E0205 where the node does not fit them or its own settings */
  readonly infer: (node: Draft, inputs: readonly Shape[]) => Shape;
  /** Its numbers: what must be finite, and what counts as parameters of the network. */
  readonly parameters: (node: Draft) => readonly NamedNumbers[];
  /** Numbers that an evaluation keeps beside the output. */
  readonly scratch: (node: Node, inputs: readonly Shape[]) => number;
  /** Multiply-accumulates of one inference. */
  readonly macs: (node: Node) => number;
  /** Whether its result goes to memory; if not, it is part of the operator before or after it, and so are its numbers. */
  readonly writesResult: boolean;
  /**
   * The step of the float engine, in two halves: here it plans arrays and orders weights. Sums have a fixed order, so that
   * results are the same on every machine. Undefined: the output is the first input as it is.
   *
   * @param memory of the engine, not yet made
   */
  readonly evaluate: (node: Node, inputs: readonly Shape[], memory: KernelMemory) => BindStep | undefined;
  /** The node for some channels of its input alone; undefined where these do not make channels of the output. */
  readonly ofChannels: (node: Node, channels: Channels) => Draft | undefined;
  /** Its settings as text; '' for none. */
  readonly print: (node: Node) => string;
  /** How net.json may write it. */
  readonly net: readonly NetForm<Draft>[];
  /** Its layer in net.json; `file` takes the numbers. */
  readonly write: (node: Node, file: TensorSink) => Layer;
}

interface Linear<Node> {
  readonly activation?: never;
  /**
   * The node's output as linear expressions over layers.
   *
   * @throws E0204, E0207 where it has none
   */
  readonly fold: (node: Node, inputs: readonly ChannelParts[], layers: LayerForming) => ChannelParts;
}

interface Activation<Node> {
  readonly fold?: never;
  /** The activation by which the node closes a layer. @throws E0204 where no layer has it */
  readonly activation: (node: Node) => Rectification;
}

/**
 * A kind of node.
 *
 * Layer: of net.json. Draft: a node before its shape is inferred; kinds that state their shape have it in the draft, too.
 */
export type AnnOperator<Node extends NodeBase, Layer, Draft = Omit<Node, 'shape'>> = Common<Node, Layer, Draft> &
  (Linear<Node> | Activation<Node>);

/** The numbers of a node with weights and perhaps a bias. */
export function weightAndBias(weight: Float32Array, bias: Tensor | undefined): NamedNumbers[] {
  return [{ name: 'weight', data: weight }, ...(bias === undefined ? [] : [{ name: 'bias', data: bias.data }])];
}
