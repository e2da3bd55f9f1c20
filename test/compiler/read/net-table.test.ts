/** The table of operators in spec/net-format.md says what is so: fields, which of them may be absent, and what they compute. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { AnnGraph } from '../../../compiler/ann/ann.ts';
import { layerSchema } from '../../../compiler/read/net-layers.ts';
import { numbers } from '../../bin/world.ts';
import { markdownTable } from '../../markdown.ts';
import { faultsOf, read, run } from './onnx-model.ts';

const page = readFileSync(new URL('../../../spec/net-format.md', import.meta.url), 'utf8');
const rows = markdownTable(/\n### Layers\n.*?\n### /s.exec(page)![0], '`op`').map(([op, fields]) => ({
  op: op!.replaceAll('`', ''),
  fields: fieldsOf(fields!),
}));

/** Names of fields, each with the default in parentheses behind it; null where it has none and must be given. */
function fieldsOf(cell: string): Map<string, string | null> {
  const found = [...cell.matchAll(/`(\w+)`((?:(?!`).)*)/g)];
  return new Map(
    found.map(([, name, text]) => {
      const standing = /\(([^()]*)\)/.exec(text!)?.[1];
      return [name!, standing === undefined || standing.includes(' or ') || standing === 'indices' ? null : standing];
    }),
  );
}

interface JsonLayer {
  readonly properties: Readonly<Record<string, { readonly const?: string }>>;
  readonly required: readonly string[];
}
const schemas = (z.toJSONSchema(layerSchema, { io: 'input' }) as unknown as { oneOf: readonly JsonLayer[] }).oneOf;
const COMMON = ['name', 'op', 'inputs'];

interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
const tensor = (shape: readonly number[], seed: number, least = -1): Tensor => ({
  shape,
  data: numbers(
    shape.reduce((a, b) => a * b, 1),
    seed,
  ).map((value) => Math.fround(Math.max(least, value) + (least > -1 ? 1 : 0))),
});

type Image = (channel: number, row: number, column: number) => number;
type Shape = readonly [number, number, number];
interface Row {
  readonly layer: Readonly<Record<string, unknown>>;
  readonly shape: Shape;
  /** What stands for a default that is no number. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly output: Shape;
  /** y[o, i, j] as the third column says it; everything optional is at its default. */
  readonly value: (x: Image, o: number, i: number, j: number) => number;
}

const kernels = tensor([4, 2, 3, 2], 1);
const dense = tensor([3, 5], 2);
const [gamma, beta, mean, variance] = [3, 4, 5, 6].map((seed) => tensor([2], seed, seed === 6 ? 0 : -1));
const [scale, shift] = [tensor([2], 7), tensor([2], 8)];
const sparse = { pre: [0, 3, 3, 0], post: [1, 0, 0, 1], weight: tensor([4], 9) };
const twice = [{ inputs: ['input', 'first'] }, (x: Image) => x] as const;

/** One layer of every kind, with the fields that must be there. */
const ROWS: Readonly<Record<string, Row>> = {
  conv: {
    layer: { weight: kernels },
    shape: [2, 5, 4],
    defaults: { bias: { shape: [4], data: [0, 0, 0, 0] } },
    output: [4, 3, 3],
    value: (x, o, i, j) => sum(2, 3, 2, (c, r, s) => kernels.data[((o * 2 + c) * 3 + r) * 2 + s]! * x(c, i + r, j + s)),
  },
  dense: {
    layer: { weight: dense },
    shape: [5, 1, 1],
    defaults: { bias: { shape: [3], data: [0, 0, 0] } },
    output: [3, 1, 1],
    value: (x, o) => sum(5, 1, 1, (c) => dense.data[o * 5 + c]! * x(c, 0, 0)),
  },
  sparse: {
    layer: { outputs: 3, ...sparse },
    shape: [2, 1, 2],
    defaults: { bias: { shape: [3], data: [0, 0, 0] } },
    output: [3, 1, 1],
    value: (x, o) =>
      sum(4, 1, 1, (k) =>
        sparse.post[k] === o ? sparse.weight.data[k]! * x(Math.floor(sparse.pre[k]! / 2), 0, sparse.pre[k]! % 2) : 0,
      ),
  },
  batchnorm: {
    layer: { gamma, beta, mean, variance },
    shape: [2, 2, 3],
    output: [2, 2, 3],
    value: (x, o, i, j) =>
      (gamma!.data[o]! * (x(o, i, j) - mean!.data[o]!)) / Math.sqrt(variance!.data[o]! + 1e-5) + beta!.data[o]!,
  },
  affine: {
    layer: { scale, shift },
    shape: [2, 2, 3],
    output: [2, 2, 3],
    value: (x, o, i, j) => scale.data[o]! * x(o, i, j) + shift.data[o]!,
  },
  relu: {
    layer: {},
    shape: [2, 2, 3],
    output: [2, 2, 3],
    value: (x, o, i, j) => Math.max(x(o, i, j), 0),
  },
  averagePool: {
    layer: { kernel: [2, 3] },
    shape: [2, 5, 6],
    defaults: { stride: [2, 3] },
    output: [2, 2, 2],
    value: (x, o, i, j) => sum(1, 2, 3, (_, r, s) => x(o, 2 * i + r, 3 * j + s)) / 6,
  },
  globalAveragePool: {
    layer: {},
    shape: [2, 3, 4],
    output: [2, 1, 1],
    value: (x, o) => sum(1, 3, 4, (_, r, s) => x(o, r, s)) / 12,
  },
  pad: {
    layer: { padding: [1, 0, 2, 3] },
    shape: [2, 2, 3],
    output: [2, 5, 6],
    value: (x, o, i, j) => x(o, i - 1, j),
  },
  add: {
    layer: twice[0],
    shape: [2, 2, 3],
    output: [2, 2, 3],
    value: (x, o, i, j) => x(o, i, j) + Math.max(x(o, i, j), 0),
  },
  concat: {
    layer: twice[0],
    shape: [2, 2, 3],
    output: [4, 2, 3],
    value: (x, o, i, j) => (o < 2 ? x(o, i, j) : Math.max(x(o - 2, i, j), 0)),
  },
  flatten: {
    layer: {},
    shape: [2, 2, 3],
    output: [12, 1, 1],
    value: (x, o) => x(Math.floor(o / 6), Math.floor(o / 3) % 2, o % 3),
  },
};

/** What the fields that may be absent do. */
const OTHERS: readonly (Row & { readonly op: string })[] = [
  {
    op: 'conv',
    layer: {
      weight: tensor([4, 1, 3, 2], 1),
      bias: tensor([4], 12),
      stride: [2, 1],
      padding: [1, 2, 0, 1],
      dilation: [1, 3],
      groups: 2,
    },
    shape: [2, 5, 4],
    output: [4, 2, 4],
    value: (x, o, i, j) =>
      tensor([4], 12).data[o]! +
      sum(1, 3, 2, (_, r, s) => {
        const [row, column] = [2 * i + r - 1, j + 3 * s - 2];
        return tensor([4, 1, 3, 2], 1).data[(o * 3 + r) * 2 + s]! * x(Math.floor(o / 2), row, column);
      }),
  },
  {
    op: 'relu',
    layer: { max: 0.6, levels: 4 },
    shape: [2, 2, 3],
    output: [2, 2, 3],
    value: (x, o, i, j) => (0.6 * Math.min(4, Math.max(0, Math.floor((x(o, i, j) * 4) / 0.6 + 0.5)))) / 4,
  },
  {
    op: 'relu',
    layer: { max: 0.6 },
    shape: [2, 2, 3],
    output: [2, 2, 3],
    value: (x, o, i, j) => Math.min(Math.max(x(o, i, j), 0), 0.6),
  },
  ...[true, false].map((countPadding) => ({
    op: 'averagePool',
    layer: { kernel: 3, stride: 2, padding: 1, countPadding },
    shape: [2, 5, 5] as const,
    output: [2, 3, 3] as const,
    value: (x: Image, o: number, i: number, j: number) => {
      const inside = (at: number): number => (at === 0 || at === 2 ? 2 : 3);
      const total = sum(1, 3, 3, (_, r, s) => x(o, 2 * i + r - 1, 2 * j + s - 1));
      return total / (countPadding ? 9 : inside(i) * inside(j));
    },
  })),
  {
    op: 'affine',
    layer: { scale, shift: tensor([12], 13) },
    shape: [2, 2, 3],
    output: [2, 2, 3],
    value: (x, o, i, j) => scale.data[o]! * x(o, i, j) + tensor([12], 13).data[(o * 2 + i) * 3 + j]!,
  },
  {
    op: 'flatten',
    layer: { order: [1, 2, 0] },
    shape: [2, 2, 3],
    output: [12, 1, 1],
    value: (x, o) => x(o % 2, Math.floor(o / 6), Math.floor(o / 2) % 3),
  },
  {
    op: 'sparse',
    layer: { outputs: [2, 1, 2], ...sparse, bias: tensor([4], 14) },
    shape: [2, 1, 2],
    output: [2, 1, 2],
    value: (x, o, _, j) =>
      tensor([4], 14).data[2 * o + j]! +
      sum(4, 1, 1, (k) =>
        sparse.post[k] === 2 * o + j
          ? sparse.weight.data[k]! * x(Math.floor(sparse.pre[k]! / 2), 0, sparse.pre[k]! % 2)
          : 0,
      ),
  },
];

function sum(channels: number, rows_: number, columns: number, of: Image): number {
  let total = 0;
  for (let c = 0; c < channels; c++)
    for (let r = 0; r < rows_; r++) for (let s = 0; s < columns; s++) total += of(c, r, s);
  return total;
}

/** The layer on its input; where it takes several values, the second is a ReLU of the input. */
const documentOf = (op: string, { shape }: Row, layer: object): object => ({
  format: 'snn-net/1',
  input: { shape },
  layers: [...('inputs' in layer ? [{ name: 'first', op: 'relu' }] : []), { name: 'own', op, ...layer }],
});
const encode = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));
const graphOf = (document: object): AnnGraph => read(encode(document), {}, 'row.net.json');

describe('the table of operators of net.json', () => {
  it('has the operators that there are, and of each the fields that there are', () => {
    const listed = rows.map(({ op, fields }) => [op, [...fields.keys()].filter((name) => name !== 'inputs').sort()]);
    const known = schemas.map(({ properties }) => [
      properties.op!.const!,
      Object.keys(properties)
        .filter((name) => !COMMON.includes(name))
        .sort(),
    ]);
    const byName = (a: (typeof known)[number], b: (typeof known)[number]) => (a[0]! < b[0]! ? -1 : 1);
    expect(listed.sort(byName as never)).toEqual(known.sort(byName));
    expect(Object.keys(ROWS).sort()).toEqual(listed.map(([op]) => op));
  });

  it.each(rows)('$op: what it says must be there is asked for by name, and nothing else is', ({ op, fields }) => {
    const own = ROWS[op]!;
    expect(Object.keys(own.layer).sort()).toEqual(
      [...fields].flatMap(([name, standing]) => (standing === null ? [name] : [])).sort(),
    );
    for (const name of Object.keys(own.layer)) {
      const { [name]: _, ...rest } = own.layer;
      const faults = faultsOf(() => graphOf(documentOf(op, own, rest)));
      expect(faults.map(({ code }) => code)).toContain('E0202');
      expect(JSON.stringify(faults)).toContain(`.${name}`);
    }
  });

  it.each(rows)('$op: computes what it says, with its defaults left out or given', ({ op, fields }) => {
    const own = ROWS[op]!;
    const given = Object.fromEntries(
      [...fields].flatMap(([name, standing]) => {
        if (standing === null || standing === 'unbounded' || standing === 'continuous') return [];
        return [[name, own.defaults?.[name] ?? JSON.parse(standing)]];
      }),
    );
    for (const layer of [own.layer, { ...own.layer, ...given }]) expectComputed(op, { ...own, layer });
  });

  it.each(OTHERS)('$op: computes what it says with %j', ({ op, ...own }) => {
    expect(rows.map((row) => row.op)).toContain(op);
    expectComputed(op, own);
  });
});

function expectComputed(op: string, own: Row): void {
  const [channels, height, width] = own.shape;
  const values = numbers(channels * height * width, 11);
  const x: Image = (c, i, j) =>
    i < 0 || j < 0 || i >= height || j >= width ? 0 : values[(c * height + i) * width + j]!;
  const [outputs, rowsOut, columnsOut] = own.output;
  const answer = run(graphOf(documentOf(op, own, own.layer)), values);
  expect(answer.length).toBe(outputs * rowsOut * columnsOut);
  answer.forEach((value, k) => {
    const [i, j] = [Math.floor(k / columnsOut) % rowsOut, k % columnsOut];
    expect(value).toBeCloseTo(own.value(x, Math.floor(k / (rowsOut * columnsOut)), i, j), 6);
  });
}
