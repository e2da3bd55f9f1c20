/**
 * Linear branches from the side of the source: what one source element adds to the layer. Where most elements are silent,
 * as spikes and rectified activations are, this costs only what is active. Elements are numbered channel-last, so that
 * the innermost loop runs over the output channels of one pixel, contiguous in weights and sums.
 */
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { KernelMemory } from './kernels/memory.ts';
import { ConvGather } from './gather.ts';
import type { Branch, ConvOperator } from '../ir/layers.ts';

/** Adds values of source elements, through the weights, to the layer; both channel-last. */
export interface Scatter {
  /**
   * For k < count, in order: into += values[k] × column(elements[k]). Elements that no window covers add nothing.
   *
   * @param elements ascending; all arrays are of the engine's memory
   */
  add(elements: Uint32Array, values: Float64Array, count: number, into: Float64Array): void;
}

/** For every NCHW index its channel-last index: (y · width + x) · channels + c. */
export function channelLastOrder([channels, height, width]: Shape): Uint32Array {
  const area = height * width;
  const order = new Uint32Array(channels * area);
  for (let c = 0; c < channels; c++) for (let p = 0; p < area; p++) order[c * area + p] = p * channels + c;
  return order;
}

/** One value per channel, or per neuron (NCHW) → one per neuron, channel-last. */
export function spreadChannelLast(values: ArrayLike<number>, shape: Shape): Float64Array {
  const size = shapeSize(shape);
  const spread = new Float64Array(size);
  if (values.length === size) {
    const order = channelLastOrder(shape);
    for (let k = 0; k < size; k++) spread[order[k]!] = values[k]!;
    return spread;
  }
  for (let k = 0; k < size; k++) spread[k] = values[k % shape[0]]!;
  return spread;
}

/**
 * @param source shape of the source before pooling
 * @param shape shape of the layer
 * @param memory of the engine, not yet made
 * @param scale factor per channel of the source; undefined: 1
 */
export function prepareScatter(
  branch: Branch<ArrayLike<number>>,
  source: Shape,
  shape: Shape,
  memory: KernelMemory,
  scale?: Float64Array,
): Scatter {
  const { operator } = branch;
  switch (operator.kind) {
    case 'conv':
      return operator.groups === 1
        ? new ConvGather({ ...branch, operator }, source, shape, memory, scale)
        : new GroupScatter({ ...branch, operator }, source, shape, scale);
    case 'diagonal':
      return new DiagonalScatter(branch, operator.weight, source, shape, scale);
    case 'dense': {
      const [, height, width] = branch.pooled;
      if (shape[1] * shape[2] !== 1)
        return new SparseScatter(branch, everyPair(operator.weight, branch.pooled, shape), source, shape, scale);
      // A matrix is a convolution whose kernel covers the whole source.
      const kernel = { kernel: [height, width], stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] } as const;
      const conv = { kind: 'conv', weight: operator.weight, groups: 1, ...kernel } as const;
      return new ConvGather({ ...branch, operator: conv }, source, shape, memory, scale);
    }
    case 'sparse':
      return new SparseScatter(branch, operator, source, shape, scale);
  }
}

interface Connections {
  readonly pre: Uint32Array;
  readonly post: Uint32Array;
  readonly weight: ArrayLike<number>;
}

function everyPair(weight: ArrayLike<number>, pooled: Shape, shape: Shape): Connections {
  const columns = shapeSize(pooled);
  const count = columns * shapeSize(shape);
  return {
    pre: Uint32Array.from({ length: count }, (_, k) => k % columns),
    post: Uint32Array.from({ length: count }, (_, k) => Math.floor(k / columns)),
    weight,
  };
}

/**
 * Along one axis: which taps of the kernel a source position meets, and in which output positions. Taps are numbered
 * from the last one, so that they ascend with the output positions.
 */
class Axis {
  /** Per source position the first of its taps; one more at the end. */
  readonly start: Uint32Array;
  readonly tap: Uint32Array;
  readonly out: Uint32Array;

