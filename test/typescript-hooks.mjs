// Node's hooks, which a thread of their own runs: how a module is found, and the JavaScript of a TypeScript module.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';

const GLOBALS = new URL('./globals.mjs', import.meta.url).href;
const OPTIONS = {
  swcrc: false,
  module: { type: 'es6' },
  jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
  sourceMaps: 'inline',
};

/** The functions of the test runner are in a module of ours. */
export async function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier === '@jest/globals' ? GLOBALS : specifier, context);
}

/** The test runner adds the time to the address of a test file, so that it can load it again. */
export async function load(url, context, nextLoad) {
  if (!/^file:.*\.ts(\?|$)/.test(url)) return nextLoad(url, context);
  const filename = fileURLToPath(url);
  const { code } = await transform(await readFile(filename, 'utf8'), { ...OPTIONS, filename });
  return { format: 'module', source: code, shortCircuit: true };
}
