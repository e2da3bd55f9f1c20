/** A table of a FlatBuffer that stands behind its size, read with every offset checked. */

/** What is wrong, at a byte. */
export type FlatFault = (message: string, at: number) => never;

const PREFIX_BYTES = 4;

export class FlatTable {
  readonly #view: DataView;
  readonly #fault: FlatFault;
  readonly #at: number;
  readonly #fields: number;
  readonly #fieldsBytes: number;

  /** @param bytes size, offset of the table, four letters, and what they lead to */
  constructor(bytes: Uint8Array, fault: FlatFault) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#fault = fault;
    this.#at = PREFIX_BYTES + this.#unsigned(PREFIX_BYTES);
    this.#fields = this.#at - this.#read(this.#at, 4, () => this.#view.getInt32(this.#at, true));
    this.#fieldsBytes = this.#short(this.#fields);
  }

  /** The four letters that say what the table is; empty where there are none. */
  static identifier(bytes: Uint8Array): string {
    return Buffer.from(bytes.subarray(8, 12)).toString('latin1');
  }

  int32(field: number, absent: number): number {
    const at = this.#place(field);
    return at === undefined ? absent : this.#read(at, 4, () => this.#view.getInt32(at, true));
  }

  int64(field: number, absent: number): number {
    const at = this.#place(field);
    return at === undefined ? absent : this.#read(at, 8, () => Number(this.#view.getBigInt64(at, true)));
  }

  text(field: number): string {
    const found = this.vector(field, 1);
    return found === undefined
      ? ''
      : Buffer.from(this.#view.buffer, this.#view.byteOffset + found.at, found.count).toString('utf8');
  }

  /** Where the elements of a vector begin, and how many there are; undefined where it is absent. */
  vector(field: number, elementBytes: number): { readonly at: number; readonly count: number } | undefined {
    const place = this.#place(field);
    if (place === undefined) return undefined;
    const vector = place + this.#unsigned(place);
    const count = this.#unsigned(vector);
    const at = vector + 4;
    if (at + count * elementBytes > this.#view.byteLength)
      this.#fault(`a vector of ${count} elements reaches beyond its buffer`, vector);
    return { at, count };
  }

  #place(field: number): number | undefined {
    const entry = 4 + 2 * field;
    if (entry + 2 > this.#fieldsBytes) return undefined;
    const offset = this.#short(this.#fields + entry);
    return offset === 0 ? undefined : this.#at + offset;
  }

  #unsigned(at: number): number {
    return this.#read(at, 4, () => this.#view.getUint32(at, true));
  }

  #short(at: number): number {
    return this.#read(at, 2, () => this.#view.getUint16(at, true));
  }

  #read(at: number, bytes: number, read: () => number): number {
    if (at < 0 || at + bytes > this.#view.byteLength) this.#fault('an offset leads out of the buffer', at);
    return read();
  }
}
