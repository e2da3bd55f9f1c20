// Writes the lists of the rooms whose files are all of one kind (an instruction, a neuron, an operator): whoever adds one
// adds its file, and its row is made from the folder. Each file exports a constant named after itself in camel case.
// With --check it writes nothing and fails where a list is not what its folder holds.
import { mkdirSync, readdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Name of the constant that a file exports. */
export const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

const upperCase = (name) => name.toUpperCase();

/**
 * folder: of the files; list: name of the constant that lists them; key: name of a file → its key in the list.
 * Files of a room that are no member of its kind do not belong there.
 */
export const ROOMS = [
  { folder: 'isa/ops', list: 'OPS', key: upperCase },
  { folder: 'compiler/operators', list: 'OPERATORS', key: camel },
  { folder: 'isa/records', list: 'RECORDS', key: (name) => `'${name}'` },
  { folder: 'compiler/read/onnx/operators', list: 'ONNX_OPERATORS', key: camel },
  { folder: 'emulator/plain/ops', list: 'PLAIN_OPS', key: upperCase },
  { folder: 'emulator/wasm/ops', list: 'WASM_OPS', key: upperCase },
  { folder: 'compiler/neurons', list: 'NEURONS', key: (name) => `'${name}'` },
  { folder: 'compiler/engines/steps', list: 'REFERENCE_STEPS', key: (name) => `'${name}'` },
];

/** Names of the files of a room. */
export const namesOf = ({ folder }) =>
  readdirSync(new URL(`../${folder}/`, import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length));

/** The module that lists a room, where it holds files of these names. */
export function listOf({ folder, list, key }, files) {
  const names = files.toSorted();
  const imports = names.map((name) => `import { ${camel(name)} } from '../${name}.ts';`);
  const rows = names.map((name) => `  ${key(name)}: ${camel(name)},`);
  return [
    `/** What ${folder}/ holds; made by scripts/rooms.mjs. */`,
    ...imports,
    '',
    `export const ${list} = {`,
    ...rows,
    '} as const;',
    '',
  ].join('\n');
}

/** Writes the lists, or says which are stale. */
export function renewLists(check) {
  for (const room of ROOMS) {
    const path = `${room.folder}/generated/index.ts`;
    const text = listOf(room, namesOf(room));
    if (!check) {
      mkdirSync(`${root}/${room.folder}/generated`, { recursive: true });
      writeFileSync(`${root}/${path}`, text);
    } else if (!existsSync(`${root}/${path}`) || readFileSync(`${root}/${path}`, 'utf8') !== text) {
      console.error(`${path} is not what ${room.folder}/ holds: npm run build renews it`);
      process.exitCode = 1;
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) renewLists(process.argv.includes('--check'));
