import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bitsNeeded,
  type CoreImage,
  decodeOperation,
  fitsSigned,
  groupEventTicks,
  neuronBounds,
  type EventMnemonic,
  isExecutedBy,
  type OperationOf,
  potentialBounds,
  signedRange,
  synapticBounds,
  type WeightBits,
  WIDTH_CODES,
  weightRange,
} from '../../isa/index.ts';
import { oneTurn, recursIn } from '../../isa/recurrence.ts';
import { CoreBuilder, plainSink } from './chips.ts';
import { statement } from './program.ts';
import { visitedRows } from '../interleaved/synapses.ts';
import { watchCore } from './watched-core.ts';

const TICKS = 4;
const NEURONS = 8;
const range = (max: number) => Array.from({ length: max }, (_, k) => k);

/** A line of an event instruction for a group of `axons` axons (4 or 8) with weights taken from `seed`. */
function eventInstruction(builder: CoreBuilder, kind: number, axons: number, code: number, seed: number): string {
  const bits: WeightBits = WIDTH_CODES[code]!;
  const [min, max] = weightRange(bits);
  const weight = (k: number): number => {
    const value = min + (((k + 1) * (seed + 7)) % (max - min + 1));
    return bits === 1 && value === 0 ? 1 : value;
  };
  const run = (count: number, from = 0): number[] => range(count).map((k) => weight(from + k));
  const common = { destination: seed % 2 === 0 ? 'V' : 'I', width: `w${bits}`, shift: seed % 4 };
  if (kind === 0) {
    const weights = builder.weights(bits, ...range(axons).map((row) => run(5, 5 * row)));
    return statement('DENSE first=2 count=5', { ...common, weights });
  }
  if (kind === 1) {
    const rows = builder.integers(
      4,
      range(axons + 1).map((k) => 2 * k),
    );
    const targets = builder.integers(
      2,
      range(2 * axons).map((k) => (k * seed) % 6),
    );
    const weights = builder.weights(bits, run(2 * axons));
    return statement('SPARSE first=1 count=6', { ...common, rows, targets, weights });
  }
  if (kind === 2) {
    const weights = builder.weights(bits, run(3));
    return statement('DIAG first=0 period=3 reserved=0', { ...common, count: axons, weights });
  }
  const weights = builder.weights(bits, ...range(axons === 8 ? 18 : 9).map((tap) => run(1, tap)));
  const channels = axons / 4;
  return statement(
    'CONV first=0 outHeight=2 outWidth=2 inHeight=2 inWidth=2 kernelHeight=3 kernelWidth=3',
    'strideX=1 dilationY=1 dilationX=1 reserved=0 offsetY=1 offsetX=1',
    { ...common, groups: channels, outChannels: channels, inChannels: channels, strideY: 1 + (seed % 2), weights },
  );
}

interface Recipe {
  readonly groups: readonly {
    readonly kind: number;
    readonly wide: boolean;
    readonly code: number;
    readonly seed: number;
    readonly payload: readonly [min: number, max: number];
  }[];
  readonly bias: number;
  readonly initial: number;
  readonly threshold: number;
  readonly compare: number;
  readonly reset: number;
}

