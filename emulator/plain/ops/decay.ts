/** DECAY on TypeScript kernels. */
import { DECAY_KINDS, type OperationOf, OPS } from '../../../isa/machine.ts';
import type { TickExecutor } from '../execution.ts';
import { DECAY_LOOPS, MULTIPLY_LOOPS } from '../kernels/decay.ts';
import { parameterOperand, type VectorLoop, VectorTask } from '../vector-task.ts';

export const decay: TickExecutor<'DECAY'> = {
  prepare: ({ fields }, core) =>
    new VectorTask(fields, core, {
      loop: loopOf(fields),
      operand: parameterOperand(fields, core),
      cycles: OPS.DECAY.cycles.perUnit(fields, core.timing),
      // Drift alone goes past zero, and then perhaps further away than it was.
      fits: DECAY_KINDS[fields.kind] !== 'drift',
    }),
};

function loopOf({ kind: number, rounding, bits }: OperationOf<'DECAY'>['fields']): VectorLoop {
  const kind = DECAY_KINDS[number]!;
  if (kind !== 'mul') return DECAY_LOOPS[kind];
  const multiply = MULTIPLY_LOOPS[rounding]!;
  const scale = 2 ** -(bits + 1);
  return (results, plane, operand, run) => multiply(results, plane, operand, run, scale);
}
