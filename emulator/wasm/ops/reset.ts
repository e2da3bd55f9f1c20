/** RESET beside the kernels. */
import { V } from '../../../isa/machine.ts';
import type { ResetLayout } from '../layout.ts';
import { resetPlane } from '../reset-plane.ts';

export const reset: ResetLayout<'RESET'> = {
  prepare({ fields }, image, { context }) {
    const { first, count } = fields;
    return {
      execute: (planes) => {
        planes.forEach((values, plane) => {
          if (plane !== V) values?.fill(0, first, first + count);
        });
        resetPlane(planes, V, fields, image);
        context.counters.resets += count;
      },
    };
  },
};
