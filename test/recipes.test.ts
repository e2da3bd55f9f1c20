/**
 * The recipes of CONTRIBUTING.md, carried out on sources in memory: whoever adds one part alone is told by the type check
 * which file is missing, and with all parts it is content. New files are made from ones that are there.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';

interface Room {
  readonly folder: string;
}
const { camel, listOf, namesOf, ROOMS } = (await import(new URL('../scripts/rooms.mjs', import.meta.url).href)) as {
  camel: (name: string) => string;
  listOf: (room: Room, names: readonly string[]) => string;
  namesOf: (room: Room) => string[];
  ROOMS: readonly Room[];
};

const root = fileURLToPath(new URL('../', import.meta.url));
const source = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(resolve(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
  ts.sys,
  root,
);
/** Parsed once for all programs. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** Type errors of some files and of those that are added: "file: message". */
function typeErrors(entries: readonly string[], added: Readonly<Record<string, string>>): string[] {
  const overlay = new Map(Object.entries({ ...lists(Object.keys(added)), ...added }));
  const disk = ts.createCompilerHost(options);
  const pathOf = (file: string): string => file.replace(root, '');
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (file) => overlay.has(pathOf(file)) || disk.fileExists(file),
    getSourceFile: (file, language) => {
      const text = overlay.get(pathOf(file));
      if (text !== undefined) return ts.createSourceFile(file, text, language, true);
      if (!parsed.has(file)) parsed.set(file, disk.getSourceFile(file, language));
      return parsed.get(file);
    },
  };
  const program = ts.createProgram(
    [...entries, ...overlay.keys()].map((path) => resolve(root, path)),
    options,
    host,
  );
  return [...entries, ...overlay.keys()]
    .map((path) => program.getSourceFile(resolve(root, path))!)
    .flatMap((file) => program.getSemanticDiagnostics(file).map((fault) => ({ file, fault })))
    .map(({ file, fault }) => `${pathOf(file.fileName)}: ${ts.flattenDiagnosticMessageText(fault.messageText, '\n')}`);
}

/** The lists of all rooms that get a file. */
const lists = (added: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    ROOMS.flatMap((room) => {
      const names = added
        .filter((path) => path.slice(0, path.lastIndexOf('/')) === room.folder)
        .map((path) => path.slice(room.folder.length + 1, -'.ts'.length));
      return names.length === 0
        ? []
        : [[`${room.folder}/generated/index.ts`, listOf(room, [...namesOf(room), ...names])] as const];
    }),
  );

/** A file of a room under another name: the constant that it exports, and what else is replaced. */
function likeFile(
  folder: string,
  from: string,
  to: string,
  ...replaced: [string | RegExp, string][]
): [string, string] {
  const exported = source(`${folder}/${from}.ts`).replace(`export const ${camel(from)}`, `export const ${camel(to)}`);
  return [`${folder}/${to}.ts`, replaced.reduce((text, [old, next]) => text.replaceAll(old, next), exported)];
}

/** Files of the parts that the recipes add, and those that are looked at for what is missing. */
const INSTRUCTION = {
  entries: ['emulator/plain/dispatch.ts', 'emulator/wasm/dispatch.ts'],
  row: likeFile('isa/ops', 'current', 'leak', [/opcode: 0x[0-9a-f]+/g, 'opcode: 0x7f']),
  kernels: ['emulator/plain/ops', 'emulator/wasm/ops'].map((folder) =>
    likeFile(folder, 'current', 'leak', ["'CURRENT'", "'LEAK'"]),
  ),
};
const NEURON = {
  entries: ['compiler/engines/reference-step.ts', 'compiler/engines/interpret.ts', 'compiler/layer-neurons.ts'],
  neuron: likeFile('compiler/neurons', 'integrate-and-fire', 'fire-and-rest'),
  step: likeFile('compiler/engines/steps', 'integrate-and-fire', 'fire-and-rest'),
};
const node = (name: string): [string, string] => likeFile('compiler/operators', 'pad', name, ["'pad'", `'${name}'`]);
const NODE_ENTRIES = ['compiler/ann/ann.ts'];
const ENTRIES = [...INSTRUCTION.entries, ...NEURON.entries, ...NODE_ENTRIES];

/** A node that does not say something. */
function lacking(name: string, member: string): [string, string] {
  const [path, text] = node(name);
  const lacks = text.replace(new RegExp(`^  ${member}:`, 'm'), `  other${member}:`);
  expect(lacks).not.toBe(text);
  return [path, lacks];
}

// A program of the whole project takes seconds to check: one has all that is incomplete, another all that is whole.
describe('a part of which something is forgotten', () => {
  const withoutInfer = lacking('frame', 'infer');
  const withoutChannels = lacking('margin', 'ofChannels');
  const calledOtherwise = likeFile('compiler/operators', 'pad', 'border');
  const nodes = [withoutInfer, withoutChannels, calledOtherwise];
  let errors: readonly string[];
  beforeAll(() => {
    errors = typeErrors(ENTRIES, Object.fromEntries([INSTRUCTION.row, NEURON.neuron, ...nodes]));
  });

  it.each(INSTRUCTION.entries)('an instruction with its row alone is missed by %s', (dispatch) => {
    expect(errors).toContainEqual(expect.stringMatching(new RegExp(`^${dispatch}: [^]*LEAK`)));
  });

  it('a neuron alone is missed by the reference interpreter', () => {
    expect(errors).toContainEqual(expect.stringMatching(/^compiler\/engines\/[^]*fire-and-rest/));
  });

  it.each([
    ['infer', withoutInfer],
    ['ofChannels', withoutChannels],
  ])('a node that does not say its %s is an error', (_member, [path]) => {
    expect(errors).toContainEqual(expect.stringContaining(`${path}: `));
  });

  it('a node that is called otherwise than its file is an error', () => {
    expect(errors).toContainEqual(expect.stringMatching(/^compiler\/ann\/ann.ts: [^]*border/));
  });
});

it('an instruction with its kernels, a neuron with its step and a node that says everything lack nothing', () => {
  const { row, kernels } = INSTRUCTION;
  const { neuron, step } = NEURON;
  expect(typeErrors(ENTRIES, Object.fromEntries([row, ...kernels, neuron, step, node('border')]))).toEqual([]);
});
