/** Recordings as samples: what came in each step on each element. */
import type { Shape } from '../../isa/index.ts';
import type { EventAccount } from './account.ts';
import type { EventBlock } from './event-block.ts';
import { type EventPlaces, placesOf } from './grid.ts';
import type { OpenRecording } from './event-source.ts';
import type { EventOptions } from './options.ts';

/** What a sample is made of. */
export interface Bins {
  readonly steps: number;
  /** Of a step. */
  readonly shape: Shape;
  readonly options: EventOptions;
  readonly account: EventAccount;
  readonly signal: AbortSignal | undefined;
}

interface Binned {
  /** NCHW, step after step. */
  readonly values: Float32Array;
  /** With which the sample ends; absent: with all. */
  readonly steps?: number;
}

/** @throws DiagnosticError E06xx */
export async function binRecording(recording: OpenRecording, bins: Bins): Promise<Binned> {
  const { steps, shape, options, account, signal } = bins;
  const { source, blocks, assumed = [], startUs } = recording;
  const places = placesOf(shape, options, recording, source.file);
  account.assume(assumed);
  account.assumePolarity(options.polarity, places.polarity);
  const size = shape[0] * shape[1] * shape[2];
  const values = new Float32Array(steps * size);
  const adder = new Adder(bins, places, { values, size, startUs });
  for await (const block of blocks) {
    signal?.throwIfAborted();
    adder.add(block);
  }
  account.longestUs = Math.max(account.longestUs, adder.lastUs - adder.firstUs);
  account.close(source);
  if (options.values === 'spike') clip(values, account);
  const { leastSteps } = options;
  if (leastSteps === undefined) return { values };
  const ended = Math.min(steps, Math.max(leastSteps, adder.lastStep + 1));
  account.end(ended);
  return { values, steps: ended };
}

class Adder {
  readonly #bins: Bins;
  readonly #places: EventPlaces;
  readonly #values: Float32Array;
  readonly #size: number;
  #startUs: number | undefined;
  firstUs = Infinity;
  lastUs = -Infinity;
  /** Of the events so far, those before and behind all steps left out. */
  lastStep = -1;

  /** @param into values of all steps, and how many a step has; where the first step begins, if the recording says it */
  constructor(
    bins: Bins,
    places: EventPlaces,
    {
      values,
      size,
      startUs,
    }: { readonly values: Float32Array; readonly size: number; readonly startUs?: number | undefined },
  ) {
    this.#bins = bins;
    this.#places = places;
    this.#values = values;
    this.#size = size;
    const { fromUs } = bins.options;
    this.#startUs = fromUs === 'first event' ? startUs : fromUs;
  }

  add({ count, timesUs, x, y, on }: EventBlock): void {
    const { steps, options, account } = this.#bins;
    account.events += count;
    for (let k = 0; k < count; k++) {
      const timeUs = timesUs[k]!;
      if (timeUs < this.firstUs) this.firstUs = timeUs;
      if (timeUs > this.lastUs) this.lastUs = timeUs;
      this.#startUs ??= timeUs;
      const step = Math.floor((timeUs - this.#startUs) / options.dtUs);
      if (step < 0 || step >= steps) {
        account.outsideTime++;
        continue;
      }
      if (step > this.lastStep) this.lastStep = step;
      const element = this.#places.elementOf(x[k]!, y[k]!, on[k]!);
      if (account.place(element)) this.#values[step * this.#size + element]! += this.#places.weightOf(on[k]!);
    }
  }
}

/** Leaves of each value its sign. */
function clip(values: Float32Array, account: EventAccount): void {
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    if (value >= -1 && value <= 1) continue;
    account.merged += Math.abs(value) - 1;
    values[k] = Math.sign(value);
  }
}
