/** Thresholds without data: what activations can be at most, for any input. */
import { type Diagnostic, diagnostic, fail, option, shapeSize } from '../../../isa/index.ts';
import { boundActivations, type Range } from '../../engines/bound-activations.ts';
import { LayerEvaluator } from '../../engines/evaluate-layers.ts';
import type { FloatGraph } from '../../ir/layers.ts';
import { RandomSource } from '../../mapping/partition/random.ts';
import type { ThresholdOptions } from '../../options.ts';

/** Random inputs on which it is tried how much of the bounds is used. */
const TRIED = 16;
const SEED = 1;
/** Spikes that the most active neuron of a layer must be able to send on them: fewer say next to nothing of an activation. */
const LEAST_SPIKES = 4;

interface Bounded {
  /** Per layer, per channel; [] for the read-out. */
  readonly thresholds: readonly Float64Array[];
  /** What was assumed, and what it costs. */
  readonly warning: Diagnostic;
}

/**
 * @param inputs per channel of the input
 * @throws DiagnosticError E0301 where bounds are so far from what random inputs reach that hardly a spike would be sent; E0208
 *   where a bound is not finite
 */
export function boundedThresholds(
  graph: FloatGraph,
  inputs: readonly Range[],
  { per, window }: Pick<ThresholdOptions, 'per' | 'window'>,
): Bounded {
  const bounds = boundActivations(graph, inputs);
  const thresholds = graph.layers.map(({ activation, name }, l) => {
    if (activation.kind === 'none') return new Float64Array(0);
    const channels = bounds[l]!;
    if (activation.levels !== undefined) return channels.fill(activation.max);
    const largest = channels.reduce((most, bound) => Math.max(most, bound), 0);
    if (!Number.isFinite(largest))
      fail('E0208', 'activations can become infinite', { layer: name }, 'give weights of a usual size');
    // A layer that never fires takes any threshold; so does a channel, if it keeps to the size of the others.
    const usual = largest > 0 ? largest : Math.min(activation.max, 1);
    return channels.map((bound) => (per === 'channel' && bound > 0 ? bound : usual));
  });
  const shares = sharesUsed(graph, inputs, thresholds);
  let least = 1;
  graph.layers.forEach(({ activation, name }, l) => {
    if (activation.kind === 'none') return;
    const spikes = shares[l]! * window;
    if (activation.max === Infinity && spikes < LEAST_SPIKES)
      fail(
        'E0301',
        `the activation has no upper limit, so its threshold must come from data: what it can be at most, through the weights, is so far away that on ${TRIED} random inputs the most active neuron would send ${spikes.toFixed(1)} of ${window} spikes`,
        { layer: name },
        `give ${option('calibration', '<data>')}`,
      );
    least = Math.min(least, shares[l]!);
  });
  const [low, high] = [Math.min(...inputs.map(({ min }) => min)), Math.max(...inputs.map(({ max }) => max))];
  const warning = diagnostic(
    'W0319',
    `no calibration data: thresholds are what activations can be at most through the weights, for any input of ${outOf(low)} to ${outOf(high)}; on ${TRIED} random inputs every layer reaches ${(100 * least).toFixed(0)} % of them or more, so that of ${window} spikes a neuron sends ${Math.floor(least * window)} or more at its busiest`,
    undefined,
    `${option('calibration', '<data>')} gives the spikes to the values that occur`,
  );
  return { thresholds, warning };
}

const outOf = (value: number): string => String(Number(value.toPrecision(3)));

/** Per layer the largest activation on random inputs, as a share of the threshold of its channel; 0 for the read-out. */
function sharesUsed(
  graph: FloatGraph,
  inputs: readonly Range[],
  thresholds: readonly Float64Array[],
): readonly number[] {
  const random = new RandomSource(SEED);
  const evaluator = new LayerEvaluator(graph);
  const x = new Float64Array(shapeSize(graph.inputShape));
  const area = x.length / inputs.length;
  const shares = graph.layers.map(() => 0);
  for (let trial = 0; trial < TRIED; trial++) {
    for (let k = 0; k < x.length; k++) {
      const { min, max } = inputs[Math.floor(k / area)]!;
      x[k] = min + ((max - min) * random.bits()) / 2 ** 32;
    }
    evaluator.run(x);
    thresholds.forEach((values, l) => {
      if (values.length > 0) shares[l] = Math.max(shares[l]!, largestShare(evaluator.activation(l), values));
    });
  }
  return shares;
}

/** @param activations channel-last */
function largestShare(activations: Float64Array, thresholds: Float64Array): number {
  let share = 0;
  for (let k = 0; k < activations.length; k++)
    share = Math.max(share, activations[k]! / thresholds[k % thresholds.length]!);
  return share;
}
