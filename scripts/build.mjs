// Builds dist/ from nothing, so that no stale file survives: tsc, then the files that tsc leaves behind.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleLibraries } from './bundle-libraries.mjs';
import { bundlePrograms } from './bundle-programs.mjs';
import { renewLists } from './rooms.mjs';
import { storeHelp } from './store-help.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const folders = ['isa', 'compiler', 'emulator', 'report', 'library', 'bin'];
/** Kinds of file that the code loads as they are; .js and .d.ts are generated code. */
const assets = new Set(['.js', '.json', '.wasm']);

renewLists(false);
await import('./build-kernels.mjs');
rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.build.json')],
  { stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);
await bundleLibraries(root);

for (const folder of folders.filter((name) => existsSync(join(root, name)))) {
  cpSync(join(root, folder), join(dist, folder), {
    recursive: true,
    filter: (path) => !extname(path) || assets.has(extname(path)) || path.endsWith('.d.ts'),
  });
}
await bundlePrograms(root);
await storeHelp(root);
for (const program of ['snnc', 'snnemu']) chmodSync(join(dist, 'bundle', `${program}.js`), 0o755);
