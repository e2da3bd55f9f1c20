/** Operators that the converter does not know are refused by name; nothing passes silently. */
import { describe, expect, it } from '@jest/globals';
import type { NodeProto, TensorProto } from '../../../compiler/read/onnx/generated/onnx_pb.js';
import { faultsOf, floats, ints, node, readModel } from './onnx-model.ts';

/** On an input x [N, 2, 4, 4]. */
const UNSUPPORTED: [operator: string, nodes: NodeProto[], tensors?: TensorProto[]][] = [
  ['LpPool', [node('LpPool', ['x'], 'y', { kernel_shape: [2, 2] })]],
  ['Tanh', [node('Tanh', ['x'], 'y')]],
  ['Softplus', [node('Softplus', ['x'], 'y')]],
  ['Elu', [node('Elu', ['x'], 'y')]],
  ['Gelu', [node('Gelu', ['x'], 'y')]],
  ['Erf', [node('Erf', ['x'], 'y')]],
  ['HardSwish', [node('HardSwish', ['x'], 'y')]],
  ['LSTM', [node('LSTM', ['x', 'w', 'w'], 'y')], [floats('w', [1, 8, 2])]],
  ['GRU', [node('GRU', ['x', 'w', 'w'], 'y')], [floats('w', [1, 6, 2])]],
  ['InstanceNormalization', [node('InstanceNormalization', ['x', 'a', 'a'], 'y')], [floats('a', [2])]],
  ['LayerNormalization', [node('LayerNormalization', ['x', 'a'], 'y')], [floats('a', [4])]],
  ['GroupNormalization', [node('GroupNormalization', ['x', 'a', 'a'], 'y')], [floats('a', [2])]],
  ['LRN', [node('LRN', ['x'], 'y', { size: 3 })]],
  ['MatMul', [node('Relu', ['x'], 'q'), node('MatMul', ['x', 'q'], 'y')]],
  ['Mul', [node('Relu', ['x'], 'gate'), node('Mul', ['x', 'gate'], 'y')]],
  ['Div', [node('Relu', ['x'], 'r'), node('Div', ['x', 'r'], 'y')]],
  ['Div', [node('Div', ['one', 'x'], 'y')], [floats('one', [], [1])]],
  ['Max', [node('Relu', ['x'], 'r'), node('Max', ['x', 'r'], 'y')]],
  ['Sigmoid', [node('Sigmoid', ['x'], 's'), node('Relu', ['s'], 'y')]],
  ['TopK', [node('TopK', ['x', 'k'], 's'), node('Relu', ['s'], 'y')], [ints('k', [1])]],
  ['ArgMax', [node('ArgMax', ['x'], 's'), node('Relu', ['s'], 'y')]],
  ['Exp', [node('Exp', ['x'], 's'), node('Relu', ['s'], 'y')]],
  ['Log', [node('Log', ['x'], 's'), node('Relu', ['s'], 'y')]],
  ['Gather', [node('Gather', ['x', 'i'], 'y', { axis: 2 })], [ints('i', [0, 1, 3])]],
  ['DynamicQuantizeLinear', [node('DynamicQuantizeLinear', ['x'], ['q', 's', 'y'])]],
  ['ThresholdedRelu', [node('ThresholdedRelu', ['x'], 'y')]],
  ['Softmax', [node('Softmax', ['x'], 's', { axis: 1 }), node('Relu', ['s'], 'y')]],
  ['Pow', [node('Pow', ['x', 'two'], 'y')], [floats('two', [], [2])]],
  ['Sqrt', [node('Sqrt', ['x'], 'y')]],
  ['Sign', [node('Sign', ['x'], 'y')]],
  ['Round', [node('Round', ['x'], 'y')]],
  ['Ceil', [node('Ceil', ['x'], 'y')]],
  ['Where', [node('Where', ['c', 'x', 'x'], 'y')], [floats('c', [1])]],
  ['Einsum', [node('Einsum', ['x', 'x'], 'y', { equation: 'bchw,bchw->bc' })]],
  ['DepthToSpace', [node('DepthToSpace', ['x'], 'y', { blocksize: 2 })]],
  ['ReduceMax', [node('ReduceMax', ['x'], 'y')]],
];

describe('unsupported operators', () => {
  it('are many', () => {
    expect(new Set(UNSUPPORTED.map(([operator]) => operator)).size).toBeGreaterThanOrEqual(30);
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
