/** FIRES on TypeScript kernels. */
import type { OperationOf } from '../../../isa/machine.ts';
import type { CoreState, TickExecutor, TickTask, UpdateTally } from '../execution.ts';
import { ACTIVE, FIRES, IDLE, JudgedFire } from '../judged-fire.ts';
import { type NeuronRun, type Operand, planeOfCore } from '../planes.ts';
import { parameterOperand } from '../vector-task.ts';

class SignedFireTask implements TickTask {
  readonly packets: number;
  readonly #core: CoreState;
  readonly #counts: Int32Array;
  readonly #payloads: Int32Array;
  readonly #operand: Operand;
  readonly #run: NeuronRun;
  readonly #strict: boolean;
  readonly #fire: JudgedFire;

  constructor({ fields }: OperationOf<'FIRES'>, core: CoreState) {
    const { first, count, tree, counter, compare } = fields;
    this.#core = core;
    this.#counts = planeOfCore(core, counter);
    this.#payloads = core.scratch(2);
    this.#operand = parameterOperand(fields, core);
    this.#run = { first, count };
    this.#strict = compare === 1;
    this.#fire = new JudgedFire({ first, count, tree }, core, this.#payloads);
    this.packets = this.#fire.packets;
  }

  execute(tick: number, tally: UpdateTally): void {
    const { v, previous } = this.#core;
    const { states } = this.#fire;
    const counts = this.#counts;
    const payloads = this.#payloads;
    const { values, address, period } = this.#operand;
    const strict = this.#strict;
    const end = this.#run.first + this.#run.count;
    let phase = 0;
    for (let n = this.#run.first; n < end; n++) {
      const potential = v[n]!;
      const threshold = values[address + phase]!;
      if (++phase === period) phase = 0;
      const fires = strict ? potential > threshold : potential >= threshold;
      const sent = fires ? 1 : potential < 0 && counts[n]! > 0 ? -1 : 0;
      payloads[n] = sent;
      states[n] = sent !== 0 ? FIRES : potential === previous[n] ? IDLE : ACTIVE;
      const after = (potential - Math.imul(sent, threshold)) | 0;
      v[n] = after;
      previous[n] = after;
      counts[n]! += sent;
    }
    this.#fire.execute(tick, tally);
  }
}

export const fires: TickExecutor<'FIRES'> = { prepare: (operation, core) => new SignedFireTask(operation, core) };
