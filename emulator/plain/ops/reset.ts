/** RESET on TypeScript kernels. */
import { vectorSteps } from '../../machine/cycles.ts';
import { resetRun } from '../../machine/reset-run.ts';
import type { ResetExecutor } from '../execution.ts';

export const reset: ResetExecutor<'RESET'> = {
  prepare({ fields }, { v, current, image, timing, context }) {
    return {
      cycles: vectorSteps(fields.count, timing),
      execute: () => {
        resetRun(v, current, image.parameters, fields);
        context.counters.resets += fields.count;
      },
    };
  },
};
