/** FIRE as a record for the kernels. */
import { NO_TREE, type OperationOf, wordsPerNeuron } from '../../../isa/machine.ts';
import { type CorePlan, taken, type TickLayout, type TickPlace } from '../layout.ts';
import type { KernelMemory } from '../memory.ts';
import type { OwnValues } from '../own-fields.ts';
import { SINK_BYTES } from '../generated/records.ts';
import type { FieldTable } from '../records/table.ts';

const FIELDS = {
  FIRED: ['f64', 'Neurons that fired; like the two below it grows until it is collected.'],
  ACTIVE: ['f64', 'Neurons that were active.'],
  IDLE: ['f64', 'Neurons that were idle.'],
  PREVIOUS_AT: ['usize', 'First neuron of the run in V at the end of the last update.'],
  PARAMETERS_AT: ['usize', 'Thresholds, which the run repeats with a period.'],
  PERIOD: ['u32'],
  STRICT: ['u32', '`gt` instead of `ge`.'],
  TO_VALUE: ['u32', 'Reset to the value below instead of by subtraction.'],
  RESET_VALUE: ['i32'],
  TREE: ['u32'],
  SENDS: ['u32', 'Whether packets are sent.'],
  HISTORY_AT: ['usize', 'Spikes of the run: a row of bits per tick from TICK_START on.'],
  HISTORY_STRIDE: ['u32', 'Bytes from row to row of the history.'],
  SPIKES_AT: [
    'usize',
    'Where the spikes of each neuron of the run are told to the outside: address of its word for ticks 0 to 31.',
  ],
  LAYERS_AT: ['usize', 'Where the spikes of each neuron of the run are counted, f64 (address each); 0: nowhere.'],
  LISTS: ['u32', 'Whether somebody needs the spikes as a list of indices.'],
  SINKS_AT: ['usize'],
  SINKS: ['u32'],
  BIASES_AT: ['usize', 'Biases that it adds on the way, with the period of its thresholds, a multiple of 16; 0: none.'],
} as const satisfies FieldTable;

type Field = keyof typeof FIELDS;
type Fire = OperationOf<'FIRE'>;

export const fire: TickLayout<'FIRE', Field> = {
  fields: FIELDS,
  layOut(operation, place) {
    const { core, at } = place;
    const { first, count } = operation.fields;
    const layers = core.map.layer.subarray(first, first + count);
    const layer = layers.every((of) => of === layers[0]) ? layers[0]! : undefined;
    const heard = placeSinks(operation, core);
    const lists = layer === undefined || heard.needsList;
    return {
      own: {
        ...neuronFields(operation, core),
        ...historyFields(operation, place),
        LAYERS_AT: layer === undefined ? core.shared.plan.placeAddresses(layerCounters(operation, core)) : 0,
        LISTS: lists ? 1 : 0,
        SINKS_AT: heard.at,
        SINKS: heard.count,
      },
      packets: count,
      tellSpikes: (memory, ticks) => {
        memory.kernels.tellSpikes(at, ticks);
      },
      collect: collector(operation, place, layer),
    };
  },
};

function neuronFields(operation: Fire, core: CorePlan): OwnValues<Field> {
  const { first, address, period, compare, reset, resetValue, tree } = operation.fields;
  const bias = core.fused.biasOf.get(operation);
  return {
    PREVIOUS_AT: core.previousAt + 4 * first,
    PARAMETERS_AT: core.parametersAt + 4 * address,
    PERIOD: period,
    STRICT: compare,
    TO_VALUE: reset,
    RESET_VALUE: resetValue,
    TREE: tree,
    SENDS: tree === NO_TREE ? 0 : 1,
    BIASES_AT: bias === undefined ? 0 : core.parametersAt + 4 * bias.fields.address,
  };
}

function historyFields(operation: Fire, { core, start, end }: TickPlace<Field>): OwnValues<Field> {
  const { plan } = core.shared;
  const stride = 8 * Math.ceil(operation.fields.count / 64);
  return {
    HISTORY_AT: plan.reserve(stride * (end - start)),
    HISTORY_STRIDE: stride,
    SPIKES_AT: plan.placeAddresses(spikeWords(operation, core)),
  };
}

interface PlacedSinks {
  readonly at: number;
  readonly count: number;
  /** Whether one of them needs the spikes as a list. */
  readonly needsList: boolean;
}

function placeSinks({ fields: { tree } }: Fire, { hearers, sinks, shared }: CorePlan): PlacedSinks {
  const heardBy = tree === NO_TREE ? [] : hearers(tree);
  const at = shared.plan.reserve(heardBy.length * SINK_BYTES);
  const listed = heardBy.map(({ target, row }, k) => sinks.place(at + k * SINK_BYTES, target, row));
  return { at, count: heardBy.length, needsList: listed.includes(true) };
}

/** Address of the first spike word of each neuron of a run. */
function spikeWords({ fields: { first, count } }: Fire, { map, shared }: CorePlan): Uint32Array {
  const { layerSpikesAt, ticks } = shared;
  const bytes = 4 * wordsPerNeuron(ticks);
  return Uint32Array.from({ length: count }, (_, k) => {
    const of = map.layer[first + k]!;
    return of < 0 ? layerSpikesAt.at(-1)! : layerSpikesAt[of]! + map.index[first + k]! * bytes;
  });
}

/** Address of the counter of each neuron's layer. */
function layerCounters({ fields: { first, count } }: Fire, { map, shared }: CorePlan): Uint32Array {
  const { layerSpikesAt, layerCountsAt } = shared;
  return Uint32Array.from({ length: count }, (_, k) => {
    const of = map.layer[first + k]!;
    return layerCountsAt + 8 * (of < 0 ? layerSpikesAt.length - 1 : of);
  });
}

/** @param layer of all its neurons; undefined where they belong to several, whose spikes the kernel counts */
function collector(
  { fields: { tree } }: Fire,
  { core, addressOf }: TickPlace<Field>,
  layer: number | undefined,
): (memory: KernelMemory) => void {
  // What is kept for the whole run holds nothing that only laying out needs.
  const { activity } = core;
  const { counters, layerSpikes } = core.shared.context;
  const path = tree === NO_TREE ? undefined : core.pathOf(tree);
  const [firedAt, activeAt, idleAt] = [addressOf('FIRED'), addressOf('ACTIVE'), addressOf('IDLE')];
  return (memory) => {
    const fired = taken(memory, firedAt);
    counters.neuronUpdatesActive += taken(memory, activeAt);
    counters.neuronUpdatesIdle += taken(memory, idleAt);
    counters.spikes += fired;
    activity.spikes += fired;
    if (layer !== undefined) layerSpikes[layer < 0 ? layerSpikes.length - 1 : layer]! += fired;
    if (path === undefined) return;
    counters.packets += fired;
    activity.packets += fired;
    path.count(counters, fired);
  };
}
