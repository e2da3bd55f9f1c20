/** Neurons of NIR, which are differential equations, in steps of a length dt, by the rule of a simulator. */
import { option } from '../../../isa/index.ts';
import type { Firing, Leak, NeuronRule, Reset } from '../../ir/neuron-rule.ts';
import type { Discretised } from './discretise.ts';
import { fires } from './families.ts';
import type { Field, NirNode } from './fields.ts';
import { combined } from './numbers.ts';
import type { NirRule } from './rules.ts';

/** Of a product: what is alike for all neurons stays so, whatever their tau. */
const EXACT_DIGITS = 14;

export interface NirNeuron {
  readonly rule: NeuronRule;
  /** By which all that arrives is multiplied: one value, or one per neuron. */
  readonly gain: Float64Array;
  /** The longest of its fields, by which its shape is known unless that has one element. */
  readonly shape: readonly number[];
}

/**
 * @param behind the Threshold that a state fires at, which nothing resets
 * @throws DiagnosticError E0202, E0205, E0208 for fields that are missing or do not fit each other or the step
 */
export function neuronOf(node: NirNode, discretised: Discretised, behind?: NirNode): NirNeuron {
  const shapes: (readonly number[])[] = [];
  const take = ({ shape, values }: Field): Float64Array => {
    shapes.push(shape);
    return values;
  };
  const read = (name: string): Float64Array => take(node.numbers(name));
  const optional = (name: string, standard: number): Float64Array => {
    const field = node.find(name);
    return field === undefined || field.values.length === 0 ? Float64Array.of(standard) : take(field);
  };
  const computed = discretised.ruleOf(node);
  const reading = { node, discretised, computed, take, read, optional };
  const state = stateOf(reading);
  const compared = behind ?? (node.type === 'Threshold' ? node : undefined);
  const threshold = compared ? take(compared.numbers('threshold')) : fires(node) ? thresholdOf(reading) : undefined;
  const rule = {
    ...state.rule,
    firing: threshold && (compared ? comparedWith(threshold) : firingOf(reading, threshold)),
    floor: threshold && floorOf(computed, threshold),
    initial: initialOf(reading, state),
  };
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const shape = shapes.reduce(
    (a, b) => (size(b) > size(a) || (size(b) === size(a) && b.length > a.length) ? b : a),
    [],
  );
  return { rule, gain: state.gain, shape };
}

interface Reading {
  readonly node: NirNode;
  readonly discretised: Discretised;
  readonly computed: NirRule;
  /** Values of a field, whose shape may be that of the neurons. */
  readonly take: (field: Field) => Float64Array;
  readonly read: (name: string) => Float64Array;
  readonly optional: (name: string, standard: number) => Float64Array;
}

interface State {
  readonly rule: Pick<NeuronRule, 'leak' | 'current' | 'bias'>;
  readonly gain: Float64Array;
  /** What a first step keeps of a V at v_leak, where it goes to without input; undefined: 0. */
  readonly rest?: Float64Array | undefined;
}

/** V at the start. A program decays V at the end of a step, so there it is what a decay left of it. */
function initialOf({ node, discretised: { startsAt }, optional }: Reading, { rule, rest }: State): Float64Array {
  const none = Float64Array.of(0);
  if (startsAt === 'v_leak') return rest ?? none;
  if (startsAt === undefined || node.find('v_reset') === undefined) return none;
  const kept = rule.leak?.values ?? one;
  return combined(node, [optional('v_reset', 0), kept], (value, factor) => value * factor);
}

const one = Float64Array.of(1);
/** What V is of neurons that keep nothing of a step. */
export const FORGETS: Leak = { kind: 'mul', bits: 1, rounding: 0, values: Float64Array.of(0) };
const comparedWith = (threshold: Float64Array): Firing => ({
  ...{ threshold, comparison: 'gt', reset: { kind: 'none' }, refractory: 0 },
});

