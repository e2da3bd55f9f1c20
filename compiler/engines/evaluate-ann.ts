/**
 * The float engine: what the conventional network itself computes. It calibrates thresholds and is the accuracy that the
 * spiking network is compared with, so its sums have a fixed order and its results are the same on every machine: IEEE
 * doubles, only additions, products and divisions, no library functions.
 */
import { fail, type Shape } from '../../isa/index.ts';
import { type KernelArray, KernelMemory } from './kernels/memory.ts';
import type {
  AffineNode,
  AnnGraph,
  AnnNode,
  AveragePoolNode,
  DenseNode,
  FlattenNode,
  PadNode,
  SparseNode,
} from '../ir/ann.ts';
import { PreparedConv } from './evaluate-ann-conv.ts';
import { sizeOf } from '../operators/infer-ann.ts';

type Step = () => void;

/** Under test runners, which run code in contexts of their own, a global is looked up anew at every use. */
const { floor: roundDown, max: largerOf, min: smallerOf } = Math;

/** Multiply-accumulates of one inference: conv (taps in the padding included), dense and sparse nodes. */
export function annMacs(graph: AnnGraph): number {
  let macs = 0;
  for (const node of graph.nodes) {
    if (node.op === 'conv') macs += node.shape[1] * node.shape[2] * node.weight.data.length;
    else if (node.op === 'dense') macs += node.weight.data.length;
    else if (node.op === 'sparse') macs += node.weight.length;
  }
  return macs;
}

/** Evaluates one sample after the other; all memory is allocated in the constructor. */
export class AnnEvaluator {
  /** Multiply-accumulates of one run. */
  readonly macs: number;
  readonly #input: Float64Array;
  readonly #outputs = new Map<string, Float64Array>();
  readonly #steps: Step[] = [];

  /**
   * @param graph a graph that passes `verifyAnn`
   * @throws DiagnosticError E0209 where its memory cannot be had
   */
  constructor(graph: AnnGraph) {
    this.macs = annMacs(graph);
    const memory = new KernelMemory();
    const shapes = new Map<string, Shape>();
    const planned = new Map<string, KernelArray<Float64Array>>();
    const convs = new Map<AnnNode, PreparedConv>();
    for (const node of graph.nodes) {
      const inPlace = node.op === 'flatten' && node.order.join() === '0,1,2';
      planned.set(node.name, inPlace ? planned.get(node.inputs[0]!)! : memory.f64(sizeOf(node.shape)));
      if (node.op === 'conv') convs.set(node, new PreparedConv(node, shapes.get(node.inputs[0]!)!, memory));
      shapes.set(node.name, node.shape);
    }
    memory.build();
    let input: Float64Array | undefined;
    for (const node of graph.nodes) {
      const output = planned.get(node.name)!.array;
      const sources = node.inputs.map((name) => this.output(name));
      this.#outputs.set(node.name, output);
      if (node.op === 'input') input ??= output;
      else if (output !== sources[0])
        this.#steps.push(prepare(node, sources, shapes.get(node.inputs[0]!)!, output, convs.get(node)));
    }
    if (input === undefined) fail('E0901', `the network "${graph.name}" has no input node`);
    this.#input = input;
  }

