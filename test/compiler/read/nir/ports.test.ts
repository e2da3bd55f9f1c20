/** Graphs with several inputs and outputs: one input, and heads of one read-out, that do what graphs with one of each do. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildChip, readNetwork } from '../../../../compiler/index.ts';
import type { PopulationNetwork } from '../../../../compiler/ir/population.ts';
import { writeNir } from '../../../../compiler/write/nir/write-nir.ts';
import { builtinTargets, DiagnosticError } from '../../../../isa/index.ts';
import type { NirOptions } from '../../../../compiler/read/nir/rules.ts';
import { TEST_OPTIONS } from '../../../arbitraries/builds.ts';
import { type Graph, graphFile, type Node, readGraph, runOf } from './graphs.ts';

const DT = 1e-4;
const STEPS = 6;
const NONE: NirOptions = { origin: 'none' };

const all = (size: number, value: number): number[] => Array.from({ length: size }, () => value);
const matrix = (rows: number, columns: number, data: readonly number[]): Node => ({
  type: 'Linear',
  weight: { shape: [rows, columns], data },
});

/** Neurons of a size, each kind with numbers of its own. */
const NEURONS: Readonly<Record<string, (size: number, seed: number) => Node>> = {
  IF: (size) => ({ type: 'IF', r: all(size, 1 / DT), v_threshold: all(size, 0.75), v_reset: all(size, -0.25) }),
  LIF: (size, seed) => ({
    ...{ type: 'LIF', tau: all(size, 4 * DT), r: all(size, 4), v_leak: all(size, 0.125) },
    ...{ v_threshold: all(size, 0.5 + seed / 8), v_reset: all(size, 0) },
  }),
  I: (size) => ({ type: 'I', r: all(size, 1 / DT) }),
  LI: (size, seed) => ({ type: 'LI', tau: all(size, (2 + seed) * DT), r: all(size, 2), v_leak: all(size, 0.25) }),
  CubaLI: (size, seed) => ({
    ...{ type: 'CubaLI', tau_syn: all(size, 2 * DT), tau_mem: all(size, (3 + seed) * DT) },
    ...{ r: all(size, 2), w_in: all(size, 2), v_leak: all(size, 0) },
  }),
};
const FIRING = ['IF', 'LIF'];

interface Case {
  readonly heads: readonly { readonly kind: string; readonly size: number; readonly weights: readonly number[] }[];
  readonly input: readonly number[];
}

const weights = fc.array(
  fc.integer({ min: -16, max: 16 }).map((each) => each / 16),
  { minLength: 12, maxLength: 12 },
);
const cases = (kinds: readonly string[]): fc.Arbitrary<Case> =>
  fc.record({
    heads: fc.array(fc.record({ kind: fc.constantFrom(...kinds), size: fc.integer({ min: 1, max: 3 }), weights }), {
      minLength: 2,
      maxLength: 3,
    }),
    input: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 3 * STEPS, maxLength: 3 * STEPS }),
  });

/** A hidden layer, and some of the heads on it. `sum` is a head of weights alone, `state` one of weights behind a state. */
function graphOf({ heads }: Case, only?: number): Graph {
  const nodes: Record<string, Node> = {
    input: { type: 'Input', shape: [3] },
    fc: matrix(4, 3, [1, 0.5, 0, 0, 1, 0.5, 0.5, 0, 1, 0.75, 0.75, 0.75]),
    hidden: NEURONS.LIF!(4, 0),
  };
  const edges = ['input fc', 'fc hidden'];
  heads.forEach(({ kind, size, weights: data }, h) => {
    if (only !== undefined && only !== h) return;
    let last = 'hidden';
    if (kind === 'state') {
      nodes[`state${h}`] = NEURONS.CubaLI!(4, h);
      edges.push(`hidden state${h}`);
      last = `state${h}`;
    }
    nodes[`fc${h}`] = matrix(size, 4, data.slice(0, 4 * size));
    edges.push(`${last} fc${h}`);
    const neurons = NEURONS[kind]?.(size, h);
    if (neurons !== undefined) {
      nodes[`head${h}`] = neurons;
      edges.push(`fc${h} head${h}`);
    }
    nodes[`out${h}`] = { type: 'Output', shape: [size] };
    edges.push(`${neurons === undefined ? 'fc' : 'head'}${h} out${h}`);
  });
  return { nodes, edges };
}

const alone = (given: Case, rules: NirOptions) =>
  given.heads.map((_, h) => runOf(readGraph(graphOf(given, h), STEPS, DT, rules).network, given.input));

