/** Quantised activations, in the operator orders that exporters write. */
import type { NodeProto, TensorProto } from '../../../compiler/read/onnx/generated/onnx_pb.js';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formLayers } from '../../../compiler/passes/form-layers.ts';
import { floats, linesOf, node, readModel, run } from './onnx-model.ts';

const number = (name: string, value: number): TensorProto => floats(name, [], [value]);

/** A chain of operators with one scalar constant each: `['Mul', 2]`; Clip has two, Floor none. */
type Step = readonly [op: string, ...constants: number[]];

function chain(steps: readonly Step[]): { nodes: NodeProto[]; tensors: TensorProto[] } {
  const tensors: TensorProto[] = [];
  const nodes = steps.map(([op, ...constants], k) => {
    const names = constants.map((value, j) => {
      tensors.push(number(`k${k}_${j}`, value));
      return `k${k}_${j}`;
    });
    return node(op, [`v${k}`, ...names], `v${k + 1}`);
  });
  nodes[0]!.input[0] = 'x';
  return { nodes, tensors };
}

/** What the chain computes, operator by operator. */
function direct(steps: readonly Step[], x: number): number {
  const f = Math.fround;
  return steps.reduce((value, [op, a = 0, b = 0]) => {
    switch (op) {
      case 'Mul':
        return value * f(a);
      case 'Div':
        return value / f(a);
      case 'Add':
        return value + f(a);
      case 'Sub':
        return value - f(a);
      case 'Floor':
        return Math.floor(value);
      case 'Relu':
        return Math.max(value, 0);
      case 'Max':
        return Math.max(value, f(a));
      case 'Min':
        return Math.min(value, f(a));
      default:
        return Math.min(Math.max(value, f(a)), f(b));
    }
  }, x);
}

const FORMS: Record<string, (λ: number, L: number) => Step[]> = {
  'scale, round, clip, scale': (λ, L) => [['Mul', L / λ], ['Add', 0.5], ['Floor'], ['Clip', 0, L], ['Mul', λ / L]],
  'to [0, 1] first': (λ, L) => [
    ['Div', λ],
    ['Clip', 0, 1],
    ['Mul', L],
    ['Add', 0.5],
    ['Floor'],
    ['Div', L],
    ['Mul', λ],
  ],
  'clip last': (λ, L) => [['Div', λ], ['Mul', L], ['Add', 0.5], ['Floor'], ['Div', L], ['Clip', 0, 1], ['Mul', λ]],
  'clip after the scale': (λ, L) => [['Mul', L / λ], ['Add', 0.5], ['Floor'], ['Mul', λ / L], ['Clip', 0, λ]],
  'clip by Max and Min': (λ, L) => [
    ['Div', λ],
    ['Max', 0],
    ['Min', 1],
    ['Mul', L],
    ['Sub', -0.5],
    ['Floor'],
    ['Mul', 1 / L],
    ['Mul', λ],
  ],
  'Relu, then Min of the levels': (λ, L) => [
    ['Relu'],
    ['Div', λ / L],
    ['Add', 0.5],
    ['Floor'],
    ['Min', L],
    ['Mul', λ / L],
  ],
};

describe('a quantised activation', () => {
  it.each(Object.entries(FORMS))('%s: is one staircase', (_, form) => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 8, noNaN: true }).map(Math.fround),
        fc.integer({ min: 1, max: 32 }),
        fc.array(fc.double({ min: -2, max: 10, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (λ, L, xs) => {
          const steps = form(λ, L);
          const graph = readModel({ input: ['N', 8], ...chain(steps) });
          expect(graph.nodes.map(({ op }) => op)).toEqual(['input', 'relu']);
          const staircase = graph.nodes[1]!;
          if (staircase.op !== 'relu') throw new Error('no staircase');
          expect(staircase.levels).toBe(L);
          expect(Math.abs(staircase.max! / λ - 1)).toBeLessThan(1e-6);
          // Away from the edges of the steps, where 32-bit constants decide.
          const clear = xs.map((x) => (Math.abs(((x * L) / λ + 0.5) % 1) < 1e-3 ? x + (0.3 * λ) / L : x));
          run(graph, clear).forEach((y, k) => {
            expect(Math.abs(y - direct(steps, clear[k]!))).toBeLessThan(1e-5 * λ);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('with λ = 2 and 4 levels in dyadic numbers has exactly that threshold', () => {
    for (const form of Object.values(FORMS))
      expect(readModel({ input: ['N', 8], ...chain(form(2, 4)) }).nodes[1]).toMatchObject({ max: 2, levels: 4 });
  });

  it('that rounds down, starts elsewhere or is left unscaled is a staircase of a shifted and scaled input', () => {
    const forms: Step[][] = [
      [['Mul', 4], ['Floor'], ['Clip', 0, 4], ['Div', 4]],
      [['Mul', 4], ['Add', 0.5], ['Floor'], ['Clip', 0, 4]],
      [['Mul', 4], ['Add', 0.25], ['Floor'], ['Clip', -2, 5], ['Div', 2], ['Add', 1]],
    ];
    for (const steps of forms) {
      const graph = readModel({ input: ['N', 8], ...chain(steps) });
      expect(graph.nodes.filter(({ op }) => op === 'relu')).toHaveLength(1);
      const x = [-3, -0.3, 0.1, 0.3, 0.55, 0.7, 0.9, 3];
      expect(run(graph, x)).toEqual(x.map((value) => direct(steps, value)));
    }
  });

  it('between layers becomes the activation of the layer before it, without a layer of its own', () => {
    const tail = chain(FORMS['to [0, 1] first']!(1.5, 8));
    tail.nodes[0]!.input[0] = 'c';
    const nodes = [node('Conv', ['x', 'w'], 'c'), ...tail.nodes, node('Conv', ['v7', 'w'], 'y')];
    const { graph } = formLayers(readModel({ nodes, tensors: [...tail.tensors, floats('w', [2, 2, 1, 1])] }));
    expect(graph.layers.map(({ name, activation }) => [name, activation])).toEqual([
      ['c', { kind: 'relu', max: 1.5, levels: 8 }],
      ['y', { kind: 'none' }],
    ]);
  });

  it('that two layers take is one node', () => {
    const { nodes, tensors } = chain(FORMS['clip last']!(1, 4));
    const graph = readModel({ input: ['N', 8], nodes: [...nodes, node('Add', ['v7', 'v7'], 'y')], tensors });
    expect(graph.nodes.map(({ op }) => op)).toEqual(['input', 'relu', 'add']);
  });

  const refused: [string, Step[], RegExp][] = [
    ['without an upper limit', [['Mul', 4], ['Floor'], ['Relu']], /^E0204: "v2" is a floor with unlimited levels/],
    ['without a lower limit', [['Mul', 4], ['Floor'], ['Min', 4]], /^E0204: "v2" is a floor with unlimited levels/],
    ['with one level only', [['Floor'], ['Clip', 0, 0]], /^E0204: "v1" is a floor with 0 levels/],
    ['that falls', [['Floor'], ['Clip', 0, 4], ['Mul', -1]], /^E0204: "v1" is a staircase that does not rise/],
    ['cut between two steps', [['Floor'], ['Clip', 0, 3.5]], /^E0204: "v1" has steps of 1, and its limit 3.5/],
  ];
  it.each(refused)('%s is refused', (_, steps, line) => {
    const lines = linesOf(() => readModel({ input: ['N', 8], ...chain(steps) }));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });
});
