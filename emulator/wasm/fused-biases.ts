/** BIAS instructions that the FIREs behind them can do on the way, so that potentials are read and written once. */
import type { OperationOf } from '../../isa/machine.ts';
import { haveSameTicks, type TickInstruction } from '../machine/programs.ts';

/** Neurons that FIRE works on at once: a block of their biases must not begin anew. */
const BLOCK = 16;

type Bias = OperationOf<'BIAS'>;
type Fire = OperationOf<'FIRE'>;

export interface FusedBiases {
  /** The BIAS that a FIRE does. */
  readonly biasOf: ReadonlyMap<Fire, Bias>;
  /** Those that are done so, wholly. */
  readonly done: ReadonlySet<Bias>;
}

/**
 * Finds them. The FIREs must follow the BIAS at once, have its ticks and cover its neurons, period by period: between
 * them nobody can then see the potentials.
 */
export function fusedBiases(instructions: readonly TickInstruction[]): FusedBiases {
  const biasOf = new Map<Fire, Bias>();
  instructions.forEach(({ operation }, k) => {
    if (operation.op !== 'BIAS' || operation.fields.period % BLOCK !== 0) return;
    for (const fire of coveringFires(operation, instructions, k)) biasOf.set(fire, operation);
  });
  return { biasOf, done: new Set(biasOf.values()) };
}

/** The FIREs that cover the BIAS at position `at`; none where they do not fit. */
function coveringFires(bias: Bias, instructions: readonly TickInstruction[], at: number): readonly Fire[] {
  const { first, count, period } = bias.fields;
  const fires: Fire[] = [];
  let covered = first;
  for (let next = at + 1; covered < first + count; next++) {
    const instruction = instructions[next];
    if (instruction?.operation.op !== 'FIRE' || !haveSameTicks(instruction, instructions[at]!)) return [];
    const { fields } = instruction.operation;
    if (fields.first !== covered || fields.period !== period || (covered - first) % period !== 0) return [];
    fires.push(instruction.operation);
    covered += fields.count;
  }
  return covered === first + count ? fires : [];
}
