/** The event handlers of a core, as records for the kernels. */
import {
  type CoreImage,
  type EventMnemonic,
  eventRow,
  type OperationOf,
  OPS,
  planeOf,
  type Target,
  WIDTH_CODES,
} from '../../isa/machine.ts';
import type { EventHandler } from '../machine/programs.ts';
import { layOutEvent } from './dispatch.ts';
import type { MemoryPlan } from './memory.ts';
import * as R from './generated/records.ts';
import { ownFields } from './own-fields.ts';
import type { KernelStates } from './states.ts';
import { KernelWeights } from './weights.ts';

/** What the visits of an instruction count for. */
export interface VisitCounts {
  /** Address of its record. */
  readonly at: number;
  readonly layer: number;
  readonly bitsPerSynapse: number;
}

/** The handler of a group: records that follow each other. */
export interface HandlerRecords {
  readonly at: number;
  readonly count: number;
  /** First neuron of the first instruction; 0 where there is none. */
  readonly firstNeuron: number;
}

/** Where what the events of a core change lies. */
interface Places {
  readonly states: KernelStates;
  /** Address of the cycles of the layer that an instruction with this first neuron works on. */
  readonly layerCyclesAt: (firstNeuron: number) => number;
}

/** Lays out the event handlers of one core. */
export class EventPlanner {
  /** Of all instructions so far. */
  readonly visits: VisitCounts[] = [];
  /** Words that the sliding convolution kernel needs at most. */
  slideWords = 0;
  readonly #plan: MemoryPlan;
  readonly #places: Places;
  readonly #layerOf: Int32Array;
  readonly #timing: Target['timing'];
  readonly #weights: KernelWeights;

  constructor(plan: MemoryPlan, image: CoreImage, places: Places, layerOf: Int32Array, timing: Target['timing']) {
    this.#plan = plan;
    this.#places = places;
    this.#layerOf = layerOf;
    this.#timing = timing;
    this.#weights = new KernelWeights(plan, image);
  }

  handler({ axons, operations }: EventHandler): HandlerRecords {
    const at = this.#plan.reserve(operations.length * R.OP_BYTES);
    operations.forEach((operation, k) => {
      this.#place(operation, axons, at + k * R.OP_BYTES);
    });
    return { at, count: operations.length, firstNeuron: operations[0]?.fields.first ?? 0 };
  }

  #place(operation: OperationOf<EventMnemonic>, axons: number, at: number): void {
    const plan = this.#plan;
    const { width, shift, first } = operation.fields;
    const bits = WIDTH_CODES[width]!;
    const record = layOutEvent(operation, { weights: this.#weights, bits, axons });
    plan.record(at, [
      [R.OP_KIND, OPS[operation.op].opcode],
      [R.OP_STATE_AT, this.#places.states.plane(planeOf(operation.fields), first)],
      [R.OP_SHIFT, shift],
      [R.OP_WEIGHTS_AT, record.weightsAt ?? 0],
      [R.OP_SYNAPSES, record.synapses ?? 0],
      [R.OP_LAYER_CYCLES_AT, this.#places.layerCyclesAt(first)],
      ...ownFields(operation.op, record.own),
    ]);
    const row = eventRow(operation.op);
    plan.float(at + R.OP_CYCLES, row.cycles.perUnit(operation.fields, this.#timing));
    const bitsPerSynapse = row.bitsPerSynapse(operation.fields);
    this.visits.push({ at, layer: this.#layerOf[first] ?? -1, bitsPerSynapse });
    this.slideWords = Math.max(this.slideWords, record.slideWords ?? 0);
  }
}