function stateOf(reading: Reading): State {
  const { node, read } = reading;
  if (node.type === 'Threshold') return { rule: { leak: FORGETS, current: undefined, bias: undefined }, gain: one };
  if (node.type === 'Output') return { rule: { leak: undefined, current: undefined, bias: undefined }, gain: one };
  if (node.type === 'IF' || node.type === 'I')
    return { rule: { leak: undefined, current: undefined, bias: undefined }, gain: integratedGain(reading, read('r')) };
  const hasCurrent = node.type.startsWith('Cuba');
  const rates = ratesOf(reading, hasCurrent ? 'tau_mem' : 'tau', 'r');
  const leakRest = read('v_leak');
  const rest = combined(node, [rates.taken, leakRest], (a, b) => Number((a * b).toPrecision(EXACT_DIGITS)));
  const bias = rest.every((value) => value === 0) ? undefined : rest;
  const leak = leakOf(reading, rates.taken);
  // A program decays V at the end of a step: at the start, V is what a decay left of it.
  const start = leakRest.every((value) => value === 0)
    ? undefined
    : combined(node, [leakRest, rates.taken], (value, rate) => value * (1 - rate));
  if (!hasCurrent) return { rule: { leak, current: undefined, bias }, gain: gainOf(reading, [rates]), rest: start };
  const currentRates = ratesOf(reading, 'tau_syn', 'w_in');
  return {
    rest: start,
    rule: { leak, current: { leak: leakOf(reading, currentRates.taken) }, bias },
    // V adds the current as it is, so what V gains by it is put into the current.
    gain: gainOf(reading, [currentRates, rates]),
  };
}

function integratedGain({ node, discretised: { dt }, computed }: Reading, r: Float64Array): Float64Array {
  switch (computed.gain) {
    case 'euler':
    case 'exponential':
      return combined(node, [r], (each) => unrounded(dt * each));
    case 'membrane':
    case 'resistance':
      return combined(node, [r], (each) => each);
    case 'decayed':
    case 'one':
      return Float64Array.of(1);
  }
}

/** The part of the way to its rest that a state goes in a step: as the rule takes it, and in both ways of taking it. */
interface Rates {
  readonly taken: Float64Array;
  readonly euler: Float64Array;
  readonly exponential: Float64Array;
  /** By which the input is multiplied beside them: r or w_in. */
  readonly factor: Float64Array;
}

/** @param states on the way of the input, first to last */
function gainOf({ node, computed: { gain } }: Reading, states: readonly Rates[]): Float64Array {
  const factors = states.map(({ factor }) => factor);
  const product = (lists: readonly Float64Array[]): Float64Array =>
    combined(node, lists, (...values) => unrounded(values.reduce((a, b) => a * b, 1)));
  switch (gain) {
    case 'euler':
    case 'exponential':
      return product([...states.map((rates) => rates[gain]), ...factors]);
    case 'membrane':
      return product([states.at(-1)!.euler, ...factors]);
    case 'resistance':
      return product(factors);
    case 'decayed':
      return combined(node, [states[0]!.taken], (rate) => 1 - rate);
    case 'one':
      return Float64Array.of(1);
  }
}

/** A gain that is 1 but for the rounding of its factors: exporters write r so that it divides out. */
const unrounded = (gain: number): number => (Math.abs(gain - 1) < 1e-12 ? 1 : gain);

const leakOf = ({ node, discretised: { leakBits } }: Reading, rate: Float64Array): Leak => ({
  ...{ kind: 'mul', bits: leakBits, rounding: 0 },
  values: combined(node, [rate], (each) => 1 - each),
});

