/** Instructions of neuron programs, with the fields that they are usually given. */
import { ARITHMETIC, I, type TickMnemonic, V, WHEN_NAMES } from '../../isa/index.ts';
import type { Decay, FiringComparison } from '../ir/neuron-rule.ts';
import type { ProgramStep } from '../ir/program.ts';
import type { ProgramTime } from '../ir/program-time.ts';

export type Condition = (typeof WHEN_NAMES)[number];
export type Arithmetic = (typeof ARITHMETIC)[number];

const step = (
  op: TickMnemonic,
  fields: Readonly<Record<string, number>>,
  parameters: readonly string[] = [],
  when: ProgramTime = 'firing',
): ProgramStep => ({ op, when, fields, parameters });

/** The same at another time. */
export const within = (when: ProgramTime, each: ProgramStep): ProgramStep => ({ ...each, when });

const of = (condition: Condition): number => WHEN_NAMES.indexOf(condition);

/** plane = plane function parameter */
export const withParameter = (
  operator: Arithmetic,
  plane: number,
  parameter: string,
  condition: Condition = 'always',
): ProgramStep => step('ALUP', { function: ARITHMETIC.indexOf(operator), plane, when: of(condition) }, [parameter]);

/** plane = plane function source */
export const withPlane = (
  operator: Arithmetic,
  plane: number,
  source: number,
  condition: Condition = 'always',
  time: ProgramTime = 'firing',
): ProgramStep => step('ALU', { ...arithmetic(operator, plane, source, 0), when: of(condition) }, [], time);

const arithmetic = (operator: Arithmetic, plane: number, source: number, shift: number) => ({
  ...{ function: ARITHMETIC.indexOf(operator), plane, source },
  ...{ rounding: 0, shift, reserved: 0 },
});

/** The comparisons that fire: V ≥ θ, V > θ. */
export const FIRING_COMPARISONS = ['ge', 'gt'] as const satisfies readonly FiringComparison[];

/** flag = plane op parameter, where the condition holds */
export const compareParameter = (
  flag: 0 | 1,
  plane: number,
  comparison: FiringComparison,
  parameter: string,
  condition: Condition = 'always',
): ProgramStep =>
  step('COMPAREP', { flag, op: FIRING_COMPARISONS.indexOf(comparison), combine: 0, plane, when: of(condition) }, [
    parameter,
  ]);

/** flag = plane op source, where the condition holds */
export const comparePlane = (
  flag: 0 | 1,
  plane: number,
  comparison: FiringComparison,
  source: number,
  condition: Condition = 'always',
): ProgramStep =>
  step('COMPARE', {
    ...{ flag, op: FIRING_COMPARISONS.indexOf(comparison), combine: 0, plane },
    ...{ when: of(condition), source },
  });

export const bias = (parameter: string): ProgramStep => step('BIAS', {}, [parameter]);

/** Spikes of the neurons for which the condition holds. */
export const emit = (condition: Condition): ProgramStep =>
  step('EMIT', { payload: 0, plane: 0, when: of(condition), shift: 0, rounding: 0, kind: 0 });

/** A spike of every neuron whose plane is not 0, with what it holds as the payload of its packet. */
export const emitPlane = (plane: number): ProgramStep =>
  step('EMIT', { payload: 1, plane, when: of('always'), shift: 0, rounding: 0, kind: 0 });

/** How often θ is reached by V, at most so many times; all of them are taken off. */
export const countSpikes = (into: number, most: number, condition: Condition = 'always'): ProgramStep =>
  step('COUNT', { plane: V, into, when: of(condition), most, reserved: 0 }, ['threshold']);

/** V ≥ θ (or > θ) fires, and θ is taken off. */
export const fireSubtract = (comparison: FiringComparison): ProgramStep =>
  step('FIRE', { compare: FIRING_COMPARISONS.indexOf(comparison), reset: 0, resetValue: 0 }, ['threshold']);

/** V ≥ θ (or > θ) fires, and V becomes a value of its own. */
export const fireToValue = (comparison: FiringComparison): ProgramStep =>
  step('FIREV', { compare: FIRING_COMPARISONS.indexOf(comparison), reset: 0 }, ['threshold', 'resetValue']);

/** V ≥ θ (or > θ) fires, and V becomes a value that is the same for all neurons. @param threshold parameter that θ is */
export const fireToFixed = (resetValue: number, comparison: FiringComparison, threshold: string): ProgramStep =>
  step('FIRE', { compare: FIRING_COMPARISONS.indexOf(comparison), reset: 1, resetValue }, [threshold]);

/** The same behind every event, on the neurons that it reaches. */
export const touched = (each: ProgramStep): ProgramStep => within('touched', each);

const DECAYS = ['mul', 'shift', 'linear'] as const satisfies readonly Decay['kind'][];

/** plane on its way to 0. @param time `carrying` where the value of the last tick is read */
export const decay = (
  plane: number,
  { kind, bits, rounding }: Decay,
  parameter: string,
  time: ProgramTime,
): ProgramStep =>
  step(
    'DECAY',
    {
      ...{ plane, kind: DECAYS.indexOf(kind), when: of('always') },
      ...(kind === 'mul' ? { bits: bits - 1, rounding } : { bits: 0, rounding: 0 }),
    },
    [parameter],
    time,
  );

/** One step of a counter towards 0. */
export const countDown = (plane: number): ProgramStep =>
  decay(plane, { kind: 'linear', bits: 1, rounding: 0 }, 'one', 'firing');

/** The potentials go to the host at the end. */
export const READ: ProgramStep = { op: 'READ', when: 'last', fields: {}, parameters: [] };

/** V += I, as a part of a neuron update where one follows in the same tick: for planes that are proven to fit. */
export const CURRENT: ProgramStep = step('CURRENT', {});

/** The input current is added to the potential, in whatever forms they are held. */
export const ADD_CURRENT: ProgramStep = withPlane('add', V, I);
