/**
 * What an inference would cost before the network is mapped, from the counts of its neurons: enough to compare codes and
 * windows with each other. The chip that is built is measured; what it costs is in the report of its runs.
 */
import { barrierCycles, type EnergyEvent, shapeSize, type Target } from '../../isa/index.ts';
import { CODES, type SpikeCode } from '../codes.ts';
import type { Counting } from './candidates.ts';
import { CONVERSIONS } from '../conversions.ts';
import { type ConvertedGraph, INPUT } from '../ir/layers.ts';
import { fanOut } from '../linear/fan-out.ts';

export interface Cost {
  readonly energyJ: number;
  readonly latencySeconds: number;
}

/** Cores that hear a packet, and links on its way: of networks that were mapped (assumed; the same for all candidates). */
const LISTENERS = 2;
const HOPS = 3;

/** Bits that an instruction on planes reads and writes for a neuron: two are read, one is written. */
const READ_OF_VECTOR = 2;

interface Heard {
  readonly source: number;
  readonly fan: Float64Array;
  readonly windows: number;
}

/** Work of one integer network in several codes, sample by sample. */
export class WorkAccount {
  readonly #graph: ConvertedGraph;
  readonly #heard: readonly (readonly Heard[])[];
  #samples = 0;
  /** Per layer: synapses visited by spikes, and by what carries more, of a packet for every spike and of one with the count. */
  readonly #unary: Visits[];
  readonly #counted: Visits[];
  /** The same of one spike, whatever the count. */
  readonly #once: Visits[];
  /** Per layer: spikes, and neurons that sent any. */
  readonly #spikes: Float64Array;
  readonly #senders: Float64Array;

  constructor(graph: ConvertedGraph) {
    this.#graph = graph;
    this.#heard = graph.layers.map(({ branches, shape }) =>
      branches.map((branch) => ({
        source: branch.source,
        fan: fanOut(branch, shape),
        windows: branch.pool[0] * branch.pool[1],
      })),
    );
    this.#unary = graph.layers.map(() => ({ ones: 0, more: 0, events: 0 }));
    this.#counted = graph.layers.map(() => ({ ones: 0, more: 0, events: 0 }));
    this.#once = graph.layers.map(() => ({ ones: 0, more: 0, events: 0 }));
    this.#spikes = new Float64Array(graph.layers.length);
    this.#senders = new Float64Array(graph.layers.length);
  }

  /** @param counts of a layer (channel-last), for INPUT the payloads (NCHW); views are read at once */
  add(counts: (layer: number) => ArrayLike<number>): void {
    this.#samples++;
    this.#graph.layers.forEach((_, l) => {
      const own = counts(l);
      for (let k = 0; k < own.length; k++) {
        this.#spikes[l]! += own[k]!;
        if (own[k] !== 0) this.#senders[l]!++;
      }
      for (const heard of this.#heard[l]!) this.#hear(l, heard, counts(heard.source));
    });
  }

  /** The mean fan of a branch stands for that of each element, so that the layout of the counts does not matter. */
  #hear(l: number, { source, fan, windows }: Heard, counts: ArrayLike<number>): void {
    const mean = fan.reduce((sum, synapses) => sum + synapses, 0) / Math.max(1, fan.length);
    let [spikes, senders, single] = [0, 0, 0];
    for (let k = 0; k < counts.length; k++) {
      const count = counts[k]!;
      if (count === 0) continue;
      spikes += count;
      senders++;
      if (count === 1) single++;
    }
    const [unary, counted, once] = [this.#unary[l]!, this.#counted[l]!, this.#once[l]!];
    if (source === INPUT) {
      for (const visits of [unary, counted, once]) add(visits, 0, senders * mean, senders);
      return;
    }
    // Several spikes of a pooling window are one event where they come together: so many as an axon has sources at most.
    if (windows === 1) {
      add(unary, spikes * mean, 0, spikes);
      add(counted, single * mean, (senders - single) * mean, senders);
      add(once, senders * mean, 0, senders);
      return;
    }
    const axons = Math.min(senders, fan.length);
    const most = fan.length * this.#graph.window;
    add(unary, 0, Math.min(spikes, most) * mean, spikes);
    add(once, 0, Math.min(senders, most) * mean, senders);
    add(counted, 0, axons * mean, axons);
  }

  /** Means per inference. */
  cost(code: SpikeCode, { mode }: Counting, target: Target): Cost {
    const { sendingTicks, needsCounts, payload, vectors } = CODES[code];
    const { window } = this.#graph;
    const ticks = sendingTicks(window);
    const counted = payload(window) > 1 ? this.#counted : this.#once;
    const visits = needsCounts ? counted : this.#unary;
    const packets = needsCounts ? this.#senders : this.#spikes;
    const price = (event: EnergyEvent): number => target.energy[event]?.value ?? 0;
    const stateBits = target.widths.vBits;
    const vector = stateBits * (READ_OF_VECTOR * price('stateBitRead') + price('stateBitWritten')) + price('vectorAdd');
    const perPacket =
      price('packet') +
      price('spike') +
      LISTENERS * price('delivery') +
      HOPS * (price('linkHopEastWest') + price('routerTraversal'));
    const weight = this.#graph.weightBits * price('synapseBitRead');
    let energyJ = 0;
    const { timing, limits } = target;
    const cycles: number[] = [];
    this.#graph.layers.forEach(({ shape, branches }, l) => {
      const { ones, more, events } = visits[l]!;
      const neurons = shapeSize(shape) * this.#samples;
      const sent = packets[l]!;
      const active = Math.min(neurons * ticks, (ones + more > 0 ? neurons * ticks : 0) * 0.5 + sent);
      const hearsInput = branches.some(({ source }) => source === INPUT);
      energyJ += ones * (price('synop') + weight) + more * (price('mac') + weight);
      energyJ += sent * perPacket + neurons * price('reset');
      energyJ += active * price('neuronUpdateActive') + (neurons * ticks - active) * price('neuronUpdateIdle');
      energyJ += neurons * vector * vectors(window, hearsInput);
      const cores = Math.max(1, Math.ceil(shapeSize(shape) / limits.neurons));
      const synaptic = ((ones + more) / timing.lanes) * timing.laneCycles.value + events * timing.eventCycles.value;
      const updates = ((neurons * ticks) / timing.updateLanes) * timing.updateActiveCycles.value;
      cycles.push((synaptic + updates) / cores / this.#samples);
    });
    const { integratesFirst } = CONVERSIONS[mode].order;
    // Layers that wait for each other work one after the other, the others side by side.
    const work = integratesFirst ? sum(cycles) : Math.max(...cycles);
    const length = integratesFirst ? this.#graph.layers.length * ticks : this.#graph.ticks;
    const latencyCycles = work + length * barrierCycles(target);
    return { energyJ: energyJ / this.#samples, latencySeconds: latencyCycles / timing.clockHz.value };
  }

  /** Packets of an inference, of all layers. */
  packets(code: SpikeCode): number {
    return sum(CODES[code].needsCounts ? this.#senders : this.#spikes) / this.#samples;
  }
}

interface Visits {
  ones: number;
  more: number;
  events: number;
}

function add(visits: Visits, ones: number, more: number, events: number): void {
  visits.ones += ones;
  visits.more += more;
  visits.events += events;
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
