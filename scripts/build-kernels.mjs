// Compiles the kernels from AssemblyScript to WebAssembly and writes them as a module, which the code imports like any
// other: nothing has to be found or read at run time, neither from the sources nor from dist/ nor from the package.
// With --check it writes nothing and fails where the module is not what the sources compile to.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = new URL('../emulator/wasm/generated/kernels.ts', import.meta.url);

let bytes;
const { error, stderr } = await asc.main(
  [
    'emulator/kernels/assembly/index.ts',
    ...['--baseDir', root, '--outFile', 'kernels.wasm', '-O3', '--noAssert', '--runtime', 'stub'],
    ...['--importMemory', '--noExportMemory', '--enable', 'simd,threads', '--sharedMemory', '--maximumMemory', '65536'],
  ],
  {
    writeFile: (_, contents) => {
      bytes = contents;
    },
  },
);
if (error) throw new Error(`the kernels do not compile:\n${stderr.toString()}`);

const base64 = Buffer.from(bytes).toString('base64');
const module = `/** The compiled kernels; made by scripts/build-kernels.mjs. */\nexport const KERNELS_BASE64 =\n  '${base64}';\n`;
if (!process.argv.includes('--check')) writeFileSync(file, module);
else if (readFileSync(file, 'utf8') !== module) {
  console.error('emulator/wasm/generated/kernels.ts is not what the sources compile to: npm run build renews it');
  process.exitCode = 1;
}
