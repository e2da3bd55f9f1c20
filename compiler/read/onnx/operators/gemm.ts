/** Matrix products with constant matrices. */
import { fail } from '../../../../isa/index.ts';
import type { Tensor } from '../../../ir/ann.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import {
  activationInput,
  type Call,
  constantInput,
  inputName,
  type OnnxOperators,
  optionalConstant,
  requireBatchFirst,
} from '../operator.ts';
import { contiguous, transposedView } from '../strided.ts';
import { type Activation, activation, type Constant, float32, sampleOf, tensor, viewed } from '../values.ts';

export const gemm = {
  Gemm: {
    attributes: ['alpha', 'beta', 'transA', 'transB'],
    read: (call) => {
      const value = activationInput(call, 0);
      const isTurned = call.attributes.int('transA', 0) !== 0;
      if (value.dims.length !== 2)
        fail(
          'E0205',
          `Gemm needs an input [1, features], but it is ${formatShape(value.dims)}`,
          {},
          'Flatten before it.',
        );
      const input = isTurned ? viewed(value, transposedView(value, [1, 0])) : value;
      const matrix = matrixOf(call, constantInput(call, 1));
      const isOutIn = call.attributes.int('transB', 0) !== 0;
      const weight = scaled(isOutIn ? matrix : transposed(matrix), call.attributes.float('alpha', 1));
      const constant = optionalConstant(call, 2);
      const bias = constant && scaled(vectorOf(call, constant, weight.shape[0]!), call.attributes.float('beta', 1));
      return multiplied(call, input, weight, bias);
    },
  },
  MatMul: {
    attributes: [],
    read: (call) => {
      const [first] = call.inputs;
      if (first?.kind !== 'constant') {
        const weight = transposed(matrixOf(call, constantInput(call, 1)));
        return multiplied(call, activationInput(call, 0), weight);
      }
      // W·x = (xᵀ·Wᵀ)ᵀ
      const value = activationInput(call, 1);
      if (value.dims.length !== 2) fail('E0204', `MatMul of a constant and ${formatShape(value.dims)} is not read`);
      const turn = (of: Activation): Activation => viewed(of, transposedView(of, [1, 0]));
      return turn(multiplied(call, turn(value), matrixOf(call, first)));
    },
  },
} satisfies OnnxOperators;

/**
 * The product over the last dimension: a matrix for one vector, a 1×1 convolution for several side by side.
 *
 * @param weight [out, in]
 */
function multiplied(call: Call, value: Activation, weight: Tensor, bias?: Tensor): Activation {
  const { builder, elements, name } = call;
  requireBatchFirst(call.type, value);
  const [out, features] = weight.shape as [number, number];
  const { dims, ...steps } = sampleOf(value);
  const places = sizeOf(dims) / (dims.at(-1) ?? 1);
  if (dims.at(-1) !== features)
    fail('E0205', `${call.type} of ${formatShape(value.dims)} and the matrix ${formatShape(weight.shape)} [out, in]`);
  const made = [...value.dims.slice(0, -1), out];
  const own = { inputs: [''], weight, ...(bias && { bias }) };
  if (places === 1) {
    const input = elements.nodeOf(value, [features, 1, 1], inputName(call));
    builder.add({ op: 'dense', name, ...own, inputs: [input] });
    return { ...contiguous(made), kind: 'activation', node: name, strides: batchless(value, made) };
  }
  // The last dimension first, as the channels of an image or a sequence.
  const last = dims.length - 1;
  const order = [last, ...Array.from({ length: last }, (_, axis) => axis)];
  const turned = transposedView({ dims, ...steps }, order);
  const shape = turned.dims.length === 3 ? (turned.dims as [number, number, number]) : ([features, 1, places] as const);
  const input = elements.nodeOf(
    { ...viewed(value, turned), dims: [1, ...turned.dims], strides: [0, ...turned.strides] },
    shape,
    inputName(call),
  );
  const pointwise = { shape: [out, features, 1, 1], data: weight.data };
  const still = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
  builder.add({ op: 'conv', name, ...own, inputs: [input], weight: pointwise, ...still });
  const { strides } = contiguous([out, ...dims.slice(0, -1)]);
  const back = [...strides.slice(1), strides[0]!];
  return {
    kind: 'activation',
    node: name,
    dims: made,
    strides: value.dims.length > dims.length ? [0, ...back] : back,
    offset: 0,
  };
}

/** Steps of a contiguous result whose first dimension is the batch where that of the value is. */
function batchless(value: Activation, dims: readonly number[]): readonly number[] {
  return value.dims.length > sampleOf(value).dims.length ? activation('', dims).strides : contiguous(dims).strides;
}

function matrixOf(call: Call, constant: Constant): Tensor {
  const { dims } = constant;
  const long = dims.length > 2 && dims.slice(0, -2).every((dimension) => dimension === 1) ? dims.slice(-2) : dims;
  if (long.length !== 2 || sizeOf(long) === 0) {
    fail('E0205', `${call.type} needs a matrix, but "${constant.name}" is ${formatShape(constant.dims)}`);
  }
  return tensor({ ...constant, dims: long });
}

/** A constant that broadcasts to [1, size]. */
function vectorOf(call: Call, constant: Constant, size: number): Tensor {
  const { data } = constant;
  const isRow = constant.dims.length <= 2 && constant.dims.slice(0, -1).every((dimension) => dimension === 1);
  if (!isRow || (data.length !== size && data.length !== 1)) {
    fail('E0205', `${call.type} with ${size} outputs has the bias "${constant.name}" of ${formatShape(constant.dims)}`);
  }
  return { shape: [size], data: data.length === size ? float32(constant) : new Float32Array(size).fill(data[0]!) };
}

function transposed({ shape, data }: Tensor): Tensor {
  const [rows, columns] = shape as [number, number];
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = data[row * columns + column]!;
  }
  return { shape: [columns, rows], data: result };
}

function scaled({ shape, data }: Tensor, factor: number): Tensor {
  return factor === 1 ? { shape, data } : { shape, data: data.map((value) => value * factor) };
}
