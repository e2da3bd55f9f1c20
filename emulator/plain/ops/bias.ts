/** BIAS on TypeScript kernels: V[first + k] += parameters[address + k mod period], modulo 2^32 (kernels/dense.ts). */
import { ALWAYS, OPS, V } from '../../../isa/machine.ts';
import type { TickExecutor } from '../execution.ts';
import { ARITHMETIC_LOOPS } from '../kernels/arithmetic.ts';
import { parameterOperand, VectorTask } from '../vector-task.ts';

export const bias: TickExecutor<'BIAS'> = {
  prepare({ fields }, core) {
    const { first, count } = fields;
    return new VectorTask({ first, count, plane: V, when: ALWAYS }, core, {
      loop: ARITHMETIC_LOOPS.add,
      operand: parameterOperand(fields, core),
      cycles: OPS.BIAS.cycles.perUnit(fields, core.timing),
    });
  },
};
