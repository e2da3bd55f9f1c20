import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildHypergraph, NO_SOURCE, type HypergraphParts } from '../../../../compiler/mapping/partition/hypergraph.ts';
import { measurePartition } from '../../../../compiler/mapping/partition/metrics.ts';
import { packingOrders, type NodeCoordinates } from '../../../../compiler/mapping/partition/orders.ts';
import { packInOrder } from '../../../../compiler/mapping/partition/pack.ts';
import { partitionHypergraph } from '../../../../compiler/mapping/partition/partition.ts';
import { RandomSource } from '../../../../compiler/mapping/partition/random.ts';
import { arbitraryInstance } from '../../../arbitraries/hypergraphs.ts';
import { itShared, sharedPath } from '../../../shared.ts';

/** The generators of the benchmark, which are plain modules. */
interface Generators {
  readonly networks: Record<'lenet' | 'vggQuarter' | 'vgg16', () => unknown>;
  readonly quotientOf: (layers: unknown) => { readonly parts: HypergraphParts; readonly coordinates: NodeCoordinates };
  readonly parseHmetis: (text: string) => HypergraphParts;
  readonly formatHmetis: (parts: HypergraphParts) => string;
  readonly parseBlocks: (text: string) => Uint32Array;
}

async function generators(): Promise<Generators> {
  const load = (name: string): Promise<object> =>
    import(new URL(`../../../../bench/mapping/${name}.mjs`, import.meta.url).href) as Promise<object>;
  const networks = await load('networks');
  return { networks, ...(await load('quotient')), ...(await load('hmetis')) } as Generators;
}

const shared = (file: string): string => readFileSync(sharedPath('data', 'mapping', file)!, 'utf8');

/** One hyperedge 0 → 0, 1, 2 of weight 5 with 3 axons, one from the host to 1 and 3 of weight 7. */
function example() {
  return buildHypergraph({
    nodes: 4,
    resources: 1,
    nodeLoad: Float64Array.of(1, 2, 3, 4),
    source: Uint32Array.of(0, NO_SOURCE),
    targetStart: Uint32Array.of(0, 3, 5),
    targets: Uint32Array.of(0, 1, 2, 1, 3),
    edgeWeight: Float64Array.of(5, 7),
    edgeAxons: Float64Array.of(3, 7),
    classStart: Uint32Array.of(0, 1, 2, 2, 2),
    classes: Uint32Array.of(0, 0),
    classLoad: Float64Array.of(100),
  });
}

describe('measurePartition', () => {
  it('counts blocks beyond the source, in-axons of targets, and classes once per block', () => {
    const together = measurePartition(example(), Uint32Array.of(0, 0, 0, 0), 1);
    expect(together).toEqual({ blocks: 1, km1: 7, load: Float64Array.of(110), inAxons: Float64Array.of(10) });
    const apart = measurePartition(example(), Uint32Array.of(0, 1, 1, 2), 4);
    expect(apart.km1).toBe(5 + 2 * 7);
    expect(Array.from(apart.load)).toEqual([101, 105, 4, 0]);
    expect(Array.from(apart.inAxons)).toEqual([3, 10, 7, 0]);
    expect(apart.blocks).toBe(3);
  });

  itShared('gives the documented figures for the partitions of the reference', async () => {
    const { parseHmetis, parseBlocks } = await generators();
    for (const [name, blocks, km1] of [
      ['lenet', 27, 3556],
      ['vgg-quarter', 64, 39_650],
      ['vgg16', 314, 651_636],
    ] as const) {
      const graph = buildHypergraph(parseHmetis(shared(`${name}.hgr`)));
      const figures = measurePartition(graph, parseBlocks(shared(`${name}.part${blocks}`)), blocks);
      expect([figures.blocks, figures.km1]).toEqual([blocks, km1]);
    }
  });
});

describe('the generators of the benchmark', () => {
  itShared('give the hypergraphs of the reference, byte for byte', async () => {
    const { networks, quotientOf, formatHmetis, parseHmetis } = await generators();
    for (const [name, sketch] of [
      ['lenet', networks.lenet],
      ['vgg-quarter', networks.vggQuarter],
      ['vgg16', networks.vgg16],
    ] as const) {
      const text = shared(`${name}.hgr`);
      const { parts } = quotientOf(sketch());
      expect(formatHmetis(parts) === text).toBe(true);
      expect(formatHmetis(parseHmetis(text)) === text).toBe(true);
    }
  });
});

describe('packing orders', () => {
  it('visit every node once', () => {
    fc.assert(
      fc.property(arbitraryInstance, ({ layers: layer, rows: y, columns: x }) => {
        for (const { nodes } of packingOrders({ layer, y, x }))
          expect(Array.from(nodes).sort((a, b) => a - b)).toEqual(Array.from(layer, (_, v) => v));
      }),
    );
  });

  it('walk a layer of 8×8 in steps of one', () => {
    const cells = Array.from({ length: 64 }, (_, v) => v);
    const at = {
      layer: new Uint32Array(64),
      y: Uint32Array.from(cells, (v) => v >> 3),
      x: Uint32Array.from(cells, (v) => v & 7),
    };
    const { nodes } = packingOrders(at)[0]!;
    for (let k = 1; k < 64; k++) {
      const [a, b] = [nodes[k - 1]!, nodes[k]!];
      expect(Math.abs((a & 7) - (b & 7)) + Math.abs((a >> 3) - (b >> 3))).toBe(1);
    }
  });
});

