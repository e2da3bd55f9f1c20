/** The run as a value change dump (IEEE 1364-2005, clause 18): spec/traces.md says what its signals are. */
import type { DeliveryListener, HopListener } from '../noc/index.ts';
import type { Phase, PhaseEnd, PhaseListener } from '../timing/phases.ts';
import type { CoreRunner } from '../machine/runner.ts';
import { isChosen, phaseName, type TraceOptions } from './choice.ts';
import { Forks, Injections } from './injections.ts';
import { ChunkedText, TraceProgress, type TraceSummary } from './output.ts';
import { RouterProbes } from './router-probes.ts';
import { type Timescale, timescale } from './time.ts';
import { Changes, Signals } from './vcd-signals.ts';

/** Values of `phase`. */
export const VCD_PHASE = { reset: 0, input: 1, tick: 2, barrier: 3, wait: 4, readout: 5 } as const;
/** Values of a core's `state`. */
export const VCD_STATE = { idle: 0, reset: 1, integrate: 2, update: 3, stall: 4, send: 5 } as const;

/** Changes of a phase that are kept in memory, for each one that the file may hold. */
const CHANGES_PER_VALUE = 4;

/** Signals of a core. */
interface CoreProbe {
  readonly state: number;
  readonly events: number;
  readonly inject: number;
}

export class VcdTrace implements PhaseListener {
  readonly onHop: HopListener;
  readonly onDelivery: DeliveryListener;
  readonly #options: TraceOptions;
  readonly #text: ChunkedText;
  readonly #progress: TraceProgress;
  readonly #timescale: Timescale;
  readonly #signals = new Signals();
  readonly #changes: Changes;
  readonly #injections: Injections;
  readonly #routers: RouterProbes;
  readonly #cores = new Map<number, CoreProbe>();
  readonly #chip: { readonly inference: number; readonly tick: number; readonly phase: number };
  #runners: readonly CoreRunner[] = [];
  #told = false;
  /** Whether the signals are unknown at the time. */
  #blank = true;
  /** The cycle of the run that the file has reached. */
  #lastCycle = 0;

