/** RESET beside the kernels. */
import { resetRun } from '../../machine/reset-run.ts';
import type { ResetLayout } from '../layout.ts';

export const reset: ResetLayout<'RESET'> = {
  prepare({ fields }, image, { context }) {
    return {
      execute: (v, current) => {
        resetRun(v, current, image.parameters, fields);
        context.counters.resets += fields.count;
      },
    };
  },
};