const recipe: fc.Arbitrary<Recipe> = fc.record({
  groups: fc.array(
    fc.record({
      kind: fc.integer({ min: 0, max: 3 }),
      wide: fc.boolean(),
      code: fc.integer({ min: 0, max: 3 }),
      seed: fc.integer({ min: 0, max: 999 }),
      payload: fc.tuple(fc.integer({ min: -3, max: 0 }), fc.integer({ min: 0, max: 3 })),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  bias: fc.integer({ min: -50, max: 50 }),
  initial: fc.integer({ min: -100, max: 100 }),
  threshold: fc.integer({ min: 1, max: 100 }),
  compare: fc.integer({ min: 0, max: 1 }),
  reset: fc.integer({ min: 0, max: 1 }),
});

function buildCore({ groups, bias, initial, threshold, compare, reset }: Recipe, fires: boolean): CoreImage {
  const builder = new CoreBuilder(0, NEURONS);
  for (const { kind, wide, code, seed, payload } of groups) {
    const axons = wide ? 8 : 4;
    builder.group(axons, payload[0], payload[1], eventInstruction(builder, kind, axons, code, seed));
  }
  const [b, v, t] = [builder.parameters(bias), builder.parameters(initial), builder.parameters(threshold)];
  const resetValue = reset === 0 ? 0 : -30;
  const run = `first=0 count=${NEURONS}`;
  const fire = statement(`FIRE ${run} address=${t} period=1 tree=0`, { compare, reset, resetValue });
  const tick = [
    'WINDOW skip=@end start=1 length=3',
    `BIAS ${run} address=${b} period=1`,
    `CURRENT ${run}`,
    ...(fires ? [fire] : []),
    'end:',
  ];
  return builder.build(tick, [`RESET ${run} address=${v} period=1`]);
}

const payloadsOf = (core: CoreImage): (readonly [number, number])[] =>
  core.groups.flatMap((group) =>
    Array<readonly [number, number]>(group.axonCount).fill([group.payloadMin, group.payloadMax]),
  );
const allTicks = (core: CoreImage): number[] => core.groups.map(() => TICKS);

function firstOperation(core: CoreImage, at: number): OperationOf<EventMnemonic> {
  const found = decodeOperation(core.program, at);
  if ('fault' in found) throw new Error(found.fault);
  if (!isExecutedBy(found, 'event')) throw new Error(`${found.op} on an event`);
  return found;
}

describe('neuronBounds', () => {
  it('holds every value that V and I take, after every single addition, for any events', () => {
    fc.assert(
      fc.property(
        recipe,
        fc.boolean(),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (made, fires, random) => {
          const core = buildCore(made, fires);
          const { v, i } = neuronBounds(core, allTicks(core), TICKS);
          const extremes = payloadsOf(core);
          const choose = ([min, max]: readonly [number, number]): number => {
            const r = random.next().value as number;
            return r < 0.4 ? min : r < 0.8 ? max : 0;
          };
          const events = range(TICKS).map(() => extremes.map(choose));
          watchCore(core, events, (state, neuron, value) => {
            const bounds = state === 'V' ? v : i;
            if (value < bounds.min[neuron]! || value > bounds.max[neuron]!)
              throw new Error(`${state}[${neuron}] = ${value} leaves ${bounds.min[neuron]}..${bounds.max[neuron]}`);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is reached by the worst events: the bounds are tight for accumulators without input current', () => {
    fc.assert(
      fc.property(recipe, fc.integer({ min: 0, max: NEURONS - 1 }), fc.boolean(), (made, neuron, upwards) => {
        const direct = { ...made, groups: made.groups.map((g) => ({ ...g, kind: g.kind % 3, seed: g.seed & ~1 })) };
        const core = buildCore({ ...direct, groups: direct.groups.slice(0, 1) }, false);
        const [group] = core.groups;
        const op = firstOperation(core, group!.handler);
        const worst = range(group!.axonCount).map((axon) => {
          let weight = 0;
          let opposed = false;
          for (const synapse of [...visitedRows(core, op, axon)].flat())
            if (synapse.neuron === neuron) {
              opposed ||= weight * synapse.weight < 0;
              weight += synapse.weight;
            }
          fc.pre(!opposed);
          return weight > 0 === upwards ? group!.payloadMax : group!.payloadMin;
        });
        let reached = made.initial;
        watchCore(
          core,
          range(TICKS).map(() => worst),
          (state, n, value) => {
            if (state === 'V' && n === neuron) reached = value;
          },
        ); // the last value: nothing is reset, and the bias has one sign
        const { v } = neuronBounds(core, allTicks(core), TICKS);
        const bias = 3 * made.bias;
        expect(reached - bias).toBe(upwards ? v.max[neuron]! - Math.max(bias, 0) : v.min[neuron]! - Math.min(bias, 0));
      }),
      { numRuns: 100 },
    );
  });

  it('announces its work before it does it', () => {
    const core = buildCore(
      {
        groups: [{ kind: 0, wide: true, code: 3, seed: 1, payload: [0, 1] }],
        bias: 0,
        initial: 0,
        threshold: 1,
        compare: 0,
        reset: 0,
      },
      true,
    );
    let work = 0;
    neuronBounds(core, allTicks(core), TICKS, (more) => {
      work += more;
    });
    expect(work).toBe(8 * 5 + 4 * NEURONS);
  });
});

describe('groupEventTicks', () => {
  const core = (...rows: readonly (readonly [tree: number, delay: number])[]): CoreImage => {
    const builder = new CoreBuilder(0, 0);
    builder.group(1, 0, 1);
    for (const [tree, delay] of rows) builder.sink(plainSink({ tree, delay, sourceCount: 1 }));
    return builder.build([], []);
  };
  const windows = new Map([
    [0, oneTurn({ start: 0, length: 1 })],
    [1, oneTurn({ start: 2, length: 4 })],
    [2, oneTurn({ start: 4, length: 4 })],
  ]);

  it('counts input once, spikes for their window, and overlapping windows only once', () => {
    expect(groupEventTicks(core([0, 0]), windows, 20)).toEqual([1]);
    expect(groupEventTicks(core([1, 1]), windows, 20)).toEqual([4]);
    expect(groupEventTicks(core([1, 1], [2, 1]), windows, 20)).toEqual([6]);
    expect(groupEventTicks(core([1, 3], [2, 1]), windows, 20)).toEqual([4]);
    expect(groupEventTicks(core([0, 0], [2, 3]), windows, 20)).toEqual([5]);
  });

  it('counts the ticks in which what comes again can be heard, and never fewer', () => {
    const turns = fc.record({
      start: fc.nat(6),
      length: fc.constant(1),
      period: fc.constantFrom(1, 2, 2, 3),
      times: fc.integer({ min: 1, max: 6 }),
    });
    const rows = fc.array(fc.record({ turns, delay: fc.nat(4) }), { minLength: 1, maxLength: 4 });
    let exact = 0;
    const property = fc.property(rows, fc.integer({ min: 1, max: 20 }), (drawn, ticks) => {
      const sent = new Map(drawn.map((row, tree) => [tree, row.turns]));
      const found = groupEventTicks(core(...drawn.map(({ delay }, tree) => [tree, delay] as const)), sent, ticks)[0]!;
      const heard = [...new Array(ticks).keys()].filter((tick) =>
        drawn.some((row) => recursIn({ ...row.turns, start: row.turns.start + row.delay }, tick)),
      ).length;
      expect(heard).toBeLessThanOrEqual(found);
      const [first] = drawn;
      const phase = (row: (typeof drawn)[number]): number => (row.turns.start + row.delay) % first!.turns.period;
      const isAlike = drawn.every(
        (row) => row.turns.times > 1 && row.turns.period === first!.turns.period && phase(row) === phase(first!),
      );
      if (!isAlike) return;
      exact++;
      expect(found).toBe(heard);
    });
    fc.assert(property, { numRuns: 300 });
    expect(exact).toBeGreaterThan(50);
  });

  it('cuts at the end of the inference and ignores trees that never send', () => {
    expect(groupEventTicks(core([2, 1]), windows, 7)).toEqual([2]);
    expect(groupEventTicks(core([2, 9]), windows, 7)).toEqual([0]);
    expect(groupEventTicks(core([9, 1]), windows, 7)).toEqual([0]);
  });
});

describe('bounds', () => {
  it('needs the fewest bits that hold both ends', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const bounds = { min: Math.min(a, b, 0), max: Math.max(a, b, 0) };
        const bits = bitsNeeded(bounds);
        expect(fitsSigned(bounds, bits)).toBe(true);
        expect(bits === 1 || !fitsSigned(bounds, bits - 1)).toBe(true);
      }),
    );
    for (const bits of [1, 8, 24, 32, 53]) {
      const [min, max] = signedRange(bits);
      expect(bitsNeeded({ min, max })).toBe(bits);
      expect(bitsNeeded({ min: min - 1, max })).toBe(bits + 1);
    }
    expect(bitsNeeded({ min: 0, max: Infinity })).toBe(Infinity);
  });

  it('agrees with the bounds of a core, so that the compiler and the loader state the same bits', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: -40, max: 40 }),
        fc.boolean(),
        (weights, bias, fires) => {
          const made: Recipe = { groups: [], bias, initial: 11, threshold: 22, compare: 0, reset: 0 };
          const builder = new CoreBuilder(0, 1);
          const address = builder.weights(8, ...weights.map((w) => [w]));
          const dense = `DENSE destination=V width=w8 shift=2 first=0 count=1 weights=${address}`;
          builder.group(weights.length, -1, 2, dense);
          const [b, v, t] = [builder.parameters(bias), builder.parameters(11), builder.parameters(22)];
          const fire = `FIRE compare=ge reset=subtract first=0 count=1 address=${t} period=1 tree=0 resetValue=0`;
          const core = builder.build(
            [
              'WINDOW skip=@end start=0 length=3',
              `BIAS first=0 count=1 address=${b} period=1`,
              ...(fires ? [fire] : []),
              'end:',
            ],
            [`RESET first=0 count=1 address=${v} period=1`],
          );
          const positive = weights.reduce((sum, w) => sum + Math.max(w, 0), 0);
          const negative = weights.reduce((sum, w) => sum + Math.min(w, 0), 0);
          const expected = potentialBounds({
            ...{ initial: made.initial, resetTo: fires ? 0 : 'none', bias, biasTicks: 3, currentTicks: 0 },
            synaptic: synapticBounds(positive, negative, { min: -1, max: 2 }, 2, 3),
            current: { min: 0, max: 0 },
          });
          const found = neuronBounds(core, [3], TICKS);
          expect({ min: found.v.min[0]! + 0, max: found.v.max[0]! + 0 }).toEqual({
            min: expected.min + 0,
            max: expected.max + 0,
          });
        },
      ),
    );
  });
});
