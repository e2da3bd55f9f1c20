/** What to do about operators that are often met and have no exact meaning on the chip. */
import { fail, option } from '../../../isa/index.ts';
import { isOnnxDomain } from './domain.ts';
import type { NodeProto } from './generated/onnx_pb.js';

const MAXIMUM = 'Use MaxPool, which is read, over the height and width.';
const SMOOTH = 'Spiking neurons approximate ReLU: retrain with Relu, or with Clip from 0.';
const PIECES = `${SMOOTH} Or let straight pieces stand for it: ${option('approximate')}.`;
const PRODUCT = 'It multiplies activations by each other, which neurons do not: retrain with convolutions or matrices.';
const RECURRENT =
  'Only networks without loops are converted; a spiking network with loops is built from net.json or NIR.';
const STATISTICS =
  'It divides by statistics of the sample, which spiking neurons do not compute: retrain with BatchNormalization.';

/** By ONNX type. */
export const REMEDIES: Readonly<Record<string, string>> = {
  ReduceMax: MAXIMUM,
  Tanh: PIECES,
  Elu: SMOOTH,
  Erf: SMOOTH,
  Swish: PIECES,
  ThresholdedRelu: 'It jumps at its threshold, which spike counts do not: retrain with Relu.',
  Gelu: PIECES,
  HardSwish: PIECES,
  Softplus: SMOOTH,
  Selu: SMOOTH,
  Celu: SMOOTH,
  Mish: SMOOTH,
  DynamicQuantizeLinear: 'Its range is measured on every sample: quantise statically, with calibration data.',
  Round: 'Write the quantised activation with Floor: floor(x + 1/2).',
  Attention: PRODUCT,
  Einsum: PRODUCT,
  LSTM: RECURRENT,
  GRU: RECURRENT,
  RNN: RECURRENT,
  InstanceNormalization: STATISTICS,
  LayerNormalization: STATISTICS,
  GroupNormalization: STATISTICS,
  LRN: STATISTICS,
  LpNormalization: STATISTICS,
};

/** @throws E0203 always */
export function refuse(node: NodeProto, label: string): never {
  const type = isOnnxDomain(node.domain) ? node.opType : `${node.domain}.${node.opType}`;
  fail('E0203', `${type} ("${label}") is not supported`, {}, REMEDIES[type]);
}

/** What is left out at the end cannot be within a network. @throws E0203 always */
export function refuseInside(type: string): never {
  fail(
    'E0203',
    `${type} is read at the end of the model only, where it is left out`,
    {},
    `Cut the network before it, or retrain with Relu in its place.${type === 'Sigmoid' ? ` Or let straight pieces stand for it: ${option('approximate')}.` : ''}`,
  );
}
