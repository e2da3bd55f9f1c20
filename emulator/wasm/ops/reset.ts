/** RESET beside the kernels. */
import { vectorSteps } from '../../machine/cycles.ts';
import { resetRun } from '../../machine/reset-run.ts';
import type { ResetLayout } from '../layout.ts';

export const reset: ResetLayout<'RESET'> = {
  prepare({ fields }, image, { target, context }) {
    return {
      cycles: vectorSteps(fields.count, target.timing),
      execute: (v, current) => {
        resetRun(v, current, image.parameters, fields);
        context.counters.resets += fields.count;
      },
    };
  },
};
