/** What is published has its types from what is installed with it: libraries of the build alone stay behind it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Package {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}
const { dependencies, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package;

/** What a file of declarations names, as modules. */
const importsOf = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*(['"])([@\w#.][^'"\s;]*)\1/g)].map(
    (match) => match[2]!,
  );

const packageOf = (name: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0];

/** Files and packages that declarations reach. */
function reach(entries: readonly string[], ending: string): { files: Set<string>; packages: Set<string> } {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    for (const name of importsOf(path)) {
      if (name.startsWith('#') || name.startsWith('node:') || builtinModules.includes(name)) continue;
      if (!name.startsWith('.')) packages.add(packageOf(name));
      else visit(resolve(dirname(path), name.replace(/\.[tj]s$/, ending)));
    }
  };
  for (const entry of entries) visit(join(root, entry));
  return { files, packages };
}

it('declarations that the exports reach name only packages that are installed with it', () => {
  const entries = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.types]));
  const { files, packages } = reach(entries, '.d.ts');
  expect(files.size).toBeGreaterThan(100);
  expect([...packages].filter((name) => dependencies[name] === undefined)).toEqual([]);
  // Those of the programs are not in the package.
  expect([...files].filter((path) => path.startsWith(join(root, 'dist', 'bin')))).toEqual([]);
});

const namedIn = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/(?:^|[;}])\s*(?:import|export)[^;()'"]*["']([^"']+)["']/gm)].map(
    (match) => match[1]!,
  );
const isOfNode = (name: string): boolean => builtinModules.includes(name.replace('node:', ''));

it('the programs are bundled without the packages that are installed with them', () => {
  const bundle = join(root, 'dist', 'bundle');
  const files = readdirSync(bundle, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
  const named = new Set(files.flatMap((path) => namedIn(join(bundle, path))));
  const packages = [...named].filter((name) => !/^[.#]/.test(name) && !isOfNode(name)).map(packageOf);
  expect(packages.filter((name) => dependencies[name] === undefined)).toEqual([]);
  expect(packages.length).toBeGreaterThan(5);
  // But for the one that all commands need.
  expect(packages).not.toContain('zod');
  const licences = readFileSync(join(bundle, 'LICENSES.txt'), 'utf8');
  expect(licences).toMatch(/^zod [\d.]+\n\nMIT License/);
  // Those that were put into a module before.
  for (const name of ['vega-lite', 'vega-scenegraph', 'd3-array', 'vega-util', 'bullmq', 'ioredis', 'msgpackr'])
    expect(licences).toContain(`${name} `);
});

it('what is bundled names no package, and says whose it is', () => {
  for (const file of [
    'report/html/vega.js',
    'bin/queue/libraries.js',
    'isa/platform/csv-node.js',
    'isa/platform/csv-browser.js',
    'isa/platform/sha256-browser.js',
  ]) {
    const path = join(root, 'dist', file);
    expect(namedIn(path).filter((name) => !isOfNode(name))).toEqual([]);
    expect(existsSync(`${path}.LICENSES.txt`)).toBe(true);
  }
});
