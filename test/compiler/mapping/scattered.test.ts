import { fires } from '../../../compiler/layer-neurons.ts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { builtinTargets, type Box, type Target } from '../../../isa/index.ts';
import type { QuantisedGraph, QuantisedLayer } from '../../../compiler/ir/layers.ts';
import { CorePlanner } from '../../../compiler/layout/plan-cores.ts';
import { assumedRates } from '../../../compiler/layout/packet-rates.ts';
import { mapNetwork } from '../../../compiler/mapping/map-network.ts';
import { measurePartition } from '../../../compiler/mapping/partition/metrics.ts';
import { probeGrowth } from '../../../compiler/mapping/partition/grow.ts';
import { RandomSource } from '../../../compiler/mapping/partition/random.ts';
import { sampleHyperedges } from '../../../compiler/mapping/partition/sample.ts';
import { quotientOf } from '../../../compiler/mapping/quotient.ts';
import { renumber } from '../../../compiler/mapping/renumber.ts';
import { flattenScattered, scatteredLayers } from '../../../compiler/mapping/scattered.ts';
import { assignTiles } from '../../../compiler/passes/assign-tiles.ts';
import { joinRuns } from '../../../compiler/layout/join-runs.ts';
import { seededRandom } from '../../arbitraries/random.ts';

const edge = builtinTargets().get('edge')!;

/** Sources of each neuron, as sorted lists of connections. */
function sparse(
  sources: number,
  heard: readonly (readonly number[])[],
  delay: number,
): QuantisedLayer['branches'][number] {
  const pairs = heard.flatMap((list, post) =>
    [...new Set(list)].sort((a, b) => a - b).map((pre) => [pre, post] as const),
  );
  return {
    source: delay === 0 ? -1 : 0,
    pool: [1, 1],
    pooled: [sources, 1, 1],
    shift: 0,
    delay,
    operator: {
      kind: 'sparse',
      pre: Uint32Array.from(pairs, ([pre]) => pre),
      post: Uint32Array.from(pairs, ([, post]) => post),
      weight: Int8Array.from(pairs, ([pre, post]) => ((pre * 31 + post * 17) % 255) - 127),
    },
  };
}

const biases = (neurons: number): Int32Array => Int32Array.from({ length: neurons }, (_, k) => k % 7);

const layer = (
  name: string,
  neurons: number,
  branch: QuantisedLayer['branches'][number],
  depth: number,
): QuantisedLayer => ({
  name,
  shape: [neurons, 1, 1],
  branches: [branch],
  neuron: 'integrate-and-fire',
  parameters: {
    threshold: Int32Array.from({ length: neurons }, (_, k) => 100 + (k % 5)),
    initial: new Int32Array(neurons).fill(50),
    bias: biases(neurons),
  },
  depth,
  currentStart: depth,
});

/** Two layers on a ring whose neurons hear neighbours, under scrambled ids (or anywhere), and a small read-out. */
function ring(neurons: number, fanIn: number, kind: 'local' | 'ordered' | 'random', seed = 1): QuantisedGraph {
  const random = seededRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const ids = Array.from({ length: neurons }, (_, k) => k);
  if (kind === 'local')
    for (let k = neurons - 1; k > 0; k--) {
      const other = below(k + 1);
      [ids[k], ids[other]] = [ids[other]!, ids[k]!];
    }
  const place = new Array<number>(neurons);
  ids.forEach((id, at) => (place[id] = at));
  const near = (neuron: number): number[] =>
    Array.from({ length: fanIn }, (_, k) =>
      kind === 'random' ? below(neurons) : ids[(place[neuron]! + k) % neurons]!,
    );
  const heard = (): number[][] => Array.from({ length: neurons }, (_, v) => near(v));
  const readout = Array.from({ length: 4 }, () => [below(neurons), below(neurons)]);
  return {
    name: kind,
    inputShape: [neurons, 1, 1],
    inputRange: [-127, 127],
    weightBits: 8,
    window: 4,
    ticks: 6,
    layers: [
      layer('first', neurons, sparse(neurons, heard(), 0), 0),
      { ...layer('second', neurons, { ...sparse(neurons, heard(), 1), source: 0 }, 1) },
      {
        ...layer('out', 4, { ...sparse(neurons, readout, 1), source: 1 }, 2),
        neuron: 'accumulator',
        parameters: { initial: new Int32Array(4).fill(50), bias: biases(4) },
      },
    ],
  };
}

