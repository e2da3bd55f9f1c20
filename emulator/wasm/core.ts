/** A core on the WebAssembly kernels: lays itself out in their memory, then runs with one call per phase of a tick. */
import { type CoreImage, NO_TREE, type Target, wordsPerNeuron } from '../../isa/machine.ts';
import * as R from './generated/records.ts';
import { resetRun } from '../plain/kernels/update.ts';
import { type LayerCycles, LayerSlots } from '../machine/layer-cycles.ts';
import type { NeuronMap } from '../machine/logical.ts';
import {
  type FireOp,
  largestGroups,
  predecodeReset,
  predecodeTick,
  type ReadOp,
  type ResetOp,
  type TickOp,
} from '../machine/predecode.ts';
import { type CoreContext, type CoreRunner, type InjectionTally, newCoreActivity } from '../machine/runner.ts';
import type { TreePath, Trees } from '../machine/trees.ts';
import { fusedBiases } from './fused-biases.ts';
import { KernelScheduler, repeatsOf } from './groups.ts';
import type { KernelMemory, MemoryPlan } from './memory.ts';
import type { SinkPlanner } from './sinks.ts';
import { type HandlerRecords, SynapsePlanner, type VisitCounts } from './synapses.ts';

/** What all cores of a chip have in common. */
export interface ChipPlan {
  readonly plan: MemoryPlan;
  readonly context: CoreContext;
  readonly target: Target;
  readonly ticks: number;
  readonly timed: boolean;
  /** Address of the spike words of each layer; the last entry takes those of neurons that belong to none. */
  readonly layerSpikesAt: readonly number[];
  /** Address of a counter of spikes (f64) per layer; the last entry as above. */
  readonly layerCountsAt: number;
}

/** A FIRE with what its packets cause. */
interface FireRecord {
  readonly at: number;
  readonly path: TreePath | undefined;
  /** Layer of all its neurons; undefined where they belong to several, whose spikes the kernel counts. */
  readonly layer: number | undefined;
}

/** A READ and the copy of its accumulators. */
interface ReadRecord {
  readonly op: ReadOp;
  readonly path: TreePath;
  readonly copyAt: number;
  copy: Int32Array;
}

export class KernelCore implements CoreRunner {
  readonly image: CoreImage;
  readonly scheduler: KernelScheduler;
  readonly resetCycles: number;
  readonly readOps: readonly ReadOp[];
  readonly activity = newCoreActivity();
  /** Words that the sliding convolution kernel needs. */
  slideWords = 0;
  v: Int32Array = new Int32Array(0);
  layerCycles: LayerCycles;
  tally: InjectionTally = { cycles: 0, packets: 0, cycle: new Int32Array(0), tree: new Uint32Array(0) };

  readonly #shared: ChipPlan;
  readonly #map: NeuronMap;
  readonly #at: number;
  readonly #vAt: number;
  readonly #currentAt: number;
  readonly #previousAt: number;
  readonly #slots: LayerSlots;
  readonly #layerCyclesAt: number;
  readonly #tickOps: readonly TickOp[];
  readonly #resetOps: readonly ResetOp[];
  readonly #visits: readonly VisitCounts[];
  readonly #fires: FireRecord[] = [];
  readonly #reads: ReadRecord[] = [];
  #memory: KernelMemory | undefined;
  #current: Int32Array = new Int32Array(0);
  #previous: Int32Array = new Int32Array(0);

