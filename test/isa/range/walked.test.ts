/** The range proof tick by tick, against the interleaved machine, which refuses what leaves its width. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CoreImage, Target } from '../../../isa/index.ts';
import { ENDLESS_TICKS } from '../../../isa/endless.ts';
import { oneTurn, type Recurrence } from '../../../isa/recurrence.ts';
import type { PlaneRow } from '../../../isa/chip.ts';
import { type Found, walk } from '../../../isa/range/walked.ts';
import { arbitraryProgram, programChip } from '../../arbitraries/programs/chips.ts';
import { Draws } from '../../arbitraries/random.ts';
import { LeftWidth } from '../../interleaved/planes.ts';
import { CoreBuilder, tinyTarget } from '../core-builder.ts';
import { statement } from '../program.ts';
import { heardAtOnce, runCore, type TickEvents } from '../watched-core.ts';
import { cases } from '../../cases.ts';

const WIDE = tinyTarget({ widths: { vBits: 32 } });
const nothing = (): void => undefined;

/** What the proof finds in an inference where every group can hear events in all of these ticks. */
function found(core: CoreImage, ticks: number, target: Pick<Target, 'widths'> = WIDE): Found | undefined {
  const sinks = heardAtOnce(core);
  const windows = new Map(sinks.map(({ tree }): [number, Recurrence] => [tree, oneTurn({ start: 0, length: ticks })]));
  const result = walk({ ...core, sinks }, target, windows, ticks, nothing);
  if (result !== undefined && 'fault' in result) throw new Error(result.fault);
  return result;
}

/** Payloads at an end of their range, or none. */
const someEvents = (core: CoreImage, ticks: number, draws: Draws): TickEvents[] =>
  Array.from({ length: ticks }, () =>
    core.groups.flatMap(({ axonCount, payloadMin, payloadMax }) =>
      Array.from({ length: axonCount }, () => draws.pick([payloadMin, payloadMax, payloadMax, payloadMin, 0])),
    ),
  );

/** Whether these events make something leave its width. */
function leaves(core: CoreImage, events: readonly TickEvents[], target: Pick<Target, 'widths'>): boolean {
  try {
    runCore(core, events, nothing, target);
  } catch (fault) {
    if (fault instanceof LeftWidth) return true;
    throw fault;
  }
  return false;
}

const withRow = (core: CoreImage, k: number, change: Partial<PlaneRow>): CoreImage => ({
  ...core,
  planes: core.planes!.map((row, at) => (at === k ? { ...row, ...change } : row)),
});

/** The core with the fewest bits in every plane that is proven to fit, and whether one less would be refused. */
function tightened(core: CoreImage, ticks: number, target: Target): { core: CoreImage; tight: readonly number[] } {
  let best = core;
  const tight: number[] = [];
  core.planes!.forEach(({ policy, bits }, k) => {
    if (policy !== 'prove') return;
    for (let fewer = bits - 1; fewer > 0; fewer--) {
      const narrower = withRow(best, k, { bits: fewer });
      if (found(narrower, ticks, target) !== undefined) {
        tight.push(k);
        return;
      }
      best = narrower;
    }
  });
  return { core: best, tight };
}

describe('the walked range proof', () => {
  it('accepts nothing that any events can drive out of its width, however narrow', () => {
    let narrow = 0;
    let reached = 0;
    fc.assert(
      fc.property(arbitraryProgram, fc.integer(), (recipe, seed) => {
        const { target, ticks, cores } = programChip({ ...recipe, cores: 1 });
        const draws = new Draws(seed);
        for (const made of cores) {
          if (made.planes === undefined || found(made, ticks, target) !== undefined) continue;
          const { core, tight } = tightened(made, ticks, target);
          narrow += tight.length;
          const events = Array.from({ length: 6 }, () => someEvents(core, ticks, draws));
          for (const each of events) runCore(core, each, nothing, target);
          for (const k of tight) {
            const narrower = withRow(core, k, { bits: core.planes![k]!.bits - 1 });
            reached += Number(events.some((each) => leaves(narrower, each, target)));
          }
        }
      }),
      { numRuns: cases(30) },
    );
    expect(narrow).toBeGreaterThan(cases(20));
    // Most of what is refused can happen: the proof is not only sound.
    expect(reached / narrow).toBeGreaterThan(0.3);
  });
});

