/** How long an inference takes: the cycle-level model of cores, network, barrier and host port (spec/timing.md). */
import { barrierCycles, boxSize, type Chip, fail, localPort, PORT, tileOfCore, option } from '../../isa/machine.ts';
import { type Counters, NETWORK_COUNTS, type NetworkCounts, newNetworkCounts } from '../machine/counts.ts';
import { CriticalCores, type CriticalShare, type TickBounds } from './critical.ts';
import type { InjectionSchedule, NetworkModel, PhaseTiming } from '../noc/index.ts';
import type { Phase, PhaseListener } from './phases.ts';
import type { CoreRunner } from '../machine/runner.ts';

/** Cycles by what bound them. */
export interface BoundCycles {
  integrate: number;
  update: number;
  network: number;
  barrier: number;
  /** What is left of a tick of fixed length when its work is done. */
  wait: number;
  /** Reset, input (its barrier included) and read-out phases. */
  host: number;
}

export const newBoundCycles = (): BoundCycles => ({
  integrate: 0,
  update: 0,
  network: 0,
  barrier: 0,
  wait: 0,
  host: 0,
});

/** Adds the cycles of `more` to those of `sum`. */
export function addBound(sum: BoundCycles, more: BoundCycles): void {
  sum.integrate += more.integrate;
  sum.update += more.update;
  sum.network += more.network;
  sum.barrier += more.barrier;
  sum.wait += more.wait;
  sum.host += more.host;
}

/** Cycles of one inference; cycles = resetCycles + inputCycles + sum of tickCycles + readoutCycles. */
export interface InferenceTiming {
  readonly cycles: number;
  readonly resetCycles: number;
  /** Of all ticks that begin with input, barriers included. */
  readonly inputCycles: number;
  /** Barriers and waiting included; 0 in ticks that were passed over. Valid until the next inference. */
  readonly tickCycles: Uint32Array;
  readonly readoutCycles: number;
  readonly bound: BoundCycles;
  /** Ticks whose work took longer than the target's fixed tick, and by how many cycles in all; 0 without such a tick. */
  readonly overrunTicks: number;
  readonly overrunCycles: number;
  /** Valid until the next inference. */
  readonly tickBounds: TickBounds;
  /** The same by core and layer, both ascending, without those of no cycles; adds up to bound.integrate and bound.update. */
  readonly criticalShares: readonly CriticalShare[];
}

/** A schedule that is filled anew for each phase; a core in event mode makes its lists larger where there is no room. */
type Schedule = { -readonly [K in keyof InjectionSchedule]: InjectionSchedule[K] };

const LONGEST_PHASE = 2 ** 31 - 1;

/** Times the phases of one inference after the other. */
export class Timer {
  readonly #network: NetworkModel;
  readonly #cores: readonly CoreRunner[];
  readonly #coreSchedules: readonly Schedule[];
  readonly #input: Schedule;
  readonly #inputPhase: Phase;
  readonly #tickPhase: { -readonly [K in keyof Phase]: Phase[K] };
  readonly #readPhase: Phase;
  readonly #listener: PhaseListener | undefined;
  readonly #barrier: number;
  /** Least cycles of a tick; 0: its work alone counts. */
  readonly #fixedTick: number;
  readonly #resetCycles: number;
  readonly #tickCycles: Uint32Array;
  readonly #critical: CriticalCores;
  #bound = newBoundCycles();
  /** Since the inference began. */
  cycles = 0;
  #overrunTicks = 0;
  #overrunCycles = 0;
  #inputCycles = 0;
  /** Cycles of the input with which the present tick begins; those of tick 0 are before it. */
  #lateInputCycles = 0;
  #activeCoreCycles = 0;
  /** What the network says it carried. */
  readonly #carried = newNetworkCounts();

