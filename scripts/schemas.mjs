// Writes what spec/ takes from the code: the JSON Schemas, and the tables between markers in its documents.
// Run after a build: `npm run build && node scripts/schemas.mjs`. test/spec.test.ts checks that the files are current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const spec = fileURLToPath(new URL('../spec', import.meta.url));
const { describeImageFormat, describeInstructionSet } = await import('../dist/isa/index.js');
const { publishedSchemas } = await import('../dist/isa/schemas.js');
const { netJsonSchema } = await import('../dist/compiler/read/net-schema.js');

/** File in spec/ → JSON Schema. */
const schemas = new Map([...publishedSchemas(), ['net.schema.json', netJsonSchema()]]);
for (const [file, schema] of schemas) writeFileSync(join(spec, file), `${JSON.stringify(schema, null, 2)}\n`);

/** Document in spec/ → name of a generated block → its text. */
const documents = new Map([
  ['image-format.md', describeImageFormat()],
  ['isa.md', describeInstructionSet()],
]);
for (const [file, blocks] of documents) {
  const path = join(spec, file);
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
