/** Counts what the kernels do: their calls, and the turns of their loops. Nothing of it is in the product. */
import binaryen from 'assemblyscript/binaryen';

/** The part of the WebAssembly interface that is used; the standard library of the language does not declare it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (size: MemorySize) => object;
};

interface MemorySize {
  readonly initial: number;
}

export interface Tally {
  /** Kernel → calls. */
  readonly calls: Record<string, number>;
  /** Kernel → turns of all loops that ran on its behalf. */
  readonly turns: Record<string, number>;
  /** Pages of 64 KiB that were asked for. */
  memoryPages: number;
}

/** The counter of turns, as the instrumented module exports it. */
const COUNTER = 'loop turns';

type Kernel = (...values: readonly number[]) => number | undefined;

/** The same module; a global counts the turns of its loops. */
function instrument(bytes: Uint8Array): Uint8Array {
  const module = binaryen.readBinary(bytes);
  const features = module.getFeatures();
  const text = module.emitText();
  module.dispose();
  const turn = '(global.set $turns (i64.add (global.get $turns) (i64.const 1)))';
  let loops = 0;
  const counted = text
    .replaceAll(/^ *\(loop \S+(?: \((?:result|type) [^)]*\))*$/gm, (head) => (loops++, `${head} ${turn}`))
    .replace(/\)\s*$/, `(global $turns (mut i64) (i64.const 0)) (export "${COUNTER}" (global $turns)))`);
  // A loop in a form that is not known here would go uncounted.
  if (loops !== text.split('(loop').length - 1) throw new Error('budget: not every loop of the kernels is counted');
  const result = binaryen.parseText(counted);
  result.setFeatures(features);
  const binary = result.emitBinary();
  result.dispose();
  return binary;
}

/** Exports that count into a tally. */
function counting(exports: Readonly<Record<string, unknown>>, tally: Tally): Record<string, unknown> {
  const counter = exports[COUNTER] as { readonly value: bigint };
  const kernels = Object.entries(exports).filter((entry): entry is [string, Kernel] => typeof entry[1] === 'function');
  return Object.fromEntries(
    kernels.map(([name, kernel]) => [
      name,
      (...values: readonly number[]) => {
        const before = counter.value;
        const result = kernel(...values);
        tally.calls[name] = (tally.calls[name] ?? 0) + 1;
        tally.turns[name] = (tally.turns[name] ?? 0) + Number(counter.value - before);
        return result;
      },
    ]),
  );
}

/**
 * Makes every WebAssembly module of this thread a counting one from now on: call it before the first emulator is made,
 * since the kernels are compiled once.
 *
 * @returns what starts a new tally, and what makes modules plain ones again
 */
export function countKernels(): { readonly newTally: () => Tally; readonly end: () => void } {
  const { Module, Instance, Memory } = WebAssembly;
  let tally: Tally = { calls: {}, turns: {}, memoryPages: 0 };
  // Functions that return an object stand in for the class that they are called as.
  const stand = (make: (...values: never[]) => object): unknown =>
    function standIn(...values: never[]) {
      return make(...values);
    };
  Object.assign(WebAssembly, {
    Module: stand((bytes: Uint8Array) => new Module(instrument(bytes))),
    Instance: stand((module: object, imports: object) => ({
      exports: counting(new Instance(module, imports).exports, tally),
    })),
    Memory: stand((size: MemorySize) => {
      tally.memoryPages += size.initial;
      return new Memory(size);
    }),
  });
  return {
    newTally: () => (tally = { calls: {}, turns: {}, memoryPages: 0 }),
    end: () => void Object.assign(WebAssembly, { Module, Instance, Memory }),
  };
}