  constructor(options: TraceOptions) {
    const { chip, sink, limit, cores, routers } = options;
    const signals = this.#signals;
    this.#options = options;
    this.#text = new ChunkedText(sink);
    this.#progress = new TraceProgress(limit);
    this.#timescale = timescale(chip.target.timing.clockHz.value);
    // A change is a value in the file, or cancels against another one: busy ports make two of them in a cycle, and no value.
    this.#changes = new Changes(CHANGES_PER_VALUE * limit);
    signals.scope('chip');
    this.#chip = {
      inference: signals.declare('inference', 32),
      tick: signals.declare('tick', 32),
      phase: signals.declare('phase', 3),
    };
    for (const core of cores) {
      signals.scope(`core_${core}`);
      const state = signals.declare('state', 3);
      this.#cores.set(core, { state, events: signals.declare('events', 32), inject: signals.declare('inject', 1) });
    }
    const forks = new Forks(chip);
    this.#injections = new Injections(chip, forks);
    this.#routers = new RouterProbes(chip, routers, forks, signals, this.#changes);
    this.onHop = (router, port, cycle, source, item) => {
      this.#won(router, port, cycle, source, item);
    };
    const ejectionCycles = chip.target.timing.ejectionCycles.value;
    this.onDelivery = (_tree, source, item, router, port, cycle) => {
      this.#won(router, port, cycle - ejectionCycles, source, item);
    };
    this.#writeHead();
  }

  beginInference(runners: readonly CoreRunner[], resetCycles: number): void {
    const progress = this.#progress;
    this.#runners = runners;
    progress.inference++;
    if (this.#options.ticks.first === 0) {
      progress.enter('reset');
      this.#changes.clear();
      this.#changes.set(0, this.#chip.inference, progress.inference);
      this.#changes.set(0, this.#chip.tick, 0);
      this.#changes.set(0, this.#chip.phase, VCD_PHASE.reset);
      for (const { image, resetCycles: cycles } of runners) this.#busy(image.core, VCD_STATE.reset, 0, cycles);
      if (!progress.isCut) this.#write();
      progress.leave();
    } else this.#hide();
    progress.now += resetCycles;
  }

  beginTick(tick: number): void {
    this.#changes.clear();
    if (this.#progress.isCut || !isChosen(this.#options, { kind: 'tick', tick })) return;
    this.#changes.set(0, this.#chip.tick, tick);
    for (const { image, scheduler } of this.#runners) {
      const probe = this.#cores.get(image.core);
      if (probe !== undefined) this.#changes.set(0, probe.events, scheduler.events(tick % scheduler.slots));
    }
  }

  beginPhase(phase: Phase): boolean {
    if (!isChosen(this.#options, phase)) {
      this.#hide();
      return false;
    }
    this.#progress.enter(phaseName(phase));
    this.#told = !this.#progress.isCut;
    if (!this.#told) return false;
    if (phase.kind !== 'tick') this.#changes.clear();
    this.#changes.set(0, this.#chip.inference, this.#progress.inference);
    this.#changes.set(0, this.#chip.phase, VCD_PHASE[phase.kind]);
    this.#routers.begin(phase.sources);
    this.#injections.begin(phase.sources, (s) => {
      const core = phase.cores[s]?.image.core;
      return this.#routers.has(phase.sources[s]!.router) || (core !== undefined && this.#cores.has(core));
    });
    return true;
  }

  endPhase(phase: Phase, end: PhaseEnd): void {
    const { endCycles, sourceEnd } = end.timing;
    if (this.#told) {
      phase.sources.forEach((_, s) => {
        const core = phase.cores[s];
        if (core !== undefined) this.#work(phase, core, sourceEnd[s]!);
        this.#inject(s, core?.image.core, sourceEnd[s]!, phase.kind === 'tick' ? VCD_STATE.update : VCD_STATE.send);
      });
      for (const { events } of this.#cores.values()) this.#changes.set(endCycles, events, 0);
      if (end.barrierCycles > 0) this.#changes.set(endCycles, this.#chip.phase, VCD_PHASE.barrier);
      if (end.waitCycles > 0) this.#changes.set(endCycles + end.barrierCycles, this.#chip.phase, VCD_PHASE.wait);
      this.#write();
    }
    this.#told = false;
    this.#progress.leave();
    this.#progress.now += endCycles + end.barrierCycles + end.waitCycles;
  }

  endInference(): void {
    // The next one begins in the same cycle.
  }

  /** Ends the file. */
  finish(): TraceSummary {
    if (this.#blank) this.#text.write(this.#time(0));
    else this.#hide();
    this.#text.flush();
    return this.#progress.summary();
  }

  #writeHead(): void {
    const { tool, chip } = this.#options;
    const { text, unitsPerCycle, exact } = this.#timescale;
    const word = (line: string): string => line.replace(/[^\x20-\x23\x25-\x7e]/g, '_');
    const clock = `${chip.target.timing.clockHz.value} Hz`;
    this.#text.write(`$version ${word(tool)} $end\n`);
    this.#text.write(
      `$comment target ${word(chip.target.name)}, clock ${clock}: a cycle is ${exact ? '' : 'about '}${unitsPerCycle} x ${text} $end\n`,
    );
    this.#text.write(`$timescale ${text} $end\n`);
    this.#text.write(this.#signals.head());
    this.#text.write(`#0\n${this.#signals.dumpUnknown('$dumpvars')}`);
  }

  #won(router: number, port: number, cycle: number, source: number, item: number): void {
    this.#changes.reach(cycle);
    this.#injections.won(router, cycle, source, item);
    this.#routers.won(router, port, cycle, source, item);
  }

  #busy(core: number, state: number, from: number, to: number): void {
    const probe = this.#cores.get(core);
    if (probe === undefined || to <= from) return;
    this.#changes.set(from, probe.state, state);
    this.#changes.set(to, probe.state, VCD_STATE.idle);
  }

  #work({ kind }: Phase, { image, layerCycles }: CoreRunner, end: number): void {
    const integrate = kind === 'tick' ? layerCycles.integrate.reduce((sum, cycles) => sum + cycles, 0) : 0;
    this.#busy(image.core, VCD_STATE.integrate, 0, integrate);
    this.#busy(image.core, kind === 'tick' ? VCD_STATE.update : VCD_STATE.send, integrate, end);
  }

  /** @param core none: the host */
  #inject(source: number, core: number | undefined, end: number, state: number): void {
    const probe = core === undefined ? undefined : this.#cores.get(core);
    this.#injections.tell(source, end, (due, entered) => {
      this.#routers.injected(source, entered);
      if (probe === undefined) return;
      this.#changes.pulse(entered, probe.inject);
      if (entered === due) return;
      this.#changes.set(due, probe.state, VCD_STATE.stall);
      this.#changes.set(entered, probe.state, state);
    });
  }

  /** Writes the changes of the phase at hand. */
  #write(): void {
    const progress = this.#progress;
    const signals = this.#signals;
    if (this.#blank) signals.clear();
    const missing = this.#changes.apply(signals, (cycle, changed) => {
      if (changed.size === 0 && !this.#blank) return true;
      // Room is kept for the block that ends the file.
      const needed = this.#blank ? 2 * signals.count : changed.size + signals.count;
      if (!progress.hasRoom(needed)) return false;
      this.#text.write(this.#time(cycle));
      if (this.#blank) this.#text.write(signals.dump('$dumpon'));
      else for (const signal of changed) this.#text.write(signals.line(signal));
      progress.events += this.#blank ? signals.count : changed.size;
      this.#blank = false;
      return true;
    });
    if (missing === Infinity) return;
    progress.cut();
    if (!this.#blank) this.#dumpOff(missing);
    this.#text.write('$comment the limit of value changes is reached $end\n');
  }

  /** What follows was not chosen. */
  #hide(): void {
    if (!this.#blank) this.#dumpOff(0);
  }

  /** The signals are unknown from this cycle of the phase on. */
  #dumpOff(cycle: number): void {
    this.#text.write(this.#time(cycle) + this.#signals.dumpUnknown('$dumpoff'));
    this.#progress.events += this.#signals.count;
    this.#blank = true;
  }

  /** A line with the time of a cycle of the phase at hand; nothing where the file is there already. */
  #time(cycle: number): string {
    const cycleOfRun = this.#progress.now + cycle;
    if (cycleOfRun === this.#lastCycle) return '';
    this.#lastCycle = cycleOfRun;
    return `#${BigInt(cycleOfRun) * BigInt(this.#timescale.unitsPerCycle)}\n`;
  }
}
