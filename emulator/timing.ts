/** How long an inference takes: the cycle-level model of cores, network, barrier and host port (spec/timing.md). */
import { barrierCycles, boxSize, type Chip, fail, localPort, PORT, tileOfCore } from '../isa/index.ts';
import { type Counters, NETWORK_COUNTS, type NetworkCounts, newNetworkCounts } from './counts.ts';
import type { InjectionSchedule, NetworkModel, PhaseTiming } from './noc/index.ts';
import type { CoreRunner } from './runner.ts';

/** Cycles by what bound them. */
export interface BoundCycles {
  integrate: number;
  update: number;
  network: number;
  barrier: number;
  /** Reset, input (its barrier included) and read-out phases. */
  host: number;
}

/** Cycles of one inference; cycles = resetCycles + inputCycles + sum of tickCycles + readoutCycles. */
export interface InferenceTiming {
  readonly cycles: number;
  readonly resetCycles: number;
  /** Barrier included. */
  readonly inputCycles: number;
  /** Barriers included. Valid until the next inference. */
  readonly tickCycles: Uint32Array;
  readonly readoutCycles: number;
  readonly bound: BoundCycles;
}

/** A schedule that is filled anew for each phase. */
interface Schedule extends InjectionSchedule {
  count: number;
  endCycle: number;
}

const LONGEST_PHASE = 2 ** 31 - 1;

/** Times the phases of one inference after the other. */
export class Timer {
  readonly #network: NetworkModel;
  readonly #cores: readonly CoreRunner[];
  readonly #coreSchedules: readonly Schedule[];
  readonly #readSchedules: readonly Schedule[];
  readonly #input: Schedule;
  readonly #barrier: number;
  readonly #resetCycles: number;
  readonly #tickCycles: Uint32Array;
  #bound: BoundCycles = { integrate: 0, update: 0, network: 0, barrier: 0, host: 0 };
  #inputCycles = 0;
  #activeCoreCycles = 0;
  /** What the network says it carried. */
  readonly #carried = newNetworkCounts();

  constructor(chip: Chip, cores: readonly CoreRunner[], network: NetworkModel) {
    const { target } = chip;
    this.#network = network;
    this.#cores = cores;
    this.#barrier = barrierCycles(target);
    this.#resetCycles = Math.max(0, ...cores.map((core) => core.resetCycles));
    this.#tickCycles = new Uint32Array(chip.ticks);
    const port = ({ image }: CoreRunner) => ({
      router: tileOfCore(target, image.core),
      port: localPort(target, image.core),
    });
    this.#coreSchedules = cores.map((core) => ({
      ...port(core),
      count: 0,
      cycles: core.tally.cycle,
      trees: core.tally.tree,
      endCycle: 0,
    }));
    this.#readSchedules = cores
      .filter((core) => core.readOps.length > 0)
      .map((core) => ({
        ...port(core),
        ...steadySchedule(core.readOps.flatMap(({ tree, count }) => Array<number>(count).fill(tree))),
      }));
    const inputs = chip.input.parts.reduce((sum, { box }) => sum + boxSize(box), 0);
    this.#input = {
      router: 0,
      port: PORT.HOST,
      ...steadySchedule(Array<number>(inputs).fill(0)),
      count: 0,
      endCycle: 0,
    };
  }

  /** A new inference begins. */
  begin(): void {
    this.#bound = { integrate: 0, update: 0, network: 0, barrier: 0, host: this.#resetCycles };
    this.#input.count = 0;
    this.#activeCoreCycles = 0;
    Object.assign(this.#carried, newNetworkCounts());
  }

  /** The host sends one more packet. */
  addInput(tree: number): void {
    this.#input.trees[this.#input.count++] = tree;
  }

  /** All input packets are known. */
  endInput(): void {
    this.#input.endCycle = this.#input.count;
    this.#inputCycles = this.#run([this.#input]).endCycles + this.#barrier;
    this.#bound.host += this.#inputCycles;
  }

  /**
   * All cores have updated.
   *
   * @param integrateCycles of each core
   */
  endTick(tick: number, integrateCycles: Float64Array): void {
    let slowest = 0;
    for (let k = 0; k < this.#cores.length; k++) {
      const { tally, image } = this.#cores[k]!;
      const schedule = this.#coreSchedules[k]!;
      if (tally.cycles > LONGEST_PHASE) tooLong(image.core);
      schedule.count = tally.packets;
      schedule.endCycle = tally.cycles;
      const longest = this.#cores[slowest]!;
      const later = tally.cycles - longest.tally.cycles;
      if (later > 0 || (later === 0 && image.core < longest.image.core)) slowest = k;
    }
    const phase = this.#run(this.#coreSchedules);
    for (let k = 0; k < this.#cores.length; k++) this.#activeCoreCycles += phase.sourceEnd[k]!;
    const nominalEnd = this.#cores[slowest]?.tally.cycles ?? 0;
    const integrate = integrateCycles[slowest] ?? 0;
    this.#bound.integrate += integrate;
    this.#bound.update += nominalEnd - integrate;
    this.#bound.network += phase.endCycles - nominalEnd;
    this.#bound.barrier += this.#barrier;
    this.#tickCycles[tick] = phase.endCycles + this.#barrier;
  }

  /**
   * The read-out phase, and the sum.
   *
   * @param counters receives the core-cycles
   * @param caused what the cores and the host caused in this inference; the network must have carried just that
   */
  end(counters: Counters, caused: NetworkCounts): InferenceTiming {
    const readoutCycles = this.#run(this.#readSchedules).endCycles;
    this.#bound.host += readoutCycles;
    let cycles = this.#resetCycles + this.#inputCycles + readoutCycles;
    for (const tickCycles of this.#tickCycles) cycles += tickCycles;
    for (const name of NETWORK_COUNTS)
      if (this.#carried[name] !== caused[name])
        fail('E0901', `the network carried ${this.#carried[name]} ${name}, the cores caused ${caused[name]}`);
    counters.activeCoreCycles += this.#activeCoreCycles;
    counters.idleCoreCycles += this.#cores.length * cycles - this.#activeCoreCycles;
    return {
      cycles,
      resetCycles: this.#resetCycles,
      inputCycles: this.#inputCycles,
      tickCycles: this.#tickCycles,
      readoutCycles,
      bound: this.#bound,
    };
  }

  #run(schedules: readonly InjectionSchedule[]): PhaseTiming {
    const phase = this.#network.runPhase(schedules);
    if (phase.endCycles > LONGEST_PHASE) tooLong();
    this.#carried.deliveries += phase.deliveries;
    this.#carried.east += phase.linkHops.east;
    this.#carried.west += phase.linkHops.west;
    this.#carried.north += phase.linkHops.north;
    this.#carried.south += phase.linkHops.south;
    this.#carried.betweenChipsEastWest += phase.betweenChips.eastWest;
    this.#carried.betweenChipsNorthSouth += phase.betweenChips.northSouth;
    this.#carried.routerTraversals += phase.routerTraversals;
    return phase;
  }
}

/** One packet per cycle from cycle 0. */
function steadySchedule(trees: readonly number[]): Omit<Schedule, 'router' | 'port'> {
  return {
    count: trees.length,
    cycles: Int32Array.from(trees, (_, k) => k),
    trees: Uint32Array.from(trees),
    endCycle: trees.length,
  };
}

function tooLong(core?: number): never {
  return fail(
    'E0105',
    `a phase takes more than ${LONGEST_PHASE} cycles`,
    core === undefined ? {} : { core },
    'use smaller cycle figures in the target, or run with --timing none',
  );
}
