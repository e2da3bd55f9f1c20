// Compiles the kernels from AssemblyScript to WebAssembly and writes them as modules, which the code imports like any
// other: nothing has to be found or read at run time, neither from the sources nor from dist/ nor from the package.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
// The constants that the kernels share with TypeScript come first.
import './records.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = ['--enable', 'simd,threads', '--sharedMemory', '--maximumMemory', '65536'];

await compile('emulator/wasm/assembly/index.ts', 'emulator/wasm/generated/kernels.ts', shared);
await compile('compiler/engines/kernels/assembly/index.ts', 'compiler/engines/kernels/generated/kernels.ts', [
  '--enable',
  'simd',
]);

async function compile(source, target, options) {
  let bytes;
  const { error, stderr } = await asc.main(
    [
      source,
      ...['--baseDir', root, '--outFile', 'kernels.wasm', '-O3', '--noAssert', '--runtime', 'stub'],
      ...['--importMemory', '--noExportMemory', ...options],
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
  writeFileSync(new URL(`../${target}`, import.meta.url), module);
}
