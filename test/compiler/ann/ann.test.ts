import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AnnGraph, AnnNode } from '../../../compiler/ann/ann.ts';
import { annMacs, annTraffic } from '../../../compiler/ann/work.ts';
import { AnnEvaluator } from '../../../compiler/engines/evaluate-ann.ts';
import { printAnn } from '../../../compiler/print/print-ann.ts';
import { verifyAnn } from '../../../compiler/verify/verify-ann.ts';
import { type DiagnosticCode, DiagnosticError } from '../../../isa/index.ts';
import { annWithInput } from './ann-arbitrary.ts';
import { evaluateNaively } from './ann-naive.ts';

const graph: AnnGraph = {
  name: 'small',
  output: 'out',
  nodes: [
    { name: 'in', op: 'input', inputs: [], shape: [1, 4, 4] },
    {
      name: 'conv',
      op: 'conv',
      inputs: ['in'],
      shape: [2, 4, 4],
      weight: { shape: [2, 1, 3, 3], data: new Float32Array(18).fill(0.5) },
      bias: { shape: [2], data: Float32Array.of(1, -1) },
      stride: [1, 1],
      padding: [1, 1, 1, 1],
      dilation: [1, 1],
      groups: 1,
    },
    { name: 'relu', op: 'relu', inputs: ['conv'], shape: [2, 4, 4], max: 2 },
    {
      name: 'pool',
      op: 'averagePool',
      inputs: ['relu'],
      shape: [2, 2, 2],
      kernel: [2, 2],
      stride: [2, 2],
      padding: [0, 0, 0, 0],
      countPadding: false,
    },
    { name: 'flat', op: 'flatten', inputs: ['pool'], shape: [8, 1, 1], order: [1, 2, 0] },
    {
      name: 'out',
      op: 'dense',
      inputs: ['flat'],
      shape: [3, 1, 1],
      weight: { shape: [3, 8], data: new Float32Array(24).fill(1) },
    },
  ],
};

/** The graph with some fields of one node changed. */
function changed(name: string, fields: object): AnnGraph {
  const nodes = graph.nodes.map((node) => (node.name === name ? { ...node, ...fields } : node));
  return { ...graph, nodes };
}

function codeOf(action: () => unknown): DiagnosticCode | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]!.code;
    throw error;
  }
  return undefined;
}

