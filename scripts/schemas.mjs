// Writes what spec/ takes from the code: the JSON Schemas, and the tables between markers in its documents.
// Run after a build: `npm run build && node scripts/schemas.mjs`. Tests check that the files are current.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const isa = await import('../dist/isa/index.js');

/** Schemas that live outside of isa/: [built module, exported zod schema, file in spec/, title]. */
const others = [
  ['compiler/read/net-schema.js', 'netSchema', 'net.schema.json', 'Network description of snnc (net.json)'],
];

const schemas = new Map(isa.isaSchemas());
for (const [module, name, file, title] of others) {
  const path = join(root, 'dist', module);
  if (existsSync(path)) schemas.set(file, isa.publishSchema((await import(path))[name], title));
}
for (const [file, schema] of schemas) writeFileSync(join(root, 'spec', file), `${JSON.stringify(schema, null, 2)}\n`);
const files = [...schemas.keys()].map((file) => join('spec', file));
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'format', '--write', ...files],
  { cwd: root, stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);

/** Documents with generated blocks: file in spec/ → name of the block → text. */
const documents = new Map([['image-format.md', isa.describeImageFormat()]]);

for (const [file, blocks] of documents) {
  const path = join(root, 'spec', file);
  let text = readFileSync(path, 'utf8');
  for (const [name, content] of Object.entries(blocks)) {
    const [start, end] = [`<!-- generated: ${name} -->\n`, `\n<!-- end: ${name} -->`];
    const from = text.indexOf(start) + start.length;
    const to = text.indexOf(end);
    if (from < start.length || to < from) throw new Error(`${path}: the markers of block ${name} are missing`);
    text = text.slice(0, from) + content + text.slice(to);
  }
  writeFileSync(path, text);
}
