/** Instructions on an event, as records for the kernels. */
import {
  type CoreImage,
  type EventMnemonic,
  type OperationOf,
  packedBytes,
  type Target,
  WIDTH_CODES,
} from '../../isa/machine.ts';
import * as R from './generated/records.ts';
import { eventOperations, SPARSE_OFFSET_BITS } from '../machine/predecode.ts';
import { convolution } from './convolution.ts';
import type { Fields, MemoryPlan } from './memory.ts';
import { type Draft, KernelWeights, wholeVectors, ZERO_WEIGHT } from './weights.ts';

/** Neurons whose sums a dense kernel holds at once. */
const BLOCK = 64;

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

/** Addresses of the states of a core. */
interface States {
  readonly vAt: number;
  readonly currentAt: number;
  /** Address of the cycles of the layer that an instruction with this first neuron works on. */
  readonly layerCyclesAt: (firstNeuron: number) => number;
}

/** Of a processor core, at least: what more memory than this holds has to be fetched. */
const CACHE_BYTES = 1 << 20;

/** Lays out the event handlers of one core. */
export class SynapsePlanner {
  /** Of all instructions so far. */
  readonly visits: VisitCounts[] = [];
  /** Words that the sliding convolution kernel needs at most. */
  slideWords = 0;
  readonly #plan: MemoryPlan;
  readonly #image: CoreImage;
  readonly #states: States;
  readonly #layerOf: Int32Array;
  readonly #timing: Target['timing'];
  readonly #weights: KernelWeights;

  constructor(plan: MemoryPlan, image: CoreImage, states: States, layerOf: Int32Array, timing: Target['timing']) {
    this.#plan = plan;
    this.#image = image;
    this.#states = states;
    this.#layerOf = layerOf;
    this.#timing = timing;
    this.#weights = new KernelWeights(plan, image);
  }

  /**
   * The handler at a word address.
   *
   * @param axons of the largest group that runs it
   * @throws E0405 where the loader should have refused the program
   */
  handler(word: number, axons: number): HandlerRecords {
    const operations = eventOperations(this.#image, word);
    const at = this.#plan.reserve(operations.length * R.OP_BYTES);
    operations.forEach((operation, k) => {
      this.#operation(operation, axons, at + k * R.OP_BYTES);
    });
    return { at, count: operations.length, firstNeuron: operations[0]?.fields.first ?? 0 };
  }

  #operation(operation: OperationOf<EventMnemonic>, axons: number, at: number): void {
    const { op, fields } = operation;
    const { first } = fields;
    const bits = WIDTH_CODES[fields.width]!;
    const state = (fields.destination === 0 ? this.#states.vAt : this.#states.currentAt) + 4 * first;
    this.#plan.record(at, [
      [R.OP_STATE_AT, state],
      [R.OP_SHIFT, fields.shift],
      [R.OP_LAYER_CYCLES_AT, this.#states.layerCyclesAt(first)],
    ]);
    this.visits.push({
      at,
      layer: this.#layerOf[first] ?? -1,
      bitsPerSynapse: op === 'SPARSE' ? bits + SPARSE_OFFSET_BITS : bits,
    });
    if (operation.op === 'DENSE') this.#dense({ fields: operation.fields, bits, axons }, at);
    else if (operation.op === 'SPARSE') this.#sparse({ fields: operation.fields, bits, axons }, at);
    else if (operation.op === 'CONV') this.#convolution({ fields: operation.fields, bits, axons }, at);
    else this.#diagonal({ fields: operation.fields, bits, axons }, at);
  }

