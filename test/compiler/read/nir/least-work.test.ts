/** What multiplying a chain takes at least, and that nothing is multiplied where that is too much. */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { leastMultiplications } from '../../../../compiler/read/nir/least-work.ts';
import { Multiplications } from '../../../../compiler/read/nir/products.ts';
import { DiagnosticError } from '../../../../isa/index.ts';
import { chainOf, type Graph, type Node, readGraph } from './graphs.ts';

const ones = (...shape: readonly number[]) => ({
  shape,
  data: new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(1),
});
const linear = (rows: number, columns: number): Node => ({ type: 'Linear', weight: ones(rows, columns) });
const NEURONS: Node = { type: 'IF', r: [1], v_threshold: [1] };

const planned = jest.spyOn(Multiplications.prototype, 'plan');
const spent = jest.spyOn(Multiplications.prototype, 'spend');
afterEach(() => {
  planned.mockClear();
  spent.mockClear();
});
const sumOfSpent = (): number => spent.mock.calls.reduce((sum, [count]) => sum + count, 0);

const small = fc.integer({ min: 1, max: 3 });
const pair = (min: number, max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min, max }), { minLength: 2, maxLength: 2 });
const steps = fc.oneof(
  fc.record({ op: fc.constant('conv'), outputs: small, kernel: pair(1, 3), stride: pair(1, 2), padding: pair(0, 2) }),
  fc.record({ op: fc.constant('pool'), outputs: small, kernel: pair(1, 3), stride: pair(1, 3), padding: pair(0, 2) }),
  fc.record({ op: fc.constant('matrix'), outputs: small, kernel: pair(1, 1), stride: pair(1, 1), padding: pair(0, 0) }),
);
type Step = typeof steps extends fc.Arbitrary<infer S> ? S : never;

/** Nodes that fit each other; what would leave nothing of an image is left out. */
function nodesOf(chosen: readonly Step[]): Record<string, Node> {
  let shape: readonly number[] = [2, 4, 5];
  const nodes: Record<string, Node> = {};
  for (const [k, { op, outputs, kernel, stride, padding }] of chosen.entries()) {
    if (op === 'matrix') {
      nodes[`n${k}`] = linear(outputs, shape[0]! * shape[1]! * shape[2]!);
      shape = [outputs, 1, 1];
      continue;
    }
    const sides = [0, 1].map(
      (axis) => Math.floor((shape[axis + 1]! + 2 * padding[axis]! - kernel[axis]!) / stride[axis]!) + 1,
    );
    if (sides.some((side) => side < 1)) continue;
    nodes[`n${k}`] =
      op === 'pool'
        ? { type: 'SumPool2d', kernel_size: kernel, stride, padding }
        : { type: 'Conv2d', weight: ones(outputs, shape[0]!, ...kernel), bias: ones(outputs), stride, padding };
    shape = [op === 'pool' ? shape[0]! : outputs, ...sides];
  }
  return nodes;
}

describe('multiplications of a chain', () => {
  it('are at least what its shapes say', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 2, maxLength: 5 }), (chosen) => {
        planned.mockClear();
        spent.mockClear();
        readGraph(chainOf([2, 4, 5], { ...nodesOf(chosen), neurons: NEURONS }), 1, 1);
        const least = planned.mock.calls
          .flatMap(([ways]) => ways)
          .reduce((sum, { links, source }) => sum + leastMultiplications(links, source), 0);
        expect(least).toBeLessThanOrEqual(sumOfSpent());
      }),
      { numRuns: 100 },
    );
  });

  it('of matrices are told to the last one', () => {
    readGraph(chainOf([7], { a: linear(5, 7), b: linear(3, 5), c: linear(4, 3), neurons: NEURONS }), 1, 1);
    const [[ways]] = planned.mock.calls as [Parameters<Multiplications['plan']>];
    expect(leastMultiplications(ways[0]!.links, ways[0]!.source)).toBe(3 * (5 + 35) + 4 * (3 + 21));
    expect(sumOfSpent()).toBe(3 * (5 + 35) + 4 * (3 + 21));
  });
});

/** Layers of three, of which each hears all of the one before. */
function meshOf(depth: number): Graph {
  const nodes: Record<string, Node> = { input: { type: 'Input', shape: [40] } };
  const edges: string[] = [];
  for (let layer = 0; layer < depth; layer++)
    for (const k of [0, 1, 2]) {
      nodes[`l${layer}.${k}`] = linear(40, 40);
      for (const from of layer === 0 ? ['input'] : [0, 1, 2].map((j) => `l${layer - 1}.${j}`))
        edges.push(`${from} l${layer}.${k}`);
    }
  for (const k of [0, 1, 2]) edges.push(`l${depth - 1}.${k} neurons`);
  return {
    nodes: { ...nodes, neurons: NEURONS, output: { type: 'Output', shape: [40] } },
    edges: [...edges, 'neurons output'],
  };
}

describe('too many multiplications', () => {
  it.each<[string, Graph]>([
    ['of two large matrices', chainOf([700], { a: linear(700, 700), b: linear(700, 700), neurons: NEURONS })],
    ['of small ones on very many ways', meshOf(7)],
  ])('%s are refused before any is done', (_what, graph) => {
    const read = (): unknown => readGraph(graph, 1, 1);
    expect(read).toThrow(DiagnosticError);
    expect(read).toThrow(/E0209.*more than 268435456 multiplications[^]*put neurons between/);
    expect(sumOfSpent()).toBe(0);
  });
});
