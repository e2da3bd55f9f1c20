/** Matrix products with constant matrices. */
import { fail } from '../../../../isa/index.ts';
import type { Tensor } from '../../../ir/ann.ts';
import { formatShape, sizeOf } from '../../../operators/shared/shapes.ts';
import { type Call, constantInput, type OnnxOperators, optionalConstant, vectorInput } from '../operator.ts';
import { activation, type Constant, float32, tensor } from '../values.ts';

export const gemm = {
  Gemm: {
    attributes: ['alpha', 'beta', 'transA', 'transB'],
    read: (call) => {
      const input = vectorInput(call);
      if (call.attributes.int('transA', 0) !== 0) fail('E0204', 'Gemm with transA = 1 is not read');
      const matrix = matrixOf(call, constantInput(call, 1));
      const isOutIn = call.attributes.int('transB', 0) !== 0;
      const weight = scaled(isOutIn ? matrix : transposed(matrix), call.attributes.float('alpha', 1));
      const constant = optionalConstant(call, 2);
      const bias = constant && scaled(vectorOf(call, constant, weight.shape[0]!), call.attributes.float('beta', 1));
      call.builder.add({ op: 'dense', name: call.name, inputs: [input.node], weight, ...(bias && { bias }) });
      return activation(call.name, 2);
    },
  },
  MatMul: {
    attributes: [],
    read: (call) => {
      const matrix = matrixOf(call, constantInput(call, 1));
      const input = vectorInput(call);
      const weight = transposed(matrix);
      call.builder.add({ op: 'dense', name: call.name, inputs: [input.node], weight });
      return activation(call.name, 2);
    },
  },
} satisfies OnnxOperators;

function matrixOf(call: Call, constant: Constant): Tensor {
  if (constant.dims.length !== 2 || sizeOf(constant.dims) === 0) {
    fail('E0205', `${call.type} needs a matrix, but "${constant.name}" is ${formatShape(constant.dims)}`);
  }
  return tensor(constant);
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
