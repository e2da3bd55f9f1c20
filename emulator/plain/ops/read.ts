/** READ on TypeScript kernels. */
import type { TickExecutor } from '../execution.ts';

export const read: TickExecutor<'READ'> = {
  prepare({ fields: { first, count, tree } }, core) {
    const { v, context, activity } = core;
    const { counters } = context;
    return {
      read: { tree, count },
      // The packets leave in the read-out phase.
      execute: (_, tally) => {
        for (let k = 0; k < count; k++) context.read(tree, k, v[first + k]!);
        tally.active += count;
        counters.packets += count;
        activity.packets += count;
        counters.hostPackets += count;
        core.pathOf(tree).count(counters, count);
      },
    };
  },
};