  /** @param size of the pooled source; what the windows leave over has no taps */
  constructor(
    size: number,
    pool: number,
    outSize: number,
    [kernel, stride, padding, dilation]: readonly [kernel: number, stride: number, padding: number, dilation: number],
  ) {
    const start: number[] = [];
    const tap: number[] = [];
    const out: number[] = [];
    for (let position = 0; position < size * pool; position++) {
      start.push(tap.length);
      const pooled = Math.floor(position / pool);
      for (let k = 0; k < kernel; k++) {
        const shifted = pooled + padding - (kernel - 1 - k) * dilation;
        if (shifted < 0 || shifted % stride !== 0 || shifted / stride >= outSize) continue;
        tap.push(k);
        out.push(shifted / stride);
      }
    }
    start.push(tap.length);
    this.start = Uint32Array.from(start);
    this.tap = Uint32Array.from(tap);
    this.out = Uint32Array.from(out);
  }
}

/** A convolution in groups: a source element reaches the few output channels of its group. */
class GroupScatter implements Scatter {
  /** [source channel][row of the kernel, from the last][column, from the last][output channel of its group], scaled */
  readonly #weight: Float64Array;
  readonly #rows: Axis;
  readonly #columns: Axis;
  readonly #source: Shape;
  readonly #shape: Shape;
  readonly #kernelColumns: number;
  readonly #taps: number;
  readonly #inGroup: number;
  readonly #outGroup: number;

  constructor(
    branch: Branch<ArrayLike<number>> & { readonly operator: ConvOperator<ArrayLike<number>> },
    source: Shape,
    shape: Shape,
    scale: Float64Array | undefined,
  ) {
    const { operator, pool, pooled } = branch;
    const { kernel, stride, padding, dilation, groups } = operator;
    this.#source = source;
    this.#shape = shape;
    this.#kernelColumns = kernel[1];
    this.#taps = kernel[0] * kernel[1];
    this.#inGroup = pooled[0] / groups;
    this.#outGroup = shape[0] / groups;
    this.#rows = new Axis(pooled[1], pool[0], shape[1], [kernel[0], stride[0], padding[0], dilation[0]]);
    this.#columns = new Axis(pooled[2], pool[1], shape[2], [kernel[1], stride[1], padding[1], dilation[1]]);
    this.#weight = new Float64Array(operator.weight.length);
    const perOut = this.#inGroup * this.#taps;
    for (let k = 0; k < this.#weight.length; k++) {
      const out = Math.floor(k / perOut);
      const channel = Math.floor(out / this.#outGroup) * this.#inGroup + (Math.floor(k / this.#taps) % this.#inGroup);
      const at = (channel * this.#taps + this.#taps - 1 - (k % this.#taps)) * this.#outGroup + (out % this.#outGroup);
      this.#weight[at] = operator.weight[k]! * (scale?.[channel] ?? 1);
    }
  }

  add(elements: Uint32Array, values: Float64Array, count: number, into: Float64Array): void {
    const weight = this.#weight;
    const rows = this.#rows;
    const columns = this.#columns;
    const kernelColumns = this.#kernelColumns;
    const taps = this.#taps;
    const inGroup = this.#inGroup;
    const outGroup = this.#outGroup;
    const [channels, , width] = this.#source;
    const [outChannels, , outWidth] = this.#shape;
    const lastRow = rows.start.length - 1;
    const lastColumn = columns.start.length - 1;
    for (let k = 0; k < count; k++) {
      const element = elements[k]!;
      const value = values[k]!;
      const pixel = (element / channels) | 0;
      const channel = element - pixel * channels;
      const y = (pixel / width) | 0;
      const x = pixel - y * width;
      if (y >= lastRow || x >= lastColumn) continue;
      const outAt = ((channel / inGroup) | 0) * outGroup;
      const weightAt = channel * taps;
      const rowEnd = rows.start[y + 1]!;
      const columnEnd = columns.start[x + 1]!;
      for (let r = rows.start[y]!; r < rowEnd; r++) {
        const tapRow = weightAt + rows.tap[r]! * kernelColumns;
        const outRow = rows.out[r]! * outWidth;
        for (let q = columns.start[x]!; q < columnEnd; q++) {
          let w = (tapRow + columns.tap[q]!) * outGroup;
          const to = (outRow + columns.out[q]!) * outChannels + outAt;
          for (let n = to; n < to + outGroup; n++, w++) into[n] = into[n]! + value * weight[w]!;
        }
      }
    }
  }
}

/** One to one: a pooling window whose elements go to one neuron each. */
class DiagonalScatter implements Scatter {
  /** Per source element (channel-last) its neuron, channel-last; −1 for those that no window covers. */
  readonly #post: Int32Array;
  /** Per source element, scaled. */
  readonly #weight: Float64Array;

  constructor(
    branch: Branch<ArrayLike<number>>,
    weight: ArrayLike<number>,
    source: Shape,
    shape: Shape,
    scale: Float64Array | undefined,
  ) {
    const order = channelLastOrder(shape);
    this.#post = pooledElements(branch, source).map((pooled) => (pooled < 0 ? -1 : order[pooled]!));
    const [channels] = source;
    this.#weight = Float64Array.from(this.#post, (_, element) => {
      const channel = element % channels;
      return weight[channel]! * (scale?.[channel] ?? 1);
    });
  }