describe('AnnEvaluator', () => {
  it('computes every operator as defined, in exactly the order of its definition', () => {
    fc.assert(
      fc.property(annWithInput, ({ graph: random, x }) => {
        verifyAnn(random);
        const evaluator = new AnnEvaluator(random);
        evaluator.run(x);
        evaluator.run(x);
        for (const [name, values] of evaluateNaively(random, x)) {
          const actual = evaluator.output(name);
          expect(actual.length).toBe(values.length);
          // 0 and −0 are one number; anything else must agree to the last bit.
          expect(values.findIndex((value, index) => value !== actual[index])).toBe(-1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps nothing of the sample before', () => {
    const evaluator = new AnnEvaluator(graph);
    const bright = new Float64Array(16).fill(1);
    evaluator.run(bright);
    const first = [...evaluator.output('out')];
    evaluator.run(new Float64Array(16).fill(-3));
    expect([...evaluator.output('out')]).not.toEqual(first);
    evaluator.run(bright);
    expect([...evaluator.output('out')]).toEqual(first);
  });

  it('counts the multiply-accumulates of linear operators', () => {
    expect(annMacs(graph)).toBe(18 * 16 + 24);
    expect(new AnnEvaluator(graph).macs).toBe(312);
  });

  it('counts what is moved: weights and biases, and what operators that are not fused write and read', () => {
    const { annWeights, annActivations } = annTraffic(graph);
    const out = graph.nodes.find(({ name }) => name === 'out')!;
    expect(annWeights).toBe(18 + 2 + 24 + (out.op === 'dense' && out.bias !== undefined ? 3 : 0));
    // The image; convolution; pooling; dense.
    expect(annActivations).toBe(16 + (16 + 32) + (32 + 8) + (8 + 3));
  });

  it('padding is not read, and both inputs of an addition and all of a concatenation are', () => {
    const at = (name: string, op: 'pad' | 'add' | 'concat', inputs: string[], shape: AnnNode['shape']): AnnNode =>
      ({ name, op, inputs, shape, ...(op === 'pad' && { padding: [1, 1, 1, 1] }) }) as AnnNode;
    const conv = (name: string, input: string, from: number): AnnNode => ({
      name,
      op: 'conv',
      inputs: [input],
      shape: [1, 2, 2],
      weight: { shape: [1, from, 1, 1], data: new Float32Array(from) },
      stride: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      groups: 1,
    });
    const nodes: AnnNode[] = [
      { name: 'in', op: 'input', inputs: [], shape: [1, 2, 2] },
      at('wide', 'pad', ['in'], [1, 4, 4]),
      { ...conv('a', 'wide', 1), shape: [1, 4, 4] },
      conv('b', 'in', 1),
      conv('c', 'in', 1),
      at('sum', 'add', ['b', 'c'], [1, 2, 2]),
      at('both', 'concat', ['sum', 'b'], [2, 2, 2]),
      conv('out', 'both', 2),
    ];
    const traffic = annTraffic({ name: 'n', output: 'out', nodes });
    expect(traffic.annWeights).toBe(1 + 1 + 1 + 2);
    expect(traffic.annActivations).toBe(4 + (4 + 16) + (4 + 4) + (4 + 4) + (8 + 4) + (8 + 4));
  });

  it('refuses a sample of another size and an unknown node', () => {
    const evaluator = new AnnEvaluator(graph);
    expect(codeOf(() => evaluator.run(new Float64Array(15)))).toBe('E0302');
    expect(codeOf(() => evaluator.output('nowhere'))).toBe('E0901');
  });
});

describe('verifyAnn', () => {
  it('accepts a sound graph', () => {
    verifyAnn(graph);
  });

  const faults: [string, AnnGraph, DiagnosticCode][] = [
    ['a wrong shape', changed('relu', { shape: [2, 4, 5] }), 'E0205'],
    ['a weight of the wrong size', changed('out', { weight: { shape: [3, 8], data: new Float32Array(23) } }), 'E0205'],
    ['groups that do not divide', changed('conv', { groups: 3 }), 'E0205'],
    ['a stride of 0', changed('conv', { stride: [0, 1] }), 'E0205'],
    ['negative padding', changed('conv', { padding: [1, -1, 1, 1] }), 'E0205'],
    ['a kernel beyond its input', changed('pool', { kernel: [5, 2] }), 'E0205'],
    ['a window in the padding', changed('pool', { padding: [2, 0, 0, 0] }), 'E0205'],
    ['an axis twice', changed('flat', { order: [0, 0, 1] }), 'E0205'],
    ['a clip level of 0', changed('relu', { max: 0 }), 'E0205'],
    ['levels without a clip level', changed('relu', { max: undefined, levels: 4 }), 'E0205'],
    ['half a level', changed('relu', { levels: 0.5 }), 'E0205'],
    ['a concatenation of different images', changed('pool', { op: 'concat', inputs: ['relu', 'flat'] }), 'E0901'],
    ['a missing input', changed('relu', { inputs: [] }), 'E0205'],
    ['a number that is not finite', changed('conv', { bias: { shape: [2], data: Float32Array.of(0, NaN) } }), 'E0208'],
    ['labels of another number', { ...graph, labels: ['a', 'b'] }, 'E0205'],
    ['a name twice', changed('relu', { name: 'conv' }), 'E0901'],
    ['a node before its input', changed('conv', { inputs: ['pool'] }), 'E0901'],
    ['an output that is not last', { ...graph, output: 'flat' }, 'E0901'],
    ['a loose end', changed('pool', { inputs: ['conv'] }), 'E0901'],
    ['no nodes', { ...graph, nodes: [] }, 'E0901'],
    ['two inputs', { ...graph, nodes: [graph.nodes[0]!, { ...graph.nodes[0]!, name: 'in2' }] }, 'E0901'],
    ['no layers', { name: 'none', output: 'in', nodes: [graph.nodes[0]!] }, 'E0901'],
  ];
  it.each(faults)('refuses %s', (_, broken, code) => {
    expect(codeOf(() => verifyAnn(broken))).toBe(code);
  });

  it('refuses sparse indices beyond their shapes', () => {
    const sparse = (pre: number, post: number): AnnGraph => ({
      name: 's',
      output: 's',
      nodes: [
        { name: 'in', op: 'input', inputs: [], shape: [2, 1, 1] },
        {
          name: 's',
          op: 'sparse',
          inputs: ['in'],
          shape: [3, 1, 1],
          pre: Uint32Array.of(pre),
          post: Uint32Array.of(post),
          weight: Float32Array.of(1),
        },
      ],
    });
    expect(codeOf(() => verifyAnn(sparse(1, 2)))).toBeUndefined();
    expect(codeOf(() => verifyAnn(sparse(2, 2)))).toBe('E0205');
    expect(codeOf(() => verifyAnn(sparse(1, 3)))).toBe('E0205');
  });

  it('refuses a network beyond memory without taking the memory', () => {
    const nodes: AnnNode[] = [{ name: 'in', op: 'input', inputs: [], shape: [1, 2 ** 20, 2 ** 20] }];
    expect(codeOf(() => verifyAnn({ name: 'huge', output: 'in', nodes }))).toBe('E0209');
  });
});

describe('printAnn', () => {
  it('prints one aligned line per node', () => {
    expect(printAnn(graph)).toBe(
      [
        'network small → out',
        'in    input        1×4×4',
        'conv  conv         2×4×4  2×1×3×3 pad 1,1,1,1 bias  ← in',
        'relu  relu         2×4×4  max 2                     ← conv',
        'pool  averagePool  2×2×2  2×2 stride 2,2            ← relu',
        'flat  flatten      8×1×1  order 1,2,0               ← pool',
        'out   dense        3×1×1  3×8                       ← flat',
        '',
      ].join('\n'),
    );
  });
});
