/** RESET on TypeScript kernels. */
import { I, V } from '../../../isa/machine.ts';
import { resetRun } from '../../machine/reset-run.ts';
import type { ResetExecutor } from '../execution.ts';
import { normalisers } from '../planes.ts';

export const reset: ResetExecutor<'RESET'> = {
  prepare({ fields }, core) {
    const { v, current, planes, image, context } = core;
    const { first, count } = fields;
    const further = planes.filter((plane, number) => plane !== undefined && number > I);
    const potentials = normalisers(core, fields, ({ plane }) => plane === V);
    return {
      execute: () => {
        resetRun(v, current, image.parameters, fields);
        for (const normalise of potentials) normalise();
        for (const plane of further) plane?.fill(0, first, first + count);
        context.counters.resets += count;
      },
    };
  },
};
