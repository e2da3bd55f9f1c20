/** What can be asked of the neurons of any layer, whatever kind they are. */
import type { Neuron, Parameter, ParameterRole } from './ir/neuron.ts';
import type { LayerNeurons, NeuronName, RoleValues } from './ir/neurons.ts';
import { NEURONS } from './neurons/generated/index.ts';

export const NEURON_NAMES = Object.keys(NEURONS) as NeuronName[];

/** The kind of neurons that a layer has. */
export const neuronOf = ({ neuron }: { readonly neuron: NeuronName }): Neuron => NEURONS[neuron];

/** Whether a layer sends spikes; one that does not is read out. */
export const fires = (layer: { readonly neuron: NeuronName }): boolean => neuronOf(layer).fires;

/** The value of the parameter that is this to its neurons; undefined where they have none. */
export function valueOf<V>({ neuron, parameters }: LayerNeurons<V>, role: ParameterRole): V | undefined {
  const values: Readonly<Record<string, V>> = parameters;
  const rows: Readonly<Record<string, Parameter>> = NEURONS[neuron].parameters;
  const name = Object.keys(rows).find((each) => rows[each]!.role === role);
  return name === undefined ? undefined : values[name];
}

/** The same neurons with other values. */
export function mapParameters<A, B>(
  { neuron, parameters }: LayerNeurons<A>,
  map: (values: A, parameter: Parameter) => B,
): LayerNeurons<B> {
  const rows: Readonly<Record<string, Parameter>> = NEURONS[neuron].parameters;
  const mapped = Object.entries<A>(parameters).map(([name, values]) => [name, map(values, rows[name]!)] as const);
  return { neuron, parameters: Object.fromEntries(mapped) } as LayerNeurons<B>;
}

/** Neurons of a kind whose parameters are known by what they are. */
export function neuronsFrom<V>(neuron: NeuronName, values: RoleValues<V>): LayerNeurons<V> {
  const rows: [string, Parameter][] = Object.entries(NEURONS[neuron].parameters);
  const named = rows.map(([name, { role }]) => [name, values[role]] as const);
  return { neuron, parameters: Object.fromEntries(named) } as LayerNeurons<V>;
}

/** Values by what they are. @param none for what the neurons do not have */
export const valuesByRole = <V>(layer: LayerNeurons<V>, none: V): RoleValues<V> => ({
  threshold: valueOf(layer, 'threshold') ?? none,
  initial: valueOf(layer, 'initial') ?? none,
  bias: valueOf(layer, 'bias') ?? none,
});
