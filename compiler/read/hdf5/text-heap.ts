/** Texts of any length, which HDF5 keeps in collections beside the datasets. */
import { damaged, type Hdf5Bytes } from './bytes.ts';

interface Place {
  readonly start: number;
  readonly length: number;
}

export class TextHeap {
  readonly #file: Hdf5Bytes;
  readonly #collections = new Map<number, ReadonlyMap<number, Place>>();

  constructor(file: Hdf5Bytes) {
    this.#file = file;
  }

  /** @throws DiagnosticError E0202 where there is no such text */
  text(length: number, collection: bigint, index: number): string {
    if (length === 0) return '';
    const address = Number(collection);
    let objects = this.#collections.get(address);
    if (objects === undefined) {
      objects = this.#collectionAt(address);
      this.#collections.set(address, objects);
    }
    const place = objects.get(index);
    if (place === undefined || length > place.length) return damaged(`there is no text ${index}`, address);
    // A short file could name a long text again and again.
    this.#file.spend(length);
    return new TextDecoder().decode(this.#file.part(place.start, length));
  }

  #collectionAt(address: number): Map<number, Place> {
    const file = this.#file;
    file.expect('GCOL', address);
    const end = address + file.u64(address + 8);
    const objects = new Map<number, Place>();
    for (let at = address + 16; at + 16 <= end;) {
      file.spend(1);
      const index = file.u16(at);
      // What is left of a collection.
      if (index === 0) break;
      const length = file.u64(at + 8);
      objects.set(index, { start: at + 16, length });
      at += 16 + 8 * Math.ceil(length / 8);
    }
    return objects;
  }
}
