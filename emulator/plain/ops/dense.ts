/** DENSE on TypeScript kernels. */
import { packedBytes } from '../../../isa/machine.ts';
import type { DigitOperation } from '../../machine/digits.ts';
import { isRepeated } from '../events.ts';
import type { CoreState, EventExecutor, EventTask, EventWork } from '../execution.ts';
import { addDenseRow } from '../kernels/dense.ts';
import { addPackedRows, packedLength } from '../kernels/packed.ts';
import { synapticOperands } from '../operands.ts';

class DenseTask implements EventTask {
  readonly #state: Int32Array;
  readonly #weights: Int8Array;
  readonly #base: number;
  readonly #first: number;
  readonly #count: number;
  readonly #shift: number;
  readonly #rowStride: number;
  readonly #packed: () => Float64Array | undefined;

  constructor(of: DigitOperation<'DENSE'>, core: CoreState, axons: number) {
    const { first, count, shift } = of.operation.fields;
    const { state, bits, weights, base } = synapticOperands(of, core);
    this.#state = state;
    this.#weights = weights;
    this.#base = base;
    this.#first = first;
    this.#count = count;
    this.#shift = shift;
    this.#rowStride = (packedBytes(count, bits) * 8) / bits;
    this.#packed = core.synapses.packed(of.digit, base, axons, this.#rowStride, count);
  }

  execute(work: EventWork): number {
    const { heard, indices, payloads, spikes, repeats, repeated } = work.events;
    const { starts } = work;
    const first = this.#first;
    const count = this.#count;
    const shift = this.#shift;
    const rows = repeats === 0 ? undefined : this.#packed();
    if (rows !== undefined) {
      const length = packedLength(count);
      for (let e = 0; e < repeats; e++) starts[e] = repeated[e]! * length;
      addPackedRows(this.#state, first, { rows, length, starts, shift }, repeats);
    }
    if (rows === undefined || spikes < heard)
      for (let e = 0; e < heard; e++) {
        const payload = payloads[e]!;
        if (rows !== undefined && isRepeated(payload)) continue;
        const at = this.#base + indices[e]! * this.#rowStride;
        addDenseRow(this.#state, first, count, this.#weights, at, payload << shift);
      }
    work.spikeVisits = spikes * count;
    work.gradedVisits = (heard - spikes) * count;
    return heard;
  }
}

export const dense: EventExecutor<'DENSE'> = {
  prepare: (operation, core, axons) => new DenseTask(operation, core, axons),
};
