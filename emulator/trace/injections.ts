/**
 * When sources inject, worked out from when their flits leave the first buffer. A source has a credit for packet k as soon as
 * packet k - B has left its slot and the credit is back (spec/network.md, "Sources"); so the network need not tell.
 */
import { type Chip, fail, tileCount } from '../../isa/machine.ts';
import type { InjectionSchedule } from '../noc/index.ts';
import { actualEnd } from '../noc/sources.ts';

/** How many ports packets take in a router. */
export class Forks {
  /** Only of the entries with several ports, by tree * routers + router: all others, default routes included, have one. */
  readonly #ports = new Map<number, number>();
  readonly #routers: number;

  constructor({ target, routes }: Chip) {
    this.#routers = tileCount(target);
    for (const { tree, router, ports } of routes) {
      let count = 0;
      for (let bits = ports; bits !== 0; bits &= bits - 1) count++;
      if (count !== 1) this.#ports.set(tree * this.#routers + router, count);
    }
  }

  of(tree: number, router: number): number {
    return this.#ports.get(tree * this.#routers + router) ?? 1;
  }
}

/** The packets of a source in a phase. */
interface Watched {
  readonly schedule: InjectionSchedule;
  /** Outputs of the first router that each packet has not won yet. */
  readonly left: Uint8Array;
  /** Cycle in which each one left its slot. */
  readonly freed: Float64Array;
}

/** Memory depends on the packets of a phase alone. */
export class Injections {
  readonly #forks: Forks;
  readonly #slots: number;
  readonly #creditCycles: number;
  #watched: (Watched | undefined)[] = [];

  constructor({ target }: Chip, forks: Forks) {
    this.#forks = forks;
    this.#slots = target.timing.bufferFlits;
    this.#creditCycles = target.timing.creditCycles.value;
  }

  /** A phase begins. @param watches which of its sources */
  begin(sources: readonly InjectionSchedule[], watches: (source: number) => boolean): void {
    this.#watched = sources.map((schedule, s) => {
      const { count, trees, router } = schedule;
      if (count === 0 || !watches(s)) return undefined;
      const left = Uint8Array.from({ length: count }, (_, item) => this.#forks.of(trees[item]!, router));
      return { schedule, left, freed: new Float64Array(count) };
    });
  }

  /** A packet wins an output. */
  won(router: number, cycle: number, source: number, item: number): void {
    const watched = this.#watched[source];
    if (watched?.schedule.router !== router) return;
    watched.left[item]!--;
    if (watched.left[item] === 0) watched.freed[item] = cycle;
  }

  /**
   * Tells the injections of a source in order, once the phase is over.
   *
   * @param end of the source, as the network says
   * @param told with the cycle in which a packet was due and that in which it entered: it stalled in between
   * @throws E0901 where they do not lead to that end
   */
  tell(source: number, end: number, told: (due: number, entered: number) => void): void {
    const watched = this.#watched[source];
    if (watched === undefined) return;
    const { schedule, freed } = watched;
    const { cycles, count, mode } = schedule;
    let entered = 0;
    for (let item = 0; item < count; item++) {
      let due = cycles[item]!;
      if (item > 0) due = mode === 'queue' ? Math.max(due, entered + 1) : entered + due - cycles[item - 1]!;
      entered = due;
      if (item >= this.#slots) entered = Math.max(due, freed[item - this.#slots]! + this.#creditCycles);
      told(due, entered);
    }
    if (actualEnd(schedule, entered) !== end)
      fail('E0901', `trace: a source ends in cycle ${actualEnd(schedule, entered)}, the network says ${end}`);
  }
}
