/** RANDOM on TypeScript kernels. */
import { drawn, OPS } from '../../../isa/machine.ts';
import type { TickExecutor } from '../execution.ts';
import type { NeuronRun, Operand } from '../planes.ts';
import { parameterOperand, VectorTask } from '../vector-task.ts';

export const random: TickExecutor<'RANDOM'> = {
  prepare: ({ fields }, core) =>
    new VectorTask(fields, core, {
      loop: (results, _plane, operand, run, tick) => draw(results, operand, run, fields, tick),
      operand: parameterOperand(fields, core),
      cycles: OPS.RANDOM.cycles.perUnit(fields, core.timing),
    }),
};

/** The bits that the mask keeps of a draw of every neuron, whose identity is its operand. */
function draw(
  results: Int32Array,
  { values, address, period }: Operand,
  { first, count }: NeuronRun,
  { seed, mask }: { readonly seed: number; readonly mask: number },
  tick: number,
): void {
  let phase = 0;
  for (let n = first; n < first + count; n++) {
    results[n] = drawn(seed, values[address + phase]!, tick) & mask;
    if (++phase === period) phase = 0;
  }
}