describe('the proof of ticks without end', () => {
  /** Enough for what comes to rest soon; what takes longer is left out. */
  const MOST_WORK = 2 ** 19;

  it('accepts nothing that any events can drive out of its width in the long run', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(arbitraryProgram, fc.integer(), (recipe, seed) => {
        const { target, cores } = programChip({ ...recipe, cores: 1 });
        const draws = new Draws(seed);
        for (const core of cores) {
          const sinks = heardAtOnce(core);
          const windows = new Map(sinks.map(({ tree }) => [tree, oneTurn({ start: 0, length: ENDLESS_TICKS })]));
          let work = 0;
          const spend = (units: number): void => {
            work += units;
            if (work > MOST_WORK) throw new RangeError('too long');
          };
          try {
            if (walk({ ...core, sinks }, target, windows, ENDLESS_TICKS, spend) !== undefined) {
              refused++;
              continue;
            }
          } catch (fault) {
            if (!(fault instanceof RangeError)) throw fault;
            continue;
          }
          accepted++;
          for (let k = 0; k < 3; k++) runCore(core, someEvents(core, 200, draws), nothing, target);
        }
      }),
      { numRuns: cases(40) },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(cases(2));
  });
});

const NO_CURRENT: PlaneRow = { plane: 1, policy: 'prove', bits: 0, first: 0, count: 1, min: 0, max: 0 };

/** V of a neuron gets inputs in least..most in every tick, and decays. */
function decaying(
  how: string,
  values: readonly number[],
  [least, most]: readonly [number, number],
  initial = 0,
): CoreImage {
  const builder = new CoreBuilder(0, 1);
  const weights = builder.weights(8, [1]);
  builder.group(1, least, most, `DENSE destination=V width=w8 shift=0 first=0 count=1 weights=${weights}`);
  const [address, start] = [builder.parameters(...values), builder.parameters(initial)];
  return {
    ...builder.build(
      [statement('DECAY plane=V first=0 count=1', how, { address, period: values.length })],
      [`RESET first=0 count=1 address=${start} period=1`],
    ),
    planes: [NO_CURRENT],
  };
}

const claiming = (core: CoreImage, min: number, max: number): CoreImage => ({
  ...core,
  planes: [{ ...NO_CURRENT, plane: 0, bits: 32, min, max }, ...core.planes!],
});

const TICKS = 1000;

/** V of neuron 0 behind every tick. */
const statesOf = (core: CoreImage, events: readonly TickEvents[]): number[] => {
  const states: number[] = [];
  // Of the steps of a tick, the last is that of its only instruction.
  runCore(core, events, (each) => states.push(each.state(0, 0)), WIDE);
  const perTick = (payloads: TickEvents): number => 1 + 2 * payloads.filter((payload) => payload !== 0).length;
  let end = 0;
  return events.map((payloads) => states[(end += perTick(payloads))]!);
};

/**
 * The least interval that closes is the given one at its peak, with the input of a tick; and the machine comes to its ends.
 *
 * @param lower size of the lowest value
 */
function expectRest(core: CoreImage, [least, most]: readonly [number, number], upper: number, lower: number): void {
  const [min, max] = [-lower - least, upper - most];
  // A claim of 0..0 is none.
  const claimed = (from: number, to: number): unknown =>
    from === 0 && to === 0 ? 'none' : found(claiming(core, from, to), TICKS);
  expect(claimed(min, max) ?? 'none').toBe('none');
  if (max > 0 && max - 1 - min > 0) expect(claimed(min, max - 1)).toMatchObject({ claim: true, max });
  if (min < 0 && max - min - 1 > 0) expect(claimed(min + 1, max)).toMatchObject({ claim: true, min });
  for (const [payload, end] of [
    [most, max],
    [least, min],
  ] as const) {
    let last = 0;
    runCore(
      core,
      Array(TICKS).fill([payload]),
      (each) => {
        last = each.state(0, 0);
      },
      WIDE,
    );
    expect(last).toBe(end);
  }
}

