/** BIAS instructions that the FIREs behind them can do on the way, so that potentials are read and written once. */
import type { BiasOp, FireOp, TickOp } from '../machine/predecode.ts';

/** Neurons that FIRE works on at once: a block of their biases must not begin anew. */
const BLOCK = 16;

/**
 * Finds them. The FIREs must follow the BIAS at once, have its window and cover its neurons, period by period: between
 * them nobody can then see the potentials.
 *
 * @returns per FIRE the BIAS that it does; every BIAS that is in it is done wholly
 */
export function fusedBiases(ops: readonly TickOp[]): ReadonlyMap<FireOp, BiasOp> {
  const fused = new Map<FireOp, BiasOp>();
  ops.forEach((op, k) => {
    if (op.kind !== 'BIAS' || op.period % BLOCK !== 0) return;
    for (const fire of coveringFires(op, ops, k + 1)) fused.set(fire, op);
  });
  return fused;
}

/** The FIREs that cover a BIAS, from instruction `next` on; none where they do not fit. */
function coveringFires(bias: BiasOp, ops: readonly TickOp[], next: number): readonly FireOp[] {
  const fires: FireOp[] = [];
  const end = bias.first + bias.count;
  let covered = bias.first;
  while (covered < end) {
    const op = ops[next++];
    if (op?.kind !== 'FIRE' || op.first !== covered || op.start !== bias.start || op.end !== bias.end) return [];
    if (op.run.period !== bias.period || (covered - bias.first) % bias.period !== 0) return [];
    fires.push(op);
    covered += op.count;
  }
  return covered === end ? fires : [];
}
