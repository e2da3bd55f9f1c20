/** SPARSE on TypeScript kernels. */
import type { DigitOperation } from '../../machine/digits.ts';
import type { CoreState, EventExecutor, EventTask, EventWork } from '../execution.ts';
import { synapticOperands } from '../operands.ts';

class SparseTask implements EventTask {
  readonly #state: Int32Array;
  readonly #weights: Int8Array;
  readonly #base: number;
  readonly #first: number;
  readonly #shift: number;
  /** The core's synapse memory as 32-bit words and as 16-bit words; where row starts and neuron offsets begin in them. */
  readonly #words32: Uint32Array;
  readonly #words16: Uint16Array;
  readonly #rowsAt: number;
  readonly #targetsAt: number;
  readonly #lanes: number;

  constructor(of: DigitOperation<'SPARSE'>, core: CoreState) {
    const { fields } = of.operation;
    const { state, weights, base } = synapticOperands(of, core);
    this.#state = state;
    this.#weights = weights;
    this.#base = base;
    this.#first = fields.first;
    this.#shift = fields.shift;
    this.#words32 = core.synapses.words32();
    this.#words16 = core.synapses.words16();
    this.#rowsAt = fields.rows / 4;
    this.#targetsAt = fields.targets / 2;
    this.#lanes = core.timing.lanes;
  }

  execute(work: EventWork): number {
    const { heard, indices, payloads } = work.events;
    let spikeVisits = 0;
    let visits = 0;
    let steps = 0;
    for (let e = 0; e < heard; e++) {
      const payload = payloads[e]!;
      const row = this.#rowsAt + indices[e]!;
      const begin = this.#words32[row]!;
      const end = this.#words32[row + 1]!;
      this.#addRow(begin, end, payload << this.#shift);
      visits += end - begin;
      if (payload === 1) spikeVisits += end - begin;
      steps += Math.ceil((end - begin) / this.#lanes);
    }
    work.spikeVisits = spikeVisits;
    work.gradedVisits = visits - spikeVisits;
    return steps;
  }

  /** Adds factor * weight to the neurons of the entries begin..end-1. Modulo 2^32, as in kernels/dense.ts. */
  #addRow(begin: number, end: number, factor: number): void {
    const state = this.#state;
    const weights = this.#weights;
    const offsets = this.#words16;
    const first = this.#first;
    const base = this.#base;
    const targetsAt = this.#targetsAt;
    for (let e = begin; e < end; e++) {
      const n = first + offsets[targetsAt + e]!;
      state[n] = (state[n]! + Math.imul(factor, weights[base + e]!)) | 0;
    }
  }
}

export const sparse: EventExecutor<'SPARSE'> = { prepare: (operation, core) => new SparseTask(operation, core) };
