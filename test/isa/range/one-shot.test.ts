/** Who is proven to fire once in a window, and what that is worth to the range proof of those who hear it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CoreImage } from '../../../isa/index.ts';
import { V } from '../../../isa/planes.ts';
import { coreProgram } from '../../../isa/program.ts';
import { groupEventTicks } from '../../../isa/range/counted.ts';
import type { Sending } from '../../../isa/range/heard.ts';
import { treesSentOnce } from '../../../isa/range/one-shot.ts';
import { type Found, walk } from '../../../isa/range/walked.ts';
import { oneTurn } from '../../../isa/recurrence.ts';
import { Draws } from '../../arbitraries/random.ts';
import { CoreBuilder, plainSink, tinyTarget } from '../core-builder.ts';
import { heardAtOnce, runCore } from '../watched-core.ts';

const TICKS = 12;
const TREE = 9;
const NEURONS = 2;
const nothing = (): void => undefined;

/** An addition to V or I beside the instruction that fires, in ticks of its own. */
interface Step {
  readonly kind: 'BIAS' | 'ALUP' | 'set' | 'CURRENT';
  readonly value: number;
  readonly start: number;
  readonly length: number;
  readonly isBefore: boolean;
  readonly first: number;
}

interface Recipe {
  readonly op: 'FIRE' | 'FIREV';
  readonly compare: 'ge' | 'gt';
  readonly reset: number;
  readonly threshold: number;
  readonly start: number;
  readonly length: number;
  readonly destination: 'V' | 'I';
  readonly heard: { readonly start: number; readonly length: number };
  readonly steps: readonly Step[];
}

/** The first-spike neuron: threshold 4·Θ of Θ = 3, reset to 0, a ramp of 3 steps behind what fires. */
const RAMP: Step = { kind: 'BIAS', value: 3, start: 3, length: 3, isBefore: false, first: 0 };
const FIRST_SPIKE: Recipe = {
  ...{ op: 'FIRE', compare: 'ge', reset: 0, threshold: 12, start: 3, length: 4 },
  ...{ destination: 'V', heard: { start: 0, length: 4 }, steps: [RAMP] },
};

function coreOf({ op, compare, reset, threshold, start, length, destination, steps }: Recipe): CoreImage {
  const builder = new CoreBuilder(0, NEURONS);
  const weights = builder.weights(8, [5, 5]);
  builder.group(1, 0, 1, `DENSE destination=${destination} width=w8 shift=0 first=0 count=2 weights=${weights}`);
  const initial = builder.parameters(1);
  const [limit, value] = [builder.parameters(threshold), builder.parameters(reset)];
  const lines = (wanted: boolean): string[] =>
    steps.flatMap((step, k) => (step.isBefore === wanted ? gated(step, k, builder) : []));
  const operands = `compare=${compare} first=0 count=${NEURONS} address=${limit} period=1 tree=${TREE}`;
  const fire =
    op === 'FIRE'
      ? `FIRE ${operands} reset=value resetValue=${reset}`
      : `FIREV ${operands} reset=value resetAddress=${value} resetPeriod=1`;
  const firing = [`WINDOW skip=@fired start=${start} length=${length}`, fire, 'fired:'];
  const core = builder.build(
    [...lines(true), ...firing, ...lines(false)],
    [`RESET first=0 count=${NEURONS} address=${initial} period=1`],
  );
  return { ...core, sinks: heardAtOnce(core) };
}

function gated({ kind, value, start, length, first }: Step, k: number, builder: CoreBuilder): string[] {
  const run = `first=${first} count=${NEURONS - first}`;
  const operand = (): string => `address=${builder.parameters(value)} period=1`;
  const line = {
    BIAS: () => `BIAS ${run} ${operand()}`,
    ALUP: () => `ALUP function=add plane=V when=always ${run} ${operand()}`,
    set: () => `ALUP function=set plane=V when=always ${run} ${operand()}`,
    CURRENT: () => `CURRENT ${run}`,
  };
  return [`WINDOW skip=@step${k} start=${start} length=${length}`, line[kind](), `step${k}:`];
}

