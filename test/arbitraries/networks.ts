/**
 * Random small networks as net.json documents: convolutions with odd strides, paddings, dilations and groups, pooling of
 * all kinds, residual connections of several depths, concatenations, staircase activations, dense and sparse layers; some
 * on images of one row, as 1-D convolutions are.
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

const BLOCKS = ['conv', 'norm', 'residual', 'pool', 'overlap', 'depthwise', 'skipInput', 'concat', 'shifted'] as const;

const choice = fc.nat({ max: 1000 });
const block = fc.record({
  kind: fc.constantFrom(...BLOCKS),
  picks: fc.array(choice, { minLength: 16, maxLength: 16 }),
});

export const arbitraryNetwork: fc.Arbitrary<RandomNetwork> = fc
  .record({
    channels: fc.integer({ min: 1, max: 4 }),
    height: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }) },
      { weight: 1, arbitrary: fc.constant(1) },
    ),
    width: fc.integer({ min: 1, max: 8 }),
    blocks: fc.array(block, { maxLength: 4 }),
    end: fc.constantFrom('dense', 'twoDense', 'sparse', 'global', 'convolution', 'scales'),
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
  readonly #inputShape: Shape;
  readonly #random: () => number;
  readonly #layers: Layer[] = [];
  #shape: Shape;
  #last = 'input';
  /** The last output holds the input, whose averages neither a layer of its own nor small axon counters could hold. */
  #negative = false;
  /** The last output is an average that needs a layer of its own before a further operator. */
  #averaged = false;

  constructor(inputShape: Shape, seed: number) {
    this.#inputShape = inputShape;
    this.#shape = inputShape;
    this.#random = seededRandom(seed);
  }

  json(): string {
    return JSON.stringify({
      format: 'snn-net/1',
      name: 'random',
      input: { shape: this.#inputShape },
      layers: this.#layers,
    });
  }

  #add(op: string, fields: Record<string, unknown>, shape: Shape, inputs = [this.#last]): string {
    const name = `${op}${this.#layers.length}`;
    this.#layers.push({ name, op, inputs, ...fields });
    this.#last = name;
    this.#shape = shape;
    return name;
  }

  #tensor(shape: readonly number[], scale: number, offset = 0) {
    const size = shape.reduce((a, b) => a * b, 1);
    const data = Array.from({ length: size }, () => Math.fround((this.#random() * 2 - 1) * scale + offset));
    return { shape, data };
  }

  /**
   * Never nearly 0: a channel that nothing but its bias drives has that for its threshold, and no weight width spans the
   * ratio of ordinary weights to it.
   */
  #bias(size: number, scale: number) {
    const { shape, data } = this.#tensor([size], scale);
    return { shape, data: data.map((b) => Math.fround(b + (b < 0 ? -0.1 : 0.1) * scale)) };
  }

  #relu(): void {
    this.#negative = this.#averaged = false;
    const kind = this.#random();
    const fields = kind < 0.5 ? {} : kind < 0.8 ? { max: 1.5 } : { max: 1.5, levels: kind < 0.9 ? 4 : 8 };
    this.#add('relu', fields, this.#shape);
  }

  #conv(out: number, picks: readonly number[], groups = 1): void {
    const [channels, height, width] = this.#shape;
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
      weight: this.#tensor([out, channels / groups, y.kernel, x.kernel], 1.6 / Math.sqrt(fanIn), 0.1),
      bias: this.#bias(out, 0.3),
      stride: [y.stride, x.stride],
      dilation: [y.dilation, x.dilation],
      padding: [y.before, x.before, y.after, x.after],
      groups,
    };
    this.#add('conv', fields, [out, y.count, x.count]);
  }

  #sameConv(out: number): void {
    const [channels, height, width] = this.#shape;
    const weight = this.#tensor([out, channels, 3, 3], 1.5 / Math.sqrt(9 * channels));
    this.#add('conv', { weight, padding: 1 }, [out, height, width]);
  }

  block(kind: (typeof BLOCKS)[number], picks: readonly number[]): void {
    if (this.#negative && (kind === 'pool' || kind === 'overlap')) this.#relu();
    const [channels, height, width] = this.#shape;
    const spiking = this.#layers.length > 0;
    switch (kind) {
      case 'conv': {
        const groups = picks[10]! % 3 === 0 && channels % 2 === 0 ? 2 : 1;
        this.#conv(groups * pick(picks[11]!, 1, 3), picks, groups);
        this.#relu();
        return;
      }
      case 'norm': {
        const out = pick(picks[11]!, 1, 5);
        this.#conv(out, picks);
        this.#normalise();
        this.#relu();
        return;
      }
      case 'depthwise':
        this.#conv(channels * pick(picks[11]!, 1, 2), picks, channels);
        this.#relu();
        return;
      case 'residual':
        this.#residual(picks, channels);
        return;
      case 'pool':
        if (height >= 2 && width >= 2 && spiking)
          this.#add('averagePool', { kernel: [2, 2] }, [channels, height >> 1, width >> 1]);
        return;
      case 'overlap':
        if (height < 3 || width < 3 || !spiking) return;
        this.#averaged = true;
        this.#add('averagePool', { kernel: [3, 3], stride: [2, 2] }, [channels, (height - 1) >> 1, (width - 1) >> 1]);
        return;
      case 'concat':
        this.#concat(picks);
        return;
      case 'shifted':
        // A normalisation after the activation: its shift meets the zero padding of the next convolution.
        if (this.#averaged) return;
        this.#normalise();
        this.#conv(pick(picks[11]!, 1, 3), picks);
        this.#relu();
        return;
      case 'skipInput': {
        if (String(this.#shape) !== String(this.#inputShape) || !spiking) return;
        this.#sameConv(channels);
        this.#add('add', {}, this.#shape, [this.#last, 'input']);
        this.#relu();
      }
    }
  }

  #normalise(): void {
    const vector = (scale: number, offset: number) => this.#tensor([this.#shape[0]], scale, offset);
    const variance = vector(0.2, 1);
    this.#add(
      'batchnorm',
      { gamma: vector(0.3, 1), beta: this.#bias(this.#shape[0], 0.3), mean: vector(0.2, 0), variance },
      this.#shape,
    );
  }

  /** Two or three branches from one place side by side: activated before or after, pooled, the place itself. */
  #concat(picks: readonly number[]): void {
    const name = this.#last;
    const shape = this.#shape;
    const negative = this.#negative;
    const averaged = this.#averaged;
    const start = { name, shape };
    const [channels, height, width] = start.shape;
    const isLate = picks[0]! % 3 === 0;
    const branches = Array.from({ length: pick(picks[1]!, 1, 2) }, (_, k) => {
      this.#last = start.name;
      this.#shape = start.shape;
      this.#sameConv(pick(picks[2 + k]!, 1, 3));
      if (!isLate) this.#relu();
      return { name: this.#last, channels: this.#shape[0] };
    });
    if (picks[4]! % 2 === 0) {
      branches.push({ name: start.name, channels });
      this.#negative = start.name === 'input' || negative;
      this.#averaged = averaged;
    } else branches.push({ ...branches[0]! });
    const total = branches.reduce((sum, branch) => sum + branch.channels, 0);
    const names = branches.map(({ name }) => name);
    const joined = this.#add('concat', {}, [total, height, width], names);
    if (isLate && picks[5]! % 2 === 0) {
      // A sum with another partition, so that the parts have to be joined.
      const weight = this.#tensor([total, channels, 1, 1], 1 / Math.sqrt(channels));
      const other = this.#add('conv', { weight }, this.#shape, [start.name]);
      this.#add('add', {}, this.#shape, [joined, other]);
    }
    if (isLate || picks[6]! % 4 === 0) this.#relu();
    if (picks[7]! % 3 === 0) {
      this.#conv(total, picks.slice(3), total);
      this.#relu();
    }
  }

  #residual(picks: readonly number[], channels: number): void {
    if (this.#layers.length === 0) {
      this.#sameConv(channels);
      this.#relu();
    }
    const start = this.#last;
    for (let k = 0; k < pick(picks[0]!, 0, 2); k++) {
      this.#sameConv(channels);
      this.#relu();
    }
    this.#sameConv(channels);
    const main = this.#last;
    let skip = start;
    if (picks[1]! % 2 === 0) {
      const weight = this.#tensor([channels, channels, 1, 1], 1 / Math.sqrt(channels));
      skip = this.#add('conv', { weight }, this.#shape, [start]);
    }
    this.#add('add', {}, this.#shape, [main, skip]);
    this.#relu();
  }

  end(kind: string, order: readonly number[]): void {
    if (this.#negative && (kind === 'global' || kind === 'scales')) this.#relu();
    const [channels, height, width] = this.#shape;
    const size = channels * height * width;
    if (kind === 'convolution') {
      const weight = this.#tensor([3, channels, 1, 1], 1 / Math.sqrt(channels));
      this.#add('conv', { weight, bias: this.#bias(3, 0.2) }, [3, height, width]);
      return;
    }
    if (kind === 'global' && this.#layers.length > 0) {
      this.#add('globalAveragePool', {}, [channels, 1, 1]);
      this.#add('flatten', {}, [channels, 1, 1]);
      this.#dense(channels, 4);
      return;
    }
    if (kind === 'scales' && this.#layers.length > 0) {
      this.#scales(order);
      return;
    }
    this.#add('flatten', { order }, [size, 1, 1]);
    if (kind === 'twoDense') {
      this.#dense(size, 7);
      this.#relu();
      this.#dense(7, 4);
    } else if (kind === 'sparse') {
      this.#sparse(size, 9);
      this.#relu();
      this.#sparse(9, 5);
    } else this.#dense(size, 5);
  }

  /** The features and their means, both flattened, into one dense layer. */
  #scales(order: readonly number[]): void {
    const [channels, height, width] = this.#shape;
    const size = channels * height * width;
    const features = this.#last;
    const vector = this.#add('flatten', { order }, [size, 1, 1]);
    const means = this.#add('globalAveragePool', {}, [channels, 1, 1], [features]);
    this.#add('concat', {}, [size + channels, 1, 1], [means, vector]);
    this.#dense(size + channels, 4);
  }

  #dense(inputs: number, outputs: number): void {
    const weight = this.#tensor([outputs, inputs], 1.5 / Math.sqrt(inputs));
    this.#add('dense', { weight, bias: this.#bias(outputs, 0.3) }, [outputs, 1, 1]);
  }

  #sparse(inputs: number, outputs: number): void {
    const pre: number[] = [];
    const post: number[] = [];
    for (let from = 0; from < inputs; from++)
      for (let to = 0; to < outputs; to++)
        if (this.#random() < 0.3 || (from + to) % outputs === 0) {
          pre.push(from);
          post.push(to);
        }
    const weight = this.#tensor([pre.length], 0.8, 0.1);
    this.#add('sparse', { outputs, pre, post, weight, bias: this.#bias(outputs, 0.2) }, [outputs, 1, 1]);
  }
}
