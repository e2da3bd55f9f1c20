/**
 * Random small networks as net.json documents: convolutions with odd strides, paddings, dilations and groups, pooling of
 * all kinds, residual connections of several depths, dense and sparse layers.
 */
import fc from 'fast-check';
import { seededRandom } from './random.ts';

type Shape = readonly [number, number, number];
type Layer = Record<string, unknown> & { name: string };

export interface RandomNetwork {
  readonly json: string;
  readonly inputShape: Shape;
  readonly seed: number;
}

const BLOCKS = ['conv', 'norm', 'residual', 'pool', 'overlap', 'depthwise', 'skipInput'] as const;

const choice = fc.nat({ max: 1000 });
const block = fc.record({
  kind: fc.constantFrom(...BLOCKS),
  picks: fc.array(choice, { minLength: 16, maxLength: 16 }),
});

export const arbitraryNetwork: fc.Arbitrary<RandomNetwork> = fc
  .record({
    channels: fc.integer({ min: 1, max: 4 }),
    height: fc.integer({ min: 1, max: 8 }),
    width: fc.integer({ min: 1, max: 8 }),
    blocks: fc.array(block, { maxLength: 4 }),
    end: fc.constantFrom('dense', 'twoDense', 'sparse', 'global', 'convolution'),
    order: fc.constantFrom([0, 1, 2], [1, 2, 0], [2, 0, 1]),
    seed: fc.integer(),
  })
  .map((recipe) => {
    const builder = new NetworkBuilder([recipe.channels, recipe.height, recipe.width], recipe.seed);
    for (const { kind, picks } of recipe.blocks) builder.block(kind, picks);
    builder.end(recipe.end, recipe.order);
    return { json: builder.json(), inputShape: [recipe.channels, recipe.height, recipe.width], seed: recipe.seed };
  });

const pick = (value: number, min: number, max: number): number => min + (value % (max - min + 1));

class NetworkBuilder {
  private readonly inputShape: Shape;
  private readonly random: () => number;
  private readonly layers: Layer[] = [];
  private shape: Shape;
  private last = 'input';

  constructor(inputShape: Shape, seed: number) {
    this.inputShape = inputShape;
    this.shape = inputShape;
    this.random = seededRandom(seed);
  }

  json(): string {
    return JSON.stringify({
      format: 'snn-net/1',
      name: 'random',
      input: { shape: this.inputShape },
      layers: this.layers,
    });
  }

  private add(op: string, fields: Record<string, unknown>, shape: Shape, inputs = [this.last]): string {
    const name = `${op}${this.layers.length}`;
    this.layers.push({ name, op, inputs, ...fields });
    this.last = name;
    this.shape = shape;
    return name;
  }

  private tensor(shape: readonly number[], scale: number, offset = 0) {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Array.from({ length: size }, () => Math.fround((this.random() * 2 - 1) * scale + offset));
    return { shape, data };
  }

  private relu(): void {
    const clipped = this.random() < 0.5;
    this.add('relu', clipped ? { max: 1.5 } : {}, this.shape);
  }

  private conv(out: number, picks: readonly number[], groups = 1): void {
    const [channels, height, width] = this.shape;
    const axis = (size: number, p: readonly number[]) => {
      const stride = pick(p[1]!, 1, 3);
      const dilation = pick(p[2]!, 1, 2);
      const [before, after] = [pick(p[3]!, 0, 2), pick(p[4]!, 0, 2)];
      let kernel = pick(p[0]!, 1, 3);
      while ((kernel - 1) * dilation + 1 > size + before + after) kernel--;
      const count = Math.floor((size + before + after - (kernel - 1) * dilation - 1) / stride) + 1;
      return { stride, dilation, before, after, kernel, count };
    };
    const y = axis(height, picks.slice(0, 5));
    const x = axis(width, picks.slice(5, 10));
    const fanIn = (channels / groups) * y.kernel * x.kernel;
    const fields = {
      weight: this.tensor([out, channels / groups, y.kernel, x.kernel], 1.6 / Math.sqrt(fanIn), 0.1),
      bias: this.tensor([out], 0.3),
      stride: [y.stride, x.stride],
      dilation: [y.dilation, x.dilation],
      padding: [y.before, x.before, y.after, x.after],
      groups,
    };
    this.add('conv', fields, [out, y.count, x.count]);
  }

