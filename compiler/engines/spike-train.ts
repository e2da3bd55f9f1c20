/** What a layer sent in one window: a bit per neuron and tick (two where spikes are taken back), and the counts. Neurons are numbered channel-last. */
import type { Spikes } from '../ir/neuron.ts';

export class SpikeTrain implements Spikes {
  readonly neurons: number;
  /** Spikes of each neuron in the window, less those that were taken back. */
  readonly counts: Uint16Array;
  /** Whether spikes can be taken back. */
  readonly signed: boolean;
  readonly wordsPerRow: number;
  /** Rows of a tick: spikes, and what is taken back. */
  readonly #rows: number;
  /** Bit n & 31 of word row · wordsPerRow + (n >> 5); empty where only the counts are kept. */
  #words: Uint32Array;
  #takenBack = 0;

  /** @param words memory for the bits, at least `wordsOf(neurons, window, signed)` long, or none */
  constructor(neurons: number, words: Uint32Array, signed = false) {
    this.neurons = neurons;
    this.counts = new Uint16Array(neurons);
    this.signed = signed;
    this.wordsPerRow = Math.ceil(neurons / 32);
    this.#rows = signed ? 2 : 1;
    this.#words = words;
  }

  static wordsOf(neurons: number, window: number, signed = false): number {
    return Math.ceil(neurons / 32) * window * (signed ? 2 : 1);
  }

  /** Spikes that all neurons have taken back: packets that the counts do not show. */
  get takenBack(): number {
    return this.#takenBack;
  }

  /** Nobody has fired in any of so many ticks. */
  clear(window: number): void {
    this.counts.fill(0);
    this.#takenBack = 0;
    this.#words.fill(0, 0, window * this.#rows * this.wordsPerRow);
  }

  /** A neuron fires in a tick, once. */
  add(tick: number, neuron: number): void {
    this.counts[neuron]!++;
    this.#note(tick * this.#rows, neuron);
  }

  /** A neuron takes a spike back in a tick in which it does not fire; of a train that is signed. */
  takeBack(tick: number, neuron: number): void {
    this.counts[neuron]!--;
    this.#takenBack++;
    this.#note(tick * this.#rows + 1, neuron);
  }

  #note(row: number, neuron: number): void {
    this.#words[row * this.wordsPerRow + (neuron >> 5)]! |= 1 << (neuron & 31);
  }

  /** Lists the neurons that fired in a tick, in ascending order; returns how many. */
  list(tick: number, into: Uint32Array): number {
    return this.#listRow(tick * this.#rows, into);
  }

  /** The same of those that took a spike back; of a train that is signed. */
  listTakenBack(tick: number, into: Uint32Array): number {
    return this.#listRow(tick * this.#rows + 1, into);
  }

  #listRow(row: number, into: Uint32Array): number {
    const { wordsPerRow } = this;
    const words = this.#words;
    const from = row * wordsPerRow;
    let count = 0;
    for (let index = 0; index < wordsPerRow; index++) {
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
