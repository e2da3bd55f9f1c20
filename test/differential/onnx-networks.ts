/** Random convolutional networks as ONNX files: blocks as exporters write them, batch normalisation not folded. */
import fc from 'fast-check';
import type { NodeProto, TensorProto } from '../../compiler/read/onnx/generated/onnx_pb.js';
import { seededRandom } from '../arbitraries/random.ts';
import { floats, node, onnxBytes, valueInfo } from '../compiler/read/onnx-model.ts';

const upTo = (most: number) => fc.integer({ min: 1, max: most });
/** Clip level; null is a ReLU. */
const activation = fc.option(fc.integer({ min: 1, max: 4 }));

const convolution = fc.record({
  out: upTo(5),
  kernel: fc.tuple(upTo(3), upTo(3)),
  stride: upTo(2),
  padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
  depthwise: fc.boolean(),
  bias: fc.boolean(),
  batchNorm: fc.boolean(),
});
type Convolution = typeof convolution extends fc.Arbitrary<infer C> ? C : never;

const block = fc.oneof(
  fc.record({ kind: fc.constant('conv' as const), convolution, activation }),
  fc.record({ kind: fc.constant('normalised' as const), convolution, activation }),
  fc.record({ kind: fc.constant('residual' as const), out: upTo(5), stride: upTo(2), activation }),
  fc.record({
    kind: fc.constant('concat' as const),
    outs: fc.tuple(upTo(3), upTo(3)),
    activation,
    early: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('pool' as const), size: fc.tuple(upTo(2), upTo(2)) }),
);
type Block = typeof block extends fc.Arbitrary<infer B> ? B : never;

const head = fc.record({
  global: fc.boolean(),
  hidden: fc.array(fc.record({ out: upTo(8), batchNorm: fc.boolean(), activation }), { maxLength: 2 }),
  classes: fc.integer({ min: 3, max: 10 }),
});
type Head = typeof head extends fc.Arbitrary<infer H> ? H : never;

/** What a network is made of; blocks that do not fit what is before them are left out. */
export const networkRecipe = fc.record({
  input: fc.tuple(upTo(3), fc.integer({ min: 4, max: 9 }), fc.integer({ min: 4, max: 9 })),
  blocks: fc.array(block, { maxLength: 4 }),
  head,
  seed: fc.integer(),
});
type Recipe = typeof networkRecipe extends fc.Arbitrary<infer R> ? R : never;

/** The ONNX file of a recipe: input `x` [1, C, H, W]. */
export function writeOnnx({ input, blocks, head, seed }: Recipe): Uint8Array {
  const writer = new NetworkWriter(input, seed);
  for (const item of blocks) writer.block(item);
  return writer.finish(head);
}

class NetworkWriter {
  readonly #input: readonly number[];
  readonly #random: () => number;
  readonly #nodes: NodeProto[] = [];
  readonly #tensors: TensorProto[] = [];
  #shape: readonly [channels: number, rows: number, columns: number];
  #last = 'x';

  constructor(input: readonly [number, number, number], seed: number) {
    this.#input = input;
    this.#shape = input;
    this.#random = seededRandom(seed);
  }

  block(item: Block): void {
    switch (item.kind) {
      case 'conv':
        this.#convolve(item.convolution);
        this.#rectify(item.activation);
        return;
      // Normalised before the (padded) convolution, as networks with pre-activation do.
      case 'normalised':
        this.#normalise();
        this.#convolve(item.convolution);
        this.#rectify(item.activation);
        return;
      case 'residual':
        this.#residual(item.out, item.stride);
        this.#rectify(item.activation);
        return;
      case 'concat':
        this.#concat(item.outs, item.early);
        this.#rectify(item.activation);
        return;
      case 'pool': {
        const [channels, rows, columns] = this.#shape;
        const [height, width] = item.size;
        if (rows % height !== 0 || columns % width !== 0) return;
        this.#add('AveragePool', [this.#last], { kernel_shape: [height, width], strides: [height, width] });
        this.#shape = [channels, rows / height, columns / width];
      }
    }
  }