const near = (found: readonly number[], expected: readonly number[]): void => {
  expect(found.length).toBe(expected.length);
  found.forEach((value, k) => expect(value).toBeCloseTo(expected[k]!, 9));
};

describe('several outputs of a NIR graph', () => {
  it('that all fire are sent on by one population in the same step', () => {
    fc.assert(
      fc.property(cases(FIRING), (given) => {
        const { network, said } = readGraph(graphOf(given), STEPS, DT, NONE);
        expect(network.output).toEqual({ population: network.populations.length - 1, decoding: 'count' });
        const found = runOf(network, given.input).fired;
        const sizes = given.heads.map(({ size }) => size);
        const apart = alone(given, NONE);
        found.forEach((fired, t) => {
          const expected = apart.flatMap((run, h) =>
            run.fired[t]!.map((n) => n + sizes.slice(0, h).reduce((a, b) => a + b, 0)),
          );
          expect([...fired].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
        });
        const again = readNetwork(writeNir(network).file, { fileName: 'a.nir', readSideFile: () => new Uint8Array() });
        expect(runOf(again as PopulationNetwork, given.input).fired).toEqual(found);
        expect(said).toContainEqual(expect.stringContaining(`out0 (${sizes[0]}), out1 (${sizes[1]})`));
        expect(network.taken).toMatchObject({ nirOutput: 'count' });
      }),
      { numRuns: 30 },
    );
  });

  it('that hold potentials are one population, in which each computes as before', () => {
    fc.assert(
      fc.property(cases(['I', 'LI', 'CubaLI', 'sum', 'state']), (given) => {
        const { network } = readGraph(graphOf(given), STEPS, DT, NONE);
        expect(network.output.decoding).toBe('last');
        const apart = alone(given, NONE);
        runOf(network, given.input).potentials.forEach((potentials, t) => {
          near(
            potentials,
            apart.flatMap((run) => run.potentials[t]!),
          );
        });
      }),
      { numRuns: 30 },
    );
  });

  it('of which some fire are counted there, and read by their potentials elsewhere', () => {
    fc.assert(
      fc.property(cases(['IF', 'LIF', 'LI', 'sum']), (given) => {
        const isFiring = given.heads.map(({ kind }) => FIRING.includes(kind));
        fc.pre(isFiring.includes(true) && isFiring.includes(false));
        const { network } = readGraph(graphOf(given), STEPS, DT, NONE);
        const expected = alone(given, NONE).flatMap((run, h) => {
          if (!isFiring[h]) return run.potentials.at(-1)!;
          return all(given.heads[h]!.size, 0).map((_, n) => run.fired.filter((fired) => fired.includes(n)).length);
        });
        near(runOf(network, given.input).potentials.at(-1)!, expected);
      }),
      { numRuns: 30 },
    );
  });

  it('that fire are read by their potentials where that is asked for', () => {
    fc.assert(
      fc.property(cases(['LIF']), (given) => {
        const rules: NirOptions = { ...NONE, output: 'last' };
        const { network } = readGraph(graphOf(given), STEPS, DT, rules);
        const expected = alone(given, rules).flatMap((run) => run.potentials.at(-1)!);
        near(runOf(network, given.input).potentials.at(-1)!, expected);
      }),
      { numRuns: 20 },
    );
  });

  it('that all fire can be built without an end, and send under their numbers', async () => {
    // The hidden neurons are an output, too, and hear themselves.
    const alone = graphOf({ heads: [{ kind: 'LIF', size: 2, weights: all(12, 0.5) }], input: [] });
    const graph: Graph = {
      nodes: { ...alone.nodes, back: matrix(4, 4, all(16, -0.5)), outer: { type: 'Output', shape: [4] } },
      edges: [...alone.edges, 'hidden back', 'back hidden', 'hidden outer'],
    };
    const { chip } = await buildChip(
      {
        ...{ fileName: 'heads.nir', readSideFile: () => new Uint8Array() },
        source: graphFile(graph),
        options: {
          ...{
            ...TEST_OPTIONS,
            target: builtinTargets().get('edge')!,
            window: STEPS,
            stated: ['window'],
            endless: true,
          },
          ...{ dt: DT, nir: { ...NONE, floor: 'threshold' } },
        },
      },
      { now: () => 0 },
    );
    expect(chip.output.shape).toEqual([6, 1, 1]);
    expect(chip.layers.at(-1)!.shape).toEqual([6, 1, 1]);
  });

  it.each([
    [['LIF', 'LI'], 'count', /E0204.*reads spikes, and "head1" never fires/],
    [['IF', 'LI'], 'last', /E0207.*"head0", "head1".*different rules[^]*leave out/],
  ] as const)('%j read as %s are refused', (kinds, output, message) => {
    const heads = kinds.map((kind) => ({ kind, size: 1, weights: all(12, 1) }));
    const read = (): unknown => readGraph(graphOf({ heads, input: [] }), STEPS, DT, { ...NONE, output });
    expect(read).toThrow(DiagnosticError);
    expect(read).toThrow(message);
  });

  it('may be the same neurons twice', () => {
    const graph = graphOf({ heads: [{ kind: 'LI', size: 2, weights: all(12, 0.5) }], input: [] });
    const twice = {
      nodes: { ...graph.nodes, again: { type: 'Output', shape: [2] } },
      edges: [...graph.edges, 'head0 again'],
    };
    const { network } = readGraph(twice, STEPS, DT, NONE);
    const input = Array.from({ length: 3 * STEPS }, (_, k) => k % 2);
    for (const [a, b, c, d] of runOf(network, input).potentials) {
      expect([a, b]).toEqual([c, d]);
      expect(a).not.toBe(undefined);
    }
  });
});

describe('several inputs of a NIR graph', () => {
  const conv = (channels: number, data: readonly number[]): Node => ({
    ...{ type: 'Conv2d', weight: { shape: [2, channels, 2, 2], data }, bias: [0, 0] },
    ...{ stride: [1], padding: [0], dilation: [1], groups: [1] },
  });
  const kernels = (channels: number, first: number): number[] =>
    Array.from({ length: 8 * channels }, (_, k) => ((k * 7 + first) % 11) / 8 - 0.5);
  const I: Node = { type: 'I', r: [1 / DT] };

  it('are channels behind channels in the order of their names, and convolutions stay what they are', () => {
    const [a, b] = [kernels(2, 3), kernels(1, 5)];
    const [joined] = [0].map(() =>
      [0, 1].flatMap((output) => [...a.slice(8 * output, 8 * output + 8), ...b.slice(4 * output, 4 * output + 4)]),
    );
    const apart: Graph = {
      nodes: {
        ...{ b: { type: 'Input', shape: [1, 3, 3] }, a: { type: 'Input', shape: [2, 3, 3] } },
        ...{ ca: conv(2, a), cb: conv(1, b), i: I, output: { type: 'Output', shape: [1] } },
      },
      edges: ['a ca', 'b cb', 'ca i', 'cb i', 'i output'],
    };
    const whole: Graph = {
      nodes: {
        ...{ input: { type: 'Input', shape: [3, 3, 3] }, c: conv(3, joined!), i: I },
        output: { type: 'Output', shape: [1] },
      },
      edges: ['input c', 'c i', 'i output'],
    };
    const { network, said } = readGraph(apart, STEPS, DT, NONE);
    expect(network.encoding.shape).toEqual([3, 3, 3]);
    expect(network.populations[0]!.connections.map(({ operator }) => operator.kind)).toEqual(['conv', 'conv']);
    expect(said).toContainEqual(expect.stringContaining('a ([2, 3, 3]), b ([1, 3, 3]), together [3, 3, 3]'));
    const input = Array.from({ length: 27 * STEPS }, (_, k) => ((k * k) % 3 === 1 ? 1 : 0));
    const expected = runOf(readGraph(whole, STEPS, DT, NONE).network, input).potentials;
    runOf(network, input).potentials.forEach((potentials, t) => {
      near(potentials, expected[t]!);
    });
  });

  it('of other rows and columns are one vector, and a batch in front of one is left out', () => {
    const graph: Graph = {
      nodes: {
        ...{ a: { type: 'Input', shape: [1, 2, 2, 2] }, b: { type: 'Input', shape: [3] }, ca: conv(2, kernels(2, 1)) },
        ...{ fb: matrix(2, 3, [1, 2, 3, 4, 5, 6]), i: { type: 'I', r: all(2, 1 / DT) } },
        output: { type: 'Output', shape: [2] },
      },
      edges: ['a ca', 'b fb', 'ca i', 'fb i', 'i output'],
    };
    const { network, said } = readGraph(graph, STEPS, DT, NONE);
    expect(network.encoding.shape).toEqual([11, 1, 1]);
    expect(said).toContainEqual(expect.stringContaining('the input "a" of the graph has 1 in front'));
    const one = [...all(8, 0), 1, 0, 0, ...all(11 * (STEPS - 1), 0)];
    near(runOf(network, one).potentials[0]!, [1, 4]);
  });
});