/** The bounds at rest of design: input a in -A..a in every tick, factor m / 2^k. */
describe('the interval at rest', () => {
  const inputs = fc.record({ a: fc.integer({ min: 2, max: 100 }), lower: fc.integer({ min: 2, max: 100 }) });
  const factor = fc
    .integer({ min: 1, max: 5 })
    .chain((k) => fc.record({ k: fc.constant(k), m: fc.integer({ min: 1, max: 2 ** k - 1 }) }));
  const rest = (a: number, A: number, how: string, values: number[], upper: number, lower: number): void => {
    expectRest(decaying(how, values, [-A, a]), [-A, a], upper, lower);
  };

  it('of a factor is that of its rounding', () => {
    fc.assert(
      fc.property(inputs, factor, ({ a, lower: A }, { k, m }) => {
        const how = (rounding: string): string => statement('kind=mul', { rounding, bits: k - 1 });
        // Whole numbers: x / g = x * 2^k / (2^k - m).
        const [size, rest2] = [2 ** k, 2 ** k - m];
        const over = (x: number): number => (x * size) / rest2;
        rest(a, A, how('zero'), [m], Math.floor(over(a - 1)) + 1, Math.floor(over(A - 1)) + 1);
        rest(a, A, how('floor'), [m], Math.floor(over(a - 1)) + 1, Math.ceil(over(A)));
        rest(a, A, how('half'), [m], Math.floor(over(a - 0.5)) + 1, Math.ceil(over(A - 0.5)));
      }),
      { numRuns: cases(10) },
    );
  });

  it('of a shift', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 1, max: 4 }), ({ a, lower: A }, d) => {
        rest(a, A, 'kind=shift', [d], a * 2 ** d, (A - 1) * 2 ** d + 1);
      }),
      { numRuns: cases(10) },
    );
  });

  it('of steps is the input where the step is as large, and else there is none', () => {
    fc.assert(
      fc.property(inputs, ({ a, lower: A }) => {
        const most = Math.max(a, A);
        const core = decaying('kind=linear', [most], [-A, a]);
        expect(found(claiming(core, -1, 0), TICKS)).toBeUndefined();
        expect(found(claiming(core, 0, 1), TICKS)).toBeUndefined();
        const slower = decaying('kind=linear', [most - 1], [-A, a]);
        expect(found(claiming(slower, -1_000_000, 1_000_000), TICKS)).toMatchObject({ claim: true });
        // Without a claim, the ticks of the inference bound it.
        expect(found(slower, TICKS)).toBeUndefined();
      }),
      { numRuns: cases(10) },
    );
  });

  it('of a factor of 15/16 and an input of 10 is 145, as worked out by hand', () => {
    const core = decaying('kind=mul rounding=zero bits=3', [15], [0, 10]);
    // 145 * 15/16 = 135.9 -> 135, and 10 more are 145 again.
    expect(found(claiming(core, 0, 135), TICKS)).toBeUndefined();
    expect(found(claiming(core, 0, 134), TICKS)).toMatchObject({ claim: true, plane: 0, neuron: 0, min: 0, max: 135 });
    // The peak needs 9 bits with its sign, the claims only 9 as well; 8 do not hold it.
    const narrow = (bits: number): CoreImage => ({ ...core, planes: [{ ...NO_CURRENT, plane: 0, bits }, NO_CURRENT] });
    expect(found(narrow(9), TICKS)).toBeUndefined();
    expect(found(narrow(8), TICKS)).toMatchObject({ plane: 0, bits: 8 });
  });
});

describe('claims', () => {
  const core = (initial: number): CoreImage => decaying('kind=mul rounding=zero bits=3', [15], [-10, 10], initial);

  it('hold the value of the reset', () => {
    expect(found(claiming(core(135), -135, 135), TICKS)).toBeUndefined();
    expect(found(claiming(core(136), -135, 135), TICKS)).toMatchObject({ claim: true, min: 136, max: 136, tick: 0 });
    expect(found(claiming(core(-136), -135, 135), TICKS)).toMatchObject({ claim: true, min: -136 });
  });

  it('that are accepted hold behind every tick, whatever the events and the decay', () => {
    const small = fc.integer({ min: 0, max: 40 });
    const arbitrary = fc.record({
      how: fc.constantFrom(
        ...['zero', 'floor', 'half'].map((rounding) => `kind=mul rounding=${rounding} bits=3`),
        ...['shift', 'linear', 'drift'].map((kind) => `kind=${kind}`),
      ),
      value: fc.integer({ min: 1, max: 12 }),
      claim: fc.tuple(small, fc.integer({ min: 1, max: 40 })),
      input: fc.tuple(fc.nat(6), fc.nat(6)),
      seed: fc.integer(),
    });
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(arbitrary, ({ how, value, claim: [lower, max], input: [least, most], seed }) => {
        const made = claiming(decaying(how, [value], [-least, most]), -lower, max);
        if (found(made, TICKS) !== undefined) {
          refused++;
          return;
        }
        accepted++;
        for (const state of statesOf(made, someEvents(made, 60, new Draws(seed)))) {
          expect(-lower).toBeLessThanOrEqual(state);
          expect(state).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: cases(150) },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(cases(25));
  });

  it('may be wider than needed, and need not be those of the width', () => {
    expect(found(claiming(core(0), -100_000, 100_000), TICKS)).toBeUndefined();
  });

  it('are of no use where a plane has none: the ticks are walked', () => {
    const { planes, ...made } = claiming(core(0), -1, 1);
    const current: PlaneRow = { ...NO_CURRENT, bits: 16 };
    expect(found({ ...made, planes: [planes![0]!, current] }, TICKS)).toBeUndefined();
  });
});
