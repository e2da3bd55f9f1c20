/** Smooth activations: refused as a rule, straight pieces where they are asked for. */
import { describe, expect, it } from '@jest/globals';
import { AnnEvaluator } from '../../../compiler/engines/evaluate-ann.ts';
import type { Diagnostic } from '../../../isa/index.ts';
import type { NodeProto, TensorProto } from '../../../compiler/read/onnx/generated/onnx_pb.js';
import { faultsOf, floats, node, onnxBytes, read } from './onnx-model.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** ∫ of the normal density up to x, by Simpson's rule: independent of the series of the reader. */
function normal(x: number): number {
  const [n, from] = [600, -9];
  const h = (x - from) / n;
  let sum = 0;
  for (let k = 0; k <= n; k++)
    sum += (k === 0 || k === n ? 1 : k % 2 === 1 ? 4 : 2) * Math.exp(-((from + k * h) ** 2) / 2);
  return (sum * h) / 3 / Math.sqrt(2 * Math.PI);
}

const known = new Map<number, number>();
/** Each place once: several forms are compared at the same ones. */
function gelu(x: number): number {
  const value = known.get(x) ?? x * normal(x);
  known.set(x, value);
  return value;
}

const hardSwish = (x: number): number => x * Math.min(1, Math.max(0, x / 6 + 0.5));
const SIXTH = { alpha: { float: 1 / 6 }, beta: { float: 0.5 } };

const ROOT = floats('root', [], [Math.SQRT2]);
const INVERSE = floats('inverse', [], [Math.SQRT1_2]);
const ONE = floats('unit', [], [1]);
const HALF = floats('half', [1], [0.5]);
const constant = (tensor: TensorProto): NodeProto => node('Constant', [], tensor.name, { value: tensor });
const CONSTANTS = [ROOT, INVERSE, ONE, HALF].map(constant);
/** As torch writes it for operator sets without Gelu. */
const byTorch = (last: readonly NodeProto[]): NodeProto[] => [
  ...CONSTANTS,
  node('Div', ['m', 'root'], 'd'),
  node('Erf', ['d'], 'e'),
  node('Add', ['e', 'unit'], 'p'),
  ...last,
];

const CASES: readonly (readonly [
  name: string,
  nodes: readonly NodeProto[],
  of: (x: number) => number,
  limit: number,
])[] = [
  ['Sigmoid', [node('Sigmoid', ['m'], 'a')], sigmoid, 0.015],
  ['Tanh', [node('Tanh', ['m'], 'a')], Math.tanh, 0.03],
  ['Swish', [node('Sigmoid', ['m'], 's'), node('Mul', ['m', 's'], 'a')], (x) => x * sigmoid(x), 0.05],
  ['Gelu', [node('Gelu', ['m'], 'a')], gelu, 0.03],
  ['Gelu', [node('Gelu', ['m'], 'a', { approximate: 'tanh' })], gelu, 0.03],
  ['Gelu', byTorch([node('Mul', ['m', 'p'], 'w'), node('Mul', ['w', 'half'], 'a')]), gelu, 0.03],
  ['Gelu', byTorch([node('Mul', ['half', 'p'], 'w'), node('Mul', ['w', 'm'], 'a')]), gelu, 0.03],
  ['Gelu', byTorch([node('Mul', ['m', 'half'], 'h'), node('Mul', ['h', 'p'], 'a')]), gelu, 0.03],
  [
    'Gelu',
    [
      ...CONSTANTS,
      node('Mul', ['inverse', 'm'], 'd'),
      node('Erf', ['d'], 'e'),
      node('Add', ['unit', 'e'], 'p'),
      node('Mul', ['p', 'm'], 'w'),
      node('Div', ['w', 'two'], 'a'),
      node('Add', ['unit', 'unit'], 'unused'),
    ],
    gelu,
    0.03,
  ],
  ['HardSwish', [node('HardSwish', ['m'], 'a')], hardSwish, 0.03],
  ['HardSwish', [node('HardSigmoid', ['m'], 's', SIXTH), node('Mul', ['s', 'm'], 'a')], hardSwish, 0.03],
];

