/** Runs, conditions and forms for the tests of instructions on planes, and what becomes of results in them. */
import fc from 'fast-check';
import type { Policy } from '../../../isa/chip.ts';
import { PlaneCore, rowOfAll, storedIn, timing } from './plane-core.ts';

export const WHEN = ['always', 'f0', 'f1', 'not-f0', 'not-f1'] as const;
export const HOLDS: Readonly<Record<(typeof WHEN)[number], (flags: number) => boolean>> = {
  always: () => true,
  f0: (flags) => flags % 2 === 1,
  f1: (flags) => flags >= 2,
  'not-f0': (flags) => flags % 2 === 0,
  'not-f1': (flags) => flags < 2,
};

/** Signed numbers of so many bits, many of them at the edges of what these hold. */
export const signed = (bits: number): fc.Arbitrary<number> => {
  const [min, max] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  const edges = [min, min + 1, -2, -1, 0, 1, 2, max - 1, max].filter((value) => value >= min && value <= max);
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(...edges));
};

const policy = fc.constantFrom<Policy>('prove', 'wrap', 'saturate');
const bitsOf = (kept: Policy): fc.Arbitrary<number> =>
  kept === 'prove' ? fc.constant(32) : fc.integer({ min: 1, max: kept === 'wrap' ? 32 : 30 });
/** How a plane is held. */
export const form = policy.chain((kept) => bitsOf(kept).map((bits) => ({ policy: kept, bits })));
export type Form = { readonly policy: Policy; readonly bits: number };

/** A run in a core, a condition and the flags that it finds. */
export const frame = fc
  .record({
    first: fc.nat(3),
    count: fc.integer({ min: 1, max: 9 }),
    behind: fc.nat(2),
    when: fc.constantFrom(...WHEN),
  })
  .chain((run) => {
    const neurons = run.first + run.count + run.behind;
    return fc.array(fc.nat(3), { minLength: neurons, maxLength: neurons }).map((flags) => ({ ...run, neurons, flags }));
  });
export type Frame = {
  readonly first: number;
  readonly count: number;
  readonly neurons: number;
  readonly when: (typeof WHEN)[number];
  readonly flags: readonly number[];
};

export const numbers = (length: number, value: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(value, { minLength: length, maxLength: length });
export const someOf = (value: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(value, { minLength: 1, maxLength: 4 });

export const P2 = 2;
export const P3 = 3;
export const rowsOf = (neurons: number, ...forms: readonly Form[]) =>
  forms.map((held, k) => rowOfAll(neurons, { ...held, plane: P2 + k }));

/** A core with P2, P3, … and flags as they are given. */
export function coreOf(
  { neurons, flags }: Frame,
  forms: readonly Form[],
  planes: readonly (readonly number[])[],
  parameters: readonly number[],
  line: string,
): PlaneCore {
  const core = new PlaneCore(neurons, rowsOf(neurons, ...forms), parameters, { tick: [line] });
  planes.forEach((values, k) => core.fill(P2 + k, values));
  if (core.state.flags.length > 0) core.state.flags.set(flags);
  return core;
}

/** What a plane holds behind an instruction that makes these results of neuron k of its run. */
export const behind = (
  { first, count, when, flags }: Frame,
  before: readonly number[],
  held: Form,
  result: (k: number) => bigint,
): number[] =>
  before.map((value, n) =>
    n >= first && n < first + count && HOLDS[when](flags[n]!) ? storedIn(held, result(n - first)) : value,
  );

export const steps = ({ count }: Frame): number => Math.ceil(count / timing.lanes) * timing.vectorCycles.value;
/** Parameters lie behind one that nobody means. */
export const PARAMETERS = { address: 1 };
export const periodic = (values: readonly number[], k: number): bigint => BigInt(values[k % values.length]!);

export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
