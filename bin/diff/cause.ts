/** Why a neuron differs: what the chip stores about it against what the graph says. */
import type { QuantisedGraph } from '../../compiler/index.ts';
import { codeOf } from '../../compiler/layer-neurons.ts';
import type { Chip, DifferenceCause } from '../../isa/index.ts';
import { graphSynapses } from './graph-synapses.ts';
import { elementOf } from './places.ts';
import { storedOperands, type StoredOperands, StoredSynapses, type Synapse } from './stored-synapses.ts';

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
  return differingParameter(layer, neuron.index, storedOperands(image, neuron.slot)) ?? unused ?? null;
}

/** How parameters are called where their name alone does not say it. */
const CALLED: Readonly<Record<string, string>> = { initial: 'initial potential' };

/** The first parameter that an instruction takes from elsewhere than the graph says. */
function differingParameter(
  layer: QuantisedGraph['layers'][number],
  index: number,
  stored: readonly StoredOperands[],
): DifferenceCause | undefined {
  const { c } = elementOf(layer.shape, index);
  const parameters: Readonly<Record<string, Int32Array>> = layer.parameters;
  const valueOf = (name: string): number => {
    const values = parameters[name]!;
    return values[values.length === layer.shape[0] ? c : index] ?? 0;
  };
  const { tick, reset } = codeOf(layer);
  const left = stored.filter(({ op, values }) => op !== 'BIAS' || values[0] !== 0);
  for (const { op, parameters: names } of [...tick, ...reset]) {
    const expected = names.map(valueOf);
    // A bias of nothing may be left out.
    if (op === 'BIAS' && expected[0] === 0 && !left.some((each) => each.op === op)) continue;
    const at = left.findIndex((each) => each.op === op);
    const found = at < 0 ? [] : left.splice(at, 1)[0]!.values;
    const k = expected.findIndex((value, operand) => value !== (found[operand] ?? 0));
    if (k >= 0)
      return {
        ...{ kind: 'parameter', parameter: CALLED[names[k]!] ?? names[k]! },
        ...{ emulator: found[k] ?? 0, reference: expected[k]! },
      };
  }
  return undefined;
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
