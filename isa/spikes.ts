import { createHash } from 'node:crypto';
import { shapeSize } from './boxes.ts';
import type { LayerInfo } from './chip.ts';

/** Words that hold the ticks of one neuron: tick t is bit t mod 32 of word t / 32. */
export const wordsPerNeuron = (ticks: number): number => (ticks + 31) >>> 5;

/** Words that hold the spikes of a layer, neuron after neuron in NCHW order. */
export const spikeWords = (layer: LayerInfo, ticks: number): number => shapeSize(layer.shape) * wordsPerNeuron(ticks);

/** Number of bits that are 1, by adding neighbouring fields. */
function setBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/**
 * The spikes of one inference: a bit per (layer, NCHW index, tick). Its memory depends on the chip alone.
 */
export class SpikeSet {
  readonly layers: readonly LayerInfo[];
  readonly ticks: number;
  readonly #wordsPerNeuron: number;
  readonly #bits: readonly Uint32Array[];

  /** @param bits where the spikes are kept: {@link spikeWords} of each layer; made here where absent */
  constructor(layers: readonly LayerInfo[], ticks: number, bits?: readonly Uint32Array[]) {
    this.layers = layers;
    this.ticks = ticks;
    this.#wordsPerNeuron = wordsPerNeuron(ticks);
    this.#bits = bits ?? layers.map((layer) => new Uint32Array(spikeWords(layer, ticks)));
  }

  /** Number of spikes. */
  get count(): number {
    let count = 0;
    for (let layer = 0; layer < this.#bits.length; layer++) count += this.countOf(layer);
    return count;
  }

  /** Number of spikes of a layer. */
  countOf(layer: number): number {
    const bits = this.#bits[layer]!;
    let count = 0;
    for (let at = 0; at < bits.length; at++) count += setBits(bits[at]!);
    return count;
  }

  /** Forgets all spikes. */
  clear(): void {
    for (const bits of this.#bits) bits.fill(0);
  }

  /** Takes over the spikes of a set of the same chip. */
  copyFrom(other: SpikeSet): void {
    this.#bits.forEach((bits, layer) => {
      bits.set(other.#bits[layer]!);
    });
  }

  /**
   * Adds a spike that is not there yet.
   *
   * @param index NCHW index in the layer
   * @param tick of the chip, 0..ticks-1
   */
  add(layer: number, index: number, tick: number): void {
    this.#bits[layer]![index * this.#wordsPerNeuron + (tick >>> 5)]! |= 1 << (tick & 31);
  }

  /** Whether the neuron fired in that tick of the chip. */
  has(layer: number, index: number, tick: number): boolean {
    const word = this.#bits[layer]![index * this.#wordsPerNeuron + (tick >>> 5)] ?? 0;
    return ((word >>> (tick & 31)) & 1) === 1;
  }

  /** NCHW indices of the neurons of a layer that fired in a tick, ascending. */
  fired(layer: number, tick: number): number[] {
    const indices: number[] = [];
    const neurons = this.#bits[layer]!.length / this.#wordsPerNeuron;
    for (let index = 0; index < neurons; index++) if (this.has(layer, index, tick)) indices.push(index);
    return indices;
  }

  /**
   * Writes every spike as {layer, index, tick}, ordered by layer, index and tick. Ticks are the layer's own: counted from
   * its depth.
   *
   * @param chunk receives the spikes from word `used` on, and again from its start once it is full
   * @param flush called with the words written when there is no room for those of another 32 ticks
   * @returns words in use at the end
   */
  write(chunk: Uint32Array, used: number, flush: (words: number) => void): number {
    const perNeuron = this.#wordsPerNeuron;
    const full = chunk.length - 32 * WORDS_PER_SPIKE;
    for (let layer = 0; layer < this.#bits.length; layer++) {
      const bits = this.#bits[layer]!;
      const first = 31 - this.layers[layer]!.depth;
      const end = first + 32 * perNeuron;
      for (let index = 0, at = 0; at < bits.length; index++)
        for (let last = first; last < end; last += 32) {
          let word = bits[at++]! | 0;
          if (word === 0) continue;
          if (used > full) {
            flush(used);
            used = 0;
          }
          while (word !== 0) {
            const low = word & -word;
            word ^= low;
            chunk[used] = layer;
            chunk[used + 1] = index;
            chunk[used + 2] = last - Math.clz32(low);
            used += WORDS_PER_SPIKE;
          }
        }
    }
    return used;
  }
}

const WORDS_PER_SPIKE = 3;
const SPIKES_PER_CHUNK = 4096;
/** Whether numbers lie in memory as the digest wants them. */
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * SHA-256 over inferences in order, each as its spikes (layer, NCHW index, tick counted from the layer's depth): three
 * little-endian u32 per spike, sorted. It depends neither on where the neurons lie nor on timing.
 */
export class SpikeDigest {
  readonly #hash = createHash('sha256');
  readonly #chunk = new Uint32Array(SPIKES_PER_CHUNK * WORDS_PER_SPIKE);
  readonly #bytes = Buffer.from(this.#chunk.buffer);
  #used = 0;

  add(inference: { readonly spikes: SpikeSet }): void {
    this.#used = inference.spikes.write(this.#chunk, this.#used, (words) => {
      this.#flush(words);
    });
  }

  /** The digest so far, as 64 hexadecimal digits; more inferences may follow. */
  hex(): string {
    this.#flush(this.#used);
    this.#used = 0;
    return this.#hash.copy().digest('hex');
  }

  #flush(words: number): void {
    const bytes = this.#bytes.subarray(0, 4 * words);
    if (!LITTLE_ENDIAN) bytes.swap32();
    this.#hash.update(bytes);
  }
}
