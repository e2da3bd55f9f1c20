import { platform } from '#platform';
import { shapeSize } from './boxes.ts';
import { swapOnBigEndianHost } from './byte-order.ts';
import type { LayerInfo } from './chip.ts';

/** Words that hold the ticks of one neuron: tick t is bit t mod 32 of word t / 32. */
export const wordsPerNeuron = (ticks: number): number => (ticks + 31) >>> 5;

/** Words that hold the spikes of a layer, neuron after neuron in NCHW order. */
export const spikeWords = (layer: LayerInfo, ticks: number): number => shapeSize(layer.shape) * wordsPerNeuron(ticks);

/** Number of bits that are 1, by adding neighbouring fields. */
export function setBits(word: number): number {
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

  /** Words of a layer, `wordsPerNeuron` of each neuron in NCHW order. */
  bits(layer: number): Uint32Array {
    return this.#bits[layer]!;
  }
}

/** Ticks that a word of bits holds. */
export const TICKS_PER_WORD = 32;
const WORDS_PER_SPIKE = 3;
/** Bytes of a spike in the digest. */
export const SPIKE_BYTES = 4 * WORDS_PER_SPIKE;
const SPIKES_PER_CHUNK = 4096;

/**
 * Lists the spikes of an inference as the digest wants them: {layer, NCHW index, tick counted from the layer's depth} as
 * three little-endian u32, ordered by layer, index and tick.
 *
 * @param take receives the list piece by piece; a piece is valid until it returns
 */
export type SpikeLister = (spikes: SpikeSet, take: (bytes: Uint8Array) => void) => void;

/** A lister in memory of its own, which does not depend on the network. */
export function spikeLister(): SpikeLister {
  const chunk = new Uint32Array(SPIKES_PER_CHUNK * WORDS_PER_SPIKE);
  const bytes = new Uint8Array(chunk.buffer);
  // No word has more spikes than fit behind it.
  const full = chunk.length - TICKS_PER_WORD * WORDS_PER_SPIKE;
  return (spikes, take) => {
    let used = 0;
    const flush = (): void => {
      const list = bytes.subarray(0, 4 * used);
      swapOnBigEndianHost(list, 4);
      take(list);
      used = 0;
    };
    const perNeuron = wordsPerNeuron(spikes.ticks);
    for (let layer = 0; layer < spikes.layers.length; layer++) {
      const bits = spikes.bits(layer);
      const first = TICKS_PER_WORD - 1 - spikes.layers[layer]!.depth;
      const end = first + TICKS_PER_WORD * perNeuron;
      for (let index = 0, at = 0; at < bits.length; index++)
        for (let last = first; last < end; last += TICKS_PER_WORD) {
          let word = bits[at++]! | 0;
          if (used > full) flush();
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
    if (used > 0) flush();
  };
}

/**
 * SHA-256 over inferences in order, each as its spikes (layer, NCHW index, tick counted from the layer's depth): three
 * little-endian u32 per spike, sorted. It depends neither on where the neurons lie nor on timing.
 */
export class SpikeDigest {
  readonly #hash = platform.newSha256();
  readonly #list: SpikeLister;

  /** @param list how the spikes are listed; all listers give the same */
  constructor(list: SpikeLister = spikeLister()) {
    this.#list = list;
  }

  add(inference: { readonly spikes: SpikeSet }): void {
    this.#list(inference.spikes, (bytes) => {
      this.#hash.update(bytes);
    });
  }

  /** The digest so far, as 64 hexadecimal digits; more inferences may follow. */
  hex(): string {
    return this.#hash.hex();
  }
}
