/**
 * What an inference would cost before the network is mapped, from the counts of its neurons: enough to compare codes and
 * windows with each other. The chip that is built is measured; what it costs is in the report of its runs.
 */
import { barrierCycles, type EnergyEvent, shapeSize, signedRange, type Target } from '../../isa/index.ts';
import { CODES, type SpikeCode } from '../codes.ts';
import type { Counting } from './candidates.ts';
import { CONVERSIONS } from '../conversions.ts';
import { type ConvertedGraph, INPUT, type LayerIndex, ownWindow, widthOf } from '../ir/layers.ts';
import { fanOut } from '../linear/fan-out.ts';
import { PooledEvents } from './pooled-events.ts';

export interface Cost {
  readonly energyJ: number;
  readonly latencySeconds: number;
}

/** Cores that hear a packet, and links on its way: of networks that were mapped (assumed; the same for all candidates). */
const LISTENERS = 2;
const HOPS = 3;

/** Bits that an instruction on planes reads and writes for a neuron: two are read, one is written. */
const READ_OF_VECTOR = 2;

/** What a layer, or the input, has sent in all samples. */
interface Sent {
  spikes: number;
  /** Neurons that spiked, and those that did once. */
  senders: number;
  single: number;
}

interface Heard {
  readonly source: LayerIndex;
  /** Mean of the synapses that hear an axon. */
  readonly fan: number;
  /** Elements of a pooling window. */
  readonly windows: number;
  /** What came together in pooling windows, in all samples; absent: nothing is pooled. */
  readonly pooled?: PooledEvents;
}

/** Work of one integer network in several codes, sample by sample. */
export class WorkAccount {
  readonly #graph: ConvertedGraph;
  readonly #heard: readonly (readonly Heard[])[];
  /** Of the input, then of every layer. */
  readonly #sent: readonly Sent[];
  #samples = 0;