  private sameConv(out: number): void {
    const [channels, height, width] = this.shape;
    const weight = this.tensor([out, channels, 3, 3], 1.5 / Math.sqrt(9 * channels));
    this.add('conv', { weight, padding: 1 }, [out, height, width]);
  }

  block(kind: (typeof BLOCKS)[number], picks: readonly number[]): void {
    const [channels, height, width] = this.shape;
    const spiking = this.layers.length > 0;
    switch (kind) {
      case 'conv': {
        const groups = picks[10]! % 3 === 0 && channels % 2 === 0 ? 2 : 1;
        this.conv(groups * pick(picks[11]!, 1, 3), picks, groups);
        this.relu();
        return;
      }
      case 'norm': {
        const out = pick(picks[11]!, 1, 5);
        this.conv(out, picks);
        const vector = (scale: number, offset: number) => this.tensor([out], scale, offset);
        const variance = vector(0.2, 1);
        this.add(
          'batchnorm',
          { gamma: vector(0.3, 1), beta: vector(0.3, 0), mean: vector(0.2, 0), variance },
          this.shape,
        );
        this.relu();
        return;
      }
      case 'depthwise':
        this.conv(channels * pick(picks[11]!, 1, 2), picks, channels);
        this.relu();
        return;
      case 'residual':
        this.residual(picks, channels);
        return;
      case 'pool':
        if (height >= 2 && width >= 2 && spiking)
          this.add('averagePool', { kernel: [2, 2] }, [channels, height >> 1, width >> 1]);
        return;
      case 'overlap':
        if (height >= 3 && width >= 3 && spiking)
          this.add('averagePool', { kernel: [3, 3], stride: [2, 2] }, [channels, (height - 1) >> 1, (width - 1) >> 1]);
        return;
      case 'skipInput': {
        if (String(this.shape) !== String(this.inputShape) || !spiking) return;
        this.sameConv(channels);
        this.add('add', {}, this.shape, [this.last, 'input']);
        this.relu();
      }
    }
  }

  private residual(picks: readonly number[], channels: number): void {
    if (this.layers.length === 0) {
      this.sameConv(channels);
      this.relu();
    }
    const start = this.last;
    for (let k = 0; k < pick(picks[0]!, 0, 2); k++) {
      this.sameConv(channels);
      this.relu();
    }
    this.sameConv(channels);
    const main = this.last;
    let skip = start;
    if (picks[1]! % 2 === 0) {
      const weight = this.tensor([channels, channels, 1, 1], 1 / Math.sqrt(channels));
      skip = this.add('conv', { weight }, this.shape, [start]);
    }
    this.add('add', {}, this.shape, [main, skip]);
    this.relu();
  }

  end(kind: string, order: readonly number[]): void {
    const [channels, height, width] = this.shape;
    const size = channels * height * width;
    if (kind === 'convolution') {
      const weight = this.tensor([3, channels, 1, 1], 1 / Math.sqrt(channels));
      this.add('conv', { weight, bias: this.tensor([3], 0.2) }, [3, height, width]);
      return;
    }
    if (kind === 'global' && this.layers.length > 0) {
      this.add('globalAveragePool', {}, [channels, 1, 1]);
      this.add('flatten', {}, [channels, 1, 1]);
      this.dense(channels, 4);
      return;
    }
    this.add('flatten', { order }, [size, 1, 1]);
    if (kind === 'twoDense') {
      this.dense(size, 7);
      this.relu();
      this.dense(7, 4);
    } else if (kind === 'sparse') {
      this.sparse(size, 9);
      this.relu();
      this.sparse(9, 5);
    } else this.dense(size, 5);
  }

  private dense(inputs: number, outputs: number): void {
    const weight = this.tensor([outputs, inputs], 1.5 / Math.sqrt(inputs));
    this.add('dense', { weight, bias: this.tensor([outputs], 0.3) }, [outputs, 1, 1]);
  }

  private sparse(inputs: number, outputs: number): void {
    const pre: number[] = [];
    const post: number[] = [];
    for (let from = 0; from < inputs; from++)
      for (let to = 0; to < outputs; to++)
        if (this.random() < 0.3 || (from + to) % outputs === 0) {
          pre.push(from);
          post.push(to);
        }
    const weight = this.tensor([pre.length], 0.8, 0.1);
    this.add('sparse', { outputs, pre, post, weight, bias: this.tensor([outputs], 0.2) }, [outputs, 1, 1]);
  }
}
