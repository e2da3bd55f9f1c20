import { type CoreImage, NO_TREE, type SpikeSet, type Target } from '../../isa/machine.ts';
import { GroupEvents } from './events.ts';
import { Integrator } from './integrator.ts';
import { STATE_PADDING } from './kernels/packed.ts';
import { addBias, addCurrent, fireRun, resetRun, type UpdateTally } from './kernels/update.ts';
import { type LayerCycles, LayerSlots } from '../machine/layer-cycles.ts';
import type { NeuronMap } from '../machine/logical.ts';
import {
  type FireOp,
  largestGroups,
  predecodeEvent,
  predecodeReset,
  predecodeTick,
  type ReadOp,
  type ResetOp,
  type SynapticOp,
  type TickOp,
} from '../machine/predecode.ts';
import { type CoreContext, type CoreRunner, newCoreActivity } from '../machine/runner.ts';
import { AxonScheduler } from '../machine/scheduler.ts';
import { SynapseViews } from './synapses.ts';
import type { TreePath } from '../machine/trees.ts';

/** An event handler of a group. */
interface GroupHandler {
  readonly firstAxon: number;
  /** The axon behind the last one. */
  readonly endAxon: number;
  readonly ops: readonly SynapticOp[];
  /** Whose cycles those of its events are, and of each instruction: positions in the layers of the core. */
  readonly slot: number;
  readonly slots: readonly number[];
}

/** A core on the TypeScript kernels: the reference of the others, and the fallback. */
export class Core implements CoreRunner {
  readonly image: CoreImage;
  readonly v: Int32Array;
  readonly scheduler: AxonScheduler;
  readonly resetCycles: number;
  readonly tally: UpdateTally;
  readonly layerCycles: LayerCycles;
  readonly readOps: readonly ReadOp[];
  readonly activity = newCoreActivity();

  readonly #current: Int32Array;
  /** V at the end of each neuron's last update, or after the reset: tells active neurons from idle ones. */
  readonly #previous: Int32Array;
  readonly #map: NeuronMap;
  readonly #groups: readonly GroupHandler[];
  readonly #groupOf: Uint16Array;
  readonly #tickOps: readonly TickOp[];
  readonly #tickSlots: readonly number[];
  readonly #resetOps: readonly ResetOp[];
  readonly #timing: Target['timing'];
  readonly #context: CoreContext;
  readonly #spikes: SpikeSet;
  readonly #eventAxons: Uint32Array;
  readonly #eventPayloads: Int32Array;
  readonly #events: GroupEvents;
  readonly #integrator: Integrator;
  #paths = new Map<number, TreePath>();

