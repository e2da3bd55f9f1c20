/** What has been computed: a file to which whole lines are appended and in which nothing is ever changed. */
import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { diagnostic, type Diagnostic, parseJsonFile, sweepRecord, type SweepRecord } from '../../isa/index.ts';
import { notWritable, pathOf, readInput, refuseFault } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';

/** What is kept: a line each. */
interface Keyed {
  readonly key: string;
  readonly outcome: unknown;
}

export interface StoreKind<R extends Keyed> {
  /** Name of the file in the folder of a store. */
  readonly file: string;
  readonly schema: { safeParse(value: unknown): { readonly data?: R | undefined } };
}

/** Points of `snnemu sweep`. */
export const POINTS: StoreKind<SweepRecord> = { file: 'points.ndjson', schema: sweepRecord.schema };

const NEWLINE = 0x0a;
/** Lines that a warning names. */
const MOST_NAMED = 8;

/**
 * Outcomes by key. A line is written with one call and reaches the disk before the next point is told of, so a process that
 * is killed leaves whole lines and at most one that is torn. A torn line stays, and the next line begins behind it: two
 * sweeps with the same store cannot destroy what the other one writes.
 */
export class Store<R extends Keyed> {
  /** What is wrong with the lines that were read. */
  readonly warnings: readonly Diagnostic[];
  readonly #file: FileHandle;
  readonly #name: string;
  readonly #outcomes: Map<string, R['outcome']>;
  #isTorn: boolean;

  /** @param stored by file, its own among them */
  private constructor(file: FileHandle, name: string, stored: ReadonlyMap<string, StoredLines<R>>) {
    this.#file = file;
    this.#name = name;
    this.#outcomes = new Map([...stored.values()].reverse().flatMap(({ outcomes }) => [...outcomes]));
    this.#isTorn = stored.get(name)!.isTorn;
    this.warnings = [...stored].flatMap(([of, { leftOut, isTorn }]) =>
      leftOut.length === 0 ? [] : [linesLeftOut(of, leftOut, isTorn)],
    );
  }

  /**
   * @param part of those who share a store over a network, each has a file of its own: there, lines that two machines append
   *   to one file can meet. All files are read, and what is added goes to that of the part.
   * @throws DiagnosticError E0102 where there cannot be such a folder, E0101 where a file of it cannot be read
   */
  static async open<R extends Keyed>(
    io: Io,
    folder: string,
    { file: base, schema }: StoreKind<R>,
    part?: string,
  ): Promise<Store<R>> {
    const [stem, ending] = base.split(/(?=\.\w+$)/) as [string, string];
    const own = part === undefined ? base : `${stem}.${part}${ending}`;
    const name = join(folder, own);
    try {
      if (folder === '') notWritable(folder, 'no folder is named');
      const path = pathOf(io, folder);
      const there = await stat(path).catch(() => undefined);
      if (there === undefined) await mkdir(path);
      else if (!there.isDirectory()) notWritable(folder, 'it is not a folder');
      const file = await open(join(path, own), 'a');
      try {
        if (!(await file.stat()).isFile()) notWritable(name, 'it is not a regular file');
        const others = (await readdir(path)).filter(
          (other) => other !== own && (other === base || (other.startsWith(`${stem}.part-`) && other.endsWith(ending))),
        );
        const stored = new Map<string, StoredLines<R>>();
        for (const each of [own, ...others.sort()])
          stored.set(join(folder, each), readLines(await readInput(io, join(folder, each)), schema));
        return new Store(file, name, stored);
      } catch (error) {
        await file.close();
        throw error;
      }
    } catch (error) {
      return refuseFault(name, error);
    }
  }

  outcome(key: string): R['outcome'] | undefined {
    return this.#outcomes.get(key);
  }

  /** @throws DiagnosticError E0102; then what is stored is as it was, but for a torn line */
  async add(record: R): Promise<void> {
    const line = Buffer.from(`${this.#isTorn ? '\n' : ''}${JSON.stringify(record)}\n`);
    try {
      const { bytesWritten } = await this.#file.write(line);
      this.#isTorn = bytesWritten < line.length;
      if (this.#isTorn) notWritable(this.#name, 'the disk took a part of the line only');
      await this.#file.datasync();
    } catch (error) {
      refuseFault(this.#name, error);
    }
    this.#outcomes.set(record.key, record.outcome);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

interface StoredLines<R extends Keyed> {
  readonly outcomes: Map<string, R['outcome']>;
  /** Numbers of lines that are no record, from 1. */
  readonly leftOut: readonly number[];
  /** Whether the last line has no end. */
  readonly isTorn: boolean;
}

function readLines<R extends Keyed>(bytes: Uint8Array, schema: StoreKind<R>['schema']): StoredLines<R> {
  const outcomes = new Map<string, R['outcome']>();
  const leftOut: number[] = [];
  let line = 0;
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found < 0 ? bytes.length : found;
    line++;
    if (end > start) {
      const record = recordOf(bytes.subarray(start, end), schema);
      if (record === undefined) leftOut.push(line);
      else if (!outcomes.has(record.key)) outcomes.set(record.key, record.outcome);
    }
    start = end + 1;
  }
  return { outcomes, leftOut, isTorn: bytes.length > 0 && bytes.at(-1) !== NEWLINE };
}

function recordOf<R extends Keyed>(bytes: Uint8Array, schema: StoreKind<R>['schema']): R | undefined {
  const parsed = parseJsonFile(bytes);
  return 'value' in parsed ? schema.safeParse(parsed.value).data : undefined;
}

function linesLeftOut(file: string, lines: readonly number[], isTorn: boolean): Diagnostic {
  const named = `${lines.slice(0, MOST_NAMED).join(', ')}${lines.length > MOST_NAMED ? ', …' : ''}`;
  const torn = isTorn ? '; the last line has no end, as where a sweep was killed' : '';
  return diagnostic(
    'W0706',
    `${lines.length === 1 ? 'a line is no whole record and is' : `${lines.length} lines are no whole records and are`} left out: ${named}${torn}`,
    { file },
    'nothing needs to be done: their points are computed again; to be rid of the message, delete the lines',
  );
}
