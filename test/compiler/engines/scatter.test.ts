/** The linear branches of the float engines against sums of single connections, in the order that is promised. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Branch, ConvOperator } from '../../../compiler/ir/layers.ts';
import { ReferenceConv } from '../../../compiler/engines/reference-conv.ts';
import { channelLastOrder, prepareScatter } from '../../../compiler/engines/scatter.ts';
import { KernelMemory } from '../../../compiler/engines/kernels/memory.ts';
import { type Shape, shapeSize } from '../../../isa/index.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { connectionsOf } from './spiking-naive.ts';

const upTo = (most: number) => fc.integer({ min: 1, max: most });
const pair = (most: number) => fc.tuple(upTo(most), upTo(most));

interface Case {
  readonly source: Shape;
  readonly shape: Shape;
  readonly branch: Branch<Float64Array> & { readonly operator: ConvOperator<Float64Array> };
  readonly scale: Float64Array | undefined;
  readonly seed: number;
}

/** A convolution of any form, onto fewer and more channels than the kernel takes at a time. */
const arbitraryConv: fc.Arbitrary<Case> = fc
  .record({
    groups: fc.constantFrom(1, 1, 1, 2, 3),
    inGroup: upTo(5),
    outGroup: upTo(19),
    size: pair(9),
    rest: fc.tuple(fc.nat(1), fc.nat(1)),
    pool: pair(2),
    kernel: pair(3),
    stride: pair(3),
    dilation: pair(2),
    padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
    scaled: fc.boolean(),
    seed: fc.integer(),
  })
  .map(({ groups, inGroup, outGroup, size, rest, pool, kernel, stride, dilation, padding, scaled, seed }) => {
    const random = seededRandom(seed);
    const numbers = (length: number) => Float64Array.from({ length }, () => 2 * random() - 1);
    const channels = groups * inGroup;
    const pooled: Shape = [channels, size[0], size[1]];
    const outSize = (axis: 0 | 1) => {
      const span = size[axis] + padding[axis] + padding[axis + 2]! - (kernel[axis] - 1) * dilation[axis] - 1;
      return Math.floor(span / stride[axis]) + 1;
    };
    const weight = numbers(groups * outGroup * inGroup * kernel[0] * kernel[1]);
    return {
      source: [
        channels,
        size[0] * pool[0] + (pool[0] > 1 ? rest[0] : 0),
        size[1] * pool[1] + (pool[1] > 1 ? rest[1] : 0),
      ],
      shape: [groups * outGroup, outSize(0), outSize(1)],
      branch: {
        source: 0,
        pool,
        pooled,
        operator: { kind: 'conv', weight, kernel, stride, padding, dilation, groups },
      },
      scale: scaled ? numbers(channels) : undefined,
      seed,
    } satisfies Case;
  })
  .filter(({ shape }) => shape[1] > 0 && shape[2] > 0);

/** The same branch with another operator, onto a layer of the pooled source's shape. */
const diagonalOf = ({ branch, source, scale, seed }: Case) => {
  const random = seededRandom(seed + 1);
  const weight = Float64Array.from({ length: branch.pooled[0] }, () => 2 * random() - 1);
  return {
    branch: { ...branch, operator: { kind: 'diagonal' as const, weight } },
    source,
    shape: branch.pooled,
    scale,
    seed,
  };
};

