import {
  type AxonGroup,
  type CoreImage,
  eventRow,
  isEventMode,
  planeOf,
  type SpikeSet,
  type Target,
} from '../../isa/machine.ts';
import { prepareEvent, prepareReset, prepareTick } from './dispatch.ts';
import { EventCounters } from './event-counters.ts';
import { EventByEvent } from './event-mode.ts';
import { GroupEvents } from './events.ts';
import type { CoreState, EventTask, EventWork, ResetTask, TickTask, UpdateTally } from './execution.ts';
import { newPullScratch } from './kernels/pull.ts';
import { type LayerCycles, LayerSlots } from '../machine/layer-cycles.ts';
import type { NeuronMap } from '../machine/logical.ts';
import {
  type CoreInstructions,
  coreInstructions,
  cyclesOfReset,
  type EventHandler,
  executedIn,
  type ReadRun,
  tickInstructions,
  type TickRange,
} from '../machine/programs.ts';
import { type CoreContext, type CoreRunner, newCoreActivity } from '../machine/runner.ts';
import { type AxonCounters, AxonScheduler } from '../machine/scheduler.ts';
import { normalisers } from './planes.ts';
import { newCoreState } from './state.ts';
import { makeRoom, newTally } from './tally.ts';
import type { TreePath } from '../machine/trees.ts';

/** An instruction on an event, and whom it belongs to. */
interface EventStep {
  readonly task: EventTask;
  readonly bitsPerSynapse: number;
  /** Of a unit that the task counts. */
  readonly cyclesPerUnit: number;
  /** Layer of its neurons; -1 = none. */
  readonly layer: number;
  /** Whose cycles those of it are: position in the layers of the core. */
  readonly slot: number;
}

/** What takes the events of a tick together. */
interface Integration {
  readonly groups: readonly AxonGroup[];
  readonly handlers: CoreInstructions['handlers'];
}

/** The event handler of a group. */
interface GroupHandler {
  readonly firstAxon: number;
  /** The axon behind the last one. */
  readonly endAxon: number;
  readonly steps: readonly EventStep[];
  /** Whose cycles those of its events are. */
  readonly slot: number;
}

/** An instruction of the tick handler. */
interface TickStep extends TickRange {
  readonly task: TickTask;
  readonly slot: number;
}

/** A core on the TypeScript kernels: the reference of the others, and the fallback. */
export class Core implements CoreRunner {
  readonly image: CoreImage;
  readonly v: Int32Array;
  readonly scheduler: AxonCounters;
  readonly resetCycles: number;
  readonly tally: UpdateTally;
  readonly layerCycles: LayerCycles;
  readonly readRuns: readonly ReadRun[];
  readonly activity = newCoreActivity();

  readonly #state: CoreState;
  readonly #slots: LayerSlots;
  readonly #groups: readonly GroupHandler[];
  readonly #groupOf: Uint16Array;
  /** Brings the planes that events add to into their forms. */
  readonly #fed: readonly (() => void)[];
  readonly #tickSteps: readonly TickStep[];
  readonly #resetTasks: readonly ResetTask[];
  readonly #eventCycles: number;
  readonly #context: CoreContext;
  readonly #eventAxons: Uint32Array;
  readonly #eventPayloads: Int32Array;
  readonly #work: EventWork;
  /** Of a core in event mode: what takes the place of integration. */
  readonly #eventByEvent: EventByEvent | undefined;
  /** Packets of the tick handler, at most. */
  readonly #tickPackets: number;
  readonly #paths = new Map<number, TreePath>();
  #newPath: ((tree: number) => TreePath) | undefined;

