/** Collects the tensors of a network in one little-endian file beside it. */
import type { Tensor } from '../ir/ann.ts';
import type { NetDoubles } from '../read/conversion-schema.ts';
import type { NetIndices, NetTensor, TensorSink } from '../operators/shared/net-form.ts';

type StoredArray = Float32Array | Float64Array | Uint32Array;

/** Lists up to this length stay in the document, where they can be read. */
const LONGEST_INLINE = 4096;

export class SideFileWriter implements TensorSink {
  readonly #name: string;
  readonly #arrays: StoredArray[] = [];
  #length = 0;

  /** @param name how the document calls the file */
  constructor(name: string) {
    this.#name = name;
  }

  tensor({ shape, data }: Tensor): NetTensor {
    return { shape: [...shape], ...this.#store(data), dtype: 'float32' };
  }

  vector(data: Float32Array): NetTensor {
    return this.tensor({ shape: [data.length], data });
  }

  indices(data: Uint32Array): NetIndices {
    return { shape: [data.length], ...this.#store(data), dtype: 'uint32' };
  }

  /** In decimal form, which keeps every bit of a finite double but the sign of zero; long ones in the file. */
  doubles(data: Float64Array): NetDoubles {
    if (data.length <= LONGEST_INLINE) return Array.from(data);
    return { shape: [data.length], ...this.#store(data), dtype: 'float64' };
  }

  #store(array: StoredArray): { file: string; offset: number } {
    const offset = this.#length;
    this.#arrays.push(array);
    this.#length += array.byteLength;
    return { file: this.#name, offset };
  }

  /** The bytes of the file; empty where nothing was stored. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const array of this.#arrays) {
      for (let k = 0; k < array.length; k++, at += array.BYTES_PER_ELEMENT) {
        if (array instanceof Float32Array) view.setFloat32(at, array[k]!, true);
        else if (array instanceof Float64Array) view.setFloat64(at, array[k]!, true);
        else view.setUint32(at, array[k]!, true);
      }
    }
    return bytes;
  }
}
