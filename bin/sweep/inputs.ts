/** The files that a point is made from, by their content, and the key that says that two points are the same. */
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readNetwork } from '../../compiler/index.ts';
import { DiagnosticError, fail, sha256Of, type SweepInput } from '../../isa/index.ts';
import { type Source, sourcesOf, splitMember } from '../data/index.ts';
import { isTargetFile, readTarget } from '../ui/chip-file.ts';
import { type FileSum, sumOfFile } from '../ui/file-sum.ts';
import { pathOf, readInput, refuseReading, sideFileReader } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';

/** Options that name files. */
export const FILE_OPTIONS: ReadonlySet<string> = new Set([
  'target',
  'pin',
  'calibrate',
  'data',
  'labels',
  'targets',
  'labels-file',
]);

/** A file of an input, or a folder, of which only that it is there counts. */
export interface InputFile extends FileSum {
  /** Absolute. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Reads every file once, however many points it is an input of. */
export class Inputs {
  readonly #io: Io;
  readonly #known = new Map<string, Promise<SweepInput>>();
  readonly #files = new Map<string, Promise<FileSum>>();
  readonly #filesOf = new Map<SweepInput, readonly InputFile[]>();

  /** @param io whose folder names are relative to */
  constructor(io: Io) {
    this.#io = io;
  }

  /** @throws DiagnosticError E0101, E0104, E0105, and E06xx where a data set names no files */
  of(option: string, name: string): Promise<SweepInput> {
    return this.#once(`${option}\n${name}`, () => {
      if (option === 'target') return this.#target(name);
      if (option === 'labels-file' || option === 'pin') return this.#sum(option, name, [this.#fileAt(name)]);
      return sourcesOf(pathOf(this.#io, name)).then((sources) => this.#sum(option, name, sources));
    });
  }

  /**
   * The network with the tensor files beside it.
   *
   * @param outputName the output that is built, of a network that has several
   */
  network(name: string, outputName: string | undefined): Promise<SweepInput> {
    return this.#once(`network\n${name}\n${outputName ?? ''}`, async () => {
      const own = this.#fileAt(name);
      requireFile(own.path, name);
      const bytes = await readInput(this.#io, name);
      const beside = new Set<string>();
      const readSide = sideFileReader(this.#io, name, []);
      const readSideFile = (file: string): Uint8Array => {
        beside.add(file);
        return readSide(file);
      };
      try {
        readNetwork(bytes, { fileName: basename(name), readSideFile, outputName });
      } catch (error) {
        // What is wrong with the network is what its points say.
        if (!(error instanceof DiagnosticError)) throw error;
      }
      const files = [...beside]
        .sort()
        .map((file) => ({ path: join(dirname(own.path), file), name: file, isFolder: false }));
      return this.#sum('network', name, [own, ...files.filter(({ path }) => isThere(path))]);
    });
  }

  /** The files that an input was made of. */
  filesOf(input: SweepInput): readonly InputFile[] {
    return this.#filesOf.get(input) ?? [];
  }

  #once(key: string, make: () => Promise<SweepInput>): Promise<SweepInput> {
    let input = this.#known.get(key);
    if (input === undefined) this.#known.set(key, (input = make()));
    return input;
  }

  #fileAt(name: string): Source {
    return { path: pathOf(this.#io, name), name: basename(name), isFolder: false };
  }

  async #target(name: string): Promise<SweepInput> {
    if (isTargetFile(name)) return this.#sum('target', name, [this.#fileAt(name)]);
    const text = JSON.stringify(await readTarget(this.#io, name));
    const sha256 = sha256Of(text);
    return { option: 'target', name, sha256, files: 0, bytes: Buffer.byteLength(text) };
  }

  async #sum(option: string, name: string, sources: readonly Source[]): Promise<SweepInput> {
    const lines: string[] = [];
    const files: InputFile[] = [];
    let bytes = 0;
    let only = '';
    for (const source of sources) {
      this.#io.signal.throwIfAborted();
      const content = source.isFolder ? { sha256: '', bytes: 0 } : await this.#file(source.path);
      lines.push(`${content.sha256}  ${source.name}\n`);
      files.push({ path: source.path, isFolder: source.isFolder, ...content });
      bytes += content.bytes;
      only = content.sha256;
    }
    const isOne = sources.length === 1 && !sources[0]!.isFolder;
    const sha256 = isOne ? only : sha256Of(lines.join(''));
    const input = { option, name, sha256, files: sources.filter(({ isFolder }) => !isFolder).length, bytes };
    this.#filesOf.set(input, files);
    return input;
  }

  #file(path: string): Promise<FileSum> {
    let content = this.#files.get(path);
    if (content === undefined) this.#files.set(path, (content = this.#read(path)));
    return content;
  }

  async #read(path: string): Promise<FileSum> {
    requireFile(path, path);
    try {
      return await sumOfFile(path, this.#io.signal);
    } catch (error) {
      this.#io.signal.throwIfAborted();
      return refuseReading(path, error);
    }
  }
}

const isThere = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** A pipe gives its bytes once; points read their files again and again. */
function requireFile(path: string, name: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined)
    fail('E0101', 'cannot read: there is no such file', { file: name }, 'check the path and its permissions');
  if (!there.isFile())
    fail(
      'E0101',
      'cannot read: points read their files more than once, and it is not a regular file',
      { file: name },
      'name a file',
    );
}

/** What a file is called where it matters: an array of an archive, a format by its ending, the name of a network. */
const calledAs = (name: string, folder: string): string => {
  const { path, member } = splitMember(resolve(folder, name));
  return member === undefined ? basename(path) : `${basename(path)}:${member}`;
};

interface Keyed {
  readonly tool: string;
  /** Folder that names of inputs are relative to. */
  readonly folder: string;
  readonly inputs: readonly SweepInput[];
  /** What the options that name no files amount to, by name. */
  readonly options: ReadonlyMap<string, unknown>;
}

/** The key of a point: SHA-256 of everything that can change what comes out. */
export function keyOf({ tool, folder, inputs, options }: Keyed): string {
  const content = {
    tool,
    inputs: inputs.map(({ option, name, sha256 }) => [option, calledAs(name, folder), sha256]),
    options: [...options].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
  return sha256Of(JSON.stringify(content));
}
