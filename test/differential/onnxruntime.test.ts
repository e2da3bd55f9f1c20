/**
 * The readers, the float engine and the folding of batch normalisation, padding and pooling into layers against ONNX
 * Runtime, which executes the original file operator by operator in single precision.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as onnxruntime from 'onnxruntime-web/wasm';
import { AnnEvaluator } from '../../compiler/engines/evaluate-ann.ts';
import { LayerEvaluator } from '../../compiler/engines/evaluate-layers.ts';
import { formLayers } from '../../compiler/passes/form-layers.ts';
import { seededRandom } from '../arbitraries/random.ts';
import { read } from '../compiler/read/onnx-model.ts';
import { itShared, sharedPath } from '../shared.ts';
import { networkRecipe, writeOnnx } from './onnx-networks.ts';

const TOLERANCE = 1e-5;

// One thread: the sums then have one order.
onnxruntime.env.wasm.numThreads = 1;

/** Batch normalisation stays an operator of its own: the optimiser would fold it as we do. */
const openSession = (bytes: Uint8Array) =>
  onnxruntime.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
  });

/** Both of our forms of a network next to the original. */
class Comparison {
  readonly #session: onnxruntime.InferenceSession;
  readonly #shape: readonly number[];
  readonly #output: string;
  readonly #ann: AnnEvaluator;
  readonly #layers: LayerEvaluator;
  readonly #readout: number;

  private constructor(session: onnxruntime.InferenceSession, bytes: Uint8Array) {
    const graph = read(bytes);
    const formed = formLayers(graph);
    this.#session = session;
    this.#shape = graph.nodes[0]!.shape;
    this.#output = graph.output;
    this.#ann = new AnnEvaluator(graph);
    this.#layers = new LayerEvaluator(formed.graph);
    this.#readout = formed.graph.layers.length - 1;
  }

  static async open(bytes: Uint8Array): Promise<Comparison> {
    return new Comparison(await openSession(bytes), bytes);
  }

  get inputSize(): number {
    return this.#shape.reduce((product, dimension) => product * dimension, 1);
  }

  /** The relative errors of the float engine and of the layers over some inputs. */
  async errors(...inputs: readonly Float32Array[]): Promise<{ readonly ann: number; readonly layers: number }> {
    const [ann, layers] = [new RelativeError(), new RelativeError()];
    for (const x of inputs) {
      const original = await this.#original(x);
      const input = Float64Array.from(x);
      this.#ann.run(input);
      this.#layers.run(input);
      ann.add(this.#ann.output(this.#output), original);
      layers.add(this.#layers.activation(this.#readout), original);
    }
    return { ann: ann.result(), layers: layers.result() };
  }

  async #original(x: Float32Array): Promise<Float32Array> {
    const feeds = { [this.#session.inputNames[0]!]: new onnxruntime.Tensor('float32', x, [1, ...this.#shape]) };
    const results = await this.#session.run(feeds);
    return results[this.#session.outputNames[0]!]!.data as Float32Array;
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

/** Largest |difference| relative to the largest |output|. */
class RelativeError {
  #largest = 0;
  #difference = 0;

  add(values: Float64Array, original: Float32Array): void {
    expect(values.length).toBe(original.length);
    original.forEach((value, k) => {
      expect(value).not.toBeNaN();
      this.#largest = Math.max(this.#largest, Math.abs(value));
      this.#difference = Math.max(this.#difference, Math.abs(value - values[k]!));
    });
  }

  result(): number {
    return this.#difference === 0 ? 0 : this.#difference / this.#largest;
  }
}

const noise = (size: number, seed: number): Float32Array => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: size }, () => 4 * random() - 2);
};

describe('random networks', () => {
  it('with batch normalisation, pooling, skips and concatenations compute what ONNX Runtime computes', async () => {
    await fc.assert(
      fc.asyncProperty(networkRecipe, fc.integer(), async (recipe, seed) => {
        const comparison = await Comparison.open(writeOnnx(recipe));
        try {
          const { ann, layers } = await comparison.errors(
            ...[0, 1, 2, 3].map((k) => noise(comparison.inputSize, seed + k)),
          );
          expect(ann).toBeLessThanOrEqual(TOLERANCE);
          expect(layers).toBeLessThanOrEqual(TOLERANCE);
        } finally {
          await comparison.close();
        }
      }),
    );
  });
});

/** Images as floats, NCHW. */
type Images = (index: number) => Float32Array;

function mnist(): Images {
  const bytes = gunzipSync(readFileSync(sharedPath('data', 'mnist', 'test-2k-images-idx3-ubyte.gz')!)).subarray(16);
  return (index) => Float32Array.from(bytes.subarray(index * 784, (index + 1) * 784), (value) => value / 255);
}

function cifar(): Images {
  const bytes = readFileSync(sharedPath('data', 'cifar10', 'test-2k.bin')!);
  const mean = [0.4914, 0.4822, 0.4465];
  const std = [0.247, 0.2435, 0.2616];
  return (index) =>
    Float32Array.from(bytes.subarray(index * 3073 + 1, (index + 1) * 3073), (value, k) => {
      const channel = Math.floor(k / 1024);
      return (value / 255 - mean[channel]!) / std[channel]!;
    });
}

describe('trained networks', () => {
  for (const [name, images, count] of [
    ['mnist_mlp_relu', mnist, 50],
    ['mnist_cnn_th', mnist, 20],
    ['cifar10_resnet20_th', cifar, 4],
  ] as const)
    itShared(`${name} computes what ONNX Runtime computes, on ${count} images and on noise`, async () => {
      const comparison = await Comparison.open(readFileSync(sharedPath('models', `${name}.onnx`)!));
      const image = images();
      for (let k = 0; k < count; k++)
        for (const x of [image(k), ...(k < 3 ? [noise(comparison.inputSize, k)] : [])]) {
          const { ann, layers } = await comparison.errors(x);
          expect(ann).toBeLessThanOrEqual(TOLERANCE);
          expect(layers).toBeLessThanOrEqual(TOLERANCE);
        }
      await comparison.close();
    });
});
