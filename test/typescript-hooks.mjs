// Node's hooks, which a thread of their own runs: how a module is found, and the JavaScript of a TypeScript module.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

const GLOBALS = new URL('./globals.mjs', import.meta.url).href;
const OPTIONS = {
  loader: 'ts',
  format: 'esm',
  target: 'es2023',
  sourcemap: 'inline',
  // An import that is not of types is kept, used or not, as the compiler keeps it.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
};
// Tests start many threads and processes; all but the first find what a module becomes here, by its content.
const KEPT = fileURLToPath(new URL('../node_modules/.cache/typescript/', import.meta.url));
const { version } = createRequire(import.meta.url)('esbuild/package.json');
const MADE_BY = JSON.stringify([version, OPTIONS]);
mkdirSync(KEPT, { recursive: true });

/** The functions of the test runner are in a module of ours; what a source imports by "#" is a source, too. */
export async function resolve(specifier, context, nextResolve) {
  if (specifier.startsWith('#') && /\.ts(\?|$)/.test(context.parentURL ?? ''))
    return nextResolve(specifier, { ...context, conditions: ['snnc-sources', ...context.conditions] });
  return nextResolve(specifier === '@jest/globals' ? GLOBALS : specifier, context);
}

/** The test runner adds the time to the address of a test file, so that it can load it again. */
export async function load(url, context, nextLoad) {
  if (!/^file:.*\.ts(\?|$)/.test(url)) return nextLoad(url, context);
  return { format: 'module', source: await javaScriptOf(fileURLToPath(url)), shortCircuit: true };
}

async function javaScriptOf(filename) {
  const text = readFileSync(filename, 'utf8');
  const name = createHash('sha256').update(MADE_BY).update(filename).update('\0').update(text).digest('hex');
  const kept = join(KEPT, `${name}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    // Loaded only where it is needed.
    const { transform } = await import('esbuild');
    const { code } = await transform(text, { ...OPTIONS, sourcefile: filename });
    // Renamed, so that nobody reads half of it.
    const half = `${kept}.${process.pid}.${threadId}`;
    writeFileSync(half, code);
    renameSync(half, kept);
    return code;
  }
}