  finish({ global, hidden, classes }: Head): Uint8Array {
    if (global) {
      this.#add('GlobalAveragePool', [this.#last]);
      this.#shape = [this.#shape[0], 1, 1];
    }
    this.#add('Flatten', [this.#last]);
    this.#shape = [this.#shape[0] * this.#shape[1] * this.#shape[2], 1, 1];
    for (const { out, batchNorm, activation } of hidden) {
      this.#dense(out);
      if (batchNorm) this.#normalise();
      this.#rectify(activation);
    }
    this.#dense(classes);
    return onnxBytes({
      inputs: [valueInfo('x', [1, ...this.#input])],
      outputs: [valueInfo(this.#last, [1, classes])],
      nodes: this.#nodes,
      tensors: this.#tensors,
    });
  }

  #add(operator: string, inputs: readonly string[], attributes: Parameters<typeof node>[3] = {}): string {
    this.#last = `v${this.#nodes.length}`;
    this.#nodes.push(node(operator, inputs, this.#last, attributes));
    return this.#last;
  }

  /** A parameter with numbers in [low, high). */
  #parameter(dims: readonly number[], low: number, high: number): string {
    const name = `p${this.#tensors.length}`;
    const size = dims.reduce((product, dimension) => product * dimension, 1);
    const values = Array.from({ length: size }, () => low + (high - low) * this.#random());
    this.#tensors.push(floats(name, dims, values));
    return name;
  }

  /** Weights whose sums keep the size of the activations. */
  #weight(...dims: number[]): string {
    const fanIn = dims.slice(1).reduce((product, dimension) => product * dimension, 1);
    const limit = Math.sqrt(6 / fanIn);
    return this.#parameter(dims, -limit, limit);
  }

  #convolve({ out, kernel, stride, padding, depthwise, bias, batchNorm }: Convolution): void {
    const [channels, rows, columns] = this.#shape;
    const [height, width] = kernel;
    const size = (length: number, k: number, before: number, after: number) =>
      Math.floor((length + before + after - k) / stride) + 1;
    const [top, left, bottom, right] = padding;
    const shape = [size(rows, height, top, bottom), size(columns, width, left, right)] as const;
    if (shape[0] < 1 || shape[1] < 1) return;
    const groups = depthwise ? channels : 1;
    const outs = out * groups;
    const weight = this.#weight(outs, channels / groups, height, width);
    this.#add('Conv', [this.#last, weight, ...(bias ? [this.#parameter([outs], -1, 1)] : [])], {
      kernel_shape: [height, width],
      strides: [stride, stride],
      pads: [...padding],
      group: groups,
    });
    this.#shape = [outs, ...shape];
    if (batchNorm) this.#normalise();
  }

  #normalise(): void {
    const channels = [this.#shape[0]];
    // Never a gain above 1.5: a steep line into a Clip would turn the last bits of single precision into large errors.
    const [scale, shift] = [this.#parameter(channels, -1.5, 1.5), this.#parameter(channels, -1, 1)];
    const [mean, variance] = [this.#parameter(channels, -1, 1), this.#parameter(channels, 1, 4)];
    this.#add('BatchNormalization', [this.#last, scale, shift, mean, variance], { epsilon: { float: 1e-5 } });
  }

  #rectify(clip: number | null): void {
    if (clip === null) this.#add('Relu', [this.#last]);
    else this.#add('Clip', [this.#last, this.#parameter([], 0, 0), this.#parameter([], clip, clip)]);
  }

  #dense(out: number): void {
    const weight = this.#weight(out, this.#shape[0]);
    this.#add('Gemm', [this.#last, weight, this.#parameter([out], -1, 1)], { transB: 1 });
    this.#shape = [out, 1, 1];
  }

  /** Two 3×3 convolutions beside an identity, or a 1×1 projection where the shape changes. */
  #residual(out: number, stride: number): void {
    const [source, shape] = [this.#last, this.#shape];
    this.#convolve({ ...square(3), out, stride });
    this.#rectify(null);
    this.#convolve({ ...square(3), out });
    const main = this.#last;
    [this.#last, this.#shape] = [source, shape];
    if (out !== shape[0] || stride !== 1) this.#convolve({ ...square(1), out, stride });
    this.#add('Add', [main, this.#last]);
  }

  /** Convolutions side by side, of 1×1 and 3×3; rectified before they meet, or normalised after it. */
  #concat(outs: readonly [number, number], early: boolean): void {
    const [source, shape] = [this.#last, this.#shape];
    const branches = outs.map((out, k) => {
      [this.#last, this.#shape] = [source, shape];
      this.#convolve({ ...square(k === 0 ? 1 : 3), out });
      if (early) this.#rectify(null);
      return this.#last;
    });
    this.#add('Concat', branches, { axis: 1 });
    this.#shape = [outs[0] + outs[1], shape[1], shape[2]];
    if (!early) this.#normalise();
  }
}

/** A convolution that keeps height and width, as residual networks have them. */
const square = (size: 1 | 3) => {
  const margin = (size - 1) / 2;
  const padding: [number, number, number, number] = [margin, margin, margin, margin];
  const kernel: [number, number] = [size, size];
  return { kernel, padding, stride: 1, depthwise: false, bias: false, batchNorm: true };
};
