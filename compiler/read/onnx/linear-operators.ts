/** Operators with weights. */
import { fail } from '../../../isa/index.ts';
import type { Pair, Tensor } from '../../ir/ann.ts';
import { formatShape, sizeOf } from '../../operators/shared/shapes.ts';
import { reduceBatchNorm } from '../../operators/shared/batch-norm.ts';
import {
  activationInput,
  type Call,
  constantInput,
  spatialInput,
  type Operator,
  optionalConstant,
  requirePlain,
  vectorInput,
} from './operator.ts';
import { activation, type Constant, dimensionsOf, float32 } from './values.ts';
import { pairAttribute, readWindows } from './windows.ts';

export const Conv: Operator = {
  attributes: ['auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides'],
  read: (call) => {
    const { shape: own, data } = tensor(constantInput(call, 1));
    if (own.length !== 3 && own.length !== 4) {
      fail('E0204', `${own.length - 2}-D convolutions are not read`, {}, 'Use 1-D or 2-D convolutions.');
    }
    const input = spatialInput(call);
    if (own.length !== input.rank) {
      const dims = formatShape(dimensionsOf(call.builder, input));
      fail('E0205', `Conv has weights ${formatShape(own)}, but its input is ${dims}`);
    }
    // A sequence [C, L] is an image [C, 1, L].
    const weight: Tensor = { shape: own.length === 4 ? own : [own[0]!, own[1]!, 1, own[2]!], data };
    const kernel: Pair = [weight.shape[2]!, weight.shape[3]!];
    const declared = pairAttribute(call, 'kernel_shape', input.rank) ?? kernel;
    if (declared.join() !== kernel.join()) {
      fail('E0206', `Conv has the kernel_shape ${formatShape(declared)}, but weights ${formatShape(weight.shape)}`);
    }
    const windows = readWindows(call, input, kernel);
    const bias = optionalConstant(call, 2);
    const groups = call.attributes.int('group', 1);
    const { name, builder } = call;
    builder.add({
      op: 'conv',
      name,
      inputs: [input.node],
      weight,
      ...(bias && { bias: tensor(bias) }),
      ...windows,
      groups,
    });
    return activation(name, input.rank);
  },
};

export const Gemm: Operator = {
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
};

export const MatMul: Operator = {
  attributes: [],
  read: (call) => {
    const matrix = matrixOf(call, constantInput(call, 1));
    const input = vectorInput(call);
    const weight = transposed(matrix);
    call.builder.add({ op: 'dense', name: call.name, inputs: [input.node], weight });
    return activation(call.name, 2);
  },
};

export const BatchNormalization: Operator = {
  attributes: ['epsilon', 'momentum', 'spatial', 'training_mode'],
  read: (call) => {
    const value = requirePlain(call, activationInput(call, 0));
    if (call.attributes.int('training_mode', 0) !== 0) {
      fail('E0204', 'BatchNormalization in training mode is not read', {}, 'Export the model in evaluation mode.');
    }
    if (call.attributes.int('spatial', 1) !== 1) fail('E0204', 'BatchNormalization with spatial = 0 is not read');
    const channels = call.builder.shape(value.node)[0];
    const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((index) => perChannel(call, index, channels)) as [
      Constant,
      Constant,
      Constant,
      Constant,
    ];
    const { scale, shift } = reduceBatchNorm(
      gamma.data,
      beta.data,
      mean.data,
      variance.data,
      call.attributes.float('epsilon', 1e-5),
    );
    call.builder.add({ op: 'affine', name: call.name, inputs: [value.node], scale, shift });
    return { ...value, node: call.name };
  },
};

function perChannel(call: Call, index: number, channels: number): Constant {
  const constant = constantInput(call, index);
  if (constant.data.length !== channels) {
    fail('E0205', `${call.type} has ${constant.data.length} values in "${constant.name}" for ${channels} channels`);
  }
  return constant;
}

const tensor = (constant: Constant): Tensor => ({ shape: constant.dims, data: float32(constant) });

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