  constructor(chip: Chip, cores: readonly CoreRunner[], network: NetworkModel, listener?: PhaseListener) {
    const { target } = chip;
    this.#listener = listener;
    this.#network = network;
    this.#cores = cores;
    this.#barrier = barrierCycles(target);
    this.#fixedTick = target.timing.tickCycles?.value ?? 0;
    const kept = Math.max(1, chip.ticks); // Of a chip without an end the last tick alone.
    this.#critical = new CriticalCores(cores, kept);
    this.#resetCycles = Math.max(0, ...cores.map((core) => core.resetCycles));
    this.#tickCycles = new Uint32Array(kept);
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
    this.#tickPhase = { kind: 'tick', tick: 0, sources: this.#coreSchedules, cores };
    const readers = cores.filter((core) => core.readRuns.length > 0);
    const readSchedules = readers.map((core) => ({
      ...port(core),
      ...steadySchedule(core.readRuns.flatMap(({ tree, count }) => Array<number>(count).fill(tree))),
    }));
    this.#readPhase = { kind: 'readout', tick: -1, sources: readSchedules, cores: readers };
    const inputs = chip.input.parts.reduce((sum, { box }) => sum + boxSize(box), 0);
    this.#input = {
      router: 0,
      port: PORT.HOST,
      ...steadySchedule(Array<number>(inputs).fill(0)),
      count: 0,
      endCycle: 0,
    };
    this.#inputPhase = { kind: 'input', tick: -1, sources: [this.#input], cores: [] };
  }

  /** A new inference begins. */
  begin(): void {
    this.#bound = { ...newBoundCycles(), host: this.#resetCycles };
    this.#critical.begin();
    this.#tickCycles.fill(0);
    this.cycles = this.#resetCycles;
    this.#overrunTicks = 0;
    this.#overrunCycles = 0;
    this.#input.count = 0;
    this.#inputCycles = 0;
    this.#lateInputCycles = 0;
    this.#activeCoreCycles = 0;
    Object.assign(this.#carried, newNetworkCounts());
    this.#listener?.beginInference(this.#cores, this.#resetCycles);
  }

  /** The cores are about to run a tick. */
  beginTick(tick: number): void {
    this.#listener?.beginTick(tick);
  }

  /** The host sends one more packet. */
  addInput(tree: number): void {
    this.#input.trees[this.#input.count++] = tree;
  }

  /** All input packets of a tick are known. */
  endInput(tick: number): void {
    this.#input.endCycle = this.#input.count;
    const timing = this.#run(this.#inputPhase);
    this.#listener?.endPhase(this.#inputPhase, { timing, barrierCycles: this.#barrier, waitCycles: 0 });
    const cycles = timing.endCycles + this.#barrier;
    this.#inputCycles += cycles;
    this.cycles += cycles;
    this.#bound.host += cycles;
    this.#input.count = 0;
    if (tick > 0) this.#lateInputCycles = cycles;
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
      schedule.cycles = tally.cycle;
      schedule.trees = tally.tree;
      schedule.count = tally.packets;
      schedule.endCycle = tally.cycles;
      const longest = this.#cores[slowest]!;
      const later = tally.cycles - longest.tally.cycles;
      if (later > 0 || (later === 0 && image.core < longest.image.core)) slowest = k;
    }
    this.#tickPhase.tick = tick;
    const phase = this.#run(this.#tickPhase);
    for (let k = 0; k < this.#cores.length; k++) this.#activeCoreCycles += phase.sourceEnd[k]!;
    const nominalEnd = this.#cores[slowest]?.tally.cycles ?? 0;
    const integrate = integrateCycles[slowest] ?? 0;
    this.#attribute(tick, slowest, integrate, nominalEnd - integrate, phase);
  }

  /** @param slowest core with the latest nominal end, and its cycles */
  #attribute(tick: number, slowest: number, integrate: number, update: number, timing: PhaseTiming): void {
    const network = timing.endCycles - integrate - update;
    const work = timing.endCycles + this.#barrier;
    // A tick of fixed length holds the input that it begins with.
    const busy = this.#lateInputCycles + work;
    this.#lateInputCycles = 0;
    const wait = Math.max(0, this.#fixedTick - busy);
    if (this.#fixedTick > 0 && busy > this.#fixedTick) {
      this.#overrunTicks++;
      this.#overrunCycles += busy - this.#fixedTick;
    }
    this.#bound.integrate += integrate;
    this.#bound.update += update;
    this.#bound.network += network;
    this.#bound.barrier += this.#barrier;
    this.#bound.wait += wait;
    const at = tick % this.#tickCycles.length;
    this.#critical.add(at, slowest, integrate, update, network, wait);
    this.#tickCycles[at] = work + wait;
    this.cycles += work + wait;
    this.#listener?.endPhase(this.#tickPhase, {
      timing,
      barrierCycles: this.#barrier,
      waitCycles: wait,
      ...(integrate + update > 0 && {
        critical: { core: this.#cores[slowest]!.image.core, integrateCycles: integrate, updateCycles: update },
      }),
    });
  }

  /**
   * The read-out phase, and the sum.
   *
   * @param counters receives the core-cycles
   * @param caused what the cores and the host caused in this inference; the network must have carried just that
   */
  end(counters: Counters, caused: NetworkCounts): InferenceTiming {
    const readout = this.#run(this.#readPhase);
    this.#listener?.endPhase(this.#readPhase, { timing: readout, barrierCycles: 0, waitCycles: 0 });
    const readoutCycles = readout.endCycles;
    this.#bound.host += readoutCycles;
    const cycles = this.cycles + readoutCycles;
    for (const name of NETWORK_COUNTS)
      if (this.#carried[name] !== caused[name])
        fail('E0901', `the network carried ${this.#carried[name]} ${name}, the cores caused ${caused[name]}`);
    counters.activeCoreCycles += this.#activeCoreCycles;
    counters.idleCoreCycles += this.#cores.length * cycles - this.#activeCoreCycles;
    this.#listener?.endInference(cycles);
    return {
      cycles,
      resetCycles: this.#resetCycles,
      inputCycles: this.#inputCycles,
      tickCycles: this.#tickCycles,
      readoutCycles,
      bound: this.#bound,
      overrunTicks: this.#overrunTicks,
      overrunCycles: this.#overrunCycles,
      tickBounds: this.#critical.ticks,
      criticalShares: this.#critical.shares(),
    };
  }

  #run(of: Phase): PhaseTiming {
    const listener = this.#listener;
    const phase =
      listener?.beginPhase(of) === true
        ? this.#network.runPhase(of.sources, listener.onDelivery, listener.onHop)
        : this.#network.runPhase(of.sources);
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
    `use smaller cycle figures in the target, or run with ${option('timing', 'none')}`,
  );
}
