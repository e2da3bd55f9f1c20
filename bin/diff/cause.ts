/** Why a neuron differs: what the chip stores about it against what the graph says. */
import { type QuantisedGraph, valueOf } from '../../compiler/index.ts';
import type { Chip, DifferenceCause } from '../../isa/index.ts';
import { graphSynapses } from './graph-synapses.ts';
import { elementOf } from './places.ts';
import { storedParameter, StoredSynapses, type Synapse } from './stored-synapses.ts';

interface Neuron {
  readonly layer: number;
  readonly index: number;
  readonly core: number;
  readonly slot: number;
}

/**
 * @param isActive whether a source element (layer -1: the input) sent an event that arrives in the tick that differs; a
 *   synapse that was used comes before one that was not
 * @returns null where the chip stores what the graph says: then the fault lies on the way or in the execution
 */
export function findCause(
  chip: Chip,
  graph: QuantisedGraph,
  neuron: Neuron,
  isActive: (layer: number, index: number, delay: number) => boolean,
): DifferenceCause | null {
  const image = chip.cores.find(({ core }) => core === neuron.core);
  if (image === undefined) return null;
  const layer = graph.layers[neuron.layer]!;
  const stored = new StoredSynapses(chip, image, neuron.slot);
  const { c } = elementOf(layer.shape, neuron.index);
  let unused: SynapseCause | undefined;
  for (let source = -1; source < graph.layers.length; source++) {
    const shape = source < 0 ? graph.inputShape : graph.layers[source]!.shape;
    const name = source < 0 ? 'input' : graph.layers[source]!.name;
    for (let index = 0; index < shape[0] * shape[1] * shape[2]; index++) {
      const expected = graphSynapses(graph, layer, neuron.index, source, index);
      for (const difference of differing(stored.from(source, index), expected)) {
        const cause = { kind: 'synapse', source: { layer: name, ...elementOf(shape, index) }, ...difference } as const;
        if (isActive(source, index, difference.delay)) return cause;
        unused ??= cause;
      }
    }
  }
  const ofNeuron = (values: Int32Array | undefined): number =>
    values?.[values.length === layer.shape[0] ? c : neuron.index] ?? 0;
  const parameters = [
    ['threshold', storedParameter(image, neuron.slot, 'FIRE') ?? 0, ofNeuron(valueOf(layer, 'threshold'))],
    ['bias', storedParameter(image, neuron.slot, 'BIAS') ?? 0, ofNeuron(valueOf(layer, 'bias'))],
    ['initial potential', storedParameter(image, neuron.slot, 'RESET') ?? 0, ofNeuron(valueOf(layer, 'initial'))],
  ] as const;
  for (const [parameter, emulator, reference] of parameters)
    if (emulator !== reference) return { kind: 'parameter', parameter, emulator, reference };
  return unused ?? null;
}

type SynapseCause = Extract<DifferenceCause, { kind: 'synapse' }>;
type SynapseDifference = Pick<SynapseCause, 'delay' | 'into' | 'emulator' | 'reference'>;

/** Where the sums of the weights differ, by delay and destination. */
function differing(stored: readonly Synapse[], expected: readonly Synapse[]): SynapseDifference[] {
  if (stored.length === 0 && expected.length === 0) return [];
  const sums = new Map<string, SynapseDifference>();
  const add = ({ delay, into, weight }: Synapse, side: 'emulator' | 'reference'): void => {
    const key = `${delay} ${into}`;
    const sum = sums.get(key) ?? { delay, into, emulator: 0, reference: 0 };
    sums.set(key, { ...sum, [side]: sum[side] + weight });
  };
  for (const synapse of stored) add(synapse, 'emulator');
  for (const synapse of expected) add(synapse, 'reference');
  return [...sums.values()].filter(({ emulator, reference }) => emulator !== reference);
}
