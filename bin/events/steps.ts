/** Recordings as a stream: what comes in each tick, one tick after the other, in memory that depends on the input alone. */
import type { StreamEvent } from '../../emulator/index.ts';
import { type Chip, fail, shapeSize, stepsOf } from '../../isa/index.ts';
import type { EventAccount } from './account.ts';
import type { EventBlock } from './event-block.ts';
import { type EventPlaces, placesOf } from './grid.ts';
import type { OpenRecording } from './event-source.ts';
import type { EventOptions } from './options.ts';

/** A tick in which events come, and what is sent in it. */
export interface TickEvents {
  readonly tick: number;
  readonly events: readonly StreamEvent[];
}

/** Counts of payloads that are not the values they stand for. */
export interface PayloadLoss {
  /** Beyond the range of the payloads. */
  limited: number;
  roundedToZero: number;
}

/** Ticks without an event between two that have some: more of them, and the time of the recording is wrong. */
const LONGEST_GAP = 2 ** 24;

/**
 * @param account is told what becomes of the events; those of a step that is over lie outside of its time
 * @throws DiagnosticError E06xx; E0708 where the time goes on by more steps than anybody waits for
 */
export async function* tickEvents(
  recording: OpenRecording,
  chip: Chip,
  options: EventOptions,
  told: { readonly account: EventAccount; readonly loss: PayloadLoss; readonly signal: AbortSignal },
): AsyncGenerator<TickEvents, void, void> {
  const { source, blocks, startUs, assumed = [] } = recording;
  const { account, signal } = told;
  account.assume(assumed);
  const places = placesOf(chip.input.shape, options, recording, source.file);
  account.assumePolarity(options.polarity, places.polarity);
  const adder = new StepAdder(
    chip,
    places,
    { ...options, fromUs: options.fromUs === 'first event' ? (startUs ?? options.fromUs) : options.fromUs },
    told,
  );
  for await (const block of blocks) {
    signal.throwIfAborted();
    account.events += block.count;
    for (let from = 0; from < block.count;) {
      from = adder.take(block, from);
      if (from === block.count) break;
      yield adder.finish(source.file);
    }
  }
  account.longestUs = Math.max(account.longestUs, adder.lastUs - adder.firstUs);
  account.close(source);
  if (adder.hasEvents) yield adder.finish(source.file);
}

/** Adds up the events of a step. */
class StepAdder {
  readonly #chip: Chip;
  readonly #places: EventPlaces;
  readonly #options: EventOptions;
  readonly #account: EventAccount;
  readonly #loss: PayloadLoss;
  readonly #units: Float64Array;
  readonly #area: number;
  readonly #values: Float64Array;
  /** Elements that have a value, or had one. */
  readonly #touched: number[] = [];
  readonly #isTouched: Uint8Array;
  #startUs: number | undefined;
  #step = 0;
  /** That was finished before. */
  #lastStep = 0;
  firstUs = Infinity;
  lastUs = -Infinity;

  constructor(
    chip: Chip,
    places: EventPlaces,
    options: EventOptions,
    { account, loss }: { readonly account: EventAccount; readonly loss: PayloadLoss },
  ) {
    const { shape } = chip.input;
    const size = shapeSize(shape);
    this.#chip = chip;
    this.#places = places;
    this.#options = options;
    this.#account = account;
    this.#loss = loss;
    this.#units = stepsOf(chip.input);
    this.#area = shape[1] * shape[2];
    this.#values = new Float64Array(size);
    this.#isTouched = new Uint8Array(size);
    if (options.fromUs !== 'first event') this.#startUs = options.fromUs;
  }

  get hasEvents(): boolean {
    return this.#touched.length > 0;
  }

  /** Takes events up to the first one of a later step, where some have come in this one; returns which one that is. */
  take({ count, timesUs, x, y, on }: EventBlock, from: number): number {
    const account = this.#account;
    for (let k = from; k < count; k++) {
      const timeUs = timesUs[k]!;
      this.#startUs ??= timeUs;
      const step = Math.floor((timeUs - this.#startUs) / this.#options.dtUs);
      if (step > this.#step) {
        if (this.hasEvents) return k;
        this.#step = step;
      }
      if (timeUs < this.firstUs) this.firstUs = timeUs;
      if (timeUs > this.lastUs) this.lastUs = timeUs;
      if (step < this.#step || step < 0) {
        account.outsideTime++;
        continue;
      }
      const element = this.#places.elementOf(x[k]!, y[k]!, on[k]!);
      if (!account.place(element)) continue;
      this.#values[element]! += this.#places.weightOf(on[k]!);
      if (this.#isTouched[element] === 1) continue;
      this.#isTouched[element] = 1;
      this.#touched.push(element);
    }
    return count;
  }

  /** The events of the step, which is then over. */
  finish(file: string): TickEvents {
    const step = this.#step;
    if (step - this.#lastStep > LONGEST_GAP)
      fail(
        'E0708',
        `the time of the recording goes on by ${step - this.#lastStep} steps without an event that becomes input`,
        { file },
        'choose longer steps (--dt), or where the first one begins (--from)',
      );
    this.#lastStep = step;
    const events: StreamEvent[] = [];
    for (const element of this.#touched) {
      const payload = this.#payloadOf(element);
      if (payload !== 0) events.push({ element, payload });
      this.#values[element] = 0;
      this.#isTouched[element] = 0;
    }
    this.#touched.length = 0;
    this.#step = step + 1;
    return { tick: step * (this.#chip.input.stepTicks ?? 1), events };
  }

  /** As quantiseInput rounds. */
  #payloadOf(element: number): number {
    const { payloadMin, payloadMax } = this.#chip.input;
    let value = this.#values[element]!;
    if (this.#options.values === 'spike' && Math.abs(value) > 1) {
      this.#account.merged += Math.abs(value) - 1;
      value = Math.sign(value);
    }
    if (value === 0) return 0;
    const rounded = Math.floor(value / this.#units[Math.floor(element / this.#area)]! + 0.5);
    const payload = Math.min(payloadMax, Math.max(payloadMin, rounded));
    if (payload !== rounded) this.#loss.limited++;
    else if (payload === 0) this.#loss.roundedToZero++;
    return payload;
  }
}
