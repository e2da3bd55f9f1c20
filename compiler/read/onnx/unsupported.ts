/** What to do about operators that are often met and have no exact meaning on the chip. */

const MAX_POOLING = 'The maximum of spike trains is not the maximum of their rates: retrain with average pooling.';
const SMOOTH = 'Spiking neurons approximate ReLU: retrain with Relu, or with Clip from 0.';
const RECURRENT = 'Only networks without loops are converted.';
const STATISTICS =
  'It divides by statistics of the sample, which spiking neurons do not compute: retrain with BatchNormalization.';
const RESAMPLING = 'Networks that enlarge images are not converted.';

/** By ONNX type. */
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
