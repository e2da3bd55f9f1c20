/** FIRE on TypeScript kernels. */
import type { TickExecutor } from '../execution.ts';
import { FireTask } from '../fire-task.ts';

export const fire: TickExecutor<'FIRE'> = {
  prepare({ fields }, core) {
    const { compare, reset, resetValue, ...run } = fields;
    const { parameters } = core.image;
    const resets = { values: Int32Array.of(resetValue), address: 0, period: 1 };
    return new FireTask({ ...run, parameters, strict: compare === 1, subtracts: reset === 0, resets }, core);
  },
};
