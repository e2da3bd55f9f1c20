/** Random hypergraphs with everything that one may hold: host inputs, self-hearing nodes, classes, axons unlike weights. */
import fc from 'fast-check';
import { buildHypergraph, NO_SOURCE, type Hypergraph } from '../../compiler/mapping/partition/hypergraph.ts';
import type { PartitionLimits } from '../../compiler/mapping/partition/limits.ts';

const RESOURCES = 2;

export interface PartitionInstance {
  readonly graph: Hypergraph;
  readonly limits: PartitionLimits;
  readonly layers: Uint32Array;
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
}

const small = fc.integer({ min: 0, max: 5 });

/** Limits range from generous to impossible. */
export const arbitraryInstance: fc.Arbitrary<PartitionInstance> = fc
  .record({ nodes: fc.integer({ min: 1, max: 24 }), classCount: fc.integer({ min: 0, max: 3 }) })
  .chain(({ nodes, classCount }) => {
    const node = fc.integer({ min: 0, max: nodes - 1 });
    const edge = fc.record({
      source: fc.oneof({ weight: 5, arbitrary: node }, fc.constant(NO_SOURCE)),
      targets: fc.uniqueArray(node, { maxLength: 8 }),
      weight: fc.integer({ min: 1, max: 9 }),
      axons: fc.integer({ min: 0, max: 6 }),
    });
    const ofClasses: fc.Arbitrary<number[]> =
      classCount === 0 ? fc.constant([]) : fc.uniqueArray(fc.integer({ min: 0, max: classCount - 1 }));
    const perNode = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: nodes, maxLength: nodes });
    return fc.record({
      edges: fc.array(edge, { maxLength: 40 }),
      load: perNode(fc.tuple(fc.integer({ min: 1, max: 5 }), small)),
      privateAxons: perNode(small),
      classes: perNode(ofClasses),
      classLoad: fc.array(small, { minLength: classCount * RESOURCES, maxLength: classCount * RESOURCES }),
      layer: perNode(fc.integer({ min: 0, max: 4 })),
      row: perNode(small),
      column: perNode(small),
      caps: fc.tuple(fc.integer({ min: 4, max: 40 }), fc.integer({ min: 8, max: 60 })),
      inAxons: fc.oneof(fc.integer({ min: 20, max: 120 }), fc.constant(Infinity)),
      blocks: fc.integer({ min: 1, max: 24 }),
    });
  })
  .map((r) => ({
    graph: buildHypergraph({
      nodes: r.load.length,
      resources: RESOURCES,
      nodeLoad: Float64Array.from(r.load.flat()),
      privateAxons: Float64Array.from(r.privateAxons),
      source: Uint32Array.from(r.edges, ({ source }) => source),
      targetStart: starts(r.edges.map(({ targets }) => targets)),
      targets: Uint32Array.from(r.edges.flatMap(({ targets }) => targets)),
      edgeWeight: Float64Array.from(r.edges, ({ weight }) => weight),
      edgeAxons: Float64Array.from(r.edges, ({ axons }) => axons),
      classStart: starts(r.classes),
      classes: Uint32Array.from(r.classes.flatMap((list) => [...list].sort((a, b) => a - b))),
      classLoad: Float64Array.from(r.classLoad),
    }),
    limits: { load: Float64Array.from(r.caps), inAxons: r.inAxons, blocks: r.blocks },
    layers: Uint32Array.from(r.layer),
    rows: Uint32Array.from(r.row),
    columns: Uint32Array.from(r.column),
  }));

function starts(lists: readonly (readonly unknown[])[]): Uint32Array {
  const start = new Uint32Array(lists.length + 1);
  lists.forEach((list, k) => (start[k + 1] = start[k]! + list.length));
  return start;
}
