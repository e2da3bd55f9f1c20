/**
 * Linear branches from the side of the source: what one source element adds to the layer. Where most elements are silent,
 * as spikes and rectified activations are, this costs only what is active. Elements are numbered channel-last, so that
 * the innermost loop runs over the output channels of one pixel, contiguous in weights and sums.
 */
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { Branch, ConvOperator } from './layers.ts';

/** Adds values of source elements, through the weights, to the layer; both channel-last. */
export interface Scatter {
  /** For k < count, in order: into += values[k] × column(elements[k]). Elements that no window covers add nothing. */
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
 * @param scale factor per channel of the source; undefined: 1
 */
export function prepareScatter(
  branch: Branch<ArrayLike<number>>,
  source: Shape,
  shape: Shape,
  scale?: Float64Array,
): Scatter {
  const { operator } = branch;
  switch (operator.kind) {
    case 'conv':
      return new ConvScatter({ ...branch, operator }, source, shape, scale);
    case 'diagonal':
      return new ConvScatter({ ...branch, operator: pointwise(operator.weight) }, source, shape, scale);
    case 'dense': {
      const [, height, width] = branch.pooled;
      if (shape[1] * shape[2] !== 1)
        return new SparseScatter(branch, everyPair(operator.weight, branch.pooled, shape), source, shape, scale);
      // A matrix is a convolution whose kernel covers the whole source.
      const kernel = { kernel: [height, width], stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] } as const;
      const conv = { kind: 'conv', weight: operator.weight, groups: 1, ...kernel } as const;
      return new ConvScatter({ ...branch, operator: conv }, source, shape, scale);
    }
    case 'sparse':
      return new SparseScatter(branch, operator, source, shape, scale);
  }
}

/** A weight per channel is a convolution with as many groups as channels. */
const pointwise = (weight: ArrayLike<number>): ConvOperator<ArrayLike<number>> => ({
  kind: 'conv',
  weight,
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0, 0, 0],
  dilation: [1, 1],
  groups: weight.length,
});

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
 * from the last one, so that they ascend with the output positions; what ascends in steps of one is a single run.
 */
class Axis {
  /** Per source position the first of its runs; one more at the end. */
  readonly start: Uint32Array;
  /** First tap and output position of each run, and its length. */
  readonly tap: Uint32Array;
  readonly out: Uint32Array;
  readonly length: Uint32Array;

  /**
   * @param size of the pooled source; what the windows leave over has no runs
   * @param longest largest length of a run
   */
  constructor(
    size: number,
    pool: number,
    outSize: number,
    taps: readonly [kernel: number, stride: number, padding: number, dilation: number],
    longest: number,
  ) {
    const [kernel, stride, padding, dilation] = taps;
    const start: number[] = [];
    const tap: number[] = [];
    const out: number[] = [];
    const length: number[] = [];
    for (let position = 0; position < size * pool; position++) {
      start.push(tap.length);
      const pooled = Math.floor(position / pool);
      for (let k = 0; k < kernel; k++) {
        const shifted = pooled + padding - (kernel - 1 - k) * dilation;
        if (shifted < 0 || shifted % stride !== 0 || shifted / stride >= outSize) continue;
        const last = tap.length - 1;
        const run = last >= start.at(-1)! ? length[last]! : longest;
        if (run < longest && tap[last]! + run === k && out[last]! + run === shifted / stride) length[last]!++;
        else {
          tap.push(k);
          out.push(shifted / stride);
          length.push(1);
        }
      }
    }
    start.push(tap.length);
    this.length = Uint32Array.from(length);
    this.start = Uint32Array.from(start);
    this.tap = Uint32Array.from(tap);
    this.out = Uint32Array.from(out);
  }
}

class ConvScatter implements Scatter {
  /** [source channel][row of the kernel, from the last][column, from the last][output channel of its group], scaled */
  private readonly weight: Float64Array;
  private readonly rows: Axis;
  private readonly columns: Axis;
  private readonly source: Shape;
  private readonly shape: Shape;
  private readonly kernelColumns: number;
  private readonly taps: number;
  private readonly inGroup: number;
  private readonly outGroup: number;