  constructor(graph: ConvertedGraph) {
    this.#graph = graph;
    this.#heard = graph.layers.map(({ branches, shape }) =>
      branches.map((branch) => {
        const { source, pool, pooled } = branch;
        const fan = fanOut(branch, shape);
        const windows = pool[0] * pool[1];
        const from = source === INPUT ? undefined : graph.layers[source]!;
        const events = from && windows > 1 && new PooledEvents(from.shape, pool, pooled, ownWindow(graph, from));
        return {
          ...{ source, windows, fan: sum(fan) / Math.max(1, fan.length) },
          ...(events && { pooled: events }),
        };
      }),
    );
    this.#sent = Array.from({ length: graph.layers.length + 1 }, () => ({ spikes: 0, senders: 0, single: 0 }));
  }

  #sentBy(source: LayerIndex): Sent {
    return this.#sent[source - INPUT]!;
  }

  /**
   * @param counts of a layer (channel-last), for INPUT the payloads (NCHW); views are read at once
   * @param takenBack spikes of a layer that the counts do not show, since they were taken back
   */
  add(counts: (layer: LayerIndex) => ArrayLike<number>, takenBack: (layer: LayerIndex) => number): void {
    this.#samples++;
    for (let source = INPUT; source < this.#graph.layers.length; source++) {
      const sent = this.#sentBy(source);
      note(sent, counts(source));
      // Each is a packet, and so was the spike.
      if (source !== INPUT) sent.spikes += 2 * takenBack(source);
    }
    for (const { source, pooled } of this.#heard.flat()) pooled?.add(counts(source));
  }

  /**
   * Synapses that a branch visits. The mean fan stands for that of each element; several packets of a pooling window are
   * one event where they come together.
   */
  #visits({ source, fan, windows, pooled }: Heard, code: SpikeCode, target: Target): Visits {
    const { spikes, senders, single } = this.#sentBy(source);
    const { needsCounts, payload } = CODES[code];
    if (source === INPUT) return { ones: 0, more: senders * fan, events: senders };
    const window = ownWindow(this.#graph, this.#graph.layers[source]!);
    const carries = needsCounts && payload(window) > 1;
    if (pooled === undefined) {
      if (!needsCounts) return { ones: spikes * fan, more: 0, events: spikes };
      return carries
        ? { ones: single * fan, more: (senders - single) * fan, events: senders }
        : { ones: senders * fan, more: 0, events: senders };
    }
    if (!carries) {
      const together = needsCounts ? pooled.ofSenders : pooled.ofSpikes;
      return { ones: 0, more: together * fan, events: together };
    }
    // What axon counters do not hold is summed in parts, each with the synapses of the whole (compiler/codes/pool-parts.ts).
    const [, highest] = signedRange(target.widths.payloadBits);
    const parts = Math.min(windows, Math.ceil((windows * payload(window)) / highest));
    const events = Math.min(senders, parts * pooled.hearing);
    return { ones: 0, more: events * fan, events };
  }

  /** Means per inference. */
  cost(code: SpikeCode, { mode }: Counting, target: Target): Cost {
    const { sendingTicks, vectors } = CODES[code];
    const price = (event: EnergyEvent): number => target.energy[event]?.value ?? 0;
    const stateBits = target.widths.vBits;
    const vector = stateBits * (READ_OF_VECTOR * price('stateBitRead') + price('stateBitWritten')) + price('vectorAdd');
    const perPacket =
      price('packet') +
      price('spike') +
      LISTENERS * price('delivery') +
      HOPS * (price('linkHopEastWest') + price('routerTraversal'));
    let energyJ = 0;
    const { timing, limits } = target;
    const cycles: number[] = [];
    const sending: number[] = [];
    this.#graph.layers.forEach((layer, l) => {
      const { shape, branches } = layer;
      const window = ownWindow(this.#graph, layer);
      const ticks = sendingTicks(window);
      sending.push(ticks);
      const { ones, more, events } = total(this.#heard[l]!.map((heard) => this.#visits(heard, code, target)));
      const neurons = shapeSize(shape) * this.#samples;
      const sent = this.#packetsOf(l, code);
      const active = Math.min(neurons * ticks, (ones + more > 0 ? neurons * ticks : 0) * 0.5 + sent);
      const hearsInput = branches.some(({ source }) => source === INPUT);
      const weight = weightBitsOf(this.#graph, branches) * price('synapseBitRead');
      energyJ += ones * (price('synop') + weight) + more * (price('mac') + weight);
      energyJ += sent * perPacket + neurons * price('reset');
      energyJ += active * price('neuronUpdateActive') + (neurons * ticks - active) * price('neuronUpdateIdle');
      energyJ += neurons * vector * vectors(window, hearsInput);
      const cores = Math.max(1, Math.ceil(shapeSize(shape) / limits.neurons));
      const synaptic = ((ones + more) / timing.lanes) * timing.laneCycles.value + events * timing.eventCycles.value;
      const updates = ((neurons * ticks) / timing.updateLanes) * timing.updateActiveCycles.value;
      cycles.push((synaptic + updates) / cores / this.#samples);
    });
    const { integratesFirst, lead } = CONVERSIONS[mode].order;
    const { window } = this.#graph;
    // Layers that wait for each other work one after the other, the others side by side, as far as their windows overlap.
    const work = Math.max(...cycles, (sum(cycles) * lead(window)) / window);
    const length = integratesFirst ? sum(sending) : this.#graph.ticks;
    const latencyCycles = work + length * barrierCycles(target);
    return { energyJ: energyJ / this.#samples, latencySeconds: latencyCycles / timing.clockHz.value };
  }

  /** Packets of an inference, of all layers. */
  packets(code: SpikeCode): number {
    return sum(this.#graph.layers.map((_, l) => this.#packetsOf(l, code))) / this.#samples;
  }

  #packetsOf(layer: LayerIndex, code: SpikeCode): number {
    const { spikes, senders } = this.#sentBy(layer);
    return CODES[code].needsCounts ? senders : spikes;
  }
}

/** All branches of a layer have weights of one width. */
const weightBitsOf = (graph: ConvertedGraph, [first]: ConvertedGraph['layers'][number]['branches']): number =>
  first === undefined ? graph.weightBits : widthOf(graph, first);

/** Synapses visited by spikes, and by what carries more; events of axons. */
interface Visits {
  readonly ones: number;
  readonly more: number;
  readonly events: number;
}

const total = (visits: readonly Visits[]): Visits =>
  visits.reduce((a, b) => ({ ones: a.ones + b.ones, more: a.more + b.more, events: a.events + b.events }), {
    ...{ ones: 0, more: 0, events: 0 },
  });

function note(sent: Sent, counts: ArrayLike<number>): void {
  for (let k = 0; k < counts.length; k++) {
    const count = counts[k]!;
    if (count === 0) continue;
    sent.spikes += count;
    sent.senders++;
    if (count === 1) sent.single++;
  }
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
