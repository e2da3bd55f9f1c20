/** Units of the input are the user's: what scales the input and is taken back in the first weights changes no answer. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../arbitraries/random.ts';
import type { RunRecord } from '../../isa/index.ts';
import { npy, World } from '../bin/world.ts';
import { read } from '../compiler/read/onnx-model.ts';
import { itShared, sharedPath } from '../shared.ts';

interface Dense {
  readonly shape: readonly [number, number];
  readonly weight: readonly number[];
  readonly bias: readonly number[];
}

/** Layers with a ReLU between any two; an input is multiplied by the inverse of its factor. */
function document(layers: readonly Dense[], factors: readonly number[]): string {
  const [, features] = layers[0]!.shape;
  const nodes = layers.flatMap(({ shape, weight, bias }, k) => {
    const data = k > 0 ? weight : weight.map((value, at) => value / factors[at % features]!);
    const dense = { name: `d${k}`, op: 'dense', weight: { shape, data }, bias: { shape: [shape[0]], data: bias } };
    return k === layers.length - 1 ? [dense] : [dense, { name: `r${k}`, op: 'relu' }];
  });
  return JSON.stringify({ format: 'snn-net/1', name: 'scaled', input: { shape: [features, 1, 1] }, layers: nodes });
}

const scaled = (samples: readonly number[], factors: readonly number[]): Float32Array =>
  Float32Array.from(samples, (value, k) => value * factors[k % factors.length]!);

interface Data {
  readonly calibration: readonly number[];
  readonly test: readonly number[];
  readonly features: number;
}

/** The answers of the chip on the test data, all scaled by factors that the weights take back. */
async function answers(layers: readonly Dense[], data: Data, factors: readonly number[], outlier?: number) {
  const world = new World();
  try {
    const { calibration, test, features } = data;
    const shape = (values: readonly number[]): [number, number] => [values.length / features, features];
    const own = scaled(calibration, factors);
    if (outlier !== undefined) own[0] = outlier;
    world.write('net.json', document(layers, factors));
    world.write('calibration.npy', npy(own, shape(calibration)));
    world.write('test.npy', npy(scaled(test, factors), shape(test)));
    const build =
      'snnc build net.json --calibrate calibration.npy --mode exact --code graded -T 32 --map layers --ledger-samples 0 --quiet -o chip.bin';
    expect(await world.run(build)).toMatchObject({ exit: 0 });
    const run = await world.run('snnemu eval chip.bin --data test.npy --timing none --workers 1 --json record.json');
    expect(run).toMatchObject({ exit: 0 });
    const { outputs } = JSON.parse(new TextDecoder().decode(world.read('record.json'))) as RunRecord;
    return outputs.map(({ predicted, values }) => ({ predicted, values }));
  } finally {
    world.remove();
  }
}

describe('inputs in other units', () => {
  it('by powers of two give the same numbers, for random networks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: -12, max: 12 }), async (seed, exponent) => {
        const random = seededRandom(seed);
        const some = (count: number): number[] => Array.from({ length: count }, () => Math.fround(2 * random() - 1));
        const dense = (out: number, into: number): Dense => ({
          shape: [out, into],
          weight: some(out * into),
          bias: some(out),
        });
        const layers = [dense(6, 4), dense(5, 6), dense(3, 5)];
        const data = { calibration: some(4 * 24), test: some(4 * 12), features: 4 };
        const [plain, other] = [1, 2 ** exponent].map((factor) => Array<number>(4).fill(factor));
        expect(await answers(layers, data, other!)).toEqual(await answers(layers, data, plain!));
      }),
      { numRuns: 3 },
    );
  });

  itShared('of any range, a scale for each input or an outlier cost at most a point, on MNIST', async () => {
    const { nodes } = read(readFileSync(sharedPath('models', 'mnist_mlp_relu.onnx')!));
    const layers = nodes.flatMap((node): Dense[] => {
      if (node.op !== 'dense') return [];
      const [out, into] = node.weight.shape as [number, number];
      const bias = node.bias === undefined ? Array<number>(out).fill(0) : [...node.bias.data];
      return [{ shape: [out, into], weight: [...node.weight.data], bias }];
    });
    const bytes = gunzipSync(readFileSync(sharedPath('data', 'mnist', 'test-2k-images-idx3-ubyte.gz')!)).subarray(16);
    const labels = gunzipSync(readFileSync(sharedPath('data', 'mnist', 'test-2k-labels-idx1-ubyte.gz')!)).subarray(8);
    const part = (from: number, to: number): number[] => [...bytes.subarray(from * 784, to * 784)].map((b) => b / 255);
    const data = { calibration: part(1900, 2000), test: part(0, 200), features: 784 };
    const right = async (factors: readonly number[], outlier?: number): Promise<number> =>
      (await answers(layers, data, factors, outlier)).filter(({ predicted }, k) => predicted === labels[k]).length;
    const random = seededRandom(5);
    const control = await right(Array<number>(784).fill(1));
    expect(control).toBeGreaterThan(190);
    const range = Array<number>(784).fill(10 ** (6 * random() - 3));
    const each = Array.from({ length: 784 }, () => 10 ** (2 * random() - 1));
    for (const count of [await right(range), await right(each), await right(Array<number>(784).fill(1), 500)])
      expect(count).toBeGreaterThanOrEqual(control - 2);
  });
});
