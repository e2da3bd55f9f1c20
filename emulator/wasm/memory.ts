/** One WebAssembly memory for everything that the kernels of a chip touch: planned first, made once, never grown. */
import { fail } from '../../isa/index.ts';
import { AREA_PADDING } from '../kernels/records.ts';
import { type Kernels, loadKernels, newMemory, PAGE_BYTES } from './module.ts';

/** Addresses are 32 bit. */
const MOST_BYTES = 2 ** 32 - PAGE_BYTES;

/** Below lies what the compiler of the kernels may use; 0 means "absent" in the records. */
const FIRST_ADDRESS = 1024;

/** A field of a record: byte offset and value. Values of `f64` fields are numbers of their own kind. */
export type Fields = readonly (readonly [offset: number, value: number])[];

/** The memory once it exists. All addresses are those that the plan gave out. */
export interface KernelMemory {
  readonly kernels: Kernels;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  i32(at: number, length: number): Int32Array;
  u32(at: number, length: number): Uint32Array;
  f64(at: number, length: number): Float64Array;
}

/**
 * Gives out addresses, and remembers what shall stand there. `memory.grow` would detach every view, so the memory is
 * made when all addresses are known.
 */
export class MemoryPlan {
  #end = FIRST_ADDRESS;
  readonly #fills: ((memory: KernelMemory) => void)[] = [];

  /**
   * An area of zeros. The {@link AREA_PADDING} bytes behind it belong to nobody.
   *
   * @param align power of two
   */
  reserve(bytes: number, align = 16): number {
    const at = Math.ceil(this.#end / align) * align;
    this.#end = at + bytes + AREA_PADDING;
    return at;
  }

  /** Called once the memory exists. */
  whenBuilt(fill: (memory: KernelMemory) => void): void {
    this.#fills.push(fill);
  }

  /** An area that holds these numbers. */
  place(values: Int32Array | Uint32Array): number {
    const at = this.reserve(4 * values.length);
    this.whenBuilt((memory) => {
      memory.u32(at, values.length).set(values);
    });
    return at;
  }

  /** Sets 32-bit fields of the record at an address. */
  record(at: number, fields: Fields): void {
    this.whenBuilt(({ view }) => {
      for (const [offset, value] of fields) view.setInt32(at + offset, value, true);
    });
  }

  /** Sets a field of 64-bit floating point. */
  float(at: number, value: number): void {
    this.whenBuilt(({ view }) => {
      view.setFloat64(at, value, true);
    });
  }

  /** @throws E0705 where the memory cannot be had */
  build(): KernelMemory {
    const pages = Math.ceil(this.#end / PAGE_BYTES);
    const memory = this.#end <= MOST_BYTES ? newMemory(pages) : undefined;
    if (memory === undefined)
      fail(
        'E0705',
        `the kernels need ${Math.ceil(this.#end / 2 ** 20)} MiB in one piece, which this machine does not give (4,096 MiB at most)`,
        {},
        'run with --kernel ts, which is slower and takes memory in smaller pieces',
      );
    const { buffer } = memory;
    const built: KernelMemory = {
      kernels: loadKernels(memory),
      bytes: new Uint8Array(buffer),
      view: new DataView(buffer),
      i32: (at, length) => new Int32Array(buffer, at, length),
      u32: (at, length) => new Uint32Array(buffer, at, length),
      f64: (at, length) => new Float64Array(buffer, at, length),
    };
    for (const fill of this.#fills) fill(built);
    return built;
  }
}
