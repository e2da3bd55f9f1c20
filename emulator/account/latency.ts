/** Cycles of all inferences, in memory that depends on the chip alone. */
import type { Chip, LatencyRecord, RunRecord } from '../../isa/machine.ts';
import { addBound, type InferenceTiming, newBoundCycles } from '../timing/timing.ts';
import { CriticalAccumulator } from './critical-record.ts';
import { QuantileSketch, type Quantiles } from './statistics.ts';

/** What an inference may take at most. */
export interface Deadline {
  readonly seconds: number;
  /** Whole cycles within it. */
  readonly cycles: number;
}

/** Inferences, and ticks of each position, whose cycles are kept one by one. */
const EXACT_INFERENCES = 65_536;
const EXACT_TICKS = 256;

/** Adds up the timing of inferences. */
export class LatencyAccumulator {
  readonly #chip: Chip;
  readonly #deadline: Deadline | undefined;
  readonly #inference = new QuantileSketch(EXACT_INFERENCES);
  readonly #ticks: readonly QuantileSketch[];
  readonly #bound = newBoundCycles();
  readonly #critical: CriticalAccumulator;
  #overrunTicks = 0;
  #overrunCycles = 0;
  #missed = 0;

  constructor(chip: Chip, deadline: Deadline | undefined) {
    this.#chip = chip;
    this.#deadline = deadline;
    this.#ticks = Array.from({ length: chip.ticks }, () => new QuantileSketch(EXACT_TICKS));
    this.#critical = new CriticalAccumulator(chip);
  }

  /** @param index of the sample */
  add(index: number, timing: InferenceTiming): void {
    const { cycles, tickCycles, bound, overrunTicks, overrunCycles } = timing;
    this.#inference.add(cycles);
    this.#ticks.forEach((sketch, tick) => {
      sketch.add(tickCycles[tick]!);
    });
    addBound(this.#bound, bound);
    this.#critical.add(index, timing);
    this.#overrunTicks += overrunTicks;
    this.#overrunCycles += overrunCycles;
    if (this.#deadline !== undefined && cycles > this.#deadline.cycles) this.#missed++;
  }

  /** Of all inferences. */
  get cycles(): number {
    return this.#inference.sum;
  }

  record(): LatencyRecord {
    const { clockHz, tickCycles } = this.#chip.target.timing;
    const cycles = this.#inference.quantiles();
    const { count, sum } = this.#inference;
    const { worst, critical, perLayer, perTick } = this.#critical.record();
    return {
      cyclesPerInference: { ...cycles },
      secondsPerInference: toSeconds(cycles, clockHz.value),
      perTick: this.#ticks.map((sketch, tick) => ({ ...sketch.quantiles(), ...perTick[tick] })),
      bound: { ...this.#bound },
      ...(worst && { worst }),
      critical,
      perLayer,
      ...(tickCycles && {
        fixedTick: {
          cycles: tickCycles.value,
          overrunTicks: this.#overrunTicks,
          overrunCycles: this.#overrunCycles,
        },
      }),
      inferencesPerSecond: sum === 0 ? 0 : (count * clockHz.value) / sum,
    };
  }

  deadlineRecord(): RunRecord['deadline'] {
    if (this.#deadline === undefined) return undefined;
    const { seconds, cycles } = this.#deadline;
    const { worst } = this.#critical.record();
    return {
      seconds,
      cycles,
      missed: this.#missed,
      ...(worst &&
        this.#missed > 0 && {
          worst: { index: worst.index, cycles: worst.cycles, excessCycles: worst.cycles - cycles },
        }),
    };
  }
}

const toSeconds = ({ median, p99, max }: Quantiles, clockHz: number): Quantiles => ({
  median: median / clockHz,
  p99: p99 / clockHz,
  max: max / clockHz,
});
