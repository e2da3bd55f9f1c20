/** The operators that are read, by ONNX name. Every other one is refused. */
import { AveragePool, Clip, GlobalAveragePool, Pad, ReduceMean, Relu } from './activation-operators.ts';
import { Add, BatchNormalization, Conv, Gemm, MatMul } from './linear-operators.ts';
import type { Operator } from './operator.ts';
import {
  Cast,
  Concat,
  ConstantOperator,
  Dropout,
  Flatten,
  Gather,
  Identity,
  Reshape,
  Shape,
  Softmax,
  Transpose,
  Unsqueeze,
} from './shape-operators.ts';

export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    Add,
    AveragePool,
    BatchNormalization,
    Cast,
    Clip,
    Concat,
    Constant: ConstantOperator,
    Conv,
    Dropout,
    Flatten,
    Gather,
    Gemm,
    GlobalAveragePool,
    Identity,
    LogSoftmax: Softmax,
    MatMul,
    Pad,
    ReduceMean,
    Relu,
    Reshape,
    Shape,
    Softmax,
    Transpose,
    Unsqueeze,
  }),
);

const MAX_POOLING = 'The maximum of spike trains is not the maximum of their rates: retrain with average pooling.';
const SMOOTH = 'Spiking neurons approximate ReLU: retrain with Relu, or with Clip from 0.';

/** What to do about operators that are often met and have no exact meaning on the chip. */
export const REMEDIES: Readonly<Record<string, string>> = {
  MaxPool: MAX_POOLING,
  GlobalMaxPool: MAX_POOLING,
  ReduceMax: MAX_POOLING,
  Sigmoid: SMOOTH,
  Tanh: SMOOTH,
  LeakyRelu: SMOOTH,
  PRelu: SMOOTH,
  Elu: SMOOTH,
  Gelu: SMOOTH,
  HardSwish: SMOOTH,
  HardSigmoid: SMOOTH,
};
