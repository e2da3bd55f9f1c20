/** What a layer sent in one window: a bit per neuron and tick, and the counts. Neurons are numbered channel-last. */

export class SpikeTrain {
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

  /** Writes the 32 neurons from 32 · index on. */
  setWord(tick: number, index: number, bits: number): void {
    this.#words[tick * this.wordsPerTick + index] = bits;
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