  add(elements: Uint32Array, values: Float64Array, count: number, into: Float64Array): void {
    const post = this.#post;
    const weight = this.#weight;
    for (let k = 0; k < count; k++) {
      const element = elements[k]!;
      const to = post[element]!;
      if (to >= 0) into[to] = into[to]! + values[k]! * weight[element]!;
    }
  }
}

class SparseScatter implements Scatter {
  /** Per source element (channel-last) the first of its connections; one more at the end. */
  readonly #start: Uint32Array;
  readonly #post: Uint32Array;
  readonly #weight: Float64Array;

  constructor(
    branch: Branch<ArrayLike<number>>,
    connections: Connections,
    source: Shape,
    shape: Shape,
    scale: Float64Array | undefined,
  ) {
    const { pre, post, weight } = connections;
    const postOrder = channelLastOrder(shape);
    const heard = pooledElements(branch, source);
    const byPooled: number[][] = Array.from({ length: shapeSize(branch.pooled) }, () => []);
    for (let k = 0; k < pre.length; k++) byPooled[pre[k]!]!.push(k);
    const area = branch.pooled[1] * branch.pooled[2];
    const start = new Uint32Array(heard.length + 1);
    const posts: number[] = [];
    const weights: number[] = [];
    heard.forEach((pooled, element) => {
      start[element] = posts.length;
      if (pooled < 0) return;
      const factor = scale?.[Math.floor(pooled / area)] ?? 1;
      for (const k of byPooled[pooled]!) {
        posts.push(postOrder[post[k]!]!);
        weights.push(weight[k]! * factor);
      }
    });
    start[heard.length] = posts.length;
    this.#start = start;
    this.#post = Uint32Array.from(posts);
    this.#weight = Float64Array.from(weights);
  }

  add(elements: Uint32Array, values: Float64Array, count: number, into: Float64Array): void {
    const start = this.#start;
    const post = this.#post;
    const weight = this.#weight;
    for (let k = 0; k < count; k++) {
      const element = elements[k]!;
      const value = values[k]!;
      const end = start[element + 1]!;
      for (let at = start[element]!; at < end; at++) into[post[at]!]! += value * weight[at]!;
    }
  }
}

/** Per source element, channel-last: the NCHW index of the pooled element that it belongs to, or −1. */
export function pooledElements({ pool, pooled }: Branch<unknown>, [channels, height, width]: Shape): Int32Array {
  const of = new Int32Array(channels * height * width);
  for (let element = 0; element < of.length; element++) {
    const pixel = Math.floor(element / channels);
    const y = Math.floor(Math.floor(pixel / width) / pool[0]);
    const x = Math.floor((pixel % width) / pool[1]);
    of[element] = y < pooled[1] && x < pooled[2] ? ((element % channels) * pooled[1] + y) * pooled[2] + x : -1;
  }
  return of;
}
