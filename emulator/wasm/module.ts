/** The compiled kernels (assembly). They are part of the code, so that nothing has to be found or read at run time. */
import { platform } from '#platform';
import { KERNELS_BASE64 } from './generated/kernels.ts';

/** The part of the WebAssembly interface that is used; the standard library of the language does not declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: object };
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => WasmMemory;
};

export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** What the module exports. Addresses are those of the memory that it was loaded with. */
export interface Kernels {
  integrate(core: number, tick: number): number;
  update(core: number, tick: number, startCycle: number): void;
  /** Writes the spike words of a FIRE from its history. */
  tellSpikes(fire: number, ticks: number): void;
  /** Lists the spikes of some neurons (record SPIKE_LIST) as three words each; returns where the list ends. */
  listSpikes(list: number, out: number): number;
  /** Tells where the addresses of the scratch areas stand (records/scratch.ts). */
  setScratch(addresses: number): void;

  /** An empty network, time at its beginning. */
  resetNetwork(network: number): void;
  beginPhase(network: number, pauseCycles: number): void;
  beginSource(network: number, router: number, input: number): void;
  continueSource(network: number, router: number, input: number): void;
  /** @returns why it stopped (STOP_… of generated/network-records.ts) */
  runNetwork(network: number, untilCycle: number): number;
  /** @returns 0 or 1 */
  networkIsEmpty(network: number): number;
  lastDelivery(network: number): number;
  lastInjection(source: number): number;
}

/** Bytes of a page of memory. */
export const PAGE_BYTES = 65_536;

/** Compiled once per thread: code is immutable, and what the engine optimises serves all chips. */
let compiled: object | undefined;

/** The compiled module; another thread may use it as well. */
export function kernelModule(): object {
  compiled ??= new WebAssembly.Module(platform.fromBase64(KERNELS_BASE64));
  return compiled;
}

/** The kernels on a memory. */
export function loadKernels(memory: WasmMemory, module: object): Kernels {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
}

/** A memory of that many pages that threads can share; undefined where the machine does not give it. */
export function newMemory(pages: number): WasmMemory | undefined {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