  constructor(
    branch: Branch<ArrayLike<number>> & { readonly operator: ConvOperator<ArrayLike<number>> },
    source: Shape,
    shape: Shape,
    scale: Float64Array | undefined,
  ) {
    const { operator, pool, pooled } = branch;
    const { kernel, stride, padding, dilation, groups } = operator;
    this.source = source;
    this.shape = shape;
    this.kernelColumns = kernel[1];
    this.taps = kernel[0] * kernel[1];
    this.inGroup = pooled[0] / groups;
    this.outGroup = shape[0] / groups;
    this.rows = new Axis(pooled[1], pool[0], shape[1], [kernel[0], stride[0], padding[0], dilation[0]], 1);
    const columnTaps = [kernel[1], stride[1], padding[1], dilation[1]] as const;
    // Neighbouring pixels are contiguous where a source reaches all channels of each.
    this.columns = new Axis(pooled[2], pool[1], shape[2], columnTaps, groups === 1 ? kernel[1] : 1);
    this.weight = new Float64Array(operator.weight.length);
    const perOut = this.inGroup * this.taps;
    for (let k = 0; k < this.weight.length; k++) {
      const out = Math.floor(k / perOut);
      const channel = Math.floor(out / this.outGroup) * this.inGroup + (Math.floor(k / this.taps) % this.inGroup);
      const at = (channel * this.taps + this.taps - 1 - (k % this.taps)) * this.outGroup + (out % this.outGroup);
      this.weight[at] = operator.weight[k]! * (scale?.[channel] ?? 1);
    }
  }

  add(elements: Uint32Array, values: Float64Array, count: number, into: Float64Array): void {
    const { weight, rows, columns, outGroup, inGroup, taps, kernelColumns } = this;
    const [channels, , width] = this.source;
    const [outChannels, , outWidth] = this.shape;
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
          const w = (tapRow + columns.tap[q]!) * outGroup;
          const to = (outRow + columns.out[q]!) * outChannels + outAt;
          addProducts(into, to, outGroup * columns.length[q]!, weight, w, value);
        }
      }
    }
  }
}

/** into[to + k] += value × weight[from + k] for k < count; four at a time, since the loop is all that the engine does. */
function addProducts(
  into: Float64Array,
  to: number,
  count: number,
  weight: Float64Array,
  from: number,
  value: number,
): void {
  const end = to + count;
  const lastOfFour = end - 3;
  let w = from;
  let k = to;
  for (; k < lastOfFour; k += 4, w += 4) {
    into[k] = into[k]! + value * weight[w]!;
    into[k + 1] = into[k + 1]! + value * weight[w + 1]!;
    into[k + 2] = into[k + 2]! + value * weight[w + 2]!;
    into[k + 3] = into[k + 3]! + value * weight[w + 3]!;
  }
  for (; k < end; k++, w++) into[k] = into[k]! + value * weight[w]!;
}

class SparseScatter implements Scatter {
  /** Per source element (channel-last) the first of its connections; one more at the end. */
  private readonly start: Uint32Array;
  private readonly post: Uint32Array;
  private readonly weight: Float64Array;

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
    this.start = start;
    this.post = Uint32Array.from(posts);
    this.weight = Float64Array.from(weights);
  }

  add(elements: Uint32Array, values: Float64Array, count: number, into: Float64Array): void {
    const { start, post, weight } = this;
    for (let k = 0; k < count; k++) {
      const element = elements[k]!;
      const value = values[k]!;
      const end = start[element + 1]!;
      for (let at = start[element]!; at < end; at++) into[post[at]!]! += value * weight[at]!;
    }
  }
}

/** Per source element, channel-last: the NCHW index of the pooled element that it belongs to, or −1. */
function pooledElements({ pool, pooled }: Branch<unknown>, [channels, height, width]: Shape): Int32Array {
  const of = new Int32Array(channels * height * width);
  for (let element = 0; element < of.length; element++) {
    const pixel = Math.floor(element / channels);
    const y = Math.floor(Math.floor(pixel / width) / pool[0]);
    const x = Math.floor((pixel % width) / pool[1]);
    const inside = y < pooled[1] && x < pooled[2];
    of[element] = inside ? ((element % channels) * pooled[1] + y) * pooled[2] + x : -1;
  }
  return of;
}
