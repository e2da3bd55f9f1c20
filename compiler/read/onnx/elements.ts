/**
 * Nodes for the views of the reader: whatever lies between two operators, the second gets a node whose elements are in the
 * order that it takes them in. That costs nothing where the node itself, the layout of the input or a flatten says it, and
 * else single connections of weight 1, which the next linear operator takes in.
 */
import { fail, type Shape } from '../../../isa/index.ts';
import { LARGEST_TENSOR } from '../../ann/infer-shape.ts';
import type { AxisOrder } from '../../ir/ann.ts';
import { sameShape, sizeOf } from '../../operators/shared/shapes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import { contiguous, indicesOf, isWhole, type Strided } from './strided.ts';
import { type Activation, sampleOf } from './values.ts';

const ORDERS: readonly AxisOrder[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** The shape of a node for the dimensions of one sample: a sequence [C, L] is an image [C, 1, L]. */
export function naturalShape(dims: readonly number[]): Shape {
  if (dims.length === 3) return dims as unknown as Shape;
  if (dims.length === 2) return [dims[0]!, 1, dims[1]!];
  return [sizeOf(dims), 1, 1];
}

export class Elements {
  readonly #builder: GraphBuilder;
  readonly #made = new Map<string, string>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  /**
   * Name of a node of the shape whose elements, row after row, are those of one sample of the value.
   *
   * @param name for a node where one is needed
   */
  nodeOf(value: Activation, shape: Shape, name: string): string {
    const view = sampleOf(value);
    const key = JSON.stringify([value.node, view.offset, ...canonical(view), shape]);
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = this.#free(value.node, view, shape, name) ?? this.#renamed(value.node, view, shape, name);
    this.#made.set(key, made);
    return made;
  }

  /** A node of the value's own dimensions, and the value as all of it. */
  settled(value: Activation, name: string): Activation {
    const { dims } = sampleOf(value);
    const node = this.nodeOf(value, naturalShape(dims), name);
    const own = contiguous(dims);
    const strides = dims.length === value.dims.length ? own.strides : [0, ...own.strides];
    return { kind: 'activation', node, dims: value.dims, strides, offset: 0 };
  }

  /** Whether the elements of one sample are those of the node, in its order. */
  isInOrder(value: Activation): boolean {
    return isWhole(sampleOf(value), sizeOf(this.#builder.shape(value.node)));
  }

  /** Whether every element of the node is one element of the value: what is done to each may be done to the node. */
  isPermutation(value: Activation): boolean {
    const view = sampleOf(value);
    const size = sizeOf(this.#builder.shape(value.node));
    if (sizeOf(view.dims) !== size) return false;
    const axes = canonical(view).sort((a, b) => b[1] - a[1]);
    let step = size;
    for (const [length, stride] of axes) {
      step /= length;
      if (stride !== step) return false;
    }
    return view.offset === 0;
  }

  /**
   * Makes a node that treats every element alike. Where a view leaves out less than half of a node, the node is taken as a
   * whole: to pick the elements would cost its structure.
   *
   * @param add makes the node behind the one named
   */
  onEach(value: Activation, name: string, add: (input: string) => string): Activation {
    const view = sampleOf(value);
    const isPart = canonical(view).every(([, stride]) => stride !== 0);
    const isMost = isPart && 2 * sizeOf(view.dims) >= sizeOf(this.#builder.shape(value.node));
    const taken = isMost ? value : this.settled(value, `${name}/input`);
    return { ...taken, node: add(taken.node) };
  }

  #free(node: string, view: Strided, shape: Shape, name: string): string | undefined {
    const builder = this.#builder;
    const own = builder.shape(node);
    const isOpen = builder.node(node).op === 'input' && !builder.isTaken(node);
    if (isWhole(view, sizeOf(own))) {
      if (sameShape(own, shape)) return node;
      // An image stays one for whoever flattens it: its data and its channels are the user's.
      if (isOpen && !isVector(shape)) {
        builder.shapeInput(node, shape);
        return node;
      }
    }
    if (isVector(shape)) {
      const order = ORDERS.find((candidate) => sameAxes(view, axesIn(own, candidate)));
      if (order !== undefined)
        return builder.add({ op: 'flatten', name: builder.uniqueName(name), inputs: [node], order }).name;
    }
    return undefined;
  }

  #renamed(node: string, view: Strided, shape: Shape, name: string): string {
    const builder = this.#builder;
    if (!(sizeOf(view.dims) <= LARGEST_TENSOR))
      fail('E0209', `"${name}" would have more than ${LARGEST_TENSOR} elements`);
    const pre = indicesOf(view);
    const post = pre.map((_, k) => k);
    const weight = new Float32Array(pre.length).fill(1);
    return builder.add({ op: 'sparse', name: builder.uniqueName(name), inputs: [node], pre, post, weight, shape }).name;
  }
}

const isVector = (shape: Shape): boolean => shape[1] === 1 && shape[2] === 1;

/** Lengths and steps of the axes, without those of 1, and with those joined that run on from each other. */
function canonical({ dims, strides }: Strided): [length: number, stride: number][] {
  const axes: [number, number][] = [];
  for (const [axis, length] of dims.entries()) {
    if (length === 1) continue;
    const before = axes.at(-1);
    if (before?.[1] === strides[axis]! * length) axes[axes.length - 1] = [before[0] * length, strides[axis]!];
    else axes.push([length, strides[axis]!]);
  }
  return axes;
}

const sameAxes = (a: Strided, b: Strided): boolean =>
  a.offset === b.offset && String(canonical(a)) === String(canonical(b));

/** The axes of a node in another order. */
function axesIn(shape: Shape, order: AxisOrder): Strided {
  const steps = [shape[1] * shape[2], shape[2], 1];
  return { dims: order.map((axis) => shape[axis]!), strides: order.map((axis) => steps[axis]!), offset: 0 };
}
