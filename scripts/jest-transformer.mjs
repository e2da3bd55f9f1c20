// Makes the test runner's JavaScript of a TypeScript module: swc's, plus one line that takes the language's own globals
// once. The runner's sandbox answers every mention of `Math` or `Float64Array` by a call out of the compiled code, so
// that loops are up to sixty times slower in it; constants of the module cost nothing.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import swc from '@swc/jest';

/**
 * The globals of the language, as a context has them to which nothing was added. Those in lower case are left, since
 * modules call things of their own `escape`, and the clock, which a test may replace. A module that declares one of the
 * others itself is a syntax error that names it.
 */
const GLOBALS = runInNewContext('Object.getOwnPropertyNames(globalThis)').filter(
  (name) => /^[A-Z]/.test(name) && name !== 'Date',
);

const self = readFileSync(fileURLToPath(import.meta.url));

/** Declares the globals that a source mentions; stays on the first line, so that all lines keep their numbers. */
function takenGlobals(source) {
  const words = new Set(source.match(/\b[A-Z]\w*\b/g));
  const taken = GLOBALS.filter((name) => words.has(name));
  return taken.length === 0 ? '' : `const { ${taken.join(', ')} } = globalThis; `;
}

export default {
  createTransformer(options) {
    const transformer = swc.createTransformer(options);
    const withGlobals = (source, { code, map }) => ({ code: takenGlobals(source) + code, map });
    return {
      ...transformer,
      process: (source, ...rest) => withGlobals(source, transformer.process(source, ...rest)),
      processAsync: async (source, ...rest) => withGlobals(source, await transformer.processAsync(source, ...rest)),
      getCacheKey: (...args) =>
        createHash('sha1')
          .update(transformer.getCacheKey(...args))
          .update(self)
          .digest('hex'),
    };
  },
};
