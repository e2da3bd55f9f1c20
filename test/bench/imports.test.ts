/** Programs beside the product are not compiled with it: what they import of it must still be there. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const IMPORT = /import\s+\{([^}]*)\}\s+from\s+'(\.[^']*dist\/[^']*)'/g;

interface Import {
  readonly program: string;
  /** The source of what is imported. */
  readonly source: string;
  readonly names: readonly string[];
}

function importsOf(program: string): Import[] {
  const text = readFileSync(program, 'utf8');
  return [...text.matchAll(IMPORT)].map(([, names = '', from = '']) => ({
    program: relative(root, program),
    source: join(root, relative(join(root, 'dist'), resolve(dirname(program), from)).replace(/\.js$/, '.ts')),
    names: names
      .split(',')
      .map((name) => name.trim().split(' as ')[0]!)
      .filter((name) => name !== ''),
  }));
}

const imports = ['bench', 'examples', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mjs'))
    .flatMap((file) => importsOf(join(root, folder, file))),
);

describe('what bench/, examples/ and scripts/ import of the product', () => {
  it('is found by this test', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  it.each(imports)('$program takes $names', async ({ source, names }) => {
    const module = (await import(source)) as Record<string, unknown>;
    expect(names.filter((name) => !(name in module))).toEqual([]);
  });
});
