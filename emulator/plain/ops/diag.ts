/** DIAG on TypeScript kernels. */
import { type EventExecutor, synapticOperands } from '../execution.ts';

export const diag: EventExecutor<'DIAG'> = {
  prepare({ fields: { first, period, shift, ...fields } }, core) {
    const { state, weights, base } = synapticOperands(fields, core);
    return {
      execute: (work) => {
        const { heard, indices, payloads, spikes } = work.events;
        for (let e = 0; e < heard; e++) {
          const n = first + indices[e]!;
          state[n] = (state[n]! + Math.imul(payloads[e]! << shift, weights[base + (indices[e]! % period)]!)) | 0;
        }
        work.spikeVisits = spikes;
        work.gradedVisits = heard - spikes;
        return heard;
      },
    };
  },
};
