/** EMIT on TypeScript kernels. */
import { CONDITIONS, isGraded, type OperationOf, ROUNDING } from '../../../isa/machine.ts';
import type { CoreState, TickExecutor, TickTask, UpdateTally } from '../execution.ts';
import { ACTIVE, FIRES, IDLE, JudgedFire } from '../judged-fire.ts';
import { shiftDown, shiftToZero } from '../kernels/arithmetic.ts';
import { type ConditionalRun, planeOfCore } from '../planes.ts';

/** Works out the payloads of a run, by neuron of the core. */
interface Payloads {
  readonly values: Int32Array;
  workOut(): void;
}

class EmitTask implements TickTask {
  readonly packets: number;
  readonly #core: CoreState;
  readonly #run: ConditionalRun;
  readonly #payloads: Payloads | undefined;
  readonly #fire: JudgedFire;

  constructor({ fields }: OperationOf<'EMIT'>, core: CoreState) {
    const { first, count, tree, when } = fields;
    this.#core = core;
    this.#run = { first, count, when };
    this.#payloads = isGraded(fields) ? payloadsOf(fields, core) : undefined;
    this.#fire = new JudgedFire({ first, count, tree }, core, this.#payloads?.values);
    this.packets = this.#fire.packets;
  }

  execute(tick: number, tally: UpdateTally): void {
    const payloads = this.#payloads;
    payloads?.workOut();
    judge(this.#fire.states, this.#core, this.#run, payloads?.values);
    this.#fire.execute(tick, tally);
  }
}

export const emit: TickExecutor<'EMIT'> = { prepare: (operation, core) => new EmitTask(operation, core) };

/** What a plane holds, shifted to the right; a plane that is not shifted is itself. */
function payloadsOf(
  { plane, shift, rounding, first, count }: OperationOf<'EMIT'>['fields'],
  core: CoreState,
): Payloads {
  const held = planeOfCore(core, plane);
  if (shift === 0) return { values: held, workOut: () => undefined };
  const values = core.scratch(2);
  const run = { first, count };
  const shiftRun = ROUNDING[rounding] === 'zero' ? shiftToZero : shiftDown;
  return { values, workOut: () => shiftRun(values, held, run, shift) };
}

/**
 * What stands for the neurons of a run; the update of V ends with it.
 *
 * @param payloads by neuron of the core; 0 is not sent
 */
function judge(
  states: Int32Array,
  { v, previous, flags }: Pick<CoreState, 'v' | 'previous' | 'flags'>,
  { first, count, when }: ConditionalRun,
  payloads: Int32Array | undefined,
): void {
  const { mask, value } = CONDITIONS[when]!;
  for (let n = first; n < first + count; n++) {
    const potential = v[n]!;
    // Without flags in the program there is no condition but `always`, whose mask is 0.
    const holds = mask === 0 || (flags[n]! & mask) === value;
    const fires = holds && payloads?.[n] !== 0;
    states[n] = fires ? FIRES : potential === previous[n] ? IDLE : ACTIVE;
    previous[n] = potential;
  }
}
