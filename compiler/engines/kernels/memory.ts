/**
 * The memory of a floating-point engine, which its kernels (assembly/) share with it: planned first, made once, never
 * grown, since growing would detach every view.
 */
import { platform } from '#platform';
import { fail } from '../../../isa/index.ts';
import { KERNELS_BASE64 } from './generated/kernels.ts';

/** The part of the WebAssembly interface that is used; the standard library of the language does not declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: object };
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
};

interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What the module exports; documented in assembly/. All arguments but counts are addresses. */
interface Kernels {
  convolve(plan: number, input: number, weights: number, bias: number, output: number, channels: number): void;
  gather(plan: number, elements: number, values: number, into: number): void;
}

const PAGE_BYTES = 65_536;
/** Addresses are 32 bit. */
const MOST_PAGES = 65_535;
/** Below lies what the compiler of the kernels may use. */
const FIRST_ADDRESS = 1024;
/** Of every array: a vector. */
const ALIGNMENT = 16;
/** Bytes behind every array that belong to nobody, so that kernels can work in whole blocks. */
const PADDING = 64;

/** Compiled once per thread: code is immutable. */
let compiled: object | undefined;

/** An array in the memory: an address at once, and the array itself once the memory is made. */
export interface KernelArray<A> {
  readonly at: number;
  readonly array: A;
}

/** Arrays and kernels of one engine. */
export class KernelMemory {
  #end = FIRST_ADDRESS;
  readonly #planned: ((buffer: ArrayBuffer) => void)[] = [];
  #loaded: Kernels | undefined;

  /** So many doubles, zero unless `fill` writes something else as soon as the memory is made. */
  f64(length: number, fill?: (array: Float64Array) => void): KernelArray<Float64Array> {
    return this.#plan(8 * length, (buffer, at) => new Float64Array(buffer, at, length), fill);
  }

  /** So many words of 32 bit. */
  u32(length: number, fill?: (array: Uint32Array) => void): KernelArray<Uint32Array> {
    return this.#plan(4 * length, (buffer, at) => new Uint32Array(buffer, at, length), fill);
  }

  /**
   * A record of words for a kernel.
   *
   * @param fields byte offset and value of each; addresses are known at once
   * @returns its address
   */
  record(bytes: number, fields: readonly (readonly [offset: number, value: number])[]): number {
    return this.u32(bytes / 4, (words) => {
      for (const [offset, value] of fields) words[offset / 4] = value;
    }).at;
  }

  /** Makes the memory, once all arrays are planned. @throws DiagnosticError E0209 where it cannot be had */
  build(): void {
    const { buffer, kernels } = load(this.#end);
    for (const make of this.#planned) make(buffer);
    this.#planned.length = 0;
    this.#loaded = kernels;
  }

  get kernels(): Kernels {
    return this.#loaded ?? fail('E0901', 'kernels are called before their memory is made');
  }

  #plan<A>(bytes: number, view: (buffer: ArrayBuffer, at: number) => A, write?: (array: A) => void): KernelArray<A> {
    const at = this.#end;
    this.#end = Math.ceil((at + bytes + PADDING) / ALIGNMENT) * ALIGNMENT;
    let array: A | undefined;
    this.#planned.push((buffer) => {
      array = view(buffer, at);
      write?.(array);
    });
    return {
      at,
      get array() {
        return array ?? fail('E0901', 'an array is used before its memory is made');
      },
    };
  }
}

function load(bytes: number): { readonly buffer: ArrayBuffer; readonly kernels: Kernels } {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  try {
    if (pages > MOST_PAGES) throw new RangeError('beyond 32 bit');
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    compiled ??= new WebAssembly.Module(platform.fromBase64(KERNELS_BASE64));
    const kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as Kernels;
    return { buffer: memory.buffer, kernels };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fail(
      'E0209',
      `the network in floating point needs ${Math.ceil(bytes / 2 ** 20)} MiB in one piece, which this machine does not give (4,096 MiB at most)`,
      {},
      'free memory, or build a smaller network',
    );
  }
}
