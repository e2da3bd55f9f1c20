/** Weights in runs are the weights one by one, whatever the kind of the operator. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INPUT, type Branch, type Operator } from '../../../compiler/ir/layers.ts';
import { forEachRun, forEachWeight, weightSums } from '../../../compiler/linear/branch-weights.ts';
import type { Shape } from '../../../isa/index.ts';

interface Drawn {
  readonly branch: Branch<Float64Array>;
  readonly shape: Shape;
}

const size = fc.integer({ min: 1, max: 3 });
const values = (length: number) =>
  fc
    .array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => Float64Array.from(list));
const feeding = (pooled: Shape, operator: Operator<Float64Array>, shape: Shape): Drawn => ({
  branch: { source: INPUT, pool: [1, 1], pooled, operator },
  shape,
});

const conv = fc
  .record({ groups: size, inEach: size, outEach: size, y: size, x: size })
  .chain(({ groups, inEach, outEach, y, x }) =>
    values(groups * outEach * inEach * y * x).map((weight) => {
      const spread = { stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] } as const;
      const operator = { kind: 'conv', weight, kernel: [y, x], groups, ...spread } as const;
      return feeding([groups * inEach, y, x], operator, [groups * outEach, 1, 1]);
    }),
  );
const shapes = fc.tuple(fc.tuple(size, size, size), fc.tuple(size, size, size));
const dense = shapes.chain(([pooled, shape]) =>
  values(pooled[0] * pooled[1] * pooled[2] * shape[0] * shape[1] * shape[2]).map((weight) =>
    feeding(pooled, { kind: 'dense', weight }, shape),
  ),
);
const sparse = shapes.chain(([pooled, shape]) => {
  const [from, to] = [pooled, shape].map(([c, h, w]) => c * h * w) as [number, number];
  const pair = fc.tuple(fc.nat({ max: to - 1 }), fc.nat({ max: from - 1 }));
  return fc.uniqueArray(pair, { selector: String, maxLength: 12 }).chain((drawn) => {
    const pairs = drawn.toSorted(([a, b], [c, d]) => a - c || b - d);
    const [post, pre] = [0, 1].map((k) => Uint32Array.from(pairs, (each) => each[k]!)) as [Uint32Array, Uint32Array];
    return values(pairs.length).map((weight) => feeding(pooled, { kind: 'sparse', pre, post, weight }, shape));
  });
});
const diagonal = fc
  .tuple(size, size, size)
  .chain((shape) => values(shape[0]).map((weight) => feeding(shape, { kind: 'diagonal', weight }, shape)));

/** Position, source channel and channel of every weight, by the definitions in compiler/ir/layers.ts. */
function defined({ branch: { operator, pooled }, shape }: Drawn): number[][] {
  const [inputs, outputs] = [pooled, shape].map(([channels, height, width]) =>
    Array.from({ length: channels * height * width }, (_, k) => Math.floor(k / (height * width))),
  ) as [number[], number[]];
  if (operator.kind === 'diagonal') return Array.from(operator.weight, (_, c) => [c, c, c]);
  if (operator.kind === 'sparse')
    return Array.from(operator.weight, (_, k) => [k, inputs[operator.pre[k]!]!, outputs[operator.post[k]!]!]);
  if (operator.kind === 'dense')
    return outputs.flatMap((to) => inputs.map((from) => [from, to])).map(([from, to], k) => [k, from!, to!]);
  const [each, toEach] = [pooled[0] / operator.groups, shape[0] / operator.groups];
  const all: number[][] = [];
  for (let group = 0; group < operator.groups; group++)
    for (let to = 0; to < toEach; to++)
      for (let from = 0; from < each; from++)
        for (let tap = 0; tap < operator.kernel[0] * operator.kernel[1]; tap++)
          all.push([all.length, group * each + from, group * toEach + to]);
  return all;
}

describe('weights one by one', () => {
  it('listen to and feed the channels that the definition of the operator says', () => {
    fc.assert(
      fc.property(fc.oneof(conv, dense, sparse, diagonal), (drawn) => {
        const seen: number[][] = [];
        forEachWeight(drawn.branch, drawn.shape, (k, weight, source, channel) => {
          expect(weight).toBe(drawn.branch.operator.weight[k]);
          seen.push([k, source, channel]);
        });
        expect(seen).toEqual(defined(drawn));
      }),
    );
  });
});

describe('weights in runs', () => {
  it('are all of them once, in order, with the channel that each feeds', () => {
    fc.assert(
      fc.property(fc.oneof(conv, dense, sparse, diagonal), ({ branch, shape }) => {
        const [single, inRuns]: [number[][], number[][]] = [[], []];
        forEachWeight(branch, shape, (k, _weight, _source, channel) => single.push([k, channel]));
        forEachRun(branch, shape, (from, to, _unit, channel) => {
          for (let k = from; k < to; k++) inRuns.push([k, channel]);
        });
        expect(inRuns).toEqual(single);
      }),
    );
  });

  it('add up to what reaches a neuron, or a channel, of either sign', () => {
    fc.assert(
      fc.property(fc.oneof(conv, dense, sparse, diagonal), ({ branch, shape }) => {
        const { positive, negative } = weightSums(branch, shape);
        const { kind, weight } = branch.operator;
        const area = shape[1] * shape[2];
        const perChannel = (sums: Float64Array): number[] =>
          Array.from({ length: shape[0] }, (_, c) =>
            kind === 'conv' || kind === 'diagonal'
              ? sums[c]!
              : sums.subarray(c * area, (c + 1) * area).reduce((a, b) => a + b, 0),
          );
        const wanted = [new Array<number>(shape[0]).fill(0), new Array<number>(shape[0]).fill(0)];
        forEachWeight(branch, shape, (k, _weight, _source, channel) => {
          wanted[weight[k]! > 0 ? 0 : 1]![channel]! += weight[k]!;
        });
        expect([perChannel(positive), perChannel(negative)]).toEqual(wanted);
      }),
    );
  });
});
