// Node's hooks, which a thread of their own runs: how a module is found, and the JavaScript of a TypeScript module.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const GLOBALS = new URL('./globals.mjs', import.meta.url).href;
const OPTIONS = {
  swcrc: false,
  module: { type: 'es6' },
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  sourceMaps: 'inline',
};
// Tests start many threads and processes; all but the first find what a module becomes here, by its content.
const KEPT = fileURLToPath(new URL('../node_modules/.cache/typescript/', import.meta.url));
const MADE_BY = JSON.stringify([require('@swc/core/package.json').version, OPTIONS]);
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
  return { format: 'module', source: javaScriptOf(fileURLToPath(url)), shortCircuit: true };
}

function javaScriptOf(filename) {
  const text = readFileSync(filename, 'utf8');
  const name = createHash('sha256').update(MADE_BY).update(filename).update('\0').update(text).digest('hex');
  const kept = join(KEPT, `${name}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    // Loaded only where it is needed.
    const { code } = require('@swc/core').transformSync(text, { ...OPTIONS, filename });
    // Renamed, so that nobody reads half of it.
    const half = `${kept}.${process.pid}.${threadId}`;
    writeFileSync(half, code);
    renameSync(half, kept);
    return code;
  }
}