function isOnce(recipe: Recipe): boolean {
  const core = coreOf(recipe);
  const program = coreProgram(core);
  if ('fault' in program) throw new Error(program.fault);
  const trees = treesSentOnce(core, program.tick, new Map([[0, oneTurn(recipe.heard)]]), TICKS, nothing);
  return trees.includes(TREE);
}

/** The most that a neuron fires where events come in these ticks. */
function mostSpikes(recipe: Recipe, isHeard: (tick: number) => boolean): number {
  const fired = new Set<readonly number[]>();
  const { start, length } = recipe.heard;
  const events = Array.from({ length: TICKS }, (_, tick) => [
    Number(tick >= start && tick < start + length && isHeard(tick)),
  ]);
  runCore(coreOf(recipe), events, (core) => fired.add(core.fired));
  const counts = new Array<number>(NEURONS).fill(0);
  for (const neuron of [...fired].flat()) counts[neuron]!++;
  return Math.max(...counts);
}

const ticks = fc.record({ start: fc.integer({ min: 0, max: 6 }), length: fc.integer({ min: 1, max: 5 }) });
const arbitraryStep: fc.Arbitrary<Step> = fc
  .record({
    kind: fc.constantFrom('BIAS', 'BIAS', 'BIAS', 'ALUP', 'ALUP', 'set', 'CURRENT'),
    value: fc.integer({ min: -1, max: 4 }),
    ticks,
    isBefore: fc.boolean(),
    first: fc.constantFrom(0, 1),
  })
  .map(({ ticks: window, ...step }) => ({ ...step, ...window }));
const arbitraryRecipe: fc.Arbitrary<Recipe> = fc
  .record({
    op: fc.constantFrom('FIRE', 'FIREV'),
    compare: fc.constantFrom('ge', 'gt'),
    reset: fc.integer({ min: -2, max: 6 }),
    threshold: fc.integer({ min: 1, max: 12 }),
    window: ticks,
    destination: fc.constantFrom('V', 'I'),
    heard: ticks,
    steps: fc.array(arbitraryStep, { maxLength: 3 }),
  })
  .map(({ window, ...recipe }) => ({ ...recipe, ...window }));

describe('neurons that fire once', () => {
  it('do so whatever comes', () => {
    let [once, often] = [0, 0];
    fc.assert(
      fc.property(arbitraryRecipe, fc.integer(), (recipe, seed) => {
        const draws = new Draws(seed);
        const courses = [() => true, () => false, () => draws.pick([true, false])];
        const most = Math.max(...courses.map((isHeard) => mostSpikes(recipe, isHeard)));
        const isProven = isOnce(recipe);
        if (isProven) expect(most).toBeLessThanOrEqual(1);
        once += Number(isProven && most === 1);
        often += Number(most > 1);
      }),
      { numRuns: 600 },
    );
    expect(once).toBeGreaterThan(30);
    expect(often).toBeGreaterThan(30);
  });

  const changed = (change: Partial<Recipe>): Recipe => ({ ...FIRST_SPIKE, ...change });
  const ramped = (change: Partial<Step>): Recipe => changed({ steps: [{ ...RAMP, ...change }] });

  it.each([
    ['a ramp behind what fires', FIRST_SPIKE],
    ['a ramp before it, from the second tick on', ramped({ isBefore: true, start: 4 })],
    [
      'a ramp before it, that was long before the window too',
      ramped({ isBefore: true, start: 0, length: 7, value: 2 }),
    ],
    ['values that all neurons read', changed({ op: 'FIREV', reset: 2 })],
    [
      'a reset value that the ramp lifts to the threshold, which must be exceeded',
      changed({ compare: 'gt', reset: 3 }),
    ],
    ['events into I alone', changed({ destination: 'I', heard: { start: 0, length: TICKS } })],
    ['what is added in the first tick, before it fires', changed({ steps: [RAMP, current(3, true)] })],
    ['what is added in the last tick, when it has fired', changed({ steps: [RAMP, current(6, false)] })],
  ])('are found: %s', (_, recipe) => {
    expect(isOnce(recipe)).toBe(true);
  });

  it.each([
    ['a reset value that the ramp lifts to the threshold', changed({ reset: 3 })],
    ['a ramp that is one step too long', ramped({ start: 3, length: 4, isBefore: true, value: 4 })],
    ['a ramp that is too steep', ramped({ value: 4 })],
    ['two ramps', changed({ steps: [RAMP, { ...RAMP, kind: 'ALUP', first: 1 }] })],
    ['an event in the window', changed({ heard: { start: 0, length: 5 } })],
    ['an event in the last tick of the window', changed({ heard: { start: 6, length: 1 } })],
    ['a current in the window', changed({ steps: [RAMP, current(4, true)] })],
    ['a current behind it in the first tick', changed({ steps: [RAMP, current(3, false)] })],
    ['another value set', changed({ steps: [RAMP, { ...current(5, true), kind: 'set' }] })],
    ['an addition that could wrap', changed({ steps: [RAMP, { ...RAMP, value: -1 }] })],
  ])('are not: %s', (_, recipe) => {
    expect(isOnce(recipe)).toBe(false);
  });
});

