/** DIAG on TypeScript kernels. */
import type { DigitOperation } from '../../machine/digits.ts';
import type { CoreState, EventExecutor, EventTask, EventWork } from '../execution.ts';
import { synapticOperands } from '../operands.ts';

class DiagonalTask implements EventTask {
  readonly #state: Int32Array;
  readonly #weights: Int8Array;
  readonly #base: number;
  readonly #first: number;
  readonly #shift: number;
  readonly #period: number;

  constructor(of: DigitOperation<'DIAG'>, core: CoreState) {
    const { fields } = of.operation;
    const { state, weights, base } = synapticOperands(of, core);
    this.#state = state;
    this.#weights = weights;
    this.#base = base;
    this.#first = fields.first;
    this.#shift = fields.shift;
    this.#period = fields.period;
  }

  execute(work: EventWork): number {
    const { heard, indices, payloads, spikes } = work.events;
    const state = this.#state;
    const weights = this.#weights;
    for (let e = 0; e < heard; e++) {
      const index = indices[e]!;
      const n = this.#first + index;
      const weight = weights[this.#base + (index % this.#period)]!;
      state[n] = (state[n]! + Math.imul(payloads[e]! << this.#shift, weight)) | 0;
    }
    work.spikeVisits = spikes;
    work.gradedVisits = heard - spikes;
    return heard;
  }
}

export const diag: EventExecutor<'DIAG'> = { prepare: (operation, core) => new DiagonalTask(operation, core) };
