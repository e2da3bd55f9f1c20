/**
 * A .npz archive written sample by sample. It is a ZIP file of .npy arrays that are stored, not deflated, as numpy.savez
 * writes it. All sizes are known before the first sample, so every array has its place in the file from the beginning;
 * what lies between is filled in as samples come, and checksums and directory follow at the end.
 *
 * ZIP: PKWARE APPNOTE 6.3.10; .npy: numpy.lib.format, version 1.0.
 */
import { crc32 } from 'node:zlib';
import { HOST_IS_LITTLE_ENDIAN } from '../../isa/index.ts';
import type {
  NamedProbe,
  PositionedBytes,
  ProbedInference,
  ProbedRun,
  ProbeFormat,
  ProbeWriter,
} from './probe-file.ts';

const LOCAL_HEADER_BYTES = 30;
const DIRECTORY_ENTRY_BYTES = 46;
const END_BYTES = 22;
/** 1 January 1980: the first date of the format, so that equal runs give equal bytes. */
const FIRST_DATE = 0x0021;
/** ZIP 2.0: stored files. */
const VERSION = 20;
/** Names are UTF-8. */
const UTF8_FLAG = 0x0800;

interface ArrayPlan {
  /** Name of the entry in the archive. */
  readonly entry: Uint8Array;
  /** Header of the .npy file. */
  readonly header: Uint8Array;
  /** Of header and elements. */
  readonly bytes: number;
  /** Of a sample. */
  readonly sampleBytes: number;
  readonly ofInference: (inference: ProbedInference) => Uint8Array;
}

/** Arrays `sample` and `predicted`, and `<probe>.spikes` and `<probe>.potential` of each probe. */
export const npzFormat: ProbeFormat = {
  largestBytes: (run) => layout(run).size,
  open: (file, run) => new NpzWriter(file, run),
};

class NpzWriter implements ProbeWriter {
  readonly #file: PositionedBytes;
  readonly #plans: readonly ArrayPlan[];
  readonly #starts: readonly number[];
  readonly #directoryStart: number;
  readonly #checksums: number[];
  #samples = 0;

  constructor(file: PositionedBytes, run: ProbedRun) {
    const { plans, starts, directoryStart } = layout(run);
    this.#file = file;
    this.#plans = plans;
    this.#starts = starts;
    this.#directoryStart = directoryStart;
    this.#checksums = plans.map(({ header }) => crc32(header));
  }

  async add(inference: ProbedInference): Promise<void> {
    for (const [k, plan] of this.#plans.entries()) {
      const bytes = plan.ofInference(inference);
      this.#checksums[k] = crc32(bytes, this.#checksums[k]);
      const dataStart = this.#starts[k]! + LOCAL_HEADER_BYTES + plan.entry.length + plan.header.length;
      await this.#file.write(bytes, dataStart + this.#samples * plan.sampleBytes);
    }
    this.#samples++;
  }

  async end(): Promise<void> {
    const directory: Uint8Array[] = [];
    for (const [k, plan] of this.#plans.entries()) {
      const start = this.#starts[k]!;
      const local = localHeader(plan, this.#checksums[k]!);
      await this.#file.write(Buffer.concat([local, plan.entry, plan.header]), start);
      directory.push(directoryEntry(local, start), plan.entry);
    }
    const entries = Buffer.concat(directory);
    const end = endOfDirectory(this.#plans.length, entries.length, this.#directoryStart);
    await this.#file.write(Buffer.concat([entries, end]), this.#directoryStart);
  }
}

/** Where everything lies. */
function layout(run: ProbedRun): {
  readonly plans: readonly ArrayPlan[];
  readonly starts: readonly number[];
  readonly directoryStart: number;
  readonly size: number;
} {
  const plans = arrayPlans(run);
  let at = 0;
  const starts = plans.map(({ entry, bytes }) => {
    const start = at;
    at += LOCAL_HEADER_BYTES + entry.length + bytes;
    return start;
  });
  const directoryBytes = plans.reduce((sum, { entry }) => sum + DIRECTORY_ENTRY_BYTES + entry.length, 0);
  return { plans, starts, directoryStart: at, size: at + directoryBytes + END_BYTES };
}

function arrayPlans({ ticks, samples, probes }: ProbedRun): ArrayPlan[] {
  const plan = (
    name: string,
    type: '|u1' | '<i4',
    shape: readonly number[],
    ofInference: ArrayPlan['ofInference'],
  ): ArrayPlan => {
    const header = npyHeader(type, [samples, ...shape]);
    const sampleBytes = shape.reduce((product, size) => product * size, Number(type[2]));
    const entry = new TextEncoder().encode(`${name}.npy`);
    return { entry, header, bytes: header.length + samples * sampleBytes, sampleBytes, ofInference };
  };
  const ofProbe = ({ name, shape }: NamedProbe, k: number): ArrayPlan[] => [
    plan(`${name}.spikes`, '|u1', [ticks, ...shape], ({ traces }) => traces[k]!.spikes),
    plan(`${name}.potential`, '<i4', [ticks, ...shape], ({ traces }) => littleEndian(traces[k]!.potentials)),
  ];
  return [
    plan('sample', '<i4', [], ({ sample }) => littleEndian(Int32Array.of(sample))),
    plan('predicted', '<i4', [], ({ predicted }) => littleEndian(Int32Array.of(predicted))),
    ...probes.flatMap(ofProbe),
  ];
}

function littleEndian(values: Int32Array): Uint8Array {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return HOST_IS_LITTLE_ENDIAN ? bytes : Buffer.from(bytes).swap32();
}

/** Signature, version 1.0, length, and a Python dictionary that ends with a newline at a multiple of 64 bytes. */
function npyHeader(type: string, shape: readonly number[]): Uint8Array {
  const sizes = `(${shape.map((size) => `${size},`).join(' ')})`;
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': ${sizes}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = Buffer.alloc(10 + length);
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(length, 8);
  header.write(`${text.padEnd(length - 1)}\n`, 10, 'latin1');
  return header;
}

function localHeader({ entry, bytes }: ArrayPlan, checksum: number): Buffer {
  const header = Buffer.alloc(LOCAL_HEADER_BYTES);
  header.write('PK\x03\x04', 'latin1');
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt16LE(UTF8_FLAG, 6);
  header.writeUInt16LE(FIRST_DATE, 12);
  header.writeUInt32LE(checksum, 14);
  header.writeUInt32LE(bytes, 18);
  header.writeUInt32LE(bytes, 22);
  header.writeUInt16LE(entry.length, 26);
  return header;
}

/** What follows the version in a local header stands in the directory too. */
function directoryEntry(local: Buffer, start: number): Buffer {
  const entry = Buffer.alloc(DIRECTORY_ENTRY_BYTES);
  entry.write('PK\x01\x02', 'latin1');
  entry.writeUInt16LE(VERSION, 4);
  local.copy(entry, 6, 4, LOCAL_HEADER_BYTES);
  entry.writeUInt32LE(start, 42);
  return entry;
}

function endOfDirectory(entries: number, bytes: number, start: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(start, 16);
  return end;
}