function expectSums({ branch, source, shape, scale, seed }: Omit<Case, 'branch'> & { branch: Branch<Float64Array> }) {
  const random = seededRandom(seed + 2);
  const size = shapeSize(source);
  const memory = new KernelMemory();
  const elements = memory.u32(size);
  const values = memory.f64(size);
  const into = memory.f64(shapeSize(shape));
  // What lies behind must not be changed.
  const behind = memory.f64(16, (array) => array.fill(0.1));
  const scatter = prepareScatter(branch, source, shape, memory, scale);
  memory.build();
  const [sourceOrder, order] = [channelLastOrder(source), channelLastOrder(shape)];
  const area = source[1] * source[2];
  const connections = connectionsOf(branch, source, shape)
    .map(({ pre, post, weight }) => ({
      element: sourceOrder[pre]!,
      post: order[post]!,
      weight: weight * (scale?.[Math.floor(pre / area)] ?? 1),
    }))
    .sort((a, b) => a.element - b.element);
  const expected = Float64Array.from(into.array, () => random() - 0.5);
  into.array.set(expected);
  for (const density of [0.2, 1, 0]) {
    let count = 0;
    const valueOf = new Float64Array(size);
    for (let element = 0; element < size; element++) {
      if (random() >= density) continue;
      elements.array[count] = element;
      values.array[count++] = valueOf[element] = random() - 0.5;
    }
    scatter.add(elements.array, values.array, count, into.array);
    for (const { element, post, weight } of connections) expected[post]! += valueOf[element]! * weight;
    // 0 and −0 are one number; anything else must agree to the last bit.
    expect(into.array.findIndex((value, k) => value !== expected[k])).toBe(-1);
  }
  expect(behind.array).toEqual(new Float64Array(16).fill(0.1));
}

describe('prepareScatter', () => {
  it('adds every product of a convolution in the order of the elements, to the last bit', () => {
    fc.assert(fc.property(arbitraryConv, expectSums), { numRuns: 300 });
  });

  it('adds every product of a one-to-one branch', () => {
    fc.assert(fc.property(arbitraryConv.map(diagonalOf), expectSums));
  });
});

describe('ReferenceConv', () => {
  it('sums what reaches every output', () => {
    fc.assert(
      fc.property(arbitraryConv, ({ branch, shape, seed }) => {
        const random = seededRandom(seed);
        const integers = (most: number) => () => (random() < 0.5 ? 0 : Math.round((2 * random() - 1) * most));
        const { pooled } = branch;
        const weight = Int8Array.from(branch.operator.weight, integers(127));
        const operator = { ...branch.operator, weight };
        const conv = new ReferenceConv(operator, pooled, shape);
        const sums = new Int32Array(shapeSize(shape)).fill(7);
        // Twice: nothing may be left over from the first time.
        for (let turn = 0; turn < 2; turn++) {
          const input = Int32Array.from({ length: shapeSize(pooled) }, integers(1000));
          const expected = new Int32Array(sums.length);
          const connections = connectionsOf({ ...branch, pool: [1, 1], operator }, pooled, shape);
          for (const { pre, post, weight: w } of connections) expected[post]! += w * input[pre]!;
          conv.run(input, sums);
          expect(sums).toEqual(expected);
        }
      }),
    );
  });
});

describe('KernelMemory', () => {
  it('refuses what 32-bit addresses cannot reach, and arrays before they are made', () => {
    const memory = new KernelMemory();
    const array = memory.f64(2 ** 29);
    expect(() => memory.build()).toThrow(/4,096 MiB/);
    expect(() => array.array).toThrow(/before its memory/);
    expect(() => memory.kernels).toThrow(/before their memory/);
  });

  it('gives arrays that do not overlap, zero but for what is written, where their address says', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 12 }), (lengths) => {
        const memory = new KernelMemory();
        const arrays = lengths.map((length, k) =>
          k % 3 === 0 ? memory.u32(length, (array) => array.fill(k + 1)) : memory.f64(length),
        );
        memory.build();
        arrays.forEach(({ at, array }, k) => {
          expect(array.byteOffset).toBe(at);
          expect([...array]).toEqual(Array(lengths[k]).fill(k % 3 === 0 ? k + 1 : 0));
          array.fill(1000 + k);
        });
        arrays.forEach(({ array }, k) => {
          expect([...array]).toEqual(Array(lengths[k]).fill(1000 + k));
        });
      }),
    );
  });
});
