import { createHash } from 'node:crypto';
import { shapeSize } from './boxes.ts';
import type { LayerInfo } from './chip.ts';

/**
 * The spikes of one inference: a bit per (layer, NCHW index, tick). Its memory depends on the chip alone.
 */
export class SpikeSet {
  readonly layers: readonly LayerInfo[];
  readonly ticks: number;
  readonly #wordsPerNeuron: number;
  readonly #bits: readonly Uint32Array[];
  #count = 0;

  constructor(layers: readonly LayerInfo[], ticks: number) {
    this.layers = layers;
    this.ticks = ticks;
    this.#wordsPerNeuron = (ticks + 31) >>> 5;
    this.#bits = layers.map(({ shape }) => new Uint32Array(shapeSize(shape) * this.#wordsPerNeuron));
  }

  /** Number of spikes. */
  get count(): number {
    return this.#count;
  }

  /** Forgets all spikes. */
  clear(): void {
    this.#count = 0;
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
    this.#count++;
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