/** x·1, the activation, and its value as it is. */
const model = (nodes: readonly NodeProto[]): Uint8Array =>
  onnxBytes({
    input: ['N', 1],
    nodes: [node('MatMul', ['x', 'one'], 'm'), ...nodes, node('MatMul', ['a', 'one'], 'y')],
    tensors: [floats('one', [1, 1], [1]), floats('two', [], [2])],
  });

describe('smooth activations', () => {
  it.each(CASES)('%s is refused, with the way to have it all the same', (type, nodes) => {
    const [fault] = faultsOf(() => read(model(nodes)));
    expect(fault!.code).toBe('E0203');
    expect(fault!.message).toContain(type);
    expect(fault!.remedy).toContain('`approximate`');
  });

  it.each(CASES)('%s differs nowhere by more than is said', (_, nodes, of, limit) => {
    const warnings: Diagnostic[] = [];
    const graph = read(model(nodes), {}, 'test.onnx', undefined, {
      approximate: true,
      warn: (warning) => warnings.push(warning),
    });
    expect(warnings.map(({ code }) => code)).toEqual(['W0318']);
    const stated = Number(/by at most ([\d.e-]+),/.exec(warnings[0]!.message)![1]);
    expect(stated).toBeLessThan(limit);
    let largest = 0;
    const evaluator = new AnnEvaluator(graph);
    for (let x = -30; x <= 30; x += 0.0173) {
      evaluator.run(Float64Array.of(x));
      largest = Math.max(largest, Math.abs(evaluator.output(graph.output)[0]! - of(x)));
    }
    // Two digits are stated; the tanh form of Gelu is another function by up to 5e-4.
    expect(largest).toBeLessThan(1.06 * stated + 5e-4);
    expect(largest).toBeGreaterThan(0.5 * stated);
  });

  it.each([
    ['another constant within', [node('Mul', ['m', 'unit'], 'd'), node('Mul', ['w', 'half'], 'a')]],
    ['another factor at the end', [node('Div', ['m', 'root'], 'd'), node('Mul', ['w', 'root'], 'a')]],
  ] as const)('no GELU is seen in what has %s', (_, [first, last]) => {
    const nodes = [
      ...CONSTANTS,
      first,
      node('Erf', ['d'], 'e'),
      node('Add', ['e', 'unit'], 'p'),
      node('Mul', ['m', 'p'], 'w'),
      last,
    ];
    const faults = faultsOf(() => read(model(nodes), {}, 'test.onnx', undefined, { approximate: true }));
    expect(faults.map(({ message }) => message).join()).toMatch(/Erf/);
  });

  const swish = (alpha: number): Uint8Array => model([node('Swish', ['m'], 'a', { alpha: { float: alpha } })]);

  it.each([0, -0, -1, -1e-3, 1e-4, 2e3, 1e30, Infinity, -Infinity, NaN])(
    'Swish with the alpha %p is refused',
    (alpha) => {
      const [fault] = faultsOf(() => read(swish(alpha), {}, 'test.onnx', undefined, { approximate: true }));
      expect(fault!.code).toBe('E0204');
      expect(fault!.message).toContain('Swish with the alpha');
    },
  );

  it.each([2 ** -10, 0.5, 1.702, 2 ** 10])('Swish with the alpha %p differs nowhere by more than is said', (alpha) => {
    const said: string[] = [];
    const graph = read(swish(alpha), {}, 'test.onnx', undefined, {
      approximate: true,
      warn: ({ message }) => said.push(message),
    });
    const stated = Number(/by at most ([\d.e+-]+),/.exec(said[0]!)![1]);
    expect(stated * alpha).toBeLessThan(0.05);
    const evaluator = new AnnEvaluator(graph);
    for (let x = -30; x <= 30; x += 0.0519) {
      evaluator.run(Float64Array.of(x / alpha));
      const value = evaluator.output(graph.output)[0]!;
      expect(Math.abs(value - (x / alpha) * sigmoid(x))).toBeLessThan(1.06 * stated);
    }
  });
});
