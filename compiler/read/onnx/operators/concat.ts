/** Concatenation along any axis but the batch. */
import { fail, type Shape } from '../../../../isa/index.ts';
import { naturalShape } from '../elements.ts';
import {
  activationInput,
  axisOf,
  type Call,
  concatenated,
  formatShapes,
  inputName,
  type OnnxOperators,
} from '../operator.ts';
import { contiguous, transposedView } from '../strided.ts';
import { type Activation, sampleOf, viewed } from '../values.ts';

export const concat = {
  Concat: {
    attributes: ['axis'],
    read: (call) => {
      const parts = call.inputs.map((_, index) => activationInput(call, index));
      const [first] = parts as [Activation];
      const dims = parts.map((part) => part.dims);
      const axis = axisOf(call, call.attributes.int('axis', 1), first.dims.length);
      const total = concatenated(dims, axis);
      if (parts.length === 1) return first;
      if (axis === 0 && parts.some((part) => sampleOf(part).dims.length < part.dims.length))
        fail('E0204', `Concat of ${formatShapes(dims)} along the batch is not read`);
      return besideEachOther(call, parts, axis, total) ?? turned(call, parts, axis, total);
    },
  },
} satisfies OnnxOperators;

/** Where the axis is the channels of the nodes, and everything else lies alike in all of them. */
function besideEachOther(
  call: Call,
  parts: readonly Activation[],
  axis: number,
  total: readonly number[],
): Activation | undefined {
  const { builder, elements, name } = call;
  const [first] = parts as [Activation];
  const [, height, width] = builder.shape(first.node);
  const area = height * width;
  const fits = parts.every((part) => {
    const [channels, rows, columns] = builder.shape(part.node);
    const isAxis = part.dims[axis] === channels && (channels === 1 || part.strides[axis] === area);
    const isAlike = part.strides.every((stride, k) => k === axis || part.dims[k] === 1 || stride === first.strides[k]);
    return rows === height && columns === width && isAxis && isAlike && elements.isPermutation(part);
  });
  if (!fits) return undefined;
  builder.add({ op: 'concat', name, inputs: parts.map(({ node }) => node) });
  return { ...first, node: name, dims: total, strides: first.strides.with(axis, area) };
}

/** The axis as the channels of nodes that are made for it. */
function turned(call: Call, parts: readonly Activation[], axis: number, total: readonly number[]): Activation {
  const { builder, elements, name } = call;
  const [first] = parts as [Activation];
  const rank = first.dims.length;
  const isBatch = sampleOf(first).dims.length < rank;
  const own = [...first.dims.keys()].filter((k) => k !== axis && !(isBatch && k === 0));
  const order = [...(isBatch ? [0] : []), axis, ...own];
  const inputs = parts.map((part) => {
    const view = viewed(part, transposedView(part, order));
    return elements.nodeOf(view, shapeOf(sampleOf(view).dims), inputName(call));
  });
  builder.add({ op: 'concat', name, inputs });
  const dims = order.map((k) => total[k]!);
  const { strides } = contiguous(isBatch ? dims.slice(1) : dims);
  const made = { dims, strides: isBatch ? [0, ...strides] : strides, offset: 0 };
  const back = total.map((_, k) => order.indexOf(k));
  return { kind: 'activation', node: name, ...transposedView(made, back) };
}

/** Channels first, whatever the number of dimensions. */
const shapeOf = (dims: readonly number[]): Shape =>
  dims.length > 3 ? [dims[0]!, 1, dims.slice(1).reduce((a, b) => a * b, 1)] : naturalShape(dims);