const ratesOf = (graph: QuantisedGraph) => assumedRates(graph.layers.map(fires));
const withLimits = (limits: Partial<Target['limits']>): Target => ({ ...edge, limits: { ...edge.limits, ...limits } });

describe('scattered layers', () => {
  it('keep the numbers of an output without an end, which the host knows it by', () => {
    const graph = ring(64, 4, 'local');
    const spiking = { ...graph, layers: graph.layers.slice(0, 2) };
    expect(scatteredLayers(spiking)).toEqual([true, true]);
    expect(scatteredLayers({ ...spiking, endless: true })).toEqual([true, false]);
  });

  it('are those with lists of few connections, and not the read-out', () => {
    expect(scatteredLayers(ring(512, 16, 'local'))).toEqual([true, true, false]);
    expect(scatteredLayers(ring(512, 400, 'ordered'))).toEqual([false, true, false]);
    const [first, second, out] = ring(8, 8, 'ordered').layers;
    const dense = { ...out!.branches[0]!, operator: { kind: 'dense', weight: new Int8Array(32) } as const };
    const graph = { ...ring(8, 8, 'ordered'), layers: [first!, second!, { ...out!, branches: [dense] }] };
    expect(scatteredLayers(graph)).toEqual([false, false, false]);
  });

  it('have the same connections and parameters under their new numbers', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer(),
        (neurons, fanIn, seed) => {
          const graph = flattenScattered(ring(neurons, Math.min(fanIn, neurons), 'random', seed), [true, true, false]);
          const random = seededRandom(seed);
          const order = () => Uint32Array.from({ length: neurons }, (_, k) => k).sort(() => random() - 0.5);
          const orders = [order(), order(), undefined];
          const moved = renumber(graph, orders);
          const triples = ({ layers }: QuantisedGraph, named: typeof orders): string[][] =>
            layers.map(({ branches }, l) =>
              branches.flatMap(({ source, operator }) => {
                if (operator.kind !== 'sparse') return [];
                const { pre, post, weight } = operator;
                const old = (from: Uint32Array | undefined, k: number): number => from?.[k] ?? k;
                return Array.from(
                  pre,
                  (k, c) => `${old(named[source], k)} ${old(named[l], post[c]!)} ${weight[c]!}`,
                ).sort();
              }),
            );
          expect(triples(moved, orders)).toEqual(triples(graph, [undefined, undefined, undefined]));
          moved.layers.forEach(({ parameters, branches }, l) => {
            parameters.bias.forEach((value, k) => {
              expect(value).toBe(graph.layers[l]!.parameters.bias[orders[l]?.[k] ?? k]);
            });
            for (const { operator } of branches)
              if (operator.kind === 'sparse')
                for (let c = 1; c < operator.pre.length; c++)
                  expect(
                    operator.post[c - 1]! < operator.post[c]! ||
                      (operator.post[c - 1] === operator.post[c] && operator.pre[c - 1]! < operator.pre[c]!),
                  ).toBe(true);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are put where their neighbours are, whatever their ids', () => {
    const graph = ring(320, 8, 'local');
    const target = withLimits({ neurons: 50, sinkRows: 4096 });
    const result = mapNetwork(new CorePlanner(graph), target, ratesOf(graph), { cores: 64, seed: 1, effort: 0.1 });
    if (!result.ok) throw new Error('it fits');
    const { assigned, runs } = result.sources;
    // A ring cut into arcs: nearly all neurons are heard by one or two cores, where 320 scrambled ids would reach all.
    const heard = runs.reduce((sum, { box, listeners }) => sum + box.height * listeners.length, 0);
    const neurons = runs.reduce((sum, { box, tile }) => sum + (tile < 0 ? 0 : box.height), 0);
    expect(heard / neurons).toBeLessThan(3);
    expect(assigned.cores).toBeLessThanOrEqual(16);
    result.orders.forEach((order, l) => {
      expect(order === undefined ? [] : [...order].sort((a, b) => a - b)).toEqual(l < 2 ? [...Array(320).keys()] : []);
    });
  });

  it('share trees where the tables have no room for one per set of listeners', () => {
    const graph = ring(200, 4, 'random');
    const rates = ratesOf(graph);
    const options = { cores: 64, seed: 1, effort: 0.1 };
    const map = (sinkRows: number) => {
      const result = mapNetwork(new CorePlanner(graph), withLimits({ neurons: 40, sinkRows }), rates, options);
      if (!result.ok) throw new Error('it fits');
      return result.sources;
    };
    const roomy = map(4096);
    const tight = map(40);
    expect(roomy.assigned.mostRuns).toBeUndefined();
    expect(tight.trees).toBeLessThan(roomy.trees);
    const heard = new Uint32Array(tight.assigned.cores);
    for (const { listeners } of tight.runs) for (const core of listeners) heard[core]!++;
    expect(Math.max(...heard)).toBeLessThanOrEqual(40);
  });

  it('say so where their neurons share too few sources for the axons of all cores', () => {
    const graph = ring(1000, 40, 'random');
    const target = withLimits({ axons: 160 });
    expect(() => assignTiles(new CorePlanner(graph), target, ratesOf(graph), { by: 'traffic', seed: 1 })).toThrow(
      /E0305.*so few sources in common that a core's 160 in-axons are taken up by some \d+ neurons/s,
    );
  });
});

describe('joinRuns', () => {
  it('keeps all rows in order and every listener, with no more runs than asked for', () => {
    const run = fc.record({
      height: fc.integer({ min: 1, max: 5 }),
      listeners: fc.uniqueArray(fc.nat(9), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 30 }), (drawn, most) => {
        let y0 = 0;
        const runs = drawn.map(({ height, listeners }) => {
          const box: Box = { c0: 0, y0, x0: 0, channels: 1, height, width: 1 };
          y0 += height;
          return { box, listeners: listeners.sort((a, b) => a - b) };
        });
        const joined = joinRuns(runs, most);
        expect(joined.length).toBeLessThanOrEqual(Math.max(most, 1));
        let next = 0;
        for (const { box, listeners } of joined) {
          expect(box.y0).toBe(next);
          next += box.height;
          const within = runs.filter((each) => each.box.y0 >= box.y0 && each.box.y0 < next);
          expect(listeners).toEqual([...new Set(within.flatMap((each) => each.listeners))].sort((a, b) => a - b));
        }
        expect(next).toBe(y0);
        if (runs.length <= most) expect(joined).toEqual(runs);
      }),
    );
  });
});

describe('large graphs', () => {
  const graph = ring(2000, 20, 'random');
  const scattered = scatteredLayers(graph);
  const { hypergraph } = quotientOf(
    new CorePlanner(flattenScattered(graph, scattered)),
    edge,
    ratesOf(graph),
    scattered,
  )!;

  it('are stood for by a sample of their hyperedges', () => {
    const sample = sampleHyperedges(hypergraph, 4, new RandomSource(1));
    const blockOf = Uint32Array.from({ length: hypergraph.nodes }, (_, v) => v % 10);
    const [all, some] = [hypergraph, sample].map((each) => measurePartition(each, blockOf, 10).km1);
    expect(sample.targets.length).toBeLessThan(hypergraph.targets.length / 3);
    expect(Math.abs(some! / all! - 1)).toBeLessThan(0.1);
  });

  it('show by a few grown blocks how much one can hold', () => {
    const limits = { load: new Float64Array(hypergraph.resources).fill(Infinity), inAxons: 200, blocks: 1000 };
    const held = probeGrowth(hypergraph, limits, new RandomSource(1), 3);
    expect(held).toBeGreaterThanOrEqual(10);
    expect(held).toBeLessThan(30);
  });
});