/** @param by the field that the input is multiplied by on its way into the state; of w_in 1 where it is absent */
function ratesOf(reading: Reading, field: string, by: 'r' | 'w_in'): Rates {
  const { node, discretised, take, read, optional } = reading;
  const { dt, clips } = discretised;
  const found = clips ? node.unbounded(field) : undefined;
  const given = node.unbounded(by)?.values ?? one;
  const isClipped = (tau: number, factor: number): boolean =>
    !(tau > 0 && tau < Infinity) || (tau < dt * (1 - 1e-9) && (factor < 0 || Math.abs(factor * dt - tau) < 1e-4 * tau));
  const of = (values: Float64Array, k: number): number => values[values.length === 1 ? 0 : k]!;
  if (found?.values.some((tau, k) => isClipped(tau, of(given, k))) !== true)
    return { ...plainRates(reading, read(field), field), factor: by === 'r' ? read('r') : optional('w_in', 1) };
  // A decay above 1 is written as a tau that is infinite or below 0, one below 0 as a tau shorter than a step; what the input is
  // multiplied by is as far off, and the library multiplies by 1.
  const taus = take(found);
  const factors = take(node.unbounded(by) ?? { shape: [], values: one });
  const kept = combined(node, [taus, factors], (tau, factor) => (isClipped(tau, factor) ? dt : tau));
  const plain = plainRates(reading, kept, field);
  const clipped = (rates: Float64Array): Float64Array =>
    combined(node, [taus, factors, rates], (tau, factor, rate) =>
      !isClipped(tau, factor) ? rate : tau > 0 && tau < Infinity ? 1 : 0,
    );
  return {
    ...{ euler: plain.euler, exponential: plain.euler, taken: clipped(plain.taken) },
    factor: combined(node, [taus, factors], (tau, factor) => (isClipped(tau, factor) ? 1 : factor)),
  };
}

function plainRates(reading: Reading, taus: Float64Array, field: string): Omit<Rates, 'factor'> {
  const { node, computed, discretised } = reading;
  const { dt } = discretised;
  const isEuler = computed.decay === 'euler';
  const bad = taus.find((tau) => !(isEuler ? tau >= dt * (1 - 1e-9) : tau > 0));
  if (bad !== undefined)
    node.fail(
      'E0208',
      isEuler
        ? `${field} is ${bad}, which is shorter than a step of ${dt}: ${1 - dt / bad} of V would be left of it`
        : `${field} is ${bad}`,
      bad > 0
        ? `give the step that the network was trained with, in the unit of ${field}: ${option('dt', bad)} or less; Norse writes ${field} in seconds only if it exports with dt=1`
        : undefined,
    );
  const euler = combined(node, [taus], (tau) => Math.min(1, dt / tau));
  const exponential = combined(node, [taus], (tau) => -Math.expm1(-dt / tau));
  return { euler, exponential, taken: isEuler ? euler : exponential };
}

function thresholdOf({ node, read }: Reading): Float64Array {
  const threshold = read('v_threshold');
  if (threshold.some((each) => each <= 0))
    node.fail('E0208', 'a threshold is not above 0', 'add what V is shifted by to v_threshold, v_reset and v_leak');
  return combined(node, [threshold], (each) => each);
}

function firingOf({ node, computed, optional }: Reading, threshold: Float64Array): Firing {
  const value = combined(node, [optional('v_reset', 0)], (each) => each);
  const reset = resetOf(computed, value);
  // A current outlives the reset: what is late holds V for a step.
  const isHeld = reset.kind === 'value' && computed.resetTime === 'next-step' && node.type === 'CubaLIF';
  return {
    ...{ threshold, reset, comparison: computed.compare, refractory: isHeld ? 1 : 0 },
    ...(computed.spikes > 1 && { spikesPerStep: computed.spikes }),
  };
}

const TIMES = { spike: 'before decay', 'next-step': 'after decay', 'added-back': 'added back' } as const;

function resetOf({ reset, resetTime }: NirRule, value: Float64Array): Reset {
  switch (reset) {
    case 'value':
      return { kind: 'value', values: value };
    case 'zero':
      return { kind: 'value', values: Float64Array.of(0) };
    case 'subtract':
      return { kind: 'subtract', time: TIMES[resetTime] };
    case 'none':
      return { kind: 'none' };
  }
}

function floorOf({ floor }: NirRule, threshold: Float64Array): Float64Array | undefined {
  if (floor === 'none') return undefined;
  return floor === 'zero' ? Float64Array.of(0) : threshold.map((each) => -each);
}