function current(start: number, isBefore: boolean): Step {
  return { kind: 'CURRENT', value: 0, start, length: 1, isBefore, first: 0 };
}

describe('what is heard once', () => {
  const often = (start: number): ReadonlyMap<number, Sending> => new Map([[0, oneTurn({ start, length: 4 })]]);
  const once = (start: number): ReadonlyMap<number, Sending> =>
    new Map([[0, { ...oneTurn({ start, length: 4 }), once: true }]]);

  /** Hears tree 0 with weight 5 into I, adds I in ticks 0 to 7, and clears it in one tick. */
  function hearing(clearedIn: number | undefined): CoreImage {
    const builder = new CoreBuilder(0, 1);
    const weights = builder.weights(8, [5]);
    builder.group(1, 0, 1, `DENSE destination=I width=w8 shift=0 first=0 count=1 weights=${weights}`);
    builder.sink(plainSink({ tree: 0, delay: 0, sourceCount: 1 }));
    const zero = builder.parameters(0);
    const cleared = [
      `WINDOW skip=@cleared start=${clearedIn} length=1`,
      `ALUP function=set plane=I when=always first=0 count=1 address=${zero} period=1`,
      'cleared:',
    ];
    return builder.build(
      [
        'WINDOW skip=@added start=0 length=8',
        'CURRENT first=0 count=1',
        'added:',
        ...(clearedIn === undefined ? [] : cleared),
      ],
      [`RESET first=0 count=1 address=${zero} period=1`],
    );
  }
  const found = (core: CoreImage, vBits: number): Found | undefined => {
    const result = walk(core, tinyTarget({ widths: { vBits } }), once(0), 8, nothing);
    if (result !== undefined && 'fault' in result) throw new Error(result.fault);
    return result;
  };

  it('counts as one tick in sums', () => {
    expect(groupEventTicks(hearing(undefined), once(2), 8)).toEqual([1]);
    expect(groupEventTicks(hearing(undefined), often(2), 8)).toEqual([4]);
  });

  it('counts in every tick in event mode, where a counter is cut to what it holds in each', () => {
    const core = hearing(undefined);
    expect(groupEventTicks({ ...core, touchHandler: core.tickHandler }, once(2), 8)).toEqual([4]);
  });

  it('counts once until the plane is cleared in the last tick of the window', () => {
    // V reaches 4 · 5 = 20, in 6 bit.
    expect(found(hearing(3), 6)).toBeUndefined();
    expect(found(hearing(3), 5)).toMatchObject({ plane: V, max: 20 });
    // Without it, 8 · 5 = 40.
    expect(found(hearing(undefined), 7)).toBeUndefined();
    expect(found(hearing(undefined), 6)).toMatchObject({ plane: V, max: 35 });
  });

  it('counts in every tick where the plane is cleared earlier: what comes later is there again', () => {
    // I is 5 to 15 in ticks 0 to 2, 5 in tick 3 and 5 from there on: 30 + 25 in all.
    expect(found(hearing(2), 7)).toBeUndefined();
    expect(found(hearing(2), 6)).toMatchObject({ plane: V, min: 0 });
  });
});
