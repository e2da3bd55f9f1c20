/** The neurons of a layer: which kind they are, and a value of every parameter. */
import type { NEURONS } from '../neurons/generated/index.ts';
import type { ParameterRole } from './neuron.ts';

/** The kinds of neurons: the files of compiler/neurons/. */
export type NeuronName = keyof typeof NEURONS;

type ParameterOf<N extends NeuronName> = Extract<keyof (typeof NEURONS)[N]['parameters'], string>;

/** One kind of neuron with a value (or an array of them) for each of its parameters. */
export type NeuronsOf<N extends NeuronName, V> = {
  readonly neuron: N;
  readonly parameters: Readonly<Record<ParameterOf<N>, V>>;
};

/**
 * The neurons of a layer. An array of values holds one per channel, or one per neuron (NCHW) where its length is that of
 * the layer.
 */
export type LayerNeurons<V> = { [N in NeuronName]: NeuronsOf<N, V> }[NeuronName];

/** Kinds that a conversion can set: what they need follows from the threshold of an activation and its bias. */
export type ConvertibleName = {
  [N in NeuronName]: (typeof NEURONS)[N] extends { readonly response: object } ? N : never;
}[NeuronName];

/** Kinds that become programs on a chip. */
export type ProgrammedName = {
  [N in NeuronName]: (typeof NEURONS)[N] extends { readonly program: object } ? N : never;
}[NeuronName];

/** Values by what they are, as network files and dumps name them; empty where the kind of neuron has no such parameter. */
export type RoleValues<V> = Readonly<Record<ParameterRole, V>>;
