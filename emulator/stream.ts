/** A chip without an end, fed tick by tick: input in any tick, spikes to the host as they come, in memory that does not grow. */
import { type Chip, type Counts, ENDLESS_TICKS, fail, isEndless, shapeSize } from '../isa/machine.ts';
import { difference, type EmulatorOptions } from './emulator.ts';
import { LoadedChip } from './loaded.ts';
import type { ChipActivity, LayerActivity } from './machine/activity.ts';
import { type NetworkCounts, STATE_COUNTS } from './machine/counts.ts';
import { stateWorkOf } from './machine/state-work.ts';
import type { InferenceTiming } from './timing/timing.ts';

/** What the host sends to an element of the input in a tick. */
export interface StreamEvent {
  /** NCHW. */
  readonly element: number;
  /** 0 sends nothing. */
  readonly payload: number;
  /** Where it stands in a text, for messages. */
  readonly line?: number;
}

/** Cycles of a stream from its reset on. What is known of single ticks is not kept. */
export type StreamTiming = Pick<
  InferenceTiming,
  'cycles' | 'resetCycles' | 'inputCycles' | 'bound' | 'overrunTicks' | 'overrunCycles'
> & {
  /** Of the longest tick, barriers and waiting included, its input not. */
  readonly longestTickCycles: number;
};

/** What has become of a stream. */
export interface StreamEnd {
  readonly ticks: number;
  /** Absent where timing is `none`. */
  readonly timing?: StreamTiming;
}

/**
 * Runs a chip without an end as long as it is fed: each step is a tick, and states, and packets under way, carry over to the
 * next one until a reset. Memory depends on the chip alone, whatever the number of ticks.
 */
export class ChipStream {
  readonly chip: Chip;
  readonly #loaded: LoadedChip;
  /** Where an element stands in the order in which the host sends: part by part, in box order; -1: nowhere. */
  readonly #rankOf: Int32Array;
  /** Of each part, the rank of its first element, and behind all of them. */
  readonly #firstRank: readonly number[];
  /** By rank. */
  readonly #payloads: Int16Array;
  readonly #due: Uint32Array;
  /** By element, 1 + the number of the last step that had an event for it. */
  readonly #stepOf: Float64Array;
  #steps = 0;
  #fired: number[] = [];
  /** Next tick; undefined before the reset with which a stream begins. */
  #tick: number | undefined;
  /** When it began. */
  #before: NetworkCounts | undefined;
  #longestTickCycles = 0;

