/** One sample on a chip, watched while it happens. */
import { computeEnergy } from '../emulator/account/energy.ts';
import { Emulator, requireEnd } from '../emulator/emulator.ts';
import type { TickObserver } from '../emulator/machine/observer.ts';
import { stateWorkOf } from '../emulator/machine/state-work.ts';
import { HopRecorder, type MovedPhase } from '../emulator/trace/hops.ts';
import { platform } from '#platform';
import { type Chip, type Counts, fail, type Sample } from '../isa/index.ts';
import { answerOf, type RunAnswer } from './answer.ts';
import type { OpenChip } from './open.ts';
import { RunAccount } from './run-account.ts';
import { toStimulus } from './stimulus.ts';

/** Hops of a phase that are told, if nothing else is asked for. */
const MOST_HOPS = 1 << 16;

/** How a sample is watched; all may be left out. */
export interface WatchSettings {
  /** Layers whose membrane potentials are told after every tick, by index in the chip; none if absent. */
  readonly potentialsOf?: readonly number[] | undefined;
  /** Hops of a phase that are told at most; 65,536 if absent. */
  readonly mostHops?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Seconds that only grow; `performance.now` if absent. */
  readonly now?: (() => number) | undefined;
}

/** What a core did in a tick. */
export interface CoreWork {
  readonly core: number;
  readonly spikes: number;
  readonly synops: number;
  /** Packets that it injected. */
  readonly packets: number;
}

/** What has been spent since the inference began. */
export interface Spent {
  readonly spikes: number;
  readonly packets: number;
  readonly synops: number;
  readonly latencyCycles: number;
  readonly energyJ: number;
  /** Whether energies are missing that matter. */
  readonly isPartial: boolean;
}

/** A phase of an inference: the input, a tick, or the read-out. */
export interface WatchedPhase extends MovedPhase {
  /** Cycle of the inference in which it began. */
  readonly startCycle: number;
  /** Of every layer, NCHW indices of the neurons that fired, ascending; empty in phases that are no tick. */
  readonly fired: readonly (readonly number[])[];
  /** Of every layer that was asked for, membrane potentials after the tick, NCHW; empty in phases that are no tick. */
  readonly potentials: ReadonlyMap<number, Int32Array>;
  /** Cores that did something in the tick. */
  readonly cores: readonly CoreWork[];
  /** At the end of the phase. Of input and read-out counts are those of the tick that they belong to. */
  readonly spent: Spent;
}

/**
 * Runs one sample with its latency, phase by phase: the input, every tick, the read-out. What is told at the end is what
 * {@link run} gives.
 *
 * @throws DiagnosticError as {@link evaluate}; E0405 for a layer that the chip does not have; whatever `signal` was aborted with
 */
export async function* watch(
  file: OpenChip,
  values: Sample['values'],
  settings: WatchSettings = {},
): AsyncGenerator<WatchedPhase, RunAnswer, void> {
  const { potentialsOf = [], mostHops = MOST_HOPS, signal, now = () => performance.now() / 1000 } = settings;
  const { chip } = file;
  requireEnd(chip);
  requireLayers(chip, potentialsOf);
  const hops = new HopRecorder(chip.target, mostHops);
  const emulator = new Emulator(chip, { timing: 'cycle', listener: hops });
  const teller = new PhaseTeller(chip, emulator, hops);
  const stimulus = toStimulus({ index: 0, shape: chip.input.shape, values }, chip);
  const seen: { fired: number[][]; potentials: Map<number, Int32Array> } = { fired: [], potentials: new Map() };
  const observer: TickObserver = {
    onTick: (_, view) => {
      seen.fired = chip.layers.map((_, layer) => view.fired(layer));
      seen.potentials = new Map(potentialsOf.map((layer) => [layer, view.potential(layer)]));
    },
  };
  const begin = now();
  const ticks = emulator.ticks(stimulus.payloads, observer);
  for (let next = ticks.next(); ; next = ticks.next()) {
    yield* teller.tell(next.done === true ? undefined : seen);
    signal?.throwIfAborted();
    if (next.done !== true) {
      await platform.nextTurn();
      continue;
    }
    const account = new RunAccount(file, { timing: 'cycle' });
    account.add(stimulus, next.value);
    return answerOf(account.record(emulator, now() - begin));
  }
}

function requireLayers({ layers }: Chip, wanted: readonly number[]): void {
  for (const layer of wanted)
    if (layers[layer] === undefined)
      fail(
        'E0405',
        `the chip has no layer ${layer}`,
        { path: 'potentialsOf' },
        `its layers are 0 to ${layers.length - 1}`,
      );
}

/** Puts together what moved and what it cost. */
class PhaseTeller {
  readonly #chip: Chip;
  readonly #emulator: Emulator;
  readonly #hops: HopRecorder;
  #cycles = 0;
  #activeCoreCycles = 0;
  /** That have ended. */
  #ticks = 0;
  #work = new Map<number, CoreWork>();

  constructor(chip: Chip, emulator: Emulator, hops: HopRecorder) {
    this.#chip = chip;
    this.#emulator = emulator;
    this.#hops = hops;
  }

  /** @param seen in the tick with which this ends; undefined: it is the read-out */
  *tell(seen: Pick<WatchedPhase, 'fired' | 'potentials'> | undefined): Generator<WatchedPhase> {
    for (const phase of this.#hops.take()) {
      const startCycle = this.#cycles === 0 ? this.#hops.resetCycles : this.#cycles;
      this.#cycles = startCycle + phase.cycles;
      this.#activeCoreCycles += phase.activeCoreCycles;
      const isTick = phase.kind === 'tick' && seen !== undefined;
      // Input comes before every step, of which a network can have several.
      if (isTick) this.#ticks = phase.tick + 1;
      yield {
        ...phase,
        startCycle,
        fired: isTick ? seen.fired : [],
        potentials: isTick ? seen.potentials : new Map<number, Int32Array>(),
        cores: isTick ? this.#workOfTick() : [],
        spent: this.#spent(),
      };
    }
  }

  #workOfTick(): CoreWork[] {
    const before = this.#work;
    const { cores } = this.#emulator.activity();
    this.#work = new Map(cores.map(({ core, spikes, synops, packets }) => [core, { core, spikes, synops, packets }]));
    return [...this.#work.values()]
      .map(({ core, spikes, synops, packets }) => {
        const past = before.get(core);
        return {
          core,
          spikes: spikes - (past?.spikes ?? 0),
          synops: synops - (past?.synops ?? 0),
          packets: packets - (past?.packets ?? 0),
        };
      })
      .filter(({ spikes, synops, packets }) => spikes + synops + packets > 0);
  }

  #spent(): Spent {
    const { target, cores } = this.#chip;
    const counts = this.#countsSoFar();
    const { jouleTotal: energyJ, partial: isPartial } = computeEnergy(counts, 1, target, this.#cycles, cores.length);
    const { spikes, packets, synops } = counts;
    return { spikes, packets, synops, latencyCycles: this.#cycles, energyJ, isPartial };
  }

  /** The emulator adds core-cycles and the work on states when an inference ends. */
  #countsSoFar(): Counts {
    const counts = this.#emulator.counts();
    const states = Object.entries(stateWorkOf(this.#chip, this.#ticks)).filter(([name]) => name in counts);
    return {
      ...counts,
      ...Object.fromEntries(states),
      activeCoreCycles: this.#activeCoreCycles,
      idleCoreCycles: this.#chip.cores.length * this.#cycles - this.#activeCoreCycles,
    };
  }
}
