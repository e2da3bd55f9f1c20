/** What instructions that send spikes have in common: where their spikes are noted, and who hears of them. */
import { NO_TREE, wordsPerNeuron } from '../../isa/machine.ts';
import { SINK_BYTES } from './generated/records.ts';
import { type CorePlan, taken, type TickPlace, type TickRecord } from './layout.ts';
import type { KernelMemory } from './memory.ts';
import type { SenderField } from './records/shared.ts';

/** The run of an instruction, and the tree that its packets take. */
export interface Sender {
  readonly first: number;
  readonly count: number;
  readonly tree: number;
  /** Whether its packets carry what a plane holds; absent: 1, or −1. */
  readonly graded?: boolean;
}

/** The part of its record, and all that it does beside its kernel. */
export function senderRecord(sender: Sender, place: TickPlace<SenderField>): TickRecord<SenderField> {
  const { core, at, start, end } = place;
  const { plan } = core.shared;
  const { first, count, tree } = sender;
  const layers = core.map.layer.subarray(first, first + count);
  const layer = layers.every((of) => of === layers[0]) ? layers[0]! : undefined;
  const heard = placeSinks(sender, core);
  const stride = 8 * Math.ceil(count / 64);
  // Without an end, every tick has the same row, and what is in it is said at once.
  const keeps = core.shared.keptTicks > 0;
  const historyAt = plan.reserve(keeps ? stride * (end - start) : stride);
  return {
    own: {
      PREVIOUS_AT: core.states.previous(first),
      TREE: tree,
      SENDS: tree === NO_TREE ? 0 : 1,
      HISTORY_AT: historyAt,
      HISTORY_STRIDE: keeps ? stride : 0,
      SPIKES_AT: plan.placeAddresses(spikeWords(sender, core)),
      LAYERS_AT: layer === undefined ? plan.placeAddresses(layerCounters(sender, core)) : 0,
      LISTS: layer === undefined || heard.needsList ? 1 : 0,
      SINKS_AT: heard.at,
      SINKS: heard.count,
    },
    packets: count,
    ...(keeps && {
      tellSpikes: (memory: KernelMemory, ticks: number) => {
        memory.kernels.tellSpikes(at, ticks);
      },
      passOver: (memory: KernelMemory, tick: number, next: number) => {
        const [from, to] = [Math.max(tick, start) - start, Math.min(next, end) - start];
        if (from < to) memory.bytes.fill(0, historyAt + from * stride, historyAt + to * stride);
      },
    }),
    ...(core.shared.context.hostTrees.has(tree) && { afterUpdate: toHost(tree, historyAt, stride, core) }),
    collect: collector(sender, place, layer),
  };
}

/** Hands the spikes of a tick to the host. */
function toHost(tree: number, historyAt: number, stride: number, { shared }: CorePlan): () => void {
  const { plan, context } = shared;
  let row: Uint32Array = new Uint32Array(0);
  plan.whenBuilt((memory) => {
    row = memory.u32(historyAt, stride / 4);
  });
  return () => {
    for (let word = 0; word < row.length; word++)
      for (let bits = row[word]! | 0; bits !== 0; bits &= bits - 1) {
        context.counters.hostPackets++;
        context.reachHost(tree, 32 * word + 31 - Math.clz32(bits & -bits));
      }
  };
}

interface PlacedSinks {
  readonly at: number;
  readonly count: number;
  /** Whether one of them needs the spikes as a list. */
  readonly needsList: boolean;
}

function placeSinks({ tree }: Sender, { hearers, sinks, shared }: CorePlan): PlacedSinks {
  const heardBy = tree === NO_TREE ? [] : hearers(tree);
  const at = shared.plan.reserve(heardBy.length * SINK_BYTES);
  const listed = heardBy.map(({ target, row }, k) => sinks.place(at + k * SINK_BYTES, target, row));
  return { at, count: heardBy.length, needsList: listed.includes(true) };
}

/** Address of the first spike word of each neuron of a run. */
function spikeWords({ first, count }: Sender, { map, shared }: CorePlan): Uint32Array {
  const { layerSpikesAt, keptTicks } = shared;
  const bytes = 4 * wordsPerNeuron(keptTicks);
  return Uint32Array.from({ length: count }, (_, k) => {
    const of = map.layer[first + k]!;
    return of < 0 ? layerSpikesAt.at(-1)! : layerSpikesAt[of]! + map.index[first + k]! * bytes;
  });
}

/** Address of the counter of each neuron's layer. */
function layerCounters({ first, count }: Sender, { map, shared }: CorePlan): Uint32Array {
  const { layerSpikesAt, layerCountsAt } = shared;
  return Uint32Array.from({ length: count }, (_, k) => {
    const of = map.layer[first + k]!;
    return layerCountsAt + 16 * (of < 0 ? layerSpikesAt.length - 1 : of);
  });
}

/** @param layer of all its neurons; undefined where they belong to several, whose spikes the kernel counts */
function collector(
  { tree, graded = false }: Sender,
  { core, addressOf }: TickPlace<SenderField>,
  layer: number | undefined,
): (memory: KernelMemory) => void {
  // What is kept for the whole run holds nothing that only laying out needs.
  const { activity } = core;
  const { counters, layerSpikes, layerSpikePayload } = core.shared.context;
  const path = tree === NO_TREE ? undefined : core.pathOf(tree);
  const [firedAt, activeAt, idleAt] = [addressOf('FIRED'), addressOf('ACTIVE'), addressOf('IDLE')];
  const payloadAt = graded ? addressOf('PAYLOAD') : undefined;
  return (memory) => {
    const fired = taken(memory, firedAt);
    const payload = payloadAt === undefined ? fired : taken(memory, payloadAt);
    counters.neuronUpdatesActive += taken(memory, activeAt);
    counters.neuronUpdatesIdle += taken(memory, idleAt);
    if (fired === 0) return;
    counters.spikes += fired;
    counters.spikePayload += payload;
    activity.spikes += fired;
    if (layer !== undefined) {
      const counted = layer < 0 ? layerSpikes.length - 1 : layer;
      layerSpikes[counted]! += fired;
      layerSpikePayload[counted]! += payload;
    }
    if (path === undefined) return;
    counters.packets += fired;
    activity.packets += fired;
    path.count(counters, fired);
  };
}