  /**
   * @param chip as the loader delivers it, checked
   * @throws E0405 where a program is not one that the loader accepts, E0705 where the kernels cannot have their memory,
   *   E0707 where the chip has an end
   */
  constructor(chip: Chip, { timing, kernels = 'wasm', listener }: EmulatorOptions) {
    if (!isEndless(chip))
      fail(
        'E0707',
        `the chip runs inferences of ${chip.ticks} ticks: it takes no stream`,
        { section: 'chip', path: 'ticks' },
        'give it samples: `snnemu run` or `snnemu eval`',
      );
    this.chip = chip;
    const host = { read: (): void => undefined, spike: (element: number): void => void this.#fired.push(element) };
    this.#loaded = new LoadedChip(chip, { timed: timing === 'cycle', kernels, listener }, host);
    const elements = shapeSize(chip.input.shape);
    this.#rankOf = new Int32Array(elements).fill(-1);
    let rank = 0;
    this.#firstRank = [
      ...this.#loaded.inputs.map((part) => {
        const first = rank;
        for (const element of part.elements) this.#rankOf[element] = rank++;
        return first;
      }),
      rank,
    ];
    this.#payloads = new Int16Array(rank);
    this.#due = new Uint32Array(rank);
    this.#stepOf = new Float64Array(elements);
  }

  /** The tick that the next step runs, counted from the reset. */
  get tick(): number {
    return this.#tick ?? 0;
  }

  /**
   * One tick. The first one, and the first after {@link reset}, begins with the reset of the chip.
   *
   * @param events of the tick, in any order; what no part of the input map covers is not sent
   * @returns elements of the output that fired, NCHW, ascending; valid until the next step
   * @throws E0701 where a payload leaves the proven range, E0708 where an element does not exist or comes twice, E0709 after
   *   {@link ENDLESS_TICKS} ticks. Then the tick has not been run, and nothing has changed.
   */
  step(events: readonly StreamEvent[]): readonly number[] {
    const due = this.#take(events);
    const tick = this.#tick ?? this.#begin();
    if (tick === ENDLESS_TICKS)
      fail(
        'E0709',
        `${ENDLESS_TICKS} ticks since the reset; ticks are counted no further`,
        undefined,
        'reset the chip',
      );
    this.#fired.length = 0;
    this.#send(due, tick);
    const { timer } = this.#loaded;
    const from = timer?.cycles ?? 0;
    this.#loaded.runTick(tick);
    if (timer !== undefined) this.#longestTickCycles = Math.max(this.#longestTickCycles, timer.cycles - from);
    this.#tick = tick + 1;
    return this.#fired.sort((a, b) => a - b);
  }

  /**
   * Ends the stream: the next step begins anew, and what the stream did stands in the counts.
   *
   * @returns undefined where no tick has been run since the last reset
   */
  reset(): StreamEnd | undefined {
    const ticks = this.#tick;
    if (ticks === undefined) return undefined;
    this.#tick = undefined;
    const { counters, timer } = this.#loaded;
    this.#loaded.collect();
    const work = stateWorkOf(this.chip, ticks);
    for (const name of STATE_COUNTS) counters[name] += work[name];
    if (timer === undefined) return { ticks };
    const { cycles, resetCycles, inputCycles, bound, overrunTicks, overrunCycles } = timer.end(
      counters,
      difference(counters, this.#before!),
    );
    const longestTickCycles = this.#longestTickCycles;
    return {
      ticks,
      timing: { cycles, resetCycles, inputCycles, bound, overrunTicks, overrunCycles, longestTickCycles },
    };
  }

  /** Membrane potentials of a layer behind the last tick, NCHW. */
  potential(layer: number): Int32Array {
    return this.#loaded.potential(layer);
  }

  /** Counts of the streams that have ended. */
  counts(): Counts {
    return this.#loaded.counts();
  }

  /** Activity of each layer since construction. */
  layers(): LayerActivity[] {
    return this.#loaded.layers();
  }

  /** Activity of each core and link since construction. */
  activity(): ChipActivity {
    return this.#loaded.activity();
  }

  #begin(): number {
    const { counters, timer, cores } = this.#loaded;
    this.#loaded.collect();
    this.#before = { ...counters };
    this.#longestTickCycles = 0;
    timer?.begin();
    for (const core of cores) core.reset();
    this.#tick = 0;
    return 0;
  }

  /** Checks the events of a tick and puts them in the order in which they are sent; returns their number. */
  #take(events: readonly StreamEvent[]): number {
    const { payloadMin, payloadMax } = this.chip.input;
    const step = ++this.#steps;
    let due = 0;
    for (const { element, payload, line } of events) {
      const place = line === undefined ? {} : { line };
      const rank = this.#rankOf[element];
      if (rank === undefined)
        fail(
          'E0708',
          `element ${element} of an input of ${this.#rankOf.length}`,
          place,
          `name elements from 0 to ${this.#rankOf.length - 1}`,
        );
      if (!Number.isInteger(payload) || payload < payloadMin || payload > payloadMax)
        fail(
          'E0701',
          `payload ${payload} lies outside of the proven range ${payloadMin}..${payloadMax}`,
          { ...place, path: `element ${element}` },
          'quantise the input with the input map of the chip',
        );
      if (this.#stepOf[element] === step)
        fail(
          'E0708',
          `element ${element} has two events in tick ${this.tick}`,
          place,
          'an element has one event in a tick: add their payloads, or leave one out',
        );
      this.#stepOf[element] = step;
      if (payload === 0 || rank < 0) continue;
      this.#payloads[rank] = payload;
      this.#due[due++] = rank;
    }
    this.#due.subarray(0, due).sort();
    return due;
  }

  /** The host sends what is due. Tick 0 begins with it in any case, a later one if there is something to send. */
  #send(due: number, tick: number): void {
    const { inputs, counters, timer } = this.#loaded;
    let next = 0;
    for (let part = 0; part < inputs.length && next < due; part++) {
      const { tree, path } = inputs[part]!;
      const [first, end] = [this.#firstRank[part]!, this.#firstRank[part + 1]!];
      const before = next;
      for (; next < due && this.#due[next]! < end; next++) {
        const rank = this.#due[next]!;
        path.deliver(rank - first, this.#payloads[rank]!, tick);
        timer?.addInput(tree);
      }
      path.count(counters, next - before);
    }
    counters.hostPackets += due;
    if (tick === 0 || due > 0) this.#loaded.endInput(tick);
  }
}
