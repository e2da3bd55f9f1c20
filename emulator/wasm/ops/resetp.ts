/** RESETP beside the kernels. */
import type { ResetLayout } from '../layout.ts';
import { resetPlane } from '../reset-plane.ts';

export const resetp: ResetLayout<'RESETP'> = {
  prepare({ fields }, image) {
    return {
      execute: (planes) => {
        resetPlane(planes, fields.plane, fields, image);
      },
    };
  },
};
