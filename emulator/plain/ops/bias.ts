/** BIAS on TypeScript kernels. All arithmetic is modulo 2^32 (kernels/dense.ts). */
import { OPS } from '../../../isa/machine.ts';
import type { PeriodicRun } from '../../machine/reset-run.ts';
import type { TickExecutor } from '../execution.ts';

export const bias: TickExecutor<'BIAS'> = {
  prepare({ fields }, { v, image, timing }) {
    const cycles = OPS.BIAS.cycles.perUnit(fields, timing);
    return {
      execute: (_, tally) => {
        addBias(v, image.parameters, fields);
        tally.cycles += cycles;
      },
    };
  },
};

/** V[first + k] += parameters[address + k mod period]. */
export function addBias(v: Int32Array, parameters: Int32Array, { first, count, address, period }: PeriodicRun): void {
  let phase = 0;
  for (let n = first; n < first + count; n++) {
    v[n] = (v[n]! + parameters[address + phase]!) | 0;
    if (++phase === period) phase = 0;
  }
}
