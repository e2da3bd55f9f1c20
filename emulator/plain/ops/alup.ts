/** ALUP on TypeScript kernels. */
import { ARITHMETIC, OPS } from '../../../isa/machine.ts';
import type { TickExecutor } from '../execution.ts';
import { ARITHMETIC_LOOPS } from '../kernels/arithmetic.ts';
import { parameterOperand, VectorTask } from '../vector-task.ts';

export const alup: TickExecutor<'ALUP'> = {
  prepare: ({ fields }, core) =>
    new VectorTask(fields, core, {
      loop: ARITHMETIC_LOOPS[ARITHMETIC[fields.function]!],
      operand: parameterOperand(fields, core),
      cycles: OPS.ALUP.cycles.perUnit(fields, core.timing),
    }),
};
