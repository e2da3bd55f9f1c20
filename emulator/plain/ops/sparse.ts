/** SPARSE on TypeScript kernels. */
import { type EventExecutor, type EventWork, synapticOperands } from '../execution.ts';

export const sparse: EventExecutor<'SPARSE'> = {
  prepare({ fields: { first, rows, targets, shift, ...fields } }, core) {
    const { state, weights, base } = synapticOperands(fields, core);
    const { lanes } = core.timing;
    const starts = core.synapses.words32();
    const list: SparseList = { first, offsets: core.synapses.words16(), offsetsAt: targets / 2, weights, base };
    const rowsAt = rows / 4;
    return {
      execute: (work) => {
        const { heard, indices, payloads } = work.events;
        work.spikeVisits = 0;
        work.gradedVisits = 0;
        let steps = 0;
        for (let e = 0; e < heard; e++) {
          const payload = payloads[e]!;
          const row = rowsAt + indices[e]!;
          const begin = starts[row]!;
          const end = starts[row + 1]!;
          addSparseRow(state, list, begin, end, payload << shift);
          count(work, payload, end - begin);
          steps += Math.ceil((end - begin) / lanes);
        }
        return steps;
      },
    };
  },
};

function count(work: EventWork, payload: number, visits: number): void {
  if (payload === 1) work.spikeVisits += visits;
  else work.gradedVisits += visits;
}

/** Single connections of neurons from `first` on. */
interface SparseList {
  readonly first: number;
  /** Neuron offsets: the core's synapse memory as 16-bit words; and the place of the first of them. */
  readonly offsets: Uint16Array;
  readonly offsetsAt: number;
  readonly weights: Int8Array;
  readonly base: number;
}

/** Adds factor * weight to the neurons of the entries begin..end-1. Modulo 2^32, as in kernels/dense.ts. */
function addSparseRow(state: Int32Array, list: SparseList, begin: number, end: number, factor: number): void {
  const { first, offsets, offsetsAt, weights, base } = list;
  for (let e = begin; e < end; e++) {
    const n = first + offsets[offsetsAt + e]!;
    state[n] = (state[n]! + Math.imul(factor, weights[base + e]!)) | 0;
  }
}
