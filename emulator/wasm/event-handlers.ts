/** The event handlers of a core, as records for the kernels. */
import {
  type CoreImage,
  type EventMnemonic,
  eventRow,
  type OperationOf,
  OPS,
  planeOf,
  type Target,
} from '../../isa/machine.ts';
import { type DigitOperation, digitOperations } from '../machine/digits.ts';
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
    const all = operations.map((operation) => digitOperations(operation));
    const count = all.reduce((sum, { length }) => sum + length, 0);
    const at = this.#plan.reserve(count * R.OP_BYTES);
    let next = at;
    for (const digits of all) {
      this.#count(digits[0]!.operation, next);
      for (const digit of digits) {
        this.#place(digit, axons, next);
        next += R.OP_BYTES;
      }
    }
    return { at, count, firstNeuron: operations[0]?.fields.first ?? 0 };
  }

  /** What an instruction costs is counted at its first record, which is that of the lowest digit of its weights. */
  #count(operation: OperationOf<EventMnemonic>, at: number): void {
    const { fields } = operation;
    const row = eventRow(operation.op);
    this.#plan.float(at + R.OP_CYCLES, row.cycles.perUnit(fields, this.#timing));
    this.visits.push({ at, layer: this.#layerOf[fields.first] ?? -1, bitsPerSynapse: row.bitsPerSynapse(fields) });
  }

  #place({ operation, digit }: DigitOperation<EventMnemonic>, axons: number, at: number): void {
    const { shift, first } = operation.fields;
    const record = layOutEvent(operation, { weights: this.#weights, digit, axons });
    this.#plan.record(at, [
      [R.OP_KIND, OPS[operation.op].opcode],
      [R.OP_STATE_AT, this.#places.states.plane(planeOf(operation.fields), first)],
      [R.OP_SHIFT, shift],
      [R.OP_WEIGHTS_AT, record.weightsAt ?? 0],
      [R.OP_SYNAPSES, record.synapses ?? 0],
      [R.OP_LAYER_CYCLES_AT, this.#places.layerCyclesAt(first)],
      ...ownFields(operation.op, record.own),
    ]);
    this.slideWords = Math.max(this.slideWords, record.slideWords ?? 0);
  }
}
