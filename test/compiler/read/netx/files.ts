/** Networks as lava-dl exports them, made with our own writer. */
import { type Hdf5Tree, type Hdf5Value, hdf5File } from '../../../../compiler/write/hdf5.ts';

type Numbers = number | readonly number[] | { readonly shape: readonly number[]; readonly data: readonly number[] };
export type NetxFields = { readonly [name: string]: string | Numbers | NetxFields };

const isArray = (value: Numbers): value is readonly number[] => Array.isArray(value);

function valueOf(value: string | Numbers): Hdf5Value {
  if (typeof value === 'string') return { shape: [1], texts: [value] };
  if (typeof value === 'number') return { shape: [], numbers: Float64Array.of(value) };
  if (isArray(value)) return { shape: [value.length], numbers: Float32Array.from(value) };
  return { shape: value.shape, numbers: Float32Array.from(value.data) };
}

const isGroup = (value: string | Numbers | NetxFields): value is NetxFields =>
  typeof value === 'object' && !Array.isArray(value) && !('data' in value);

const treeOf = (fields: NetxFields): Hdf5Tree =>
  new Map(
    Object.entries(fields).map(([name, value]): [string, Hdf5Value | Hdf5Tree] => [
      name,
      isGroup(value) ? treeOf(value) : valueOf(value),
    ]),
  );

/** @param steps those that the file names; absent: none */
export const netxFile = (layers: readonly NetxFields[], steps?: number): Uint8Array =>
  hdf5File(
    treeOf({
      layer: Object.fromEntries(layers.map((layer, k) => [String(k), layer])),
      ...(steps !== undefined && { simulation: { Ts: 1, tSample: steps } }),
    }),
  );

export const cuba = (changes: NetxFields = {}): NetxFields => ({
  ...{ type: 'CUBA', iDecay: 1024, vDecay: 128, vThMant: 80, refDelay: 1, gradedSpike: 0 },
  ...changes,
});

export const matrix = (rows: number, columns: number, data: readonly number[]): Numbers => ({
  shape: [rows, columns],
  data,
});

/** Pixels, a convolution, and a dense layer that hears itself. */
export const SMALL_NET: readonly NetxFields[] = [
  { type: 'input', shape: [1, 4, 4], weight: 36, bias: 4, neuron: cuba({ iDecay: 4096, vThMant: 25 }) },
  {
    ...{ type: 'conv', shape: [2, 2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], groups: 1, bias: [-6, 9] },
    weight: { shape: [2, 1, 2, 2, 1], data: [20, -4, 18, 30, -12, 44, 22, 8] },
    neuron: cuba(),
  },
  { type: 'flatten', shape: [1, 1, 8] },
  {
    ...{ type: 'dense_rec', shape: [3, 1, 1], neuron: cuba({ vThMant: 50 }) },
    weight: matrix(
      3,
      8,
      Array.from({ length: 24 }, (_, k) => 2 * ((k * 7) % 23) - 18),
    ),
    weight_rec: matrix(3, 3, [0, -20, 12, 8, 0, -30, 10, 6, 0]),
  },
];
