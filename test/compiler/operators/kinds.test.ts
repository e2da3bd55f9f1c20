/** What a new kind of node, or a new ONNX operator, must not forget. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { operatorOf } from '../../../compiler/ann/ann.ts';
import { OPERATORS } from '../../../compiler/operators/generated/index.ts';
import { ONNX_OPERATORS } from '../../../compiler/read/onnx/operators/generated/index.ts';
import type { OnnxOperators } from '../../../compiler/read/onnx/operator.ts';
import { REMEDIES } from '../../../compiler/read/onnx/unsupported.ts';
import { annWithInput } from '../ann/ann-arbitrary.ts';

describe('kinds of node (compiler/operators/)', () => {
  it('all occur in random networks (test/compiler/ann/ann-arbitrary.ts)', () => {
    const networks = fc.sample(annWithInput, { numRuns: 300 });
    const found = new Set(networks.flatMap(({ graph }) => graph.nodes.map(({ op }) => op)));
    expect([...found].sort()).toEqual(Object.keys(OPERATORS).sort());
  });

  it('write the layer of net.json that they read', () => {
    const sink = {
      tensor: () => ({ shape: [1], data: [0] }),
      vector: () => ({ shape: [1], data: [0] }),
      indices: () => [],
    };
    for (const { graph } of fc.sample(annWithInput, { numRuns: 50 }))
      for (const node of graph.nodes.slice(1)) {
        const operator = operatorOf(node);
        const layer = operator.write(node, sink);
        const forms = operator.net.filter(({ schema }) => schema.safeParse(layer).success);
        expect({ op: node.op, forms: forms.length }).toEqual({ op: node.op, forms: 1 });
      }
  });
});

describe('ONNX operators (compiler/read/onnx/operators/)', () => {
  const types = Object.values<OnnxOperators>(ONNX_OPERATORS).flatMap((operators) => Object.keys(operators));

  it('have one row each', () => {
    expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
  });

  it('that are read have no remedy in unsupported.ts', () => {
    expect(types.filter((type) => type in REMEDIES)).toEqual([]);
  });
});
