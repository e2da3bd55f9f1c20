// Compiles the kernels from AssemblyScript to WebAssembly and writes them as a module, which the code imports like any
// other: nothing has to be found or read at run time, neither from the sources nor from dist/ nor from the package.
import { writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const OPTIONS = [
  '-O3',
  ...(process.env.KDEBUG ? ['--debug'] : []),
  '--noAssert',
  '--runtime',
  'stub',
  '--importMemory',
  '--noExportMemory',
  '--enable',
  'simd',
];

/** @returns the bytes of the module */
export async function compileKernels() {
  let binary;
  const { error, stderr } = await asc.main(
    [
      'emulator/kernels/assembly/index.ts',
      '--baseDir',
      new URL('..', import.meta.url).pathname,
      '-o',
      'out',
      ...OPTIONS,
    ],
    {
      writeFile: (_, contents) => {
        binary = contents;
      },
    },
  );
  if (error) throw new Error(`the kernels do not compile:\n${stderr.toString()}`);
  return binary;
}

/** @param bytes of the compiled module */
export const kernelModule = (bytes) =>
  `/** The compiled kernels; made by scripts/build-kernels.mjs. */\nexport const KERNELS_BASE64 =\n  '${Buffer.from(bytes).toString('base64')}';\n`;

export const MODULE_FILE = new URL('../emulator/wasm/generated/kernels.ts', import.meta.url);

writeFileSync(MODULE_FILE, kernelModule(await compileKernels()));
