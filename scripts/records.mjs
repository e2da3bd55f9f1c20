// Writes the constants that TypeScript and AssemblyScript share: where each field of a record lies, from the tables in
// emulator/wasm/records/ and compiler/engines/kernels/records.ts; the scratch areas of the kernels; and which kernel
// executes which instruction. With --check it writes nothing and fails where a file is not what the tables say.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import '../test/typescript.mjs';
import { dispatchOf } from './kernel-dispatch.mjs';

const WIDTHS = { u32: 4, i32: 4, usize: 4, u64: 8, i64: 8, f64: 8 };

/** Places of the fields of a table from byte `from` on, each at a multiple of its width. */
function place(fields, from) {
  let end = from;
  let widest = 4;
  const places = Object.entries(fields).map(([name, [type, says, count = 1]]) => {
    const width = WIDTHS[type];
    const at = Math.ceil(end / width) * width;
    end = at + width * count;
    widest = Math.max(widest, width);
    return { name, at, type, says, count, end };
  });
  return { places, end, widest };
}

/** The fields of a record and of its variants, and its size: a multiple of its widest field. */
export function layOut({ fields, variants = {} }) {
  const own = place(fields, 0);
  const ends = new Map([[undefined, own.end]]);
  const others = Object.entries(variants).map(([name, { fields: table, behind }]) => {
    const variant = { name, ...place(table, ends.get(behind)) };
    ends.set(name, variant.end);
    return variant;
  });
  const widest = Math.max(own.widest, ...others.map((variant) => variant.widest));
  const end = Math.max(own.end, ...others.map((variant) => variant.end));
  return { places: own.places, variants: others, bytes: Math.ceil(end / widest) * widest };
}

const comment = (text) => `/** ${text} */`;
const constant = (name, value) => `export const ${name} = ${value};`;

/** The module of one table of records. */
export function constantsOf({ says, records, names, numbers }) {
  const lines = [
    comment(`${says}: byte offsets, kinds and sizes. Made by scripts/records.mjs from the tables of records.`),
  ];
  for (const [record, table] of Object.entries(records)) {
    const { places, variants, bytes } = layOut(table);
    lines.push('', `// ${table.says}`);
    const add = (prefix, fields) => {
      for (const { name, at, type, says: meaning = '', count } of fields) {
        const many = count > 1 ? `, ${count} of them` : '';
        lines.push(comment(`${meaning}${meaning === '' ? '' : ' '}${type}${many}`), constant(`${prefix}_${name}`, at));
        if (count > 1) lines.push(constant(`${prefix}_${name}_COUNT`, count));
      }
    };
    add(record, places);
    for (const variant of variants) add(variant.name, variant.places);
    lines.push(constant(`${record}_BYTES`, bytes));
  }
  for (const [prefix, table] of Object.entries(names)) {
    lines.push('', `// ${table.says}`);
    table.names.forEach((name, k) => lines.push(constant(`${prefix}_${name}`, k)));
  }
  lines.push('');
  for (const [name, [value, meaning]] of Object.entries(numbers)) lines.push(comment(meaning), constant(name, value));
  return `${lines.join('\n')}\n`;
}

/** The scratch areas as globals of the kernels, and their record of addresses. */
export function scratchOf(areas) {
  const names = Object.keys(areas);
  const loads = names.map((name, k) => `  ${name}At = load<u32>(addresses, ${4 * k});`);
  return [
    comment('Areas that the kernels share; made by scripts/records.mjs from records/scratch.ts.'),
    ...names.flatMap((name) => [comment(areas[name].says), `export let ${name}At: usize = 0;`]),
    '',
    comment('Must be called once, before anything else. @param addresses of the areas, u32 each, in their order'),
    'export function setScratch(addresses: usize): void {',
    ...loads,
    '}',
    '',
  ].join('\n');
}

/** Path of each file → its text. */
async function filesOf() {
  const { machineConstants } = await import('../emulator/wasm/records/machine.ts');
  const { networkConstants } = await import('../emulator/wasm/records/network.ts');
  const { KERNEL_OPS } = await import('../emulator/wasm/dispatch.ts');
  const { scratchAreas } = await import('../emulator/wasm/records/scratch.ts');
  const { engineConstants } = await import('../compiler/engines/kernels/records.ts');
  return new Map([
    ['compiler/engines/kernels/generated/records.ts', constantsOf(engineConstants)],
    ['emulator/wasm/generated/records.ts', constantsOf(machineConstants)],
    ['emulator/wasm/generated/network-records.ts', constantsOf(networkConstants)],
    ['emulator/wasm/assembly/generated/scratch.ts', scratchOf(scratchAreas)],
    ['emulator/wasm/assembly/generated/dispatch.ts', dispatchOf(KERNEL_OPS)],
  ]);
}

for (const [path, text] of await filesOf()) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is not what the tables of records and ops/ say: npm run build renews it`);
    process.exitCode = 1;
  }
}
