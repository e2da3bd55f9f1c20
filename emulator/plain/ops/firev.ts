/** FIREV on TypeScript kernels. */
import type { TickExecutor } from '../execution.ts';
import { FireTask } from '../fire-task.ts';
import { parameterOperand } from '../vector-task.ts';

export const firev: TickExecutor<'FIREV'> = {
  prepare({ fields }, core) {
    const { compare, reset, resetAddress: address, resetPeriod: period, ...run } = fields;
    const { parameters } = core.image;
    const resets = reset === 0 ? parameterOperand({ address, period }, core) : undefined;
    return new FireTask({ ...run, parameters, strict: compare === 1, subtracts: false, resets }, core);
  },
};
