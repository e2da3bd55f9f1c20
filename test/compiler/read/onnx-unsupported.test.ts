/** Operators that the converter does not know are refused by name; nothing passes silently. */
import { describe, expect, it } from '@jest/globals';
import type { NodeProto, TensorProto } from '../../../compiler/read/onnx/generated/onnx_pb.js';
import { faultsOf, floats, ints, node, readModel } from './onnx-model.ts';

/** On an input x [N, 2, 4, 4]. */
const UNSUPPORTED: [operator: string, nodes: NodeProto[], tensors?: TensorProto[]][] = [
  ['MaxPool', [node('MaxPool', ['x'], 'y', { kernel_shape: [2, 2], strides: [2, 2] })]],
  ['GlobalMaxPool', [node('GlobalMaxPool', ['x'], 'y')]],
  ['LpPool', [node('LpPool', ['x'], 'y', { kernel_shape: [2, 2] })]],
  ['Sigmoid', [node('Sigmoid', ['x'], 'y')]],
  ['Tanh', [node('Tanh', ['x'], 'y')]],
  ['Softplus', [node('Softplus', ['x'], 'y')]],
  ['LeakyRelu', [node('LeakyRelu', ['x'], 'y', { alpha: { float: 0.1 } })]],
  ['PRelu', [node('PRelu', ['x', 's'], 'y')], [floats('s', [2, 1, 1])]],
  ['Elu', [node('Elu', ['x'], 'y')]],
  ['Gelu', [node('Gelu', ['x'], 'y')]],
  ['Erf', [node('Erf', ['x'], 'y')]],
  ['HardSwish', [node('HardSwish', ['x'], 'y')]],
  ['HardSigmoid', [node('HardSigmoid', ['x'], 'y')]],
  ['LSTM', [node('LSTM', ['x', 'w', 'w'], 'y')], [floats('w', [1, 8, 2])]],
  ['GRU', [node('GRU', ['x', 'w', 'w'], 'y')], [floats('w', [1, 6, 2])]],
  ['ConvTranspose', [node('ConvTranspose', ['x', 'w'], 'y')], [floats('w', [2, 2, 2, 2])]],
  ['Resize', [node('Resize', ['x', '', 's'], 'y')], [floats('s', [4], [1, 1, 2, 2])]],
  ['InstanceNormalization', [node('InstanceNormalization', ['x', 'a', 'a'], 'y')], [floats('a', [2])]],
  ['LayerNormalization', [node('LayerNormalization', ['x', 'a'], 'y')], [floats('a', [4])]],
  ['GroupNormalization', [node('GroupNormalization', ['x', 'a', 'a'], 'y')], [floats('a', [2])]],
  ['LRN', [node('LRN', ['x'], 'y', { size: 3 })]],
  ['MatMul', [node('Relu', ['x'], 'q'), node('MatMul', ['x', 'q'], 'y')]],
  ['Mul', [node('Relu', ['x'], 'gate'), node('Mul', ['x', 'gate'], 'y')]],
  ['Sub', [node('Relu', ['x'], 'r'), node('Sub', ['x', 'r'], 'y')]],
  ['Div', [node('Relu', ['x'], 'r'), node('Div', ['x', 'r'], 'y')]],
  ['Div', [node('Div', ['one', 'x'], 'y')], [floats('one', [], [1])]],
  ['Max', [node('Relu', ['x'], 'r'), node('Max', ['x', 'r'], 'y')]],
  ['Softmax', [node('Softmax', ['x'], 's', { axis: 1 }), node('Relu', ['s'], 'y')]],
  ['TopK', [node('TopK', ['x', 'k'], 'y')], [ints('k', [1])]],
  ['ArgMax', [node('ArgMax', ['x'], 'y')]],
  ['Gather', [node('Gather', ['x', 'i'], 'y', { axis: 1 })], [ints('i', [0])]],
  ['Slice', [node('Slice', ['x', 'a', 'b'], 'y')], [ints('a', [0]), ints('b', [1])]],
  ['Split', [node('Split', ['x'], ['y', 'z'], { axis: 1 })]],
  ['Pow', [node('Pow', ['x', 'two'], 'y')], [floats('two', [], [2])]],
  ['Exp', [node('Exp', ['x'], 'y')]],
  ['Log', [node('Log', ['x'], 'y')]],
  ['Sqrt', [node('Sqrt', ['x'], 'y')]],
  ['Abs', [node('Abs', ['x'], 'y')]],
  ['Neg', [node('Neg', ['x'], 'y')]],
  ['Sign', [node('Sign', ['x'], 'y')]],
  ['Round', [node('Round', ['x'], 'y')]],
  ['Ceil', [node('Ceil', ['x'], 'y')]],
  ['Where', [node('Where', ['c', 'x', 'x'], 'y')], [floats('c', [1])]],
  ['Einsum', [node('Einsum', ['x', 'x'], 'y', { equation: 'bchw,bchw->bc' })]],
  ['DepthToSpace', [node('DepthToSpace', ['x'], 'y', { blocksize: 2 })]],
  ['ReduceSum', [node('ReduceSum', ['x'], 'y')]],
  ['ReduceMax', [node('ReduceMax', ['x'], 'y')]],
  ['QuantizeLinear', [node('QuantizeLinear', ['x', 's'], 'y')], [floats('s', [], [0.1])]],
  ['Concat', [node('Concat', ['x', 'x'], 'y', { axis: 2 })]],
];

describe('unsupported operators', () => {
  it('are many', () => {
    expect(new Set(UNSUPPORTED.map(([operator]) => operator)).size).toBeGreaterThanOrEqual(40);
  });

  it.each(UNSUPPORTED)('%s gives its named error', (operator, nodes, tensors = []) => {
    const faults = faultsOf(() => readModel({ nodes, tensors }));
    expect(faults).toHaveLength(1);
    const [{ code, message, place }] = faults as [(typeof faults)[0]];
    expect(['E0203', 'E0204']).toContain(code);
    expect(message).toMatch(new RegExp(`\\b${operator}\\b`));
    expect(place?.layer).toBeDefined();
  });

  it('are refused wherever they stand, the supported ones around them notwithstanding', () => {
    for (const [operator, nodes, tensors = []] of UNSUPPORTED) {
      const inside = [
        ...nodes,
        node('Relu', [nodes.at(-1)!.output[0]!], 'after'),
        node('GlobalAveragePool', ['after'], 'end'),
      ];
      const lines = faultsOf(() => readModel({ nodes: inside, tensors }));
      expect(lines.map(({ message }) => message).join()).toMatch(new RegExp(`\\b${operator}\\b`));
    }
  });
});
