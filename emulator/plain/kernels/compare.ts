/** COMPARE and COMPAREP, which differ in where the operand lies. */
import { CONDITIONS } from '../../../isa/machine.ts';
import type { CoreState, TickTask, UpdateTally } from '../execution.ts';
import { type ConditionalRun, type NeuronRun, type Operand, planeOfCore } from '../planes.ts';

/** Numbers of the field `op`, beside ge (0) and lt (3). */
const [GT, LE] = [1, 2];
/** Number of the field `combine`, beside `set`. */
const OR = 1;

interface ComparisonFields extends ConditionalRun {
  readonly flag: number;
  readonly op: number;
  readonly combine: number;
  readonly plane: number;
}

interface Comparison {
  /** Compares with > instead of ≥. */
  readonly strict: boolean;
  /** Then takes the opposite. */
  readonly inverted: boolean;
  /** Bit of the flag, and bits of the flags that stay. */
  readonly bit: number;
  readonly kept: number;
  /** The condition, as in CONDITIONS. */
  readonly mask: number;
  readonly value: number;
}

export class ComparisonTask implements TickTask {
  readonly #flags: Uint8Array;
  readonly #plane: Int32Array;
  readonly #operand: Operand;
  readonly #run: NeuronRun;
  readonly #comparison: Comparison;
  readonly #cycles: number;

  constructor(fields: ComparisonFields, operand: Operand, core: CoreState, cycles: number) {
    const { flag, op, combine, when } = fields;
    const bit = 1 << flag;
    this.#flags = core.flags;
    this.#plane = planeOfCore(core, fields.plane);
    this.#operand = operand;
    this.#run = { first: fields.first, count: fields.count };
    this.#comparison = {
      strict: op === GT || op === LE,
      inverted: op >= LE,
      bit,
      kept: combine === OR ? 0xff : 0xff ^ bit,
      ...CONDITIONS[when]!,
    };
    this.#cycles = cycles;
  }

  execute(_tick: number, tally: UpdateTally): void {
    compareRun(this.#flags, this.#plane, this.#operand, this.#run, this.#comparison);
    tally.cycles += this.#cycles;
  }
}

function compareRun(
  flags: Uint8Array,
  plane: Int32Array,
  { values, address, period }: Operand,
  { first, count }: NeuronRun,
  { strict, inverted, bit, kept, mask, value }: Comparison,
): void {
  let phase = 0;
  for (let n = first; n < first + count; n++) {
    const held = plane[n]!;
    const other = values[address + phase]!;
    if (++phase === period) phase = 0;
    const before = flags[n]!;
    const holds = (strict ? held > other : held >= other) !== inverted && (before & mask) === value;
    flags[n] = (before & kept) | (holds ? bit : 0);
  }
}