  /** @throws E0405 where a program is not one that the loader accepts */
  constructor(image: CoreImage, map: NeuronMap, shared: ChipPlan) {
    const { plan, target, ticks, timed } = shared;
    this.image = image;
    this.#map = map;
    this.#shared = shared;
    this.#at = plan.reserve(R.CORE_BYTES);
    this.#vAt = plan.reserve(4 * image.neuronCount);
    this.#currentAt = plan.reserve(4 * image.neuronCount);
    this.#previousAt = plan.reserve(4 * image.neuronCount);
    this.#slots = new LayerSlots(map.layer);
    const layers = this.#slots.layers.length;
    this.#layerCyclesAt = plan.reserve(8 * 2 * layers);
    this.layerCycles = { layers: this.#slots.layers, integrate: new Float64Array(0), update: new Float64Array(0) };
    this.scheduler = new KernelScheduler(plan, image);
    this.#visits = this.#planGroups();
    this.#tickOps = predecodeTick(image, ticks, target.timing);
    this.#resetOps = predecodeReset(image, target.timing);
    this.resetCycles = this.#resetOps.reduce((sum, op) => sum + op.cycles, 0);
    this.readOps = this.#tickOps.filter(
      (op): op is ReadOp => op.kind === 'READ' && op.start < ticks && op.end >= ticks,
    );
    const { timing } = target;
    plan.record(this.#at, [
      [R.CORE_SLOTS, image.delaySlots],
      [R.CORE_TIMED, timed ? 1 : 0],
      [R.CORE_UPDATE_LANES, timing.updateLanes],
      [R.CORE_ACTIVE_CYCLES, timing.updateActiveCycles.value],
      [R.CORE_IDLE_CYCLES, timing.updateIdleCycles.value],
      [R.CORE_EVENT_CYCLES, timing.eventCycles.value],
      [R.CORE_LANES, timing.lanes],
      [R.CORE_LAYER_CYCLES_AT, this.#layerCyclesAt],
      [R.CORE_LAYER_CYCLES, 2 * layers],
    ]);
    const packets = timed ? this.#tickOps.reduce((sum, op) => sum + (op.kind === 'FIRE' ? op.count : 0), 0) : 0;
    const cyclesAt = plan.reserve(4 * packets);
    const treesAt = plan.reserve(4 * packets);
    plan.record(this.#at, [
      [R.CORE_PACKET_CYCLES_AT, cyclesAt],
      [R.CORE_PACKET_TREES_AT, treesAt],
    ]);
    plan.whenBuilt((memory) => {
      this.#attach(memory, packets, cyclesAt, treesAt);
    });
  }

  /** Lays out the tick handler, whose packets take trees; those are known only once all cores exist. */
  connect(trees: Trees<KernelCore>, sinks: SinkPlanner): void {
    const { plan } = this.#shared;
    const at = plan.reserve(this.#tickOps.length * R.TICK_BYTES);
    plan.record(this.#at, [
      [R.CORE_TICK_OPS_AT, at],
      [R.CORE_TICK_OPS, this.#tickOps.length],
    ]);
    const parametersAt = plan.place(this.image.parameters);
    const fused = fusedBiases(this.#tickOps);
    const done = new Set(fused.values());
    this.#tickOps.forEach((op, k) => {
      const opAt = at + k * R.TICK_BYTES;
      this.#planTickOp(op, opAt, parametersAt, trees, sinks);
      if (op.kind === 'BIAS' && done.has(op)) plan.record(opAt, [[R.TICK_IS_DONE, 1]]);
      const bias = op.kind === 'FIRE' ? fused.get(op) : undefined;
      if (bias !== undefined) plan.record(opAt, [[R.TICK_BIASES_AT, parametersAt + 4 * bias.address]]);
    });
  }

  reset(): void {
    this.scheduler.clear();
    for (const { first, count, address, period } of this.#resetOps) {
      resetRun(this.v, this.#current, first, count, this.image.parameters, address, period);
      this.#shared.context.counters.resets += count;
    }
    this.#previous.set(this.v);
  }

  integrate(tick: number): number {
    return this.#memory!.kernels.integrate(this.#at, tick);
  }

  update(tick: number, startCycle: number): void {
    this.#memory!.kernels.update(this.#at, tick, startCycle);
    for (const record of this.#reads) if (tick >= record.op.start && tick < record.op.end) this.#read(record);
  }

  /** Writes the spike words of the neurons. */
  tellSpikes(ticks: number): void {
    for (const { at } of this.#fires) this.#memory!.kernels.tellSpikes(at, ticks);
  }

  /** Adds what the kernels have counted since the last call to the counters. */
  collect(): void {
    const { counters, layerSynops, layerMacs, layerSpikes, layerSynapseBits } = this.#shared.context;
    const none = layerSynops.length - 1;
    for (const { at, layer: of, bitsPerSynapse } of this.#visits) {
      const layer = of < 0 ? none : of;
      const synops = this.#taken(at + R.OP_SPIKE_VISITS);
      const macs = this.#taken(at + R.OP_GRADED_VISITS);
      counters.synops += synops;
      counters.macs += macs;
      this.activity.synops += synops;
      this.activity.macs += macs;
      const bits = (synops + macs) * bitsPerSynapse;
      counters.synapseBitsRead += bits;
      layerSynapseBits[layer]! += bits;
      layerSynops[layer]! += synops;
      layerMacs[layer]! += macs;
    }
    for (const { at, path, layer } of this.#fires) {
      const fired = this.#taken(at + R.TICK_FIRED);
      counters.neuronUpdatesActive += this.#taken(at + R.TICK_ACTIVE);
      counters.neuronUpdatesIdle += this.#taken(at + R.TICK_IDLE);
      counters.spikes += fired;
      this.activity.spikes += fired;
      if (layer !== undefined) layerSpikes[layer < 0 ? none : layer]! += fired;
      if (path === undefined) continue;
      counters.packets += fired;
      this.activity.packets += fired;
      path.count(counters, fired);
    }
  }

  /** Takes a growing number out of the memory. */
  #taken(at: number): number {
    const { view } = this.#memory!;
    const value = view.getFloat64(at, true);
    view.setFloat64(at, 0, true);
    return value;
  }

  #planGroups(): readonly VisitCounts[] {
    const { plan, target } = this.#shared;
    const { groups } = this.image;
    const layerCyclesAt = (neuron: number): number => this.#layerCyclesAt + 8 * this.#slots.of(neuron);
    const states = { vAt: this.#vAt, currentAt: this.#currentAt, layerCyclesAt };
    const planner = new SynapsePlanner(plan, this.image, states, this.#map.layer, target.timing);
    const handlers = new Map<number, HandlerRecords>();
    for (const [word, axons] of largestGroups(this.image)) handlers.set(word, planner.handler(word, axons));
    const at = plan.reserve(groups.length * R.GROUP_BYTES);
    groups.forEach((group, g) => {
      const { axonCount, handler } = group;
      const area = this.scheduler.groups[g]!;
      const records = handlers.get(handler)!;
      plan.record(at + g * R.GROUP_BYTES, [
        [R.GROUP_AXONS, axonCount],
        [R.GROUP_BITS_AT, area.bitsAt],
        [R.GROUP_BITS_STRIDE, this.scheduler.bitsStride],
        [R.GROUP_PAYLOADS_AT, area.payloadsAt],
        [R.GROUP_PAYLOADS_STRIDE, this.scheduler.payloadsStride],
        [R.GROUP_OPS_AT, records.at],
        [R.GROUP_OPS, records.count],
        [R.GROUP_LAYER_CYCLES_AT, layerCyclesAt(records.firstNeuron)],
        [R.GROUP_REPEATS, repeatsOf(group) > 1 ? 1 : 0],
      ]);
    });
    plan.record(this.#at, [
      [R.CORE_GROUPS_AT, at],
      [R.CORE_GROUPS, groups.length],
    ]);
    this.slideWords = planner.slideWords;
    return planner.visits;
  }

  #planTickOp(op: TickOp, at: number, parametersAt: number, trees: Trees<KernelCore>, sinks: SinkPlanner): void {
    const { plan } = this.#shared;
    plan.record(at, [
      [R.TICK_START, op.start],
      [R.TICK_END, op.end],
      [R.TICK_COUNT, op.count],
      [R.TICK_V_AT, this.#vAt + 4 * op.first],
      [R.TICK_LAYER_CYCLES_AT, this.#layerCyclesAt + 8 * (this.#slots.layers.length + this.#slots.of(op.first))],
    ]);
    switch (op.kind) {
      case 'BIAS':
        plan.float(at + R.TICK_CYCLES, op.cycles);
        plan.record(at, [
          [R.TICK_KIND, R.KIND_BIAS],
          [R.TICK_PARAMETERS_AT, parametersAt + 4 * op.address],
          [R.TICK_PERIOD, op.period],
        ]);
        break;
      case 'CURRENT':
        plan.float(at + R.TICK_CYCLES, op.cycles);
        plan.record(at, [
          [R.TICK_KIND, R.KIND_CURRENT],
          [R.TICK_CURRENT_AT, this.#currentAt + 4 * op.first],
        ]);
        break;
      case 'FIRE':
        this.#planFire(op, at, parametersAt, trees, sinks);
        break;
      case 'READ': {
        const copyAt = plan.reserve(4 * op.count);
        plan.record(at, [
          [R.TICK_KIND, R.KIND_READ],
          [R.TICK_PREVIOUS_AT, copyAt],
        ]);
        const path = trees.path(op.tree, this.image.core);
        this.#reads.push({ op, path, copyAt, copy: new Int32Array(0) });
        break;
      }
    }
  }

  #planFire(op: FireOp, at: number, parametersAt: number, trees: Trees<KernelCore>, sinks: SinkPlanner): void {
    const { plan } = this.#shared;
    const { run, tree, first } = op;
    const hearers = tree === NO_TREE ? [] : trees.sinks(tree);
    const sinksAt = plan.reserve(hearers.length * R.SINK_BYTES);
    const listed = hearers.map(({ target, row }, k) => sinks.place(sinksAt + k * R.SINK_BYTES, target, row));
    const stride = 8 * Math.ceil(op.count / 64);
    const layers = this.#map.layer.subarray(first, first + op.count);
    const layer = layers.every((of) => of === layers[0]) ? layers[0]! : undefined;
    const lists = layer === undefined || listed.includes(true);
    plan.record(at, [
      [R.TICK_KIND, R.KIND_FIRE],
      [R.TICK_PREVIOUS_AT, this.#previousAt + 4 * first],
      [R.TICK_PARAMETERS_AT, parametersAt + 4 * run.address],
      [R.TICK_PERIOD, run.period],
      [R.TICK_STRICT, run.strict ? 1 : 0],
      [R.TICK_TO_VALUE, run.toValue ? 1 : 0],
      [R.TICK_RESET_VALUE, run.resetValue],
      [R.TICK_TREE, tree],
      [R.TICK_SENDS, tree === NO_TREE ? 0 : 1],
      [R.TICK_HISTORY_AT, plan.reserve(stride * (op.end - op.start))],
      [R.TICK_HISTORY_STRIDE, stride],
      [R.TICK_LISTS, lists ? 1 : 0],
      [R.TICK_SPIKES_AT, plan.placeAddresses(this.#spikeWords(op))],
      [R.TICK_LAYERS_AT, layer === undefined ? plan.placeAddresses(this.#layerCounters(op)) : 0],
      [R.TICK_SINKS_AT, sinksAt],
      [R.TICK_SINKS, hearers.length],
    ]);
    const path = tree === NO_TREE ? undefined : trees.path(tree, this.image.core);
    this.#fires.push({ at, path, layer });
  }

  /** Address of the first spike word of each neuron of a run. */
  #spikeWords({ first, count }: FireOp): Uint32Array {
    const { layerSpikesAt, ticks } = this.#shared;
    const { layer, index } = this.#map;
    const bytes = 4 * wordsPerNeuron(ticks);
    return Uint32Array.from({ length: count }, (_, k) => {
      const of = layer[first + k]!;
      return of < 0 ? layerSpikesAt.at(-1)! : layerSpikesAt[of]! + index[first + k]! * bytes;
    });
  }

  /** Address of the counter of each neuron's layer. */
  #layerCounters({ first, count }: FireOp): Uint32Array {
    const { layerSpikesAt, layerCountsAt } = this.#shared;
    return Uint32Array.from({ length: count }, (_, k) => {
      const of = this.#map.layer[first + k]!;
      return layerCountsAt + 8 * (of < 0 ? layerSpikesAt.length - 1 : of);
    });
  }

  /** Reads accumulators. The packets leave in the read-out phase. */
  #read({ op, path, copy }: ReadRecord): void {
    const { counters, read } = this.#shared.context;
    for (let k = 0; k < op.count; k++) read(op.tree, k, copy[k]!);
    counters.neuronUpdatesActive += op.count;
    counters.packets += op.count;
    this.activity.packets += op.count;
    counters.hostPackets += op.count;
    path.count(counters, op.count);
  }

  #attach(memory: KernelMemory, packets: number, cyclesAt: number, treesAt: number): void {
    const { neuronCount } = this.image;
    this.#memory = memory;
    this.v = memory.i32(this.#vAt, neuronCount);
    this.#current = memory.i32(this.#currentAt, neuronCount);
    this.#previous = memory.i32(this.#previousAt, neuronCount);
    for (const record of this.#reads) record.copy = memory.i32(record.copyAt, record.op.count);
    const at = this.#at;
    const { layers } = this.#slots;
    this.layerCycles = {
      layers,
      integrate: memory.f64(this.#layerCyclesAt, layers.length),
      update: memory.f64(this.#layerCyclesAt + 8 * layers.length, layers.length),
    };
    this.tally = {
      get cycles() {
        return memory.view.getFloat64(at + R.CORE_CYCLES, true);
      },
      get packets() {
        return memory.view.getUint32(at + R.CORE_PACKETS, true);
      },
      cycle: memory.i32(cyclesAt, packets),
      tree: memory.u32(treesAt, packets),
    };
  }
}
