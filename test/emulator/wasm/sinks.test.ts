import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ranksOf } from '../../../emulator/wasm/sink-ranks.ts';
import { type Chip, NO_AXON } from '../../../isa/index.ts';
import { seededRandom } from '../../arbitraries/random.ts';
import { treeRoutes } from '../../isa/chips.ts';
import { statement } from '../../isa/program.ts';
import { updatingChip } from '../chips.ts';
import { everything, inputsFor } from './twins.ts';

const TREE = 2;

const lists = fc.record({
  sources: fc.integer({ min: 1, max: 300 }),
  /** Axons that nobody means, in front. */
  before: fc.nat(200),
  /** Eighths of the sources that mean an axon. */
  share: fc.integer({ min: 0, max: 8 }),
  /** Of a hundred sources that mean an axon, how many swap it with the one before. */
  swapped: fc.constantFrom(0, 0, 1, 50),
  counted: fc.boolean(),
  seed: fc.nat(),
});

/** Axons of the sources: ascending but for what is swapped. */
function listOf({ sources, before, share, swapped, seed }: typeof lists extends fc.Arbitrary<infer L> ? L : never) {
  const random = seededRandom(seed);
  let next = before;
  let last = 0;
  const axons = Uint32Array.from({ length: sources }, () => (random() * 8 < share ? next++ : NO_AXON));
  for (let k = 1; k < sources; k++)
    if (axons[k] !== NO_AXON) {
      const other = axons[last]!;
      if (other !== NO_AXON && random() * 100 < swapped) [axons[last], axons[k]] = [axons[k]!, other];
      last = k;
    }
  return { axons, count: Math.max(1, next) };
}

/** Neurons that hear each other through the list; counted: twice, so that a payload is 2. */
function hearingChip(neurons: number, axons: Uint32Array, count: number, counted: boolean): Chip {
  const chip = updatingChip(neurons, 6, (core) => {
    const hearers = Math.max(count, neurons);
    const rows = Array.from({ length: hearers }, (_, axon) =>
      Array.from({ length: neurons }, (__, n) => (n * 7 + axon) % 5),
    );
    const weights = core.weights(8, ...rows);
    const dense = `DENSE destination=V width=w8 shift=0 first=0 count=${neurons} weights=${weights}`;
    const group = core.group(hearers, 0, counted ? 2 : 1, dense);
    const list = core.list(...axons);
    const sink = { kind: 'list', tree: TREE, group, delay: 1, sourceCount: neurons, list } as const;
    core.sink(sink);
    if (counted) core.sink(sink);
    const address = core.parameters(60, 35, 80);
    const run = { first: 0, count: neurons, address, period: 3 };
    return [statement('FIRE compare=ge reset=subtract resetValue=0', run, { tree: TREE })];
  });
  return { ...chip, routes: [...chip.routes, ...treeRoutes(chip.target, TREE, 0, [0])] };
}

describe('sink lists', () => {
  it('reach the same axons from both kinds of kernels, whatever their order', () => {
    let [ranked, synops] = [0, 0];
    fc.assert(
      fc.property(lists, (recipe) => {
        const { axons, count } = listOf(recipe);
        const chip = hearingChip(recipe.sources, axons, count, recipe.counted);
        const inputs = inputsFor(chip, [recipe.seed, recipe.seed + 1]);
        const ts = everything(chip, inputs, 'cycle', 'ts');
        expect(everything(chip, inputs, 'cycle', 'wasm')).toEqual(ts);
        if (ranksOf(axons) !== undefined) ranked += 1;
        synops += ts.counts.synops;
      }),
      { numRuns: 60 },
    );
    expect(ranked).toBeGreaterThan(20);
    expect(ranked).toBeLessThan(55);
    expect(synops).toBeGreaterThan(10_000);
  });

  it('become ranks exactly where the axons of each 64 sources follow each other', () => {
    fc.assert(
      fc.property(lists, (recipe) => {
        const { axons } = listOf(recipe);
        const blocks = Array.from({ length: Math.ceil(axons.length / 64) }, (_, b) =>
          [...axons.subarray(64 * b, 64 * b + 64)].filter((axon) => axon !== NO_AXON),
        );
        const follow = blocks.every((block) => block.every((axon, k) => axon === block[0]! + k));
        const ranks = ranksOf(axons);
        expect(ranks !== undefined).toBe(follow);
        if (ranks === undefined) return;
        const meant = [...axons].map((axon, source) => {
          const [low, high, first] = ranks.subarray(4 * (source >> 6));
          const bits = (BigInt(high!) << 32n) | BigInt(low!);
          const bit = BigInt(source & 63);
          const rank = [...(bits & ((1n << bit) - 1n)).toString(2)].filter((digit) => digit === '1').length;
          return ((bits >> bit) & 1n) === 1n ? first! + rank : axon === NO_AXON ? NO_AXON : -1;
        });
        expect(meant).toEqual([...axons]);
      }),
    );
  });
});
