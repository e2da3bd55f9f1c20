/** A folder, two captured streams and a tiny network: what the tests of the command lines run in. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import stringWidth from 'string-width';
import { create, toBinary } from '@bufbuild/protobuf';
import { snnc } from '../../bin/commands/snnc.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { EXIT } from '../../bin/ui/exit.ts';
import type { Io } from '../../bin/ui/io.ts';
import { main } from '../../bin/ui/main.ts';
import { ModelProtoSchema } from '../../compiler/read/onnx/generated/onnx_pb.js';
import { publishedFormats } from './published.ts';
import type { RunRecord } from '../../isa/index.ts';

export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A terminal of 80 columns. */
export const NARROW = { env: { COLUMNS: '80' } } as const;

/** Lines that are wider than it. */
export const wideLines = ({ stdout, stderr }: Outcome): string[] =>
  `${stdout}${stderr}`.split('\n').filter((text) => stringWidth(text) > Number(NARROW.env.COLUMNS));

/** A temporary folder in which commands run. */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'snnc-test-'));

  /** Runs `snnc …` or `snnemu …`; arguments are split at blanks. */
  run(line: string, more: Partial<Io> = {}): Promise<Outcome> {
    return this.runWords(line.split(' '), more);
  }

  async runWords([name, ...argv]: readonly string[], more: Partial<Io> = {}): Promise<Outcome> {
    let stdout = '';
    let stderr = '';
    let seconds = 0;
    const plain = { isTTY: false, columns: undefined };
    const io: Io = {
      version: '0.0.0',
      cwd: this.folder,
      env: {},
      stdout: { ...plain, write: (text) => void (stdout += text) },
      stderr: { ...plain, write: (text) => void (stderr += text) },
      now: () => (seconds += 0.001),
      peakRssBytes: () => 1,
      processors: 1,
      signal: new AbortController().signal,
      holdSignals: () => () => undefined,
      ...more,
    };
    const exit = await main(name === 'snnc' ? snnc : snnemu, argv, io);
    this.#checkJson(argv, exit, stdout);
    return { exit, stdout, stderr };
  }

  /** Whatever a test asks a command for, the JSON that comes out follows its published schema. */
  #checkJson(argv: readonly string[], exit: number, stdout: string): void {
    const at = argv.indexOf('--json');
    if (at < 0) return;
    if (exit !== EXIT.done && exit !== EXIT.difference && exit !== EXIT.deadline) {
      // A command that fails says why, unless it has no --json, or has printed something before.
      if (stdout.startsWith('{')) publishedFormats(stdout);
      return;
    }
    const file = argv[at + 1] ?? '-';
    publishedFormats(file.startsWith('-') ? stdout : readFileSync(resolve(this.folder, file), 'utf8'));
  }

  write(name: string, content: Uint8Array | string): void {
    writeFileSync(this.path(name), content);
  }

  read(name: string): Uint8Array {
    return new Uint8Array(readFileSync(this.path(name)));
  }

  files(): string[] {
    return readdirSync(this.folder).sort();
  }

  makeFolder(name: string): void {
    mkdirSync(this.path(name));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Deterministic numbers in [-1, 1). */
export function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const tensor = (shape: readonly number[], seed: number) => ({
  shape,
  data: numbers(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ),
});

/** A 1×6×6 image → convolution → pooling → dense → 3 classes. */
export function tinyNetwork(): {
  input: { shape: number[]; preprocessing?: { scale: number; mean: number[]; std: number[] } };
  layers: Record<string, unknown>[];
  [key: string]: unknown;
} {
  return {
    format: 'snn-net/1',
    name: 'tiny',
    input: { shape: [1, 6, 6], preprocessing: { scale: 255, mean: [0], std: [1] } },
    layers: [
      { name: 'conv', op: 'conv', weight: tensor([2, 1, 3, 3], 1), bias: tensor([2], 2), padding: 1 },
      { name: 'act1', op: 'relu' },
      { name: 'pool', op: 'averagePool', kernel: 2 },
      { name: 'flat', op: 'flatten' },
      { name: 'hidden', op: 'dense', weight: tensor([5, 18], 3), bias: tensor([5], 4) },
      { name: 'act2', op: 'relu' },
      { name: 'scores', op: 'dense', weight: tensor([3, 5], 5), bias: tensor([3], 6) },
    ],
    labels: ['ant', 'bee', 'cat'],
  };
}

/** A .npy file, version 1.0. */
export function npy(values: Uint8Array | Float32Array, shape: readonly number[]): Uint8Array {
  const type = values instanceof Float32Array ? '<f4' : '|u1';
  const head = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.map((n) => `${n},`).join(' ')}), }`;
  const length = Math.ceil((10 + head.length + 1) / 64) * 64 - 10;
  const file = Buffer.alloc(10 + length + values.byteLength, ' ');
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  file.write(head, 10, 'latin1');
  file[10 + length - 1] = 10;
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 10 + length);
  return new Uint8Array(file);
}

/** Byte images of the tiny network. */
export const images = (count: number): Uint8Array =>
  npy(
    Uint8Array.from(numbers(count * 36, 7), (v) => Math.floor((v + 1) * 127.9)),
    [count, 6, 6],
  );

/** A world with net.json, images.npy (12 images), labels.txt and a chip.bin built from them. */
export async function worldWithChip(): Promise<World> {
  const world = new World();
  world.write('net.json', JSON.stringify(tinyNetwork()));
  world.write('images.npy', images(12));
  world.write('labels.txt', '0\n1\n2\n'.repeat(4));
  const { exit, stderr } = await world.run(
    'snnc build net.json --calibrate images.npy --calibrate-limit 12 --mode default -T 8 -o chip.bin',
  );
  if (exit !== 0) throw new Error(stderr);
  return world;
}

/** An ONNX model of one operator. */
export function onnxModel(opType: string, attribute = [{ name: 'kernel_shape', type: 7, ints: [2n, 2n] }]): Uint8Array {
  const dims = (sizes: number[]) => ({
    type: {
      value: {
        case: 'tensorType' as const,
        value: {
          elemType: 1,
          shape: { dim: sizes.map((n) => ({ value: { case: 'dimValue' as const, value: BigInt(n) } })) },
        },
      },
    },
  });
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name: 'one',
        node: [
          {
            name: 'the_pool',
            opType,
            input: ['x'],
            output: ['y'],
            attribute,
          },
        ],
        input: [{ name: 'x', ...dims([1, 1, 4, 4]) }],
        output: [{ name: 'y', ...dims([1, 1, 2, 2]) }],
      },
    }),
  );
}

/** The record of `snnemu eval chip.bin …` in a world, and what was told of it. @throws Error where it fails */
export async function evaluatedIn(world: World, line: string): Promise<RunRecord & { readonly stderr: string }> {
  const { exit, stdout, stderr } = await world.run(`snnemu eval chip.bin ${line} --json -`);
  if (exit !== 0) throw new Error(stderr);
  return { ...(JSON.parse(stdout) as RunRecord), stderr };
}
