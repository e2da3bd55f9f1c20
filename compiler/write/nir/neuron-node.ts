/** A neuron as a node of NIR: the equations whose step is its rule, and what of the rule no node says. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import type { Firing, Leak, NeuronRule } from '../../ir/neuron-rule.ts';
import { WRITTEN_LEAK_BITS } from '../../read/nir/rules.ts';
import type { Hdf5Value } from '../hdf5.ts';
import { type NirFields, numbers } from './nodes.ts';

export interface NeuronNode {
  readonly type: string;
  readonly fields: NirFields;
  /** What the node does not say. */
  readonly lost: readonly string[];
}

/** Steps of a tau that is none: a power of two, so that it divides out. */
const NEVER = 2 ** 40;

/** @param sides of its fields @param dt length of a step */
export function neuronNode(rule: NeuronRule, shape: Shape, sides: readonly number[], dt: number): NeuronNode {
  const { leak, current, firing } = rule;
  const size = shapeSize(shape);
  const field = (values: Float64Array): Hdf5Value => numbers(sides, spread(values, shape));
  const lost = lossesOf(rule);
  const tauOf = (factor: number): number => tauIn(dt, factor);
  const stepsOf = (tau: number): number => tau / dt;
  const membrane = leak === undefined ? undefined : spread(leak.values, shape).map(tauOf);
  const fired = firing === undefined ? {} : firedFields(firing, field);
  if (membrane === undefined)
    return { type: firing ? 'IF' : 'I', lost, fields: { r: field(Float64Array.of(1 / dt)), ...fired } };
  const rest = spread(rule.bias ?? Float64Array.of(0), shape).map((bias, k) => bias * stepsOf(membrane[k]!));
  const common = { r: field(membrane.map(stepsOf)), v_leak: field(rest), ...fired };
  if (current === undefined) return { type: firing ? 'LIF' : 'LI', lost, fields: { tau: field(membrane), ...common } };
  const synapse = size === 0 ? membrane : spread(current.leak.values, shape).map(tauOf);
  return {
    ...{ type: firing ? 'CubaLIF' : 'CubaLI', lost },
    fields: { tau_mem: field(membrane), tau_syn: field(synapse), w_in: field(synapse.map(stepsOf)), ...common },
  };
}

/** With which a step of Euler keeps the factor, rounded as it is read. */
function tauIn(dt: number, factor: number): number {
  const target = Math.round(factor * 2 ** WRITTEN_LEAK_BITS);
  if (factor >= 1) return dt * NEVER;
  let tau = Math.max(dt, dt / (1 - factor));
  // Where the factor lies between two that can be told apart, the last bit of tau decides.
  for (let k = 1; k <= 8 && Math.round((1 - dt / tau) * 2 ** WRITTEN_LEAK_BITS) !== target; k++)
    tau = (dt / (1 - factor)) * (1 + k * Number.EPSILON);
  return tau;
}

const firedFields = ({ threshold, reset }: Firing, field: (values: Float64Array) => Hdf5Value) => ({
  v_threshold: field(threshold),
  v_reset: field(reset.kind === 'value' ? reset.values : Float64Array.of(0)),
});

/** One value for each neuron. */
export function spread(values: Float64Array, shape: Shape): Float64Array {
  const size = shapeSize(shape);
  if (values.length === size) return values;
  return Float64Array.from(
    { length: size },
    (_, k) => values[values.length === 1 ? 0 : Math.floor((k * shape[0]) / size)]!,
  );
}

function lossesOf({ leak, current, firing, floor, initial, byEvent }: NeuronRule): string[] {
  const losses: (string | false)[] = [
    ...(leak === undefined ? [] : [leakLoss(leak, 'V')]),
    ...(current === undefined ? [] : [leakLoss(current.leak, 'the current')]),
    ...(firing === undefined ? [] : firingLosses(firing)),
    current !== undefined && leak === undefined && 'the current of a neuron without leak',
    floor !== undefined && 'the floor of V',
    initial.some((value) => value !== 0) && 'V at the start',
    byEvent !== undefined && 'that V is looked at behind every event, and its bits',
  ];
  return losses.filter((loss) => loss !== false);
}

function leakLoss({ kind, bits, rounding }: Leak, of: string): string | false {
  if (kind !== 'mul') return `the integer rule of the leak of ${of} (${kind})`;
  if (bits !== WRITTEN_LEAK_BITS || rounding !== 0)
    return `the integer rule of the leak of ${of}: its bits and rounding`;
  return false;
}

function firingLosses({ comparison, reset, refractory, spikesPerStep, adaptation }: Firing): (string | false)[] {
  return [
    comparison === 'ge' && 'the comparison V ≥ θ: nodes fire where V > θ',
    reset.kind === 'subtract' && 'the soft reset: nodes set V to a value',
    reset.kind === 'none' && 'that V is not reset',
    refractory > 0 && 'the refractory period',
    spikesPerStep !== undefined && 'several spikes in a step',
    adaptation !== undefined && 'the adaptation of the threshold',
  ];
}