  constructor(image: CoreImage, map: NeuronMap, target: Target, ticks: number, context: CoreContext, spikes: SpikeSet) {
    this.image = image;
    this.#context = context;
    const instructions = coreInstructions(image);
    const { handlers, tick, reset, touch } = instructions;
    const { timing, widths } = target;
    const { activity } = this;
    const pathOf = (tree: number): TreePath => this.#pathOf(tree);
    this.#state = newCoreState({ image, map, timing, widths, context, activity, spikes, pathOf }, [...tick, ...touch]);
    this.v = this.#state.v.subarray(0, image.neuronCount);
    const counters = isEventMode(image) ? new EventCounters(image) : undefined;
    this.scheduler = counters ?? new AxonScheduler(image.axonCount, image.delaySlots);
    this.#eventAxons = new Uint32Array(image.axonCount);
    this.#eventPayloads = new Int32Array(image.axonCount);
    this.#eventCycles = target.timing.eventCycles.value;
    // Event by event, nothing of the ordinary integration is executed: it is not made ready either.
    const together: Integration =
      counters === undefined ? { groups: image.groups, handlers } : { groups: [], handlers: new Map() };
    this.#work = newWork(together.groups);
    this.#slots = new LayerSlots(map.layer);
    const { layers } = this.#slots;
    this.layerCycles = {
      layers,
      integrate: new Float64Array(layers.length),
      update: new Float64Array(layers.length),
    };
    this.#groupOf = new Uint16Array(image.axonCount);
    this.#fed = fedPlanes(together.handlers, this.#state);
    this.#groups = this.#prepareGroups(together);
    this.#tickSteps = tickInstructions(image, tick, ticks).map(({ operation, ...range }) => ({
      ...range,
      task: prepareTick(operation, this.#state, range),
      slot: this.#slots.of(operation.fields.first),
    }));
    this.#resetTasks = reset.map((operation) => prepareReset(operation, this.#state));
    this.resetCycles = cyclesOfReset(reset, target.timing);
    this.readRuns = this.#tickSteps
      .filter(({ start, end }) => start < ticks && end >= ticks)
      .flatMap(({ task }) => task.read ?? []);
    this.#tickPackets = this.#tickSteps.reduce((sum, { task }) => sum + (task.packets ?? 0), 0);
    this.tally = newTally(this.#tickPackets);
    this.#eventByEvent =
      counters && new EventByEvent(this.#state, instructions, { counters, slots: this.#slots, ticks });
  }

  /** Says where the core's packets go; known only once all cores exist. */
  connect(pathOf: (tree: number) => TreePath): void {
    this.#newPath = pathOf;
  }

  reset(): void {
    this.scheduler.clear();
    for (const task of this.#resetTasks) task.execute();
    this.#state.previous.set(this.v);
  }

  passOver(tick: number, next: number): void {
    this.scheduler.postpone(next - tick);
  }

  integrate(tick: number): number {
    const { integrate } = this.layerCycles;
    integrate.fill(0);
    const { tally } = this;
    tally.packets = 0;
    tally.active = 0;
    tally.idle = 0;
    const heard = this.scheduler.take(tick % this.scheduler.slots, this.#eventAxons, this.#eventPayloads);
    if (this.#eventByEvent !== undefined) {
      const events = { axons: this.#eventAxons, payloads: this.#eventPayloads };
      this.#eventByEvent.integrate(tick, heard, events, tally, integrate);
    } else
      for (let e = 0; e < heard;) {
        const { firstAxon, endAxon, slot, steps } = this.#groups[this.#groupOf[this.#eventAxons[e]!]!]!;
        const end = this.#collect(firstAxon, endAxon, e, heard);
        integrate[slot]! += (end - e) * this.#eventCycles;
        for (let s = 0; s < steps.length; s++) integrate[steps[s]!.slot]! += this.#execute(steps[s]!);
        e = end;
      }
    if (heard > 0) for (let f = 0; f < this.#fed.length; f++) this.#fed[f]!();
    let cycles = 0;
    for (let slot = 0; slot < integrate.length; slot++) cycles += integrate[slot]!;
    return cycles;
  }

  update(tick: number, startCycle: number): void {
    const { tally } = this;
    tally.cycles = startCycle;
    makeRoom(tally, this.#tickPackets, this.image.core);
    const byLayer = this.layerCycles.update;
    byLayer.fill(0);
    this.#state.flags.fill(0);
    for (let s = 0; s < this.#tickSteps.length; s++) {
      const step = this.#tickSteps[s]!;
      if (!executedIn(step, tick)) continue;
      const before = tally.cycles;
      step.task.execute(tick, tally);
      byLayer[step.slot]! += tally.cycles - before;
    }
    const { counters } = this.#context;
    counters.neuronUpdatesActive += tally.active;
    counters.neuronUpdatesIdle += tally.idle;
  }

  #prepareGroups({ groups, handlers }: Integration): readonly GroupHandler[] {
    const prepared = new Map<number, readonly EventStep[]>();
    for (const [word, handler] of handlers) prepared.set(word, this.#prepareHandler(handler));
    return groups.map(({ firstAxon, axonCount, handler }, group) => {
      const steps = prepared.get(handler)!;
      this.#groupOf.fill(group, firstAxon, firstAxon + axonCount);
      return { firstAxon, endAxon: firstAxon + axonCount, steps, slot: steps[0]?.slot ?? this.#slots.of(0) };
    });
  }

  #prepareHandler({ axons, operations }: EventHandler): readonly EventStep[] {
    return operations.map((operation) => {
      const { op, fields } = operation;
      const { first } = fields;
      const row = eventRow(op);
      return {
        task: prepareEvent(operation, this.#state, axons),
        bitsPerSynapse: row.bitsPerSynapse(fields),
        cyclesPerUnit: row.cycles.perUnit(fields, this.#state.timing),
        layer: this.#state.map.layer[first] ?? -1,
        slot: this.#slots.of(first),
      };
    });
  }

  #pathOf(tree: number): TreePath {
    let path = this.#paths.get(tree);
    if (path === undefined) {
      if (this.#newPath === undefined) throw new Error(`core ${this.image.core} sends before it is connected`);
      path = this.#newPath(tree);
      this.#paths.set(tree, path);
    }
    return path;
  }

  /** Puts the events of a group aside, the first of which is event `from`; returns where those of the next one begin. */
  #collect(firstAxon: number, endAxon: number, from: number, heard: number): number {
    const { events } = this.#work;
    const axons = this.#eventAxons;
    events.clear();
    let e = from;
    for (; e < heard && axons[e]! < endAxon; e++) events.add(axons[e]! - firstAxon, this.#eventPayloads[e]!);
    return e;
  }

  /** One instruction for the events put aside; counts the synapses that it visits and returns its cycles. */
  #execute({ task, bitsPerSynapse, cyclesPerUnit, layer: of }: EventStep): number {
    const units = task.execute(this.#work);
    const { spikeVisits, gradedVisits } = this.#work;
    const { counters, layerSynops, layerMacs, layerSynapseBits } = this.#context;
    const layer = of < 0 ? layerSynops.length - 1 : of;
    const bits = (spikeVisits + gradedVisits) * bitsPerSynapse;
    counters.synapseBitsRead += bits;
    layerSynapseBits[layer]! += bits;
    counters.synops += spikeVisits;
    counters.macs += gradedVisits;
    this.activity.synops += spikeVisits;
    this.activity.macs += gradedVisits;
    layerSynops[layer]! += spikeVisits;
    layerMacs[layer]! += gradedVisits;
    return units * cyclesPerUnit;
  }
}

/** What is to be done to the planes that events add to, behind all of them. */
function fedPlanes(handlers: Integration['handlers'], core: CoreState): readonly (() => void)[] {
  const fed = new Set(
    [...handlers.values()].flatMap(({ operations }) => operations.map(({ fields }) => planeOf(fields))),
  );
  return normalisers(core, { first: 0, count: core.image.neuronCount }, ({ plane }) => fed.has(plane));
}

function newWork(groups: readonly AxonGroup[]): EventWork {
  const events = new GroupEvents(groups);
  return {
    events,
    starts: new Int32Array(events.repeated.length),
    pull: newPullScratch(events.indices.length, events.repeated.length),
    spikeVisits: 0,
    gradedVisits: 0,
  };
}
