/** How often axons that hear a pooling window are reached, from the counts of what is pooled. */
import type { Shape } from '../../isa/index.ts';

/** Events of such axons: packets that come in one tick are one. */
export class PooledEvents {
  /** Windows that something was sent from. */
  hearing = 0;
  /** Of a spike for every sender, and for every count: no more than ticks. */
  ofSenders = 0;
  ofSpikes = 0;
  readonly #source: Shape;
  readonly #pool: readonly [number, number];
  readonly #pooled: Shape;
  readonly #ticks: number;

  /** @param ticks in which the source may fire */
  constructor(source: Shape, pool: readonly [number, number], pooled: Shape, ticks: number) {
    this.#source = source;
    this.#pool = pool;
    this.#pooled = pooled;
    this.#ticks = ticks;
  }

  /** @param counts of the source, channel-last */
  add(counts: ArrayLike<number>): void {
    const [channels, rows, columns] = this.#pooled;
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++) for (let c = 0; c < channels; c++) this.#addWindow(counts, c, y, x);
  }

  #addWindow(counts: ArrayLike<number>, c: number, y: number, x: number): void {
    const [channels, , width] = this.#source;
    const [height, across] = this.#pool;
    let senders = 0;
    let spikes = 0;
    for (let row = y * height; row < (y + 1) * height; row++)
      for (let column = x * across; column < (x + 1) * across; column++) {
        const count = counts[(row * width + column) * channels + c]!;
        if (count === 0) continue;
        senders++;
        spikes += count;
      }
    if (senders === 0) return;
    this.hearing++;
    this.ofSenders += Math.min(senders, this.#ticks);
    this.ofSpikes += Math.min(spikes, this.#ticks);
  }
}
