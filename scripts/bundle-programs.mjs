// Puts the modules of dist/ that a program, a worker or the library takes into few files, dist/bundle: finding and reading up to
// a thousand of them takes longer than all that most commands do. Called by the build, when the other libraries are bundled.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { licencesOf, RULE } from './bundle-libraries.mjs';

/** What is started or imported by name, and the module of dist/ that it is. */
const ENTRIES = {
  snnc: 'bin/snnc.js',
  snnemu: 'bin/snnemu.js',
  'eval-worker': 'bin/commands/eval-worker.js',
  'evidence-worker': 'bin/commands/evidence-worker.js',
  'sweep-worker': 'bin/commands/sweep-worker.js',
  'tune-worker': 'bin/commands/tune-worker.js',
  'sample-worker': 'emulator/parallel/worker.js',
  library: 'library/index.js',
  isa: 'isa/index.js',
  schemas: 'isa/schemas.js',
  compiler: 'compiler/index.js',
  emulator: 'emulator/index.js',
  report: 'report/index.js',
};

/** The library of which most files are read by every command; the others stay packages of their own. */
const BUNDLED = 'zod';

/** @param root of the repository */
export async function bundlePrograms(root) {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const dist = join(root, 'dist');
  const { metafile, warnings } = await build({
    absWorkingDir: dist,
    entryPoints: ENTRIES,
    outdir: join(dist, 'bundle'),
    bundle: true,
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: [
      'node:*',
      ...builtinModules,
      '#platform',
      ...Object.keys(dependencies).filter((name) => name !== BUNDLED),
    ],
    legalComments: 'none',
    metafile: true,
    sourcemap: true,
    logLevel: 'error',
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
  const inputs = Object.keys(metafile.inputs);
  // Of the package, and of what was bundled into a module before.
  const beside = inputs.map((path) => join(dist, `${path}.LICENSES.txt`)).filter((path) => existsSync(path));
  const licences = [licencesOf(dist, inputs), ...beside.map((path) => readFileSync(path, 'utf8'))];
  writeFileSync(join(dist, 'bundle', 'LICENSES.txt'), licences.join(RULE));
}
