// Puts libraries of which little is used into the file of dist/ that takes them, with their licences beside it: who installs
// the package then gets that file, and not 24 MB of packages. Called by the build, when tsc is done.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

/**
 * The queue's libraries call `require` for modules of Node, and try clients of other stores and a package of machine code, which
 * they do without.
 */
const QUEUE = {
  mainFields: ['module', 'main'],
  external: ['@valkey/valkey-glide', 'bullmq-otel', 'msgpackr-extract', 'pg', 'redis'],
  banner: {
    js: "import{createRequire as createRequireOfNode}from'node:module';const require=createRequireOfNode(import.meta.url);",
  },
};

/** Files of dist/ that import such libraries and nothing else. Charts are drawn in browsers, too. */
const FILES = [
  { file: 'report/html/vega.js', platform: 'browser' },
  { file: 'bin/queue/libraries.js', platform: 'node', ...QUEUE },
  { file: 'report/parquet-library.js', platform: 'browser' },
  { file: 'isa/platform/csv-node.js', platform: 'node' },
  { file: 'isa/platform/csv-browser.js', platform: 'browser' },
  { file: 'isa/platform/sha256-browser.js', platform: 'browser' },
];

/** Of `node_modules/d3-array/src/index.js` the folder of the package. */
const packageOf = (path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0];

/** Between two licences. */
export const RULE = `\n${'-'.repeat(80)}\n\n`;

/** Name, version and licence of the packages that a bundle holds. */
export function licencesOf(root, inputs) {
  const folders = [...new Set(inputs.map(packageOf).filter(Boolean))].sort();
  return folders
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each));
      const text = file ? readFileSync(join(root, folder, file), 'utf8').trim() : `License: ${license}`;
      return `${name} ${version}\n\n${text}\n`;
    })
    .join(RULE);
}

/** @param root of the repository */
export async function bundleLibraries(root) {
  for (const { file, ...options } of FILES) {
    const path = join(root, 'dist', file);
    const { metafile, warnings } = await build({
      absWorkingDir: root,
      entryPoints: [path],
      outfile: path,
      allowOverwrite: true,
      bundle: true,
      minify: true,
      format: 'esm',
      ...options,
      target: 'es2022',
      legalComments: 'none',
      metafile: true,
      logLevel: 'error',
    });
    if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
    const inputs = Object.keys(metafile.inputs);
    writeFileSync(join(dirname(path), `${file.split('/').pop()}.LICENSES.txt`), licencesOf(root, inputs));
    if (existsSync(`${path}.map`)) rmSync(`${path}.map`);
  }
}
