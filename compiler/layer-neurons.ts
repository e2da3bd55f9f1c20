/** What can be asked of the neurons of any layer, whatever kind they are. */
import type { Neuron, NeuronCode, Parameter, ParameterRole } from './ir/neuron.ts';
import { INPUT, type LayerIndex, type QuantisedBranch, type QuantisedNeurons } from './ir/layers.ts';
import type { NeuronProgram, Programmed } from './ir/program.ts';
import type { LayerNeurons, NeuronName, RoleValues } from './ir/neurons.ts';
import { NEURONS } from './neurons/generated/index.ts';
import { isTouched, programPayloads } from './neurons/parts/program-code.ts';
import { type Bounds, I, V } from '../isa/index.ts';

export const NEURON_NAMES = Object.keys(NEURONS) as NeuronName[];

type AnyNeurons = { readonly neuron: NeuronName } | { readonly neuron: 'program'; readonly code: NeuronCode };

/** The kind of neurons that a layer has. */
export const neuronOf = ({ neuron }: { readonly neuron: NeuronName }): Neuron & Partial<Programmed> => NEURONS[neuron];

/** What the neurons of a layer do. */
export const codeOf = (layer: AnyNeurons): NeuronCode => (layer.neuron === 'program' ? layer.code : neuronOf(layer));

/** Whether a layer sends spikes; one that does not is read out. */
export const fires = (layer: AnyNeurons): boolean => codeOf(layer).fires;

/** Whether neurons of a kind take spikes back. */
export const isSigned = (kind: { readonly neuron: NeuronName }): boolean => neuronOf(kind).signed === true;

/** Whether the neurons of a layer are looked at behind every event. */
export const isByEvent = (neurons: QuantisedNeurons): boolean =>
  neurons.neuron === 'program' && isTouched(neurons.program);

const UNSIGNED: Bounds = { min: 0, max: 1 };
const SIGNED: Bounds = { min: -1, max: 1 };

/** Payloads that a neuron of a layer sends in a tick, 0 for nothing; up to Infinity where events alone limit them. */
export const payloadsOf = (neurons: QuantisedNeurons | { readonly neuron: NeuronName }): Bounds =>
  neurons.neuron === 'program'
    ? // Of a program that was checked they are known (verifyProgram).
      (programPayloads(neurons.program) ?? UNSIGNED)
    : isSigned(neurons)
      ? SIGNED
      : UNSIGNED;

/** The same by source, where the input sends payloads of a range. @param layers neurons of every layer */
export const payloadsFrom =
  (layers: readonly Parameters<typeof payloadsOf>[0][], input: Bounds) =>
  (source: LayerIndex): Bounds =>
    source === INPUT ? input : payloadsOf(layers[source]!);

/** The program that the neurons of a layer have on a chip; undefined where they need none. @param window T in ticks */
export function programOf(
  layer: QuantisedNeurons & { readonly branches: readonly { readonly source: number }[] },
  window: number,
): NeuronProgram | undefined {
  if (layer.neuron === 'program') return layer.program;
  const hearsInput = layer.branches.some(({ source }) => source === INPUT);
  return neuronOf(layer).program?.(window, hearsInput);
}

/** The plane that a branch adds to. */
export const planeFed = ({ plane, source }: Pick<QuantisedBranch, 'plane' | 'source'>): number =>
  plane ?? (source === INPUT ? I : V);

/** The value of the parameter that is this to its neurons; undefined where they have none. */
export function valueOf<V>(layer: LayerNeurons<V>, role: ParameterRole): V | undefined;
export function valueOf(layer: QuantisedNeurons, role: ParameterRole): Int32Array | undefined;
export function valueOf<V>(
  { neuron, parameters }: LayerNeurons<V> | QuantisedNeurons,
  role: ParameterRole,
): V | Int32Array | undefined {
  if (neuron === 'program') return undefined;
  const values: Readonly<Record<string, V | Int32Array>> = parameters;
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

/** The same neurons of a chip with their values moved. */
export function moveParameters(neurons: QuantisedNeurons, move: (values: Int32Array) => Int32Array): QuantisedNeurons {
  if (neurons.neuron !== 'program') return mapParameters(neurons, move);
  const { neuron, program, code, parameters } = neurons;
  const moved = Object.entries(parameters).map(([name, values]) => [name, move(values)] as const);
  return { neuron, program, code, parameters: Object.fromEntries(moved) };
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

/** The same neurons with the bias of all ticks there from the start, where they integrate before they fire. */
export function biasAtStart(
  neurons: LayerNeurons<Float64Array>,
  channels: number,
  window: number,
): LayerNeurons<Float64Array> {
  const bias = valueOf(neurons, 'bias')!;
  return mapParameters(neurons, (values, { role }) => {
    if (role === 'bias') return new Float64Array(channels);
    if (role !== 'initial') return values;
    const length = Math.max(values.length, bias.length);
    const of = (all: Float64Array, k: number): number => all[Math.floor((k * all.length) / length)]!;
    return Float64Array.from({ length }, (_, k) => of(values, k) + window * of(bias, k));
  });
}
