/** The operators that are read, by ONNX name. Every other one is refused. */
import { AveragePool, Clip, GlobalAveragePool, Max, Min, Pad, ReduceMean, Relu } from './activation-operators.ts';
import { Concat } from './concat-operator.ts';
import { Add, Div, Floor, Mul, Sub } from './elementwise-operators.ts';
import { BatchNormalization, Conv, Gemm, MatMul } from './linear-operators.ts';
import type { Operator } from './operator.ts';
import {
  Cast,
  ConstantOperator,
  Dropout,
  Flatten,
  Gather,
  Identity,
  Reshape,
  Shape,
  Softmax,
  Squeeze,
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
    Div,
    Dropout,
    Flatten,
    Floor,
    Gather,
    Gemm,
    GlobalAveragePool,
    Identity,
    LogSoftmax: Softmax,
    MatMul,
    Max,
    Min,
    Mul,
    Pad,
    ReduceMean,
    Relu,
    Reshape,
    Shape,
    Softmax,
    Squeeze,
    Sub,
    Transpose,
    Unsqueeze,
  }),
);

const MAX_POOLING = 'The maximum of spike trains is not the maximum of their rates: retrain with average pooling.';
const SMOOTH = 'Spiking neurons approximate ReLU: retrain with Relu, or with Clip from 0.';
const RECURRENT = 'Only networks without loops are converted.';
const STATISTICS =
  'It divides by statistics of the sample, which spiking neurons do not compute: retrain with BatchNormalization.';
const RESAMPLING = 'Networks that enlarge images are not converted.';

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
  Softplus: SMOOTH,
  Selu: SMOOTH,
  Celu: SMOOTH,
  Mish: SMOOTH,
  Round: 'Write the quantised activation with Floor: floor(x + 1/2).',
  LSTM: RECURRENT,
  GRU: RECURRENT,
  RNN: RECURRENT,
  InstanceNormalization: STATISTICS,
  LayerNormalization: STATISTICS,
  GroupNormalization: STATISTICS,
  LRN: STATISTICS,
  LpNormalization: STATISTICS,
  ConvTranspose: RESAMPLING,
  Resize: RESAMPLING,
  Upsample: RESAMPLING,
};
