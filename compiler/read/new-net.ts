/** A start for a network of one's own. */
import type { NetDocument } from './net-schema.ts';

const COMMENT = [
  'A start for a network of your own: change shapes and numbers. It tells which of the two halves of four inputs is larger.',
  'input.shape is [channels, height, width]; [n, 1, 1] is a vector of n features. Bytes become (x / scale − mean) / std, as input.preprocessing says; floats are taken as they are.',
  'Layers come in order; each takes the one before it, or those that "inputs" names. A dense layer has a weight of [outputs, inputs], row by row, and a bias.',
  'relu: "max" is the largest value that the spikes of a neuron can say. Without it, that is the largest one that the weights can make of any input, or what calibration data show.',
  'The last layer is read out: the largest output is the class, named by "labels". One output tells two classes apart by its sign.',
  'An ONNX file of a trained network is built as it is. All fields: spec/net-format.md.',
];

/** A document that builds as it is, without data. */
export const newNet = (name: string): NetDocument => ({
  $comment: COMMENT,
  format: 'snn-net/1',
  name: name.slice(0, 200),
  input: { shape: [4, 1, 1], preprocessing: { scale: 255, mean: [0, 0, 0, 0], std: [1, 1, 1, 1] } },
  layers: [
    {
      name: 'halves',
      op: 'dense',
      weight: { shape: [2, 4], data: [0.5, 0.5, -0.5, -0.5, -0.5, -0.5, 0.5, 0.5] },
      bias: { shape: [2], data: [0, 0] },
    },
    { name: 'positive', op: 'relu', max: 1 },
    { name: 'scores', op: 'dense', weight: { shape: [2, 2], data: [1, -1, -1, 1] } },
  ],
  labels: ['first half', 'second half'],
});
