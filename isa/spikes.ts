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
    for (const bits of this.#bits) for (let at = 0; at < bits.length; at++) count += setBits(bits[at]!);
    return count;
  }

  /** Forgets all spikes. */
  clear(): void {
    for (const bits of this.#bits) bits.fill(0);
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

  /** Every spike, ordered by layer, index and tick. Ticks are the layer's own: counted from its depth. */
  forEach(visit: (layer: number, index: number, tick: number) => void): void {
    for (let layer = 0; layer < this.#bits.length; layer++) {
      const bits = this.#bits[layer]!;
      const depth = this.layers[layer]!.depth;
      for (let at = 0; at < bits.length; at++) {
        let word = bits[at]! | 0;
        if (word === 0) continue;
        const index = Math.floor(at / this.#wordsPerNeuron);
        const base = (at % this.#wordsPerNeuron) * 32 - depth;
        while (word !== 0) {
          const low = word & -word;
          word ^= low;
          visit(layer, index, base + 31 - Math.clz32(low));
        }
      }
    }
  }
}

const BYTES_PER_SPIKE = 12;
const SPIKES_PER_CHUNK = 1024;

/**
 * SHA-256 over inferences in order, each as its spikes (layer, NCHW index, tick counted from the layer's depth): three
 * little-endian u32 per spike, sorted. It depends neither on where the neurons lie nor on timing.
 */
export class SpikeDigest {
  readonly #hash = createHash('sha256');
  readonly #chunk = new Uint8Array(SPIKES_PER_CHUNK * BYTES_PER_SPIKE);
  readonly #view = new DataView(this.#chunk.buffer);
  #used = 0;

  add(inference: { readonly spikes: SpikeSet }): void {
    inference.spikes.forEach((layer, index, tick) => {
      this.#view.setUint32(this.#used, layer, true);
      this.#view.setUint32(this.#used + 4, index, true);
      this.#view.setUint32(this.#used + 8, tick, true);
      this.#used += BYTES_PER_SPIKE;
      if (this.#used === this.#chunk.length) this.#flush();
    });
  }

  /** The digest so far, as 64 hexadecimal digits; more inferences may follow. */
  hex(): string {
    this.#flush();
    return this.#hash.copy().digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#chunk.subarray(0, this.#used));
    this.#used = 0;
  }
}
