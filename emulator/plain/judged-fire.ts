/**
 * FIRE of numbers that stand for the potentials, 0 for a neuron that is idle, 1 for one that is active, 2 for one that sends:
 * for instructions that find out themselves who sends what.
 */
import type { CoreState, UpdateTally } from './execution.ts';
import { FireTask } from './fire-task.ts';
import type { NeuronRun } from './planes.ts';

export const IDLE = 0;
export const ACTIVE = 1;
export const FIRES = 2;
const THRESHOLD = { parameters: Int32Array.of(FIRES), address: 0, period: 1 };

export class JudgedFire {
  /** By neuron of the core, of the run at hand: what stands for each. */
  readonly states: Int32Array;
  readonly packets: number;
  readonly #first: number;
  readonly #end: number;
  readonly #zeros: Int32Array;
  readonly #fire: FireTask;

  /** @param payloads of the packets, by neuron of the core; absent: 1 */
  constructor({ first, count, tree }: NeuronRun & { readonly tree: number }, core: CoreState, payloads?: Int32Array) {
    const run = { first, count, tree, ...THRESHOLD, strict: false, subtracts: false, resets: undefined };
    this.states = core.scratch(0);
    // In the place of what the potentials were.
    this.#zeros = core.scratch(1);
    this.#first = first;
    this.#end = first + count;
    this.#fire = new FireTask(run, core, this.states, this.#zeros, payloads);
    this.packets = this.#fire.packets;
  }

  execute(tick: number, tally: UpdateTally): void {
    this.#zeros.fill(0, this.#first, this.#end);
    this.#fire.execute(tick, tally);
  }
}
