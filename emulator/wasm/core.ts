/** A core on the WebAssembly kernels: lays itself out in their memory, then runs with one call per phase of a tick. */
import { type CoreImage, V } from '../../isa/machine.ts';
import * as R from './generated/records.ts';
import { type LayerCycles, LayerSlots } from '../machine/layer-cycles.ts';
import type { NeuronMap } from '../machine/logical.ts';
import {
  type CoreInstructions,
  coreInstructions,
  cyclesOfReset,
  executedIn,
  type ReadRun,
  tickInstructions,
} from '../machine/programs.ts';
import { type CoreRunner, type InjectionTally, newCoreActivity } from '../machine/runner.ts';
import type { Trees } from '../machine/trees.ts';
import { prepareReset } from './dispatch.ts';
import { EventPlanner, type HandlerRecords, type VisitCounts } from './event-handlers.ts';
import { fusedBiases } from './fused-biases.ts';
import { KernelScheduler, repeatsOf } from './groups.ts';
import { type ChipPlan, type ResetStep, taken } from './layout.ts';
import type { KernelMemory } from './memory.ts';
import type { SinkPlanner } from './sinks.ts';
import { KernelStates, type PlaneValues, planWrappedRuns, useFlags, wrappedRuns } from './states.ts';
import { layOutTickHandler, readRunsOf, type TickStep } from './tick-handler.ts';

export class KernelCore implements CoreRunner {
  readonly image: CoreImage;
  readonly scheduler: KernelScheduler;
  readonly resetCycles: number;
  readonly activity = newCoreActivity();
  readRuns: readonly ReadRun[] = [];
  /** Words that the sliding convolution kernel needs. */
  slideWords = 0;
  v: Int32Array = new Int32Array(0);
  layerCycles: LayerCycles;
  tally: InjectionTally = { cycles: 0, packets: 0, cycle: new Int32Array(0), tree: new Uint32Array(0) };

  readonly #shared: ChipPlan;
  readonly #map: NeuronMap;
  readonly #at: number;
  readonly #states: KernelStates;
  readonly #slots: LayerSlots;
  readonly #layerCyclesAt: number;
  readonly #tick: CoreInstructions['tick'];
  readonly #resetSteps: readonly ResetStep[];
  readonly #visits: readonly VisitCounts[];
  #tickSteps: readonly TickStep[] = [];
  /** Those that something follows in their ticks: few, so that the others need not be looked at in every tick. */
  #followed: readonly TickStep[] = [];
  #memory: KernelMemory | undefined;
  #planes: PlaneValues = [];
  #previous: Int32Array = new Int32Array(0);

