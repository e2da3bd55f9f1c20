/** One WebAssembly memory for everything that the kernels of a chip touch: planned first, made once, never grown. */
import { fail, option } from '../../isa/machine.ts';
import { AREA_PADDING } from './generated/records.ts';
import { kernelModule, type Kernels, loadKernels, newMemory, PAGE_BYTES, type WasmMemory } from './module.ts';

/** Addresses are 32 bit. */
const MOST_BYTES = 2 ** 32 - PAGE_BYTES;

/** Below lies what the compiler of the kernels may use; 0 means "absent" in the records. */
const FIRST_ADDRESS = 1024;

/** Of every area: a vector. */
const ALIGNMENT = 16;

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

/** Where one of several emulators of a chip finds its memory: constants that all of them read, and states of its own. */
export interface MemoryPart {
  readonly memory: WasmMemory;
  /** The compiled kernels, so that no thread compiles them anew. */
  readonly module: object;
  /** Address of the states. */
  readonly statesAt: number;
}

/** Bytes that have been given out, up to an address. */
interface Region {
  end: number;
}

const wholePages = (bytes: number): number => Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;

/**
 * Gives out addresses, and remembers what shall stand there. `memory.grow` would detach every view, so the memory is
 * made when all addresses are known.
 *
 * *Constants* are what no kernel writes and what names no address: weights, sink tables, parameters. *States* are all
 * else. Several emulators of one chip can lie in one memory: the constants once, the states for each of them. The same
 * chip always gets the same addresses, so that each thread makes its own plan and they agree.
 */
export class MemoryPlan {
  readonly #states: Region;
  readonly #constants: Region;
  readonly #stateFills: ((memory: KernelMemory) => void)[] = [];
  readonly #constantFills: ((memory: KernelMemory) => void)[] = [];

  /** @param statesAt address of the states, a multiple of a page; absent for an emulator that has its memory alone */
  constructor(statesAt?: number) {
    this.#states = { end: statesAt ?? FIRST_ADDRESS };
    this.#constants = statesAt === undefined ? this.#states : { end: FIRST_ADDRESS };
  }

  /**
   * An area of zeros for states. The {@link AREA_PADDING} bytes behind it belong to nobody.
   *
   * @param align power of two
   */
  reserve(bytes: number, align = ALIGNMENT): number {
    return take(this.#states, bytes, align);
  }

  /**
   * An area for constants.
   *
   * @param fill writes them, once for all that share the memory
   */
  reserveConstants(bytes: number, fill: (memory: KernelMemory, at: number) => void): number {
    const at = take(this.#constants, bytes);
    this.#constantFills.push((memory) => {
      fill(memory, at);
    });
    return at;
  }

  /** Called once the memory exists. */
  whenBuilt(fill: (memory: KernelMemory) => void): void {
    this.#stateFills.push(fill);
  }

  /** An area of constants that holds these numbers. */
  place(values: Int32Array | Uint32Array): number {
    return this.reserveConstants(4 * values.length, (memory, at) => {
      memory.u32(at, values.length).set(values);
    });
  }

  /** An area that holds these addresses; they are the states' own, so they cannot be shared. */
  placeAddresses(addresses: Uint32Array): number {
    const at = this.reserve(4 * addresses.length);
    this.whenBuilt((memory) => {
      memory.u32(at, addresses.length).set(addresses);
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

  /**
   * The memory of an emulator that has it alone.
   *
   * @throws E0705 where the memory cannot be had
   */
  build(): KernelMemory {
    const memory = allocate(this.#states.end);
    if (memory === undefined) return refuse(this.#states.end);
    const built = kernelMemory(memory, kernelModule());
    for (const fill of this.#constantFills) fill(built);
    for (const fill of this.#stateFills) fill(built);
    return built;
  }

  /**
   * One memory for several emulators, with the constants in place. For a plan whose states begin at {@link PAGE_BYTES}.
   *
   * @param most parts wanted; there are fewer where they do not all fit, but at least one
   * @throws E0705 where not even one can be had
   */
  buildParts(most: number): MemoryPart[] {
    const firstAt = wholePages(this.#constants.end);
    const bytes = wholePages(this.#states.end - PAGE_BYTES);
    for (let parts = Math.max(1, Math.min(most, Math.floor((MOST_BYTES - firstAt) / bytes))); ; parts--) {
      const memory = allocate(firstAt + parts * bytes);
      if (memory === undefined) {
        if (parts === 1) return refuse(firstAt + bytes);
        continue;
      }
      const module = kernelModule();
      const built = kernelMemory(memory, module);
      for (const fill of this.#constantFills) fill(built);
      return Array.from({ length: parts }, (_, k) => ({ memory, module, statesAt: firstAt + k * bytes }));
    }
  }

  /** The memory of one of several emulators. The plan's states begin at those of the part. */
  attach({ memory, module }: MemoryPart): KernelMemory {
    const built = kernelMemory(memory, module);
    for (const fill of this.#stateFills) fill(built);
    return built;
  }
}

function take(region: Region, bytes: number, align = ALIGNMENT): number {
  const at = Math.ceil(region.end / align) * align;
  region.end = at + bytes + AREA_PADDING;
  return at;
}

const allocate = (bytes: number): WasmMemory | undefined =>
  bytes <= MOST_BYTES ? newMemory(Math.ceil(bytes / PAGE_BYTES)) : undefined;

function refuse(bytes: number): never {
  return fail(
    'E0705',
    `the kernels need ${Math.ceil(bytes / 2 ** 20)} MiB in one piece, which this machine does not give (4,096 MiB at most)`,
    {},
    `run with ${option('kernel', 'ts')}, which is slower and takes memory in smaller pieces`,
  );
}

function kernelMemory(memory: WasmMemory, module: object): KernelMemory {
  const { buffer } = memory;
  return {
    kernels: loadKernels(memory, module),
    bytes: new Uint8Array(buffer),
    view: new DataView(buffer),
    i32: (at, length) => new Int32Array(buffer, at, length),
    u32: (at, length) => new Uint32Array(buffer, at, length),
    f64: (at, length) => new Float64Array(buffer, at, length),
  };
}
