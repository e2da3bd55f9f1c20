/** RESET on TypeScript kernels. */
import { resetRun } from '../../machine/reset-run.ts';
import type { ResetExecutor } from '../execution.ts';

export const reset: ResetExecutor<'RESET'> = {
  prepare({ fields }, { v, current, image, context }) {
    return {
      execute: () => {
        resetRun(v, current, image.parameters, fields);
        context.counters.resets += fields.count;
      },
    };
  },
};