  /** @param x the input tensor after preprocessing, NCHW. @throws E0302 where its length differs from the input's */
  run(x: Float64Array): void {
    if (x.length !== this.#input.length) {
      fail('E0302', `a sample of ${x.length} values was given to an input of ${this.#input.length}`);
    }
    this.#input.set(x);
    for (const step of this.#steps) step();
  }

  /** The output of a node, NCHW: a view that the next run overwrites. @throws E0901 where no node has the name */
  output(name: string): Float64Array {
    return this.#outputs.get(name) ?? fail('E0901', `no node is called "${name}"`);
  }
}

function prepare(
  node: AnnNode,
  sources: readonly Float64Array[],
  inputShape: Shape,
  y: Float64Array,
  conv: PreparedConv | undefined,
): Step {
  const x = sources[0]!;
  switch (node.op) {
    case 'input':
      return () => undefined;
    case 'conv':
      return () => conv!.run(x, y);
    case 'dense':
      return prepareDense(node, x, y);
    case 'sparse':
      return () => runSparse(node, x, y);
    case 'affine':
      return prepareAffine(node, x, y);
    case 'relu': {
      const max = node.max ?? Infinity;
      const { levels } = node;
      if (levels !== undefined) return () => runStaircase(max, levels, x, y);
      return () => runRelu(max, x, y);
    }
    case 'averagePool':
      return () => runAveragePool(node, inputShape, x, y);
    case 'pad':
      return () => runPad(node, inputShape, x, y);
    case 'add':
      return () => runAdd(sources, y);
    case 'concat':
      return () => runConcat(sources, y);
    case 'flatten': {
      const from = flattenOrder(node, inputShape);
      return () => {
        for (let index = 0; index < y.length; index++) y[index] = x[from[index]!]!;
      };
    }
  }
}

/** Four outputs side by side; each sum begins at the bias and runs over the inputs in order. */
function prepareDense(node: DenseNode, x: Float64Array, y: Float64Array): Step {
  const outputs = y.length;
  const inputs = x.length;
  const blocks = Math.ceil(outputs / 4);
  const weights = new Float64Array(blocks * inputs * 4);
  const sums = new Float64Array(blocks * 4);
  for (let out = 0; out < outputs; out++) {
    const at = Math.floor(out / 4) * inputs * 4 + (out % 4);
    for (let index = 0; index < inputs; index++) weights[at + index * 4] = node.weight.data[out * inputs + index]!;
  }
  const bias = new Float64Array(blocks * 4);
  if (node.bias !== undefined) bias.set(node.bias.data);
  return () => {
    runDense(weights, bias, x, sums);
    for (let out = 0; out < outputs; out++) y[out] = sums[out]!;
  };
}

function runDense(weights: Float64Array, bias: Float64Array, x: Float64Array, sums: Float64Array): void {
  let at = 0;
  for (let first = 0; first < sums.length; first += 4) {
    let sum0 = bias[first]!;
    let sum1 = bias[first + 1]!;
    let sum2 = bias[first + 2]!;
    let sum3 = bias[first + 3]!;
    for (let index = 0; index < x.length; index++) {
      const value = x[index]!;
      sum0 += weights[at]! * value;
      sum1 += weights[at + 1]! * value;
      sum2 += weights[at + 2]! * value;
      sum3 += weights[at + 3]! * value;
      at += 4;
    }
    sums[first] = sum0;
    sums[first + 1] = sum1;
    sums[first + 2] = sum2;
    sums[first + 3] = sum3;
  }
}

function runSparse({ pre, post, weight, bias }: SparseNode, x: Float64Array, y: Float64Array): void {
  if (bias === undefined) y.fill(0);
  else y.set(bias.data);
  for (let k = 0; k < weight.length; k++) {
    const target = post[k]!;
    y[target] = y[target]! + weight[k]! * x[pre[k]!]!;
  }
}

function prepareAffine(node: AffineNode, x: Float64Array, y: Float64Array): Step {
  const plane = node.shape[1] * node.shape[2];
  return () => {
    for (let channel = 0, index = 0; channel < node.scale.length; channel++) {
      const scale = node.scale[channel]!;
      const shift = node.shift[channel]!;
      for (const end = index + plane; index < end; index++) y[index] = scale * x[index]! + shift;
    }
  };
}

function runRelu(max: number, x: Float64Array, y: Float64Array): void {
  for (let index = 0; index < y.length; index++) {
    const value = x[index]!;
    y[index] = value > max ? max : value > 0 ? value : 0;
  }
}

function runStaircase(max: number, levels: number, x: Float64Array, y: Float64Array): void {
  for (let index = 0; index < y.length; index++) {
    const level = roundDown((x[index]! * levels) / max + 0.5);
    y[index] = (max * (level > levels ? levels : level > 0 ? level : 0)) / levels;
  }
}

/** Sum over the window in row order, divided by the number of elements that count. */
function runAveragePool(node: AveragePoolNode, input: Shape, x: Float64Array, y: Float64Array): void {
  const [channels, rows, columns] = input;
  const [, outRows, outColumns] = node.shape;
  const [top, left] = node.padding;
  const window = node.kernel[0] * node.kernel[1];
  let index = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let outRow = 0; outRow < outRows; outRow++) {
      const rowStart = outRow * node.stride[0] - top;
      const firstRow = largerOf(rowStart, 0);
      const endRow = smallerOf(rowStart + node.kernel[0], rows);
      for (let outColumn = 0; outColumn < outColumns; outColumn++) {
        const columnStart = outColumn * node.stride[1] - left;
        const firstColumn = largerOf(columnStart, 0);
        const endColumn = smallerOf(columnStart + node.kernel[1], columns);
        let sum = 0;
        for (let row = firstRow; row < endRow; row++) {
          const base = (channel * rows + row) * columns;
          for (let column = firstColumn; column < endColumn; column++) sum += x[base + column]!;
        }
        const inside = (endRow - firstRow) * (endColumn - firstColumn);
        y[index++] = sum / (node.countPadding ? window : inside);
      }
    }
  }
}

function runPad(node: PadNode, [channels, rows, columns]: Shape, x: Float64Array, y: Float64Array): void {
  const [top, left] = node.padding;
  const [, outRows, outColumns] = node.shape;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = 0; row < rows; row++) {
      const from = (channel * rows + row) * columns;
      const to = (channel * outRows + top + row) * outColumns + left;
      for (let column = 0; column < columns; column++) y[to + column] = x[from + column]!;
    }
  }
}

function runAdd(sources: readonly Float64Array[], y: Float64Array): void {
  const [first, second] = sources as [Float64Array, Float64Array];
  for (let index = 0; index < y.length; index++) y[index] = first[index]! + second[index]!;
  for (let source = 2; source < sources.length; source++) {
    const more = sources[source]!;
    for (let index = 0; index < y.length; index++) y[index] = y[index]! + more[index]!;
  }
}

function runConcat(sources: readonly Float64Array[], y: Float64Array): void {
  let at = 0;
  for (const source of sources) {
    y.set(source, at);
    at += source.length;
  }
}

/** For each element of the flattened vector, the NCHW index that it comes from. */
function flattenOrder({ order }: FlattenNode, shape: Shape): Uint32Array {
  const from = new Uint32Array(sizeOf(shape));
  const steps = [shape[1] * shape[2], shape[2], 1] as const;
  const [a, b, c] = order;
  let index = 0;
  for (let i = 0; i < shape[a]!; i++) {
    for (let j = 0; j < shape[b]!; j++) {
      for (let k = 0; k < shape[c]!; k++) from[index++] = i * steps[a]! + j * steps[b]! + k * steps[c]!;
    }
  }
  return from;
}
