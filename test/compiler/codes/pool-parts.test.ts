import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { poolInParts } from '../../../compiler/codes/pool-parts.ts';
import { ReferenceInterpreter } from '../../../compiler/index.ts';
import { INPUT, type QuantisedBranch, type QuantisedGraph } from '../../../compiler/ir/layers.ts';
import { seededRandom } from '../../arbitraries/random.ts';

type Shape = readonly [number, number, number];
type Pair = readonly [number, number];

interface Case {
  readonly source: Shape;
  readonly shape: Shape;
  readonly branch: QuantisedBranch;
  readonly seed: number;
}

const pair = (least: number, most: number): fc.Arbitrary<Pair> =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

/** A pooled branch of each kind that can be written over parts, with rows and columns that no window covers. */
const arbitraryCase: fc.Arbitrary<Case> = fc
  .record({
    kind: fc.constantFrom('dense' as const, 'diagonal' as const, 'conv' as const),
    pool: pair(1, 6),
    windows: pair(1, 3),
    rest: pair(0, 2),
    channels: fc.integer({ min: 1, max: 3 }),
    kernel: pair(1, 2),
    padding: fc.integer({ min: 0, max: 1 }),
    seed: fc.nat(),
  })
  .map(({ kind, pool, windows, rest, channels, kernel, padding, seed }) => {
    const random = seededRandom(seed);
    const weights = (length: number) => Int8Array.from({ length }, () => Math.floor(random() * 15) - 7);
    // Dense layers hear whole windows only.
    const spare = kind === 'dense' ? [0, 0] : [rest[0] % pool[0], rest[1] % pool[1]];
    const source: Shape = [channels, pool[0] * windows[0] + spare[0]!, pool[1] * windows[1] + spare[1]!];
    const pooled: Shape = [channels, ...windows];
    const common = { source: INPUT, pool, pooled, shift: 0, delay: 0 };
    if (kind === 'dense')
      return {
        ...{ source, shape: [2, 1, 1] as const, seed },
        branch: { ...common, operator: { kind, weight: weights(2 * channels * windows[0] * windows[1]) } },
      };
    if (kind === 'diagonal')
      return { source, shape: pooled, seed, branch: { ...common, operator: { kind, weight: weights(channels) } } };
    const size = ([0, 1] as const).map((axis) => Math.min(kernel[axis], windows[axis] + 2 * padding)) as [
      number,
      number,
    ];
    const shape: Shape = [2, windows[0] + 2 * padding - size[0] + 1, windows[1] + 2 * padding - size[1] + 1];
    const weight = weights(2 * channels * size[0] * size[1]);
    const paddings = [padding, padding, padding, padding] as const;
    const operator = {
      kind,
      weight,
      kernel: size,
      stride: [1, 1],
      padding: paddings,
      dilation: [1, 1],
      groups: 1,
    } as const;
    return { source, shape, seed, branch: { ...common, operator } };
  });

describe('poolInParts', () => {
  it('changes no sum, whatever the windows are', () => {
    let several = 0;
    fc.assert(
      fc.property(arbitraryCase, fc.integer({ min: 1, max: 36 }), ({ source, shape, branch, seed }, largest) => {
        const parts = poolInParts(branch, largest, source, shape);
        if (parts === undefined) return expect(isRefused(source, branch)).toBe(true);
        expect(parts.pool[0] * parts.pool[1]).toBeLessThanOrEqual(largest);
        if (String(parts.pool) !== String(branch.pool)) several++;
        expect(outputsOf(parts, source, shape, seed)).toEqual(outputsOf(branch, source, shape, seed));
      }),
      { numRuns: 200 },
    );
    expect(several).toBeGreaterThan(50);
  });

  it('is no answer for synapses one by one, or gaps between the taps of a kernel', () => {
    const branch = { source: INPUT, pool: [2, 2], pooled: [1, 2, 2], shift: 0, delay: 0 } as const;
    const sparse = {
      kind: 'sparse',
      pre: Uint32Array.of(0),
      post: Uint32Array.of(0),
      weight: Int8Array.of(1),
    } as const;
    expect(poolInParts({ ...branch, operator: sparse }, 2, [1, 4, 4], [1, 1, 1])).toBeUndefined();
  });
});

/** Rows or columns that no window covers lie where a kernel has its padding. */
const isRefused = ([, height, width]: Shape, { pool, pooled, operator }: QuantisedBranch): boolean =>
  operator.kind === 'conv' &&
  ((operator.padding[2] > 0 && height > pooled[1] * pool[0]) ||
    (operator.padding[3] > 0 && width > pooled[2] * pool[1]));

/** What a read-out that hears nothing else adds up. */
function outputsOf(branch: QuantisedBranch, source: Shape, shape: Shape, seed: number): number[] {
  const random = seededRandom(seed + 1);
  const input = Int16Array.from({ length: source[0] * source[1] * source[2] }, () => Math.floor(random() * 9) - 4);
  const graph: QuantisedGraph = {
    ...{ name: 'parts', inputShape: source, inputRange: [-4, 4], weightBits: 8, window: 1, ticks: 1 },
    layers: [
      {
        ...{ name: 'sum', shape, branches: [branch], depth: 0, currentStart: 0, neuron: 'accumulator' },
        parameters: { initial: new Int32Array(shape[0]), bias: new Int32Array(shape[0]) },
      },
    ],
  };
  return Array.from(new ReferenceInterpreter(graph).run(input).readout);
}