  constructor(image: CoreImage, map: NeuronMap, target: Target, ticks: number, context: CoreContext, spikes: SpikeSet) {
    this.image = image;
    this.#spikes = spikes;
    const state = new Int32Array(image.neuronCount + STATE_PADDING);
    this.v = state.subarray(0, image.neuronCount);
    this.#current = new Int32Array(image.neuronCount + STATE_PADDING);
    this.#previous = new Int32Array(image.neuronCount);
    this.scheduler = new AxonScheduler(image.axonCount, image.delaySlots);
    this.#eventAxons = new Uint32Array(image.axonCount);
    this.#eventPayloads = new Int32Array(image.axonCount);
    this.#events = new GroupEvents(image.groups);
    this.#integrator = new Integrator(this.#events, target.timing);
    this.#map = map;
    this.#timing = target.timing;
    this.#context = context;

    const synapses = new SynapseViews(image.synapses);
    const memories = { image, v: state, current: this.#current, synapses, layerOf: map.layer };
    const slots = new LayerSlots(map.layer);
    const perLayer = (): Float64Array => new Float64Array(slots.layers.length);
    this.layerCycles = { layers: slots.layers, integrate: perLayer(), update: perLayer() };
    const handlers = new Map<number, readonly SynapticOp[]>();
    for (const [word, axons] of largestGroups(image))
      handlers.set(word, predecodeEvent(memories, word, axons, target.timing));
    this.#groupOf = new Uint16Array(image.axonCount);
    this.#groups = image.groups.map(({ firstAxon, axonCount, handler }, group) => {
      const ops = handlers.get(handler)!;
      this.#groupOf.fill(group, firstAxon, firstAxon + axonCount);
      const opSlots = ops.map((op) => slots.of(firstNeuron(op)));
      return { firstAxon, endAxon: firstAxon + axonCount, ops, slot: opSlots[0] ?? slots.of(0), slots: opSlots };
    });
    this.#tickOps = predecodeTick(image, ticks, target.timing);
    this.#tickSlots = this.#tickOps.map(({ first }) => slots.of(first));
    this.#resetOps = predecodeReset(image, target.timing);
    this.resetCycles = this.#resetOps.reduce((sum, op) => sum + op.cycles, 0);
    this.readOps = this.#tickOps.filter(
      (op): op is ReadOp => op.kind === 'READ' && op.start < ticks && op.end >= ticks,
    );
    const packets = this.#tickOps.reduce((sum, op) => sum + (op.kind === 'FIRE' ? op.count : 0), 0);
    this.tally = {
      cycles: 0,
      active: 0,
      idle: 0,
      packets: 0,
      index: new Uint32Array(packets),
      neuron: new Uint32Array(packets),
      cycle: new Int32Array(packets),
      tree: new Uint32Array(packets),
    };
  }

  /** Trees that the core's packets take; known only once all cores exist. */
  connect(pathOf: (tree: number) => TreePath): void {
    for (const op of this.#tickOps)
      if ((op.kind === 'FIRE' || op.kind === 'READ') && !this.#paths.has(op.tree))
        this.#paths.set(op.tree, pathOf(op.tree));
  }

  reset(): void {
    this.scheduler.clear();
    for (const { first, count, address, period } of this.#resetOps) {
      resetRun(this.v, this.#current, first, count, this.image.parameters, address, period);
      this.#context.counters.resets += count;
    }
    this.#previous.set(this.v);
  }

  integrate(tick: number): number {
    const { integrate } = this.layerCycles;
    integrate.fill(0);
    const heard = this.scheduler.take(tick % this.scheduler.slots, this.#eventAxons, this.#eventPayloads);
    for (let e = 0; e < heard; ) {
      const group = this.#groups[this.#groupOf[this.#eventAxons[e]!]!]!;
      const end = this.#collect(group, e, heard);
      integrate[group.slot]! += (end - e) * this.#timing.eventCycles.value;
      for (let o = 0; o < group.ops.length; o++) integrate[group.slots[o]!]! += this.#execute(group.ops[o]!);
      e = end;
    }
    let cycles = 0;
    for (let slot = 0; slot < integrate.length; slot++) cycles += integrate[slot]!;
    return cycles;
  }

  /** Puts the events of a group aside, the first of which is event `from`; returns where those of the next one begin. */
  #collect({ firstAxon, endAxon }: GroupHandler, from: number, heard: number): number {
    const events = this.#events;
    const axons = this.#eventAxons;
    events.clear();
    let e = from;
    for (; e < heard && axons[e]! < endAxon; e++) events.add(axons[e]! - firstAxon, this.#eventPayloads[e]!);
    return e;
  }

  /** One instruction for the events put aside; counts the synapses that it visits and returns its cycles. */
  #execute(op: SynapticOp): number {
    const cycles = this.#integrator.execute(op);
    const { spikeVisits, gradedVisits } = this.#integrator;
    const { counters, layerSynops, layerMacs, layerSynapseBits } = this.#context;
    const layer = op.layer < 0 ? layerSynops.length - 1 : op.layer;
    const bits = (spikeVisits + gradedVisits) * op.bitsPerSynapse;
    counters.synapseBitsRead += bits;
    layerSynapseBits[layer]! += bits;
    counters.synops += spikeVisits;
    counters.macs += gradedVisits;
    this.activity.synops += spikeVisits;
    this.activity.macs += gradedVisits;
    layerSynops[layer]! += spikeVisits;
    layerMacs[layer]! += gradedVisits;
    return cycles;
  }

  update(tick: number, startCycle: number): void {
    const { tally } = this;
    tally.cycles = startCycle;
    tally.packets = 0;
    tally.active = 0;
    tally.idle = 0;
    const byLayer = this.layerCycles.update;
    byLayer.fill(0);
    for (let o = 0; o < this.#tickOps.length; o++) {
      const op = this.#tickOps[o]!;
      if (tick < op.start || tick >= op.end) continue;
      const before = tally.cycles;
      switch (op.kind) {
        case 'BIAS':
          addBias(this.v, op.first, op.count, this.image.parameters, op.address, op.period);
          tally.cycles += op.cycles;
          break;
        case 'CURRENT':
          addCurrent(this.v, this.#current, op.first, op.count);
          tally.cycles += op.cycles;
          break;
        case 'FIRE':
          this.#fire(op, tick);
          break;
        case 'READ':
          this.#read(op);
          break;
      }
      byLayer[this.#tickSlots[o]!]! += tally.cycles - before;
    }
    const { counters } = this.#context;
    counters.neuronUpdatesActive += tally.active;
    counters.neuronUpdatesIdle += tally.idle;
  }

  #fire(op: FireOp, tick: number): void {
    const { tally } = this;
    const { counters, layerSpikes } = this.#context;
    const before = tally.packets;
    fireRun(this.v, this.#previous, op.run, op.tree, tally);
    const path = this.#paths.get(op.tree)!;
    const { layer, index } = this.#map;
    for (let s = before; s < tally.packets; s++) {
      const neuron = tally.neuron[s]!;
      const of = layer[neuron]!;
      if (of >= 0) this.#spikes.add(of, index[neuron]!, tick);
      layerSpikes[of < 0 ? layerSpikes.length - 1 : of]! += 1;
      path.deliver(tally.index[s]!, 1, tick);
    }
    const fired = tally.packets - before;
    counters.spikes += fired;
    this.activity.spikes += fired;
    if (op.tree === NO_TREE) {
      // Nobody listens: the neurons fire, and their injection cycles pass unused.
      tally.packets = before;
      return;
    }
    counters.packets += fired;
    this.activity.packets += fired;
    path.count(counters, fired);
  }

  /** Reads accumulators. The packets leave in the read-out phase. */
  #read(op: ReadOp): void {
    const { counters, read } = this.#context;
    for (let k = 0; k < op.count; k++) read(op.tree, k, this.v[op.first + k]!);
    this.tally.active += op.count;
    counters.packets += op.count;
    this.activity.packets += op.count;
    counters.hostPackets += op.count;
    this.#paths.get(op.tree)!.count(counters, op.count);
  }
}

const firstNeuron = (op: SynapticOp): number => (op.kind === 'CONV' ? op.tile.first : op.first);
