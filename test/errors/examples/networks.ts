/** E02xx: networks. */
import { onnxModel, tinyNetwork } from '../../bin/world.ts';
import { node, onnxBytes, valueInfo } from '../../compiler/read/onnx-model.ts';
import type { Examples } from '../example.ts';

const dense = (name: string, outputs: number, inputs: number, more: object = {}) => ({
  name,
  op: 'dense',
  weight: { shape: [outputs, inputs], data: Array<number>(outputs * inputs).fill(0.5) },
  ...more,
});

const example = (inputs: readonly number[], layers: readonly object[], says: string) => ({
  line: 'snnc check example.json',
  files: () => ({ 'example.json': JSON.stringify({ format: 'snn-net/1', input: { shape: inputs }, layers }) }),
  says,
});

export const networks: Examples<'E02'> = {
  E0201: {
    line: 'snnc check labels.txt',
    says: 'neither an ONNX model, a NIR graph, a .net file of lava-dl nor a net.json document',
  },
  E0202: example([2, 1, 1], [dense('d', 2, 2, { colour: 1 })], 'Unrecognized key: "colour"'),
  E0203: {
    line: 'snnc check example.onnx',
    files: () => ({ 'example.onnx': onnxModel('LSTM') }),
    says: 'is not supported',
  },
  E0204: example(
    [1, 4, 4],
    [
      { name: 'flat', op: 'flatten' },
      { name: 'conv', op: 'conv', weight: { shape: [1, 16, 1, 1], data: Array<number>(16).fill(0.5) } },
    ],
    'conv (conv) follows a flattening',
  ),
  E0205: example([2, 1, 1], [dense('d', 2, 3)], 'has weights [2, 3], but its input is [2, 1, 1]'),
  E0206: {
    line: 'snnc check example.onnx',
    files: () => ({ 'example.onnx': Uint8Array.of(8, 1) }),
    says: 'the model has no graph',
  },
  E0207: {
    line: 'snnc check example.onnx',
    files: () => ({
      'example.onnx': onnxBytes({ nodes: [node('Relu', ['x'], 'y')], outputs: [valueInfo('y'), valueInfo('x')] }),
    }),
    says: 'the model has 2 outputs (y, x)',
  },
  E0208: {
    line: 'snnc build net.json --calibrate images.npy --scale 1e-308 -o x.bin',
    says: 'takes bytes to values that are not finite',
  },
  E0209: {
    line: 'snnc check example.json',
    files: () => ({ 'example.json': JSON.stringify({ ...tinyNetwork(), input: { shape: [1, 60_000, 60_000] } }) }),
    says: 'has more than 16777216 elements',
  },
};
