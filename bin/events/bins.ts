/** Recordings as samples: what came in each step on each element. */
import type { Shape } from '../../isa/index.ts';
import type { EventAccount } from './account.ts';
import type { EventBlock } from './event-block.ts';
import { EventGrid } from './grid.ts';
import type { OpenRecording } from './index.ts';
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

/**
 * @returns values, NCHW, step after step
 * @throws DiagnosticError E06xx
 */
export async function binRecording(recording: OpenRecording, bins: Bins): Promise<Float32Array> {
  const { steps, shape, options, account, signal } = bins;
  const { sensor, source, blocks, assumed = [] } = recording;
  const grid = new EventGrid(shape, options, sensor, source.file);
  account.assume(assumed);
  account.assumePolarity(options.polarity, grid.polarity);
  const size = shape[0] * shape[1] * shape[2];
  const values = new Float32Array(steps * size);
  const adder = new Adder(bins, grid, values, size);
  for await (const block of blocks) {
    signal?.throwIfAborted();
    adder.add(block);
  }
  account.longestUs = Math.max(account.longestUs, adder.lastUs - adder.firstUs);
  account.close(source);
  if (options.values === 'spike') clip(values, account);
  return values;
}

class Adder {
  readonly #bins: Bins;
  readonly #grid: EventGrid;
  readonly #values: Float32Array;
  readonly #size: number;
  #startUs: number | undefined;
  firstUs = Infinity;
  lastUs = -Infinity;

  constructor(bins: Bins, grid: EventGrid, values: Float32Array, size: number) {
    this.#bins = bins;
    this.#grid = grid;
    this.#values = values;
    this.#size = size;
    const { fromUs } = bins.options;
    if (fromUs !== 'first event') this.#startUs = fromUs;
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
      const element = this.#grid.elementOf(x[k]!, y[k]!, on[k]!);
      if (account.place(element)) this.#values[step * this.#size + element]! += this.#grid.weightOf(on[k]!);
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
