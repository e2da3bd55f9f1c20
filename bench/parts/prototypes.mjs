// The throw-away kernels beside the project (../shared/prototypes), as a floor to measure against.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const SOURCE = new URL('../../../shared/prototypes/kernels/kern.ts', import.meta.url);
const PAGES = 4096;
/** Below lies what the compiler uses. */
const FIRST_ADDRESS = 65_536;

/** The compiled prototypes and a memory that is given out in parts; undefined where there are none. */
export async function loadPrototypes() {
  if (!existsSync(SOURCE)) return undefined;
  let bytes;
  const flags = ['--outFile', 'k.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory'];
  const { error, stderr } = await asc.main(
    ['kern.ts', ...flags, '--enable', 'simd,threads', '--sharedMemory', '--maximumMemory', String(PAGES)],
    {
      readFile: (name) => (name.endsWith('kern.ts') ? readFileSync(fileURLToPath(SOURCE), 'utf8') : null),
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm')) bytes = contents;
      },
    },
  );
  if (error) throw new Error(`the prototypes do not compile:\n${stderr.toString()}`);
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  let end = FIRST_ADDRESS;
  /** Copies an array into the memory; its address. Vectors may be read beyond its end. */
  const place = (array) => {
    const at = end;
    end += Math.ceil((array.byteLength + 256) / 64) * 64;
    new array.constructor(memory.buffer, at, array.length).set(array);
    return at;
  };
  return { kernels: exports, place };
}
