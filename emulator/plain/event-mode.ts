/**
 * A core that takes its events one by one (spec/isa.md, "Event mode"): axons ascend, a counter of p is p events, the synapses
 * of an event are added one after the other, and then the touch handler looks at the neurons that they have reached. There is
 * no other kernel of it: the WebAssembly kernels live from taking the events of a tick together.
 */
import { eventRow, isEventMode, type OperationOf, planeOf, type EventMnemonic } from '../../isa/machine.ts';
import type { LayerSlots } from '../machine/layer-cycles.ts';
import { type CoreInstructions, executedIn, type TickRange, tickInstructions } from '../machine/programs.ts';
import type { EventCounters } from './event-counters.ts';
import type { CoreState, UpdateTally } from './execution.ts';
import { type HeldPlane, heldPlanes } from './held-plane.ts';
import { type TouchTask, touchTask } from './touch.ts';

/** The synapses of an instruction, axon by axon of a group. */
interface SynapticStep {
  readonly operation: OperationOf<EventMnemonic>;
  readonly plane: HeldPlane;
  readonly bitsPerSynapse: number;
  /** Layer of its neurons; -1 = none. */
  readonly layer: number;
  readonly slot: number;
}

interface Group {
  readonly firstAxon: number;
  readonly steps: readonly SynapticStep[];
  readonly slot: number;
}

interface TouchStep extends TickRange {
  readonly task: TouchTask;
  readonly slot: number;
}

interface Surroundings {
  readonly counters: EventCounters;
  readonly slots: LayerSlots;
  /** Ticks of a run. */
  readonly ticks: number;
}

export class EventByEvent {
  readonly #core: CoreState;
  readonly #counters: EventCounters;
  readonly #groups: readonly Group[];
  readonly #groupOf: Uint16Array;
  readonly #touch: readonly TouchStep[];
  /** The neurons that the event at hand has reached, and whether each is among them. */
  readonly #touched: Uint32Array;
  readonly #isTouched: Uint8Array;
  #reached = 0;
  #visits = 0;

  constructor(core: CoreState, { handlers, touch }: CoreInstructions, { counters, slots, ticks }: Surroundings) {
    const { image, map } = core;
    if (!isEventMode(image)) throw new Error(`core ${image.core} is not in event mode`);
    this.#core = core;
    this.#counters = counters;
    this.#touched = new Uint32Array(image.neuronCount);
    this.#isTouched = new Uint8Array(image.neuronCount);
    this.#groupOf = new Uint16Array(image.axonCount);
    const planes = heldPlanes(core);
    const prepared = new Map<number, readonly SynapticStep[]>();
    for (const [word, { operations }] of handlers)
      prepared.set(
        word,
        operations.map((operation) => ({
          operation,
          plane: planes(planeOf(operation.fields)),
          bitsPerSynapse: eventRow(operation.op).bitsPerSynapse(operation.fields),
          layer: map.layer[operation.fields.first] ?? -1,
          slot: slots.of(operation.fields.first),
        })),
      );
    this.#groups = image.groups.map(({ firstAxon, axonCount, handler }, g) => {
      this.#groupOf.fill(g, firstAxon, firstAxon + axonCount);
      const steps = prepared.get(handler)!;
      return { firstAxon, steps, slot: steps[0]?.slot ?? slots.of(0) };
    });
    this.#touch = tickInstructions(image, touch, ticks).map(({ operation, ...range }) => ({
      ...range,
      task: touchTask(operation, core, planes),
      slot: slots.of(operation.fields.first),
    }));
  }

  /**
   * @param heard events; the valid length of `axons`, which ascend, and `payloads`
   * @param tally of the tick, which begins with it
   * @param cycles receives the cycles by layer of the core
   */
  integrate(
    tick: number,
    heard: number,
    { axons, payloads }: { readonly axons: Uint32Array; readonly payloads: Int32Array },
    tally: UpdateTally,
    cycles: Float64Array,
  ): void {
    const eventCycles = this.#core.timing.eventCycles.value;
    tally.cycles = 0;
    for (let e = 0; e < heard; e++) {
      const axon = axons[e]!;
      const group = this.#groups[this.#groupOf[axon]!]!;
      for (let event = 0; event < payloads[e]!; event++) {
        tally.cycles += eventCycles;
        cycles[group.slot]! += eventCycles;
        for (let s = 0; s < group.steps.length; s++) {
          const step = group.steps[s]!;
          const taken = this.#addSynapses(step, axon - group.firstAxon);
          tally.cycles += taken;
          cycles[step.slot]! += taken;
        }
        this.#lookAtTouched(tick, tally, cycles);
      }
    }
    this.#core.context.counters.lostEvents += this.#counters.lost;
    this.#counters.lost = 0;
  }

  /** Adds the synapses of an instruction for one event, and returns its cycles. */
  #addSynapses(step: SynapticStep, axon: number): number {
    const { operation, plane, bitsPerSynapse, layer: of } = step;
    const { op, fields } = operation;
    const factor = 2 ** fields.shift;
    this.#visits = 0;
    eventRow(op).synapses(fields, this.#core.image.synapses, axon, (neuron, weight) => {
      this.#visits++;
      plane.store(neuron, plane.values[neuron]! + weight * factor);
      if (this.#isTouched[neuron] === 1) return;
      this.#isTouched[neuron] = 1;
      this.#touched[this.#reached++] = neuron;
    });
    const visits = this.#visits;
    const { context, activity, timing } = this.#core;
    const { counters, layerSynops, layerSynapseBits } = context;
    const layer = of < 0 ? layerSynops.length - 1 : of;
    counters.synops += visits;
    activity.synops += visits;
    layerSynops[layer]! += visits;
    counters.synapseBitsRead += visits * bitsPerSynapse;
    layerSynapseBits[layer]! += visits * bitsPerSynapse;
    return unitsOf(operation, visits, timing.lanes) * eventRow(op).cycles.perUnit(fields, timing);
  }

  /** The touch handler, and what is touched is forgotten. */
  #lookAtTouched(tick: number, tally: UpdateTally, cycles: Float64Array): void {
    const touched = this.#touched.subarray(0, this.#reached).sort();
    const { flags } = this.#core;
    for (let k = 0; k < touched.length; k++) {
      this.#isTouched[touched[k]!] = 0;
      if (flags.length > 0) flags[touched[k]!] = 0;
    }
    this.#reached = 0;
    for (let s = 0; s < this.#touch.length; s++) {
      const step = this.#touch[s]!;
      if (!executedIn(step, tick)) continue;
      const before = tally.cycles;
      step.task.execute(touched, tick, tally);
      cycles[step.slot]! += tally.cycles - before;
    }
  }
}

/** Units of the cycles of an instruction for an event that visits so many synapses (isa/instruction/cycles.ts). */
function unitsOf({ op, fields }: OperationOf<EventMnemonic>, visits: number, lanes: number): number {
  switch (op) {
    case 'SPARSE':
      return Math.ceil(visits / lanes);
    case 'CONV':
      return visits / (fields.outChannels / fields.groups);
    default:
      return 1;
  }
}
