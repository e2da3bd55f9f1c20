/** RESETP on TypeScript kernels. */
import { ALWAYS } from '../../../isa/machine.ts';
import type { ResetExecutor } from '../execution.ts';
import { ARITHMETIC_LOOPS } from '../kernels/arithmetic.ts';
import { planeOfCore, storeOf } from '../planes.ts';
import { parameterOperand } from '../vector-task.ts';

export const resetp: ResetExecutor<'RESETP'> = {
  prepare({ fields }, core) {
    const { plane, first, count } = fields;
    const held = planeOfCore(core, plane);
    const store = storeOf(plane, { first, count, when: ALWAYS }, core);
    const operand = parameterOperand(fields, core);
    return {
      execute: () => {
        ARITHMETIC_LOOPS.set(store.results, held, operand, fields);
        store.settle();
      },
    };
  },
};
