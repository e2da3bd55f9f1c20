/** Linear nodes as lists of single connections, and the product of two of them. */
import { shapeSize, type Shape } from '../../../isa/index.ts';
import type { AnnNode } from '../../ann/ann.ts';
import { perNeuron } from '../../linear/bias.ts';
import { positionsOf } from '../../linear/flattened-layout.ts';
import { visitWindows } from '../../operators/average-pool.ts';

/** y[post] += weight·x[pre], plus the bias; indices NCHW, sorted by post. */
export interface Linear {
  readonly pre: Uint32Array;
  readonly post: Uint32Array;
  readonly weight: Float64Array;
  /** One per output. */
  readonly bias: Float64Array;
  readonly inputs: number;
}

type NodeOf<Op extends AnnNode['op']> = Extract<AnnNode, { op: Op }>;
type Visit = (pre: number, post: number, weight: number) => void;

/** The connections of a node; undefined where it is not linear, or has more than `most`. */
export function connectionsOf(node: AnnNode, source: Shape, most: number): Linear | undefined {
  const list = visitorOf(node, source);
  if (list === undefined || boundOf(node) > most) return undefined;
  const [pre, post, weight]: [number[], number[], number[]] = [[], [], []];
  list((from, to, w) => {
    if (w === 0) return;
    pre.push(from);
    post.push(to);
    weight.push(w);
  });
  const order = Uint32Array.from(post.keys()).sort((a, b) => post[a]! - post[b]! || pre[a]! - pre[b]! || a - b);
  return {
    pre: order.map((k) => pre[k]!),
    post: order.map((k) => post[k]!),
    weight: Float64Array.from(order, (k) => weight[k]!),
    bias: biasOf(node),
    inputs: shapeSize(source),
  };
}

function boundOf(node: AnnNode): number {
  const outputs = shapeSize(node.shape);
  if (node.op === 'conv') return node.shape[1] * node.shape[2] * node.weight.data.length;
  if (node.op === 'dense') return node.weight.data.length;
  if (node.op === 'sparse') return node.weight.length;
  return node.op === 'averagePool' ? outputs * node.kernel[0] * node.kernel[1] : outputs;
}

function biasOf(node: AnnNode): Float64Array {
  const values = node.op === 'affine' ? node.shift : 'bias' in node ? node.bias?.data : undefined;
  if (values === undefined) return new Float64Array(shapeSize(node.shape));
  return perNeuron(Float64Array.from(values), node.shape);
}

function visitorOf(node: AnnNode, source: Shape): ((visit: Visit) => void) | undefined {
  switch (node.op) {
    case 'conv':
      return (visit) => {
        visitConv(node, source, visit);
      };
    case 'averagePool':
      return (visit) => {
        const whole = node.kernel[0] * node.kernel[1];
        visitWindows(node, source, (pre, post, inside) => {
          visit(pre, post, 1 / (node.countPadding ? whole : inside));
        });
      };
    case 'dense': {
      const columns = node.weight.shape[1]!;
      return (visit) => {
        node.weight.data.forEach((w, k) => {
          visit(k % columns, Math.floor(k / columns), w);
        });
      };
    }
    case 'sparse':
      return (visit) => {
        node.weight.forEach((w, k) => {
          visit(node.pre[k]!, node.post[k]!, w);
        });
      };
    case 'affine': {
      const area = node.shape[1] * node.shape[2];
      return (visit) => {
        for (let k = 0; k < node.scale.length * area; k++) visit(k, k, node.scale[Math.floor(k / area)]!);
      };
    }
    case 'flatten':
      return (visit) => {
        positionsOf(source, { order: node.order, image: source, first: 0, base: 0 }).forEach((post, pre) => {
          visit(pre, post, 1);
        });
      };
    default:
      return undefined;
  }
}

function visitConv(node: NodeOf<'conv'>, [, rows, columns]: Shape, visit: Visit): void {
  const [out, inGroup, height, width] = node.weight.shape as [number, number, number, number];
  const [, outRows, outColumns] = node.shape;
  const outGroup = out / node.groups;
  for (let o = 0; o < out; o++)
    for (let row = 0; row < outRows; row++)
      for (let column = 0; column < outColumns; column++)
        for (let k = 0; k < inGroup * height * width; k++) {
          const y = row * node.stride[0] - node.padding[0] + (Math.floor(k / width) % height) * node.dilation[0];
          const x = column * node.stride[1] - node.padding[1] + (k % width) * node.dilation[1];
          if (y < 0 || x < 0 || y >= rows || x >= columns) continue;
          const channel = Math.floor(o / outGroup) * inGroup + Math.floor(k / (height * width));
          const weight = node.weight.data[o * inGroup * height * width + k]!;
          visit((channel * rows + y) * columns + x, (o * outRows + row) * outColumns + column, weight);
        }
}

/** Where the connections to each output begin. */
function startsOf({ post, bias }: Linear): Uint32Array {
  const starts = new Uint32Array(bias.length + 1);
  for (const to of post) starts[to + 1]!++;
  for (let k = 0; k < bias.length; k++) starts[k + 1]! += starts[k]!;
  return starts;
}

/** How many products the product of the two takes. */
export function joinBound(first: Linear, second: Linear): number {
  const starts = startsOf(first);
  return second.pre.reduce((sum, middle) => sum + starts[middle + 1]! - starts[middle]!, 0);
}

/** The second behind the first. */
export function composeConnections(first: Linear, second: Linear): Linear {
  const starts = startsOf(first);
  const sums = new Float64Array(first.inputs);
  const isTouched = new Uint8Array(first.inputs);
  const bias = second.bias.slice();
  const [pre, post, weight]: [number[], number[], number[]] = [[], [], []];
  let at = 0;
  for (let output = 0; output < bias.length; output++) {
    const touched: number[] = [];
    for (; at < second.post.length && second.post[at] === output; at++) {
      const middle = second.pre[at]!;
      const w = second.weight[at]!;
      bias[output]! += w * first.bias[middle]!;
      for (let k = starts[middle]!; k < starts[middle + 1]!; k++) {
        const from = first.pre[k]!;
        if (isTouched[from] === 0) touched.push(from);
        isTouched[from] = 1;
        sums[from]! += w * first.weight[k]!;
      }
    }
    for (const from of touched.sort((a, b) => a - b)) {
      if (sums[from] !== 0) {
        pre.push(from);
        post.push(output);
        weight.push(sums[from]!);
      }
      sums[from] = 0;
      isTouched[from] = 0;
    }
  }
  const { inputs } = first;
  return { pre: Uint32Array.from(pre), post: Uint32Array.from(post), weight: Float64Array.from(weight), bias, inputs };
}
