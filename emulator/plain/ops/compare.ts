/** COMPARE on TypeScript kernels. */
import { OPS } from '../../../isa/machine.ts';
import type { TickExecutor } from '../execution.ts';
import { ComparisonTask } from '../kernels/compare.ts';
import { planeOfCore } from '../planes.ts';
import { runOperand } from '../vector-task.ts';

export const compare: TickExecutor<'COMPARE'> = {
  prepare({ fields }, core) {
    const operand = runOperand(planeOfCore(core, fields.source), fields);
    return new ComparisonTask(fields, operand, core, OPS.COMPARE.cycles.perUnit(fields, core.timing));
  },
};
