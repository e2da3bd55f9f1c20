/** CURRENT on TypeScript kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickExecutor } from '../execution.ts';

export const current: TickExecutor<'CURRENT'> = {
  prepare({ fields }, core) {
    const { first, count } = fields;
    const cycles = OPS.CURRENT.cycles.perUnit(fields, core.timing);
    return {
      execute: (_, tally) => {
        addCurrent(core.v, core.current, first, count);
        tally.cycles += cycles;
      },
    };
  },
};

/** V[first + k] += I[first + k], modulo 2^32. */
export function addCurrent(v: Int32Array, input: Int32Array, first: number, count: number): void {
  for (let n = first; n < first + count; n++) v[n] = (v[n]! + input[n]!) | 0;
}
