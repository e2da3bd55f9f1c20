/** COMPAREP on TypeScript kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickExecutor } from '../execution.ts';
import { ComparisonTask } from '../kernels/compare.ts';
import { parameterOperand } from '../vector-task.ts';

export const comparep: TickExecutor<'COMPAREP'> = {
  prepare({ fields }, core) {
    const operand = parameterOperand(fields, core);
    return new ComparisonTask(fields, operand, core, OPS.COMPAREP.cycles.perUnit(fields, core.timing));
  },
};
