/** Neurons of NIR, which are differential equations, in steps of a length dt (Euler). */
import { option } from '../../../isa/index.ts';
import type { Leak, NeuronRule } from '../../populations/rules.ts';
import type { Field, NirNode } from './fields.ts';
import { combined } from './numbers.ts';

/** Bits of a factor: those with which published recurrent networks come out exactly. */
const LEAK_BITS = 12;

export interface NirNeuron {
  readonly rule: NeuronRule;
  /** By which all that arrives is multiplied: one value, or one per neuron. */
  readonly gain: Float64Array;
  /** The longest of its fields, by which its shape is known unless that has one element. */
  readonly shape: readonly number[];
}

const FIRING = ['IF', 'LIF', 'CubaLIF'];
const READ_OUT = ['I', 'LI', 'CubaLI'];

export const isNeuron = ({ type }: NirNode): boolean => FIRING.includes(type) || READ_OUT.includes(type);

export const fires = ({ type }: NirNode): boolean => FIRING.includes(type);

/** @throws DiagnosticError E0202, E0205, E0208 for fields that are missing or do not fit each other or the step */
export function neuronOf(node: NirNode, dt: number): NirNeuron {
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
  const state = stateOf(node, dt, { read, optional });
  const firing = fires(node) ? firingOf(node, { read, optional }) : undefined;
  const rule = { ...state.rule, firing, floor: undefined, initial: Float64Array.of(0) };
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  const shape = shapes.reduce(
    (a, b) => (size(b) > size(a) || (size(b) === size(a) && b.length > a.length) ? b : a),
    [],
  );
  return { rule, gain: state.gain, shape };
}

interface Reading {
  readonly read: (name: string) => Float64Array;
  readonly optional: (name: string, standard: number) => Float64Array;
}

type State = { readonly rule: Pick<NeuronRule, 'leak' | 'current' | 'bias'>; readonly gain: Float64Array };

function stateOf(node: NirNode, dt: number, { read, optional }: Reading): State {
  const r = read('r');
  if (node.type === 'IF' || node.type === 'I')
    return {
      rule: { leak: undefined, current: undefined, bias: undefined },
      gain: combined(node, [r], (each) => dt * each),
    };
  const hasCurrent = node.type.startsWith('Cuba');
  const rate = rateOf(node, hasCurrent ? 'tau_mem' : 'tau', dt, read);
  const rest = combined(node, [rate, read('v_leak')], (a, b) => a * b);
  const bias = rest.every((value) => value === 0) ? undefined : rest;
  const gain = combined(node, [rate, r], (a, b) => a * b);
  if (!hasCurrent) return { rule: { leak: leakOf(node, rate), current: undefined, bias }, gain };
  const currentRate = rateOf(node, 'tau_syn', dt, read);
  return {
    rule: { leak: leakOf(node, rate), current: { leak: leakOf(node, currentRate) }, bias },
    // V adds the current as it is, so what V gains by it is put into the current.
    gain: combined(node, [gain, currentRate, optional('w_in', 1)], (a, b, c) => a * b * c),
  };
}

const leakOf = (node: NirNode, rate: Float64Array): Leak => ({
  ...{ kind: 'mul', bits: LEAK_BITS, rounding: 0 },
  values: combined(node, [rate], (each) => 1 - each),
});

/** dt / tau: the part of the way to its rest that a state goes in a step. */
function rateOf(node: NirNode, field: string, dt: number, read: Reading['read']): Float64Array {
  const taus = read(field);
  const bad = taus.find((tau) => !(tau >= dt * (1 - 1e-9)));
  if (bad !== undefined)
    node.fail(
      'E0208',
      `${field} is ${bad}, which is shorter than a step of ${dt}`,
      bad > 0
        ? `give the step that the network was trained with, in the unit of ${field}: ${option('dt', bad)} or less`
        : undefined,
    );
  return combined(node, [taus], (tau) => Math.min(1, dt / tau));
}

function firingOf(node: NirNode, { read, optional }: Reading): NeuronRule['firing'] {
  const threshold = read('v_threshold');
  if (threshold.some((each) => each <= 0))
    node.fail('E0208', 'a threshold is not above 0', 'add what V is shifted by to v_threshold, v_reset and v_leak');
  return {
    threshold: combined(node, [threshold], (each) => each),
    comparison: 'gt',
    reset: { kind: 'value', values: combined(node, [optional('v_reset', 0)], (each) => each) },
    refractory: 0,
  };
}