describe('partitionHypergraph', () => {
  it('keeps every limit or says which one cannot be kept; is never worse than a packing order; repeats itself', () => {
    fc.assert(
      fc.property(arbitraryInstance, fc.integer(), ({ graph, limits, layers, rows, columns }, seed) => {
        const coordinates = { layer: layers, y: rows, x: columns };
        const options = { seed, coordinates, effort: 0.03 };
        const result = partitionHypergraph(graph, limits, options);
        expect(partitionHypergraph(graph, limits, options)).toEqual(result);
        if (!result.ok) {
          expect(result.misfit.needed).toBeGreaterThan(result.misfit.available);
          return;
        }
        const { blockOf, figures, packings } = result;
        expect(blockOf.length).toBe(graph.nodes);
        expect(measurePartition(graph, blockOf, figures.blocks)).toEqual(figures);
        expect(new Set(blockOf).size).toBe(figures.blocks);
        expect(figures.blocks).toBeLessThanOrEqual(limits.blocks);
        figures.load.forEach((used, k) => {
          expect(used).toBeLessThanOrEqual(limits.load[k % graph.resources]!);
        });
        for (const used of figures.inAxons) expect(used).toBeLessThanOrEqual(limits.inAxons);
        for (const { nodes } of packingOrders(coordinates)) {
          const packing = packInOrder(graph, limits, nodes);
          if (packing.blocks > limits.blocks) continue;
          expect(figures.km1).toBeLessThanOrEqual(measurePartition(graph, packing.blockOf, packing.blocks).km1);
        }
        expect(packings.length).toBeGreaterThan(1);
      }),
      { numRuns: 40 },
    );
  });

  it('finds the two halves of a network of two parts', () => {
    // Two chains of eight, their nodes interleaved; each fills a block.
    const next = Uint32Array.from({ length: 14 }, (_, v) => v + 2);
    const graph = buildHypergraph({
      nodes: 16,
      resources: 1,
      nodeLoad: new Float64Array(16).fill(1),
      source: Uint32Array.from(next, (v) => v - 2),
      targetStart: Uint32Array.from({ length: 15 }, (_, e) => e),
      targets: next,
      edgeWeight: new Float64Array(14).fill(1),
    });
    const result = partitionHypergraph(graph, { load: Float64Array.of(8), inAxons: 8, blocks: 2 }, { seed: 1 });
    expect(result.ok && Array.from(result.blockOf)).toEqual(Array.from({ length: 16 }, (_, v) => v % 2));
    expect(result.ok && result.figures.km1).toBe(0);
  });

  it('names the node and the limit, or the limit that fills the blocks', () => {
    const generous = { load: Float64Array.of(110), inAxons: 10, blocks: 4 };
    const misfitOf = (limits: object) => {
      const result = partitionHypergraph(example(), { ...generous, ...limits }, { seed: 1 });
      return result.ok ? undefined : result.misfit;
    };
    expect(misfitOf({})).toBeUndefined();
    expect(misfitOf({ load: Float64Array.of(101) })).toEqual({
      ...{ kind: 'node', node: 1, limit: { kind: 'load', resource: 0 }, needed: 102, available: 101 },
    });
    expect(misfitOf({ inAxons: 9 })).toEqual({
      ...{ kind: 'node', node: 1, limit: { kind: 'inAxons' }, needed: 10, available: 9 },
    });
    expect(misfitOf({ load: Float64Array.of(102), inAxons: 1000, blocks: 1 })).toEqual({
      ...{ kind: 'blocks', needed: 3, available: 1, certain: false, limit: { kind: 'load', resource: 0 } },
    });
    expect(misfitOf({ load: Float64Array.of(1000), blocks: 0 })?.needed).toBe(1);
    const heavy = { ...example(), nodeLoad: Float64Array.of(1, 2, 3, 300) };
    expect(partitionHypergraph(heavy, { ...generous, load: Float64Array.of(300), blocks: 1 }, { seed: 1 })).toEqual({
      ok: false,
      misfit: { kind: 'blocks', needed: 2, available: 1, certain: true, limit: { kind: 'load', resource: 0 } },
    });
  });

  it('has nothing to say about no nodes', () => {
    const empty = { nodes: 0, resources: 1, nodeLoad: new Float64Array(0), source: new Uint32Array(0) };
    const none = { targetStart: new Uint32Array(1), targets: new Uint32Array(0), edgeWeight: new Float64Array(0) };
    const limits = { load: Float64Array.of(1), inAxons: 1, blocks: 0 };
    const result = partitionHypergraph(buildHypergraph({ ...empty, ...none }), limits, { seed: 1 });
    expect(result.ok && result.figures.blocks).toBe(0);
  });
});

describe('RandomSource', () => {
  it('stays below its bound, and its exponential variates have mean and median of the law', () => {
    const random = new RandomSource(7);
    const draws = Array.from({ length: 20_000 }, () => random.exponential()).sort((a, b) => a - b);
    expect(draws.reduce((sum, x) => sum + x, 0) / draws.length).toBeCloseTo(1, 1);
    expect(draws[draws.length >> 1]).toBeCloseTo(Math.LN2, 1);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), (bound) => {
        expect(random.below(bound)).toBeLessThan(bound);
      }),
    );
  });
});