  /** @param cycles of a unit of the instruction */
  #finish(at: number, cycles: number, fields: Fields): void {
    this.#plan.record(at, fields);
    this.#plan.float(at + R.OP_CYCLES, cycles);
  }

  #laneSteps(synapses: number): number {
    return Math.ceil(synapses / this.#timing.lanes) * this.#timing.laneCycles.value;
  }

  /**
   * Rows padded to whole vectors, in blocks of neurons, whose rows are on few pages of memory. What no cache holds has whole
   * rows: then neighbours come from memory together.
   */
  #dense({ fields, bits, axons }: Draft<'DENSE'>, at: number): void {
    const count = fields.count;
    const first = fields.weights;
    const rowBytes = packedBytes(count, bits);
    const padded = wholeVectors(count);
    const weights = this.#weights;
    const block = axons * padded <= CACHE_BYTES ? BLOCK : padded;
    const copy = weights.rearranged(`dense ${bits} ${first} ${count} ${axons}`, axons * padded, (target) => {
      if (padded !== count) target.fill(ZERO_WEIGHT);
      for (let n = 0; n < count; n += block) {
        const width = Math.min(block, padded - n);
        for (let row = 0; row < axons; row++) {
          const start = first + row * rowBytes + (n * bits) / 8;
          weights.unpack(target, n * axons + row * width, start, Math.min(block, count - n), bits);
        }
      }
    });
    const cycles = this.#laneSteps(count);
    if (copy !== undefined)
      this.#finish(at, cycles, [
        [R.OP_KIND, R.KIND_DENSE],
        [R.OP_SYNAPSES, count],
        [R.OP_WEIGHTS_AT, copy],
        [R.DENSE_BLOCK, block],
        [R.DENSE_COUNT, padded],
        [R.DENSE_AXONS, axons],
      ]);
    else
      this.#finish(at, cycles, [
        [R.OP_KIND, R.KIND_DENSE],
        [R.OP_SYNAPSES, count],
        [R.OP_WEIGHTS_AT, weights.unpacked(bits) + (first * 8) / bits],
        [R.DENSE_STRIDE, (rowBytes * 8) / bits],
      ]);
  }

  /** Weights beside their offsets. */
  #sparse({ fields, bits, axons }: Draft<'SPARSE'>, at: number): void {
    const weights = this.#weights;
    const { rows, targets } = fields;
    const start = (axon: number): number => weights.word32(rows + 4 * axon);
    const begin = start(0);
    const entries = start(axons) - begin;
    const rowsSize = 4 * (axons + 1);
    const copy = weights.rearranged(
      `sparse ${bits} ${fields.weights} ${rows} ${targets} ${axons}`,
      rowsSize + R.SPARSE_ENTRY_BYTES * entries,
      (target) => {
        const words = new Uint32Array(target.buffer, target.byteOffset, axons + 1);
        for (let axon = 0; axon <= axons; axon++) words[axon] = start(axon) - begin;
        weights.unpackSparse(target.subarray(rowsSize), fields.weights, targets, begin, bits);
      },
    );
    const { value } = this.#timing.laneCycles;
    if (copy !== undefined) {
      this.#finish(at, value, [
        [R.OP_KIND, R.KIND_SPARSE],
        [R.SPARSE_ROWS_AT, copy],
        [R.SPARSE_ENTRIES_AT, copy + rowsSize],
      ]);
      this.#plan.whenBuilt(({ bytes, view }) => {
        view.setUint32(at + R.SPARSE_FAR, bytes.length > CACHE_BYTES ? 1 : 0, true);
      });
    } else
      this.#finish(at, value, [
        [R.OP_KIND, R.KIND_SPARSE],
        [R.OP_WEIGHTS_AT, weights.unpacked(bits) + (fields.weights * 8) / bits],
        [R.SPARSE_ROWS_AT, weights.stored() + rows],
        [R.SPARSE_OFFSETS_AT, weights.stored() + targets],
      ]);
  }

  /** One weight per axon where memory allows, so that nothing has to be divided by the period. */
  #diagonal({ fields, bits, axons }: Draft<'DIAG'>, at: number): void {
    const period = fields.period;
    const weights = this.#weights;
    const copy = weights.rearranged(`diagonal ${bits} ${fields.weights} ${period} ${axons}`, axons, (target) => {
      weights.unpack(target, 0, fields.weights, Math.min(period, axons), bits);
      for (let k = period; k < axons; k++) target[k] = target[k - period]!;
    });
    this.#finish(at, this.#timing.laneCycles.value, [
      [R.OP_KIND, R.KIND_DIAGONAL],
      [R.OP_WEIGHTS_AT, copy ?? weights.unpacked(bits) + (fields.weights * 8) / bits],
      [R.DIAGONAL_PERIOD, copy === undefined ? period : axons],
    ]);
  }

  #convolution(draft: Draft<'CONV'>, at: number): void {
    const { fields, slideWords } = convolution(this.#weights, draft);
    this.slideWords = Math.max(this.slideWords, slideWords);
    this.#finish(at, this.#laneSteps(draft.fields.outChannels / draft.fields.groups), fields);
  }
}
