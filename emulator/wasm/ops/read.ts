/** READ as a record for the kernels, which copy the potentials; the packets leave in the read-out phase. */
import type { TickLayout } from '../layout.ts';
import type { FieldTable } from '../records/table.ts';

const FIELDS = {
  COPY_AT: ['usize', 'Where the potentials of the run are copied to.'],
} as const satisfies FieldTable;

export const read: TickLayout<'READ', keyof typeof FIELDS> = {
  fields: FIELDS,
  layOut({ fields: { count, tree } }, { core: { shared, activity, pathOf } }) {
    const { plan, context } = shared;
    const { counters } = context;
    const path = pathOf(tree);
    const copyAt = plan.reserve(4 * count);
    return {
      own: { COPY_AT: copyAt },
      read: { tree, count },
      afterUpdate: (memory) => {
        const potentials = memory.i32(copyAt, count);
        for (let k = 0; k < count; k++) context.read(tree, k, potentials[k]!);
        counters.neuronUpdatesActive += count;
        counters.packets += count;
        activity.packets += count;
        counters.hostPackets += count;
        path.count(counters, count);
      },
    };
  },
};
