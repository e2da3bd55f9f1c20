/** DENSE on TypeScript kernels. */
import { packedBytes } from '../../../isa/machine.ts';
import { isRepeated } from '../events.ts';
import { type EventExecutor, synapticOperands } from '../execution.ts';
import { addDenseRow } from '../kernels/dense.ts';
import { addPackedRows, packedLength } from '../kernels/packed.ts';

export const dense: EventExecutor<'DENSE'> = {
  prepare({ fields: { first, count, shift, ...fields } }, core, axons) {
    const { state, bits, weights, base } = synapticOperands(fields, core);
    const rowStride = (packedBytes(count, bits) * 8) / bits;
    const packed = core.synapses.packed(bits, base, axons, rowStride, count);
    const length = packedLength(count);
    return {
      execute: (work) => {
        const { events, starts } = work;
        const { heard, indices, payloads, spikes, repeats, repeated } = events;
        const rows = repeats === 0 ? undefined : packed();
        if (rows !== undefined) {
          for (let e = 0; e < repeats; e++) starts[e] = repeated[e]! * length;
          addPackedRows(state, first, { rows, length, starts, shift }, repeats);
        }
        if (rows === undefined || spikes < heard)
          for (let e = 0; e < heard; e++) {
            const payload = payloads[e]!;
            if (rows !== undefined && isRepeated(payload)) continue;
            addDenseRow(state, first, count, weights, base + indices[e]! * rowStride, payload << shift);
          }
        work.spikeVisits = spikes * count;
        work.gradedVisits = (heard - spikes) * count;
        return heard;
      },
    };
  },
};
