/** ALU on TypeScript kernels. */
import { ARITHMETIC, type OperationOf, OPS } from '../../../isa/machine.ts';
import type { CoreState, TickExecutor } from '../execution.ts';
import { ARITHMETIC_LOOPS, shiftDown, shiftLeft, shiftToZero } from '../kernels/arithmetic.ts';
import { planeOfCore } from '../planes.ts';
import { runOperand, type VectorLoop, VectorTask } from '../vector-task.ts';

/** Number of the rounding towards zero. */
const TO_ZERO = 1;

export const alu: TickExecutor<'ALU'> = {
  prepare: ({ fields }, core) =>
    new VectorTask(fields, core, {
      loop: loopOf(fields, core),
      operand: runOperand(fields.shift === 0 ? planeOfCore(core, fields.source) : core.scratch(0), fields),
      cycles: OPS.ALU.cycles.perUnit(fields, core.timing),
    }),
};

/** The function, behind a shift of the source into the scratch area of the operand where there is one. */
function loopOf(
  { function: operator, source: plane, shift, rounding }: OperationOf<'ALU'>['fields'],
  core: CoreState,
): VectorLoop {
  const arithmetic = ARITHMETIC_LOOPS[ARITHMETIC[operator]!];
  if (shift === 0) return arithmetic;
  const source = planeOfCore(core, plane);
  const by = Math.abs(shift);
  const shiftRun = shift > 0 ? shiftLeft : rounding === TO_ZERO ? shiftToZero : shiftDown;
  return (results, held, operand, run) => {
    shiftRun(operand.values, source, run, by);
    arithmetic(results, held, operand, run);
  };
}
