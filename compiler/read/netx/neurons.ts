/** Loihi's CUBA neuron of lava-dl, in units of its weights: lava keeps current and potential as 64 times these. */
import type { Leak, NeuronRule } from '../../ir/neuron-rule.ts';
import type { TypedGroup } from '../hdf5/typed-group.ts';

/** Units of current and potential for a weight of 1; biases and thresholds have the same. */
export const LOIHI_SCALE = 64;
/** A decay takes so many of 4,096 parts. */
const DECAY_PARTS = 4096;
const DECAY_BITS = 12;
/** The highest mantissa of a threshold, which lava-dl writes for neurons that only integrate, and the next power of two less 1. */
const HIGHEST_THRESHOLD = 2 ** 17 - 1;
const WRITTEN_MOST = 2 ** 18 - 1;
/** Exponents with which weights stay whole in units of 1/64, up to the highest of the chip. */
const [LEAST_EXPONENT, MOST_EXPONENT] = [-6, 7];

const CUBA_TYPES = ['CUBA', 'LOIHI'];

export interface CubaNeuron {
  /** Without `firing` where the threshold is the highest there is. */
  readonly rule: Omit<NeuronRule, 'bias'>;
  /** 2^exponent of its weights. */
  readonly gain: number;
}

/**
 * i ← ⌊i·(4096 − iDecay)/4096⌋ + Σ w; v ← ⌊v·(4096 − vDecay)/4096⌋ + i + bias, towards zero; a spike where v > vThMant, there v ← 0.
 *
 * @throws DiagnosticError E0203 for other neurons, E0204 for settings that lava does not compute, E0208 for numbers beyond the chip
 */
export function cubaNeuron(neuron: TypedGroup): CubaNeuron {
  if (!CUBA_TYPES.includes(neuron.type))
    neuron.fail(
      'E0203',
      `neurons of type ${neuron.type.slice(0, 40)} are not read`,
      `neurons of type ${CUBA_TYPES.join(' and ')} are`,
    );
  if (single(neuron, 'gradedSpike', 0) !== 0)
    neuron.fail('E0204', 'its spikes are graded', 'train it with spikes of 0 and 1 (graded_spike=False)');
  const refractory = single(neuron, 'refDelay', 1);
  if (refractory !== 1)
    neuron.fail('E0204', `refDelay is ${refractory}, which lava does not compute`, 'train it with refDelay 1');
  const exponent = whole(neuron, 'wgtExp', [LEAST_EXPONENT, MOST_EXPONENT], 0);
  const currentDecay = whole(neuron, 'iDecay', [0, DECAY_PARTS]);
  const decay = whole(neuron, 'vDecay', [0, DECAY_PARTS]);
  const threshold = whole(neuron, 'vThMant', [1, WRITTEN_MOST]);
  const zero = Float64Array.of(0);
  return {
    gain: 2 ** exponent,
    rule: {
      ...{ floor: undefined, initial: zero },
      leak: decay === 0 ? undefined : leakOf(decay),
      // Of a current that keeps nothing, V hears what arrives.
      current: currentDecay === DECAY_PARTS ? undefined : { leak: leakOf(currentDecay) },
      firing:
        threshold >= HIGHEST_THRESHOLD
          ? undefined
          : {
              ...{ threshold: Float64Array.of(threshold), comparison: 'gt', refractory: 0 },
              reset: { kind: 'value', values: zero },
            },
    },
  };
}

const leakOf = (decay: number): Leak => ({
  ...{ kind: 'mul', bits: DECAY_BITS, rounding: 0 },
  values: Float64Array.of((DECAY_PARTS - decay) / DECAY_PARTS),
});

/** @throws DiagnosticError E0202 where it is missing and nothing stands for it, E0205 where there are several */
export function single(group: TypedGroup, name: string, standard?: number): number {
  const field = standard === undefined ? group.numbers(name) : group.find(name);
  if (field === undefined) return standard!;
  return field.values.length === 1
    ? field.values[0]!
    : group.fail('E0205', `${name} has ${field.values.length} values, where one for all neurons is expected`);
}

/** @throws DiagnosticError E0208 for what is no whole number of the range, and as {@link single} */
function whole(group: TypedGroup, name: string, [least, most]: readonly [number, number], standard?: number): number {
  const value = single(group, name, standard);
  return Number.isInteger(value) && value >= least && value <= most
    ? value
    : group.fail('E0208', `${name} is ${value}; a whole number of ${least} to ${most} is expected`);
}
