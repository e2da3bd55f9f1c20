/** What a layer sent in one window: a bit per neuron and tick, and the counts. Neurons are numbered channel-last. */
import type { Spikes } from '../ir/neuron.ts';

export class SpikeTrain implements Spikes {
  readonly neurons: number;
  /** Spikes of each neuron in the window. */
  readonly counts: Uint16Array;
  readonly wordsPerTick: number;
  /** Bit n & 31 of word tick · wordsPerTick + (n >> 5); empty where only the counts are kept. */
  #words: Uint32Array;

  /** @param words memory for the bits, at least `wordsOf(neurons, window)` long, or none */
  constructor(neurons: number, words: Uint32Array) {
    this.neurons = neurons;
    this.counts = new Uint16Array(neurons);
    this.wordsPerTick = Math.ceil(neurons / 32);
    this.#words = words;
  }

  static wordsOf(neurons: number, window: number): number {
    return Math.ceil(neurons / 32) * window;
  }

  /** Nobody has fired in any of so many ticks. */
  clear(window: number): void {
    this.counts.fill(0);
    this.#words.fill(0, 0, window * this.wordsPerTick);
  }

  /** A neuron fires in a tick, once. */
  add(tick: number, neuron: number): void {
    this.counts[neuron]!++;
    this.#words[tick * this.wordsPerTick + (neuron >> 5)]! |= 1 << (neuron & 31);
  }

  /** Lists the neurons that fired in a tick, in ascending order; returns how many. */
  list(tick: number, into: Uint32Array): number {
    const { wordsPerTick } = this;
    const words = this.#words;
    const from = tick * wordsPerTick;
    let count = 0;
    for (let index = 0; index < wordsPerTick; index++) {
      // Signed, so that all arithmetic on it is that of 32-bit integers.
      let bits = words[from + index]! | 0;
      while (bits !== 0) {
        const lowest = bits & -bits;
        into[count++] = index * 32 + 31 - Math.clz32(lowest);
        bits ^= lowest;
      }
    }
    return count;
  }
}