  /** @throws E0405 where a program is not one that the loader accepts */
  constructor(image: CoreImage, map: NeuronMap, shared: ChipPlan) {
    const { plan } = shared;
    this.image = image;
    this.#map = map;
    this.#shared = shared;
    this.#at = plan.reserve(R.CORE_BYTES);
    const { handlers, tick, reset } = coreInstructions(image);
    this.#states = new KernelStates(plan, image, useFlags(tick.map(({ operation }) => operation)));
    this.#slots = new LayerSlots(map.layer);
    const layers = this.#slots.layers.length;
    this.#layerCyclesAt = plan.reserve(8 * 2 * layers);
    this.layerCycles = { layers: this.#slots.layers, integrate: new Float64Array(0), update: new Float64Array(0) };
    this.scheduler = new KernelScheduler(plan, image);
    this.#tick = tick;
    this.#visits = this.#planGroups(handlers);
    this.#resetSteps = reset.map((operation) => prepareReset(operation, image, shared));
    this.resetCycles = cyclesOfReset(reset, shared.target.timing);
    this.#planCosts();
    this.#states.planFlags(plan, this.#at);
    const onEvents = [...handlers.values()].flatMap(({ operations }) => operations);
    planWrappedRuns(plan, this.#at, this.#states, wrappedRuns(image, onEvents));
    plan.whenBuilt((memory) => {
      this.#attach(memory);
    });
  }

  /** Lays out the tick handler, whose packets take trees; those are known only once all cores exist. */
  connect(trees: Trees<KernelCore>, sinks: SinkPlanner): void {
    const { image } = this;
    const { plan, ticks, timed } = this.#shared;
    const instructions = tickInstructions(image, this.#tick, ticks);
    const core = {
      image,
      map: this.#map,
      activity: this.activity,
      shared: this.#shared,
      states: this.#states,
      parametersAt: plan.place(image.parameters),
      fused: fusedBiases(instructions),
      sinks,
      hearers: (tree: number) => trees.sinks(tree),
      pathOf: (tree: number) => trees.path(tree, image.core),
    };
    const updateAt = this.#layerCyclesAt + 8 * this.#slots.layers.length;
    const handler = layOutTickHandler(instructions, core, (neuron) => updateAt + 8 * this.#slots.of(neuron));
    plan.record(this.#at, [
      [R.CORE_TICK_OPS_AT, handler.at],
      [R.CORE_TICK_OPS, instructions.length],
    ]);
    this.#tickSteps = handler.steps;
    this.#followed = handler.steps.filter(({ afterUpdate }) => afterUpdate !== undefined);
    this.readRuns = readRunsOf(handler, ticks);
    this.#planTally(timed ? handler.steps.reduce((sum, { packets = 0 }) => sum + packets, 0) : 0);
  }

  reset(): void {
    this.scheduler.clear();
    for (const step of this.#resetSteps) step.execute(this.#planes);
    this.#previous.set(this.v);
  }

  passOver(tick: number, next: number): void {
    this.scheduler.postpone(next - tick);
    for (const step of this.#tickSteps) step.passOver?.(this.#memory!, tick, next);
  }

  integrate(tick: number): number {
    return this.#memory!.kernels.integrate(this.#at, tick);
  }

  update(tick: number, startCycle: number): void {
    const memory = this.#memory!;
    memory.kernels.update(this.#at, tick, startCycle);
    for (const step of this.#followed) if (executedIn(step, tick)) step.afterUpdate?.(memory);
  }

  /** Writes the spike words of the neurons. */
  tellSpikes(ticks: number): void {
    for (const step of this.#tickSteps) step.tellSpikes?.(this.#memory!, ticks);
  }

  /** Adds what the kernels have counted since the last call to the counters. */
  collect(): void {
    const memory = this.#memory!;
    const { counters, layerSynops, layerMacs, layerSynapseBits } = this.#shared.context;
    for (const { at, layer: of, bitsPerSynapse } of this.#visits) {
      const layer = of < 0 ? layerSynops.length - 1 : of;
      const synops = taken(memory, at + R.OP_SPIKE_VISITS);
      const macs = taken(memory, at + R.OP_GRADED_VISITS);
      if (synops + macs === 0) continue;
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
    for (const step of this.#tickSteps) step.collect?.(memory);
  }

  /** @param ofGroups handlers by word address */
  #planGroups(ofGroups: CoreInstructions['handlers']): readonly VisitCounts[] {
    const { plan, target } = this.#shared;
    const { groups } = this.image;
    const layerCyclesAt = (neuron: number): number => this.#layerCyclesAt + 8 * this.#slots.of(neuron);
    const places = { states: this.#states, layerCyclesAt };
    const planner = new EventPlanner(plan, this.image, places, this.#map.layer, target.timing);
    const handlers = new Map<number, HandlerRecords>();
    for (const [word, instructions] of ofGroups) handlers.set(word, planner.handler(instructions));
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

  /** What the kernels need to count cycles. */
  #planCosts(): void {
    const { plan, target, timed } = this.#shared;
    const { timing } = target;
    plan.record(this.#at, [
      [R.CORE_SLOTS, this.image.delaySlots],
      [R.CORE_TIMED, timed ? 1 : 0],
      [R.CORE_UPDATE_LANES, timing.updateLanes],
      [R.CORE_ACTIVE_CYCLES, timing.updateActiveCycles.value],
      [R.CORE_IDLE_CYCLES, timing.updateIdleCycles.value],
      [R.CORE_EVENT_CYCLES, timing.eventCycles.value],
      [R.CORE_LANES, timing.lanes],
      [R.CORE_LAYER_CYCLES_AT, this.#layerCyclesAt],
      [R.CORE_LAYER_CYCLES, 2 * this.#slots.layers.length],
    ]);
  }

  /** @param packets of a tick, at most */
  #planTally(packets: number): void {
    const { plan } = this.#shared;
    const at = this.#at;
    const cyclesAt = plan.reserve(4 * packets);
    const treesAt = plan.reserve(4 * packets);
    plan.record(at, [
      [R.CORE_PACKET_CYCLES_AT, cyclesAt],
      [R.CORE_PACKET_TREES_AT, treesAt],
    ]);
    plan.whenBuilt((memory) => {
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
    });
  }

  #attach(memory: KernelMemory): void {
    this.#memory = memory;
    this.#planes = this.#states.values(memory);
    this.v = this.#planes[V]!;
    this.#previous = this.#states.previousValues(memory);
    const { layers } = this.#slots;
    this.layerCycles = {
      layers,
      integrate: memory.f64(this.#layerCyclesAt, layers.length),
      update: memory.f64(this.#layerCyclesAt + 8 * layers.length, layers.length),
    };
  }
}
