/** Weights as they move a potential against a threshold of 1, and what storing them as integers loses. */
import { fail, type InputEncoding, stepsOf } from '../../../isa/index.ts';
import { INPUT, type QuantisedBranch } from '../../ir/layers.ts';
import { forEachWeight } from '../../linear/branch-weights.ts';
import { valueOf } from '../../layer-neurons.ts';
import { windowOf } from '../../ir/spiking.ts';
import type { SpikingGraph } from '../../ir/spiking.ts';

/** How the integers of a layer stand for its weights: w·2^shift/unit. */
export interface Steps {
  /** Per channel. */
  readonly units: Float64Array;
  /** Per branch. */
  readonly shifts: readonly number[];
  /** The stored weight of a value, in range. */
  readonly round: (value: number) => number;
}

/** The weights of a branch, in the order of its operator. */
export interface RelativeBranch {
  /** Ŵ = W·(θ_source/T_source)/(θ/T), the weight of one payload unit against a threshold of 1. */
  readonly weight: Float64Array;
  /** Channel of the layer that a weight feeds, by position. */
  readonly channel: Uint32Array;
  /** Largest |Ŵ| per channel. */
  readonly peak: Float64Array;
  /** Largest payload that the branch hears at once: an error of its weights counts by what it is multiplied with. */
  readonly payload: number;
}

/**
 * @param index of the layer
 * @param threshold of the layer, per channel
 */
export function relativeBranch(
  index: number,
  b: number,
  threshold: Float64Array,
  { spiking, encoding }: { readonly spiking: SpikingGraph; readonly encoding: InputEncoding },
): RelativeBranch {
  const layer = spiking.graph.layers[index]!;
  const branch = layer.branches[b]!;
  const isInput = branch.source === INPUT;
  const spikes = isInput ? undefined : valueOf(spiking.neurons[branch.source]!, 'threshold')!;
  const inputSteps = stepsOf(encoding);
  // A count of T stands for a threshold: where the source has another T, a spike of it is another part of that.
  const share = isInput ? 1 : windowOf(spiking, index) / windowOf(spiking, branch.source);
  const weight = new Float64Array(branch.operator.weight.length);
  const channel = new Uint32Array(weight.length);
  const peak = new Float64Array(layer.shape[0]);
  forEachWeight(branch, layer.shape, (k, w, from, to) => {
    const unit = spikes === undefined ? inputSteps[from]! : spikes[from]! * share;
    weight[k] = (w * unit) / threshold[to]!;
    channel[k] = to;
    peak[to] = Math.max(peak[to]!, Math.abs(weight[k]));
  });
  if (!peak.every(Number.isFinite))
    fail(
      'E0208',
      'the weights of the layer, counted in thresholds, are beyond floating point: a clip level is too far from the others',
      { layer: layer.name },
      'scale the network so that its activations are of similar size',
    );
  const largest = isInput ? Math.max(encoding.payloadMax, -encoding.payloadMin) : 1;
  return { weight, channel, peak, payload: largest * branch.pool[0] * branch.pool[1] };
}

/** What rounding did to the weights of a layer. */
export interface WeightLoss {
  readonly weights: number;
  /** Those that were not 0 and became it. */
  readonly zeroed: number;
  /** Σ(stored − wanted)² / Σ wanted² over the weights, each times the largest payload that it hears. */
  readonly weightError: number;
}

/** @param units per channel: the integer that stands for the threshold */
export function weightLoss(
  stored: readonly QuantisedBranch[],
  wanted: readonly RelativeBranch[],
  units: Float64Array,
): WeightLoss {
  let [weights, zeroed] = [0, 0];
  let [error, power] = [0, 0];
  // In units of the largest, so that no square overflows.
  const largest = wanted.reduce((most, { peak, payload }) => peak.reduce((a, p) => Math.max(a, p * payload), most), 0);
  stored.forEach(({ operator, shift }, b) => {
    const { weight, channel, payload } = wanted[b]!;
    weights += weight.length;
    const step = 2 ** shift;
    for (let k = 0; k < weight.length; k++) {
      const w = operator.weight[k]!;
      if (w === 0 && weight[k] !== 0) zeroed++;
      const moved = (weight[k]! * payload) / largest;
      const lost = moved - (w * step * payload) / units[channel[k]!]! / largest;
      error += lost * lost;
      power += moved * moved;
    }
  });
  return { weights, zeroed, weightError: largest === 0 ? 0 : error / power };
}

/** The same of steps that nothing was stored in yet: Σ(rounded − wanted)² / Σ wanted², each times its largest payload. */
export function relativeLoss(wanted: readonly RelativeBranch[], { units, shifts, round }: Steps): number {
  let [error, power] = [0, 0];
  wanted.forEach(({ weight, channel, payload }, b) => {
    for (let k = 0; k < weight.length; k++) {
      const step = 2 ** shifts[b]! / units[channel[k]!]!;
      const moved = weight[k]! * payload;
      const lost = moved - round(weight[k]! / step) * step * payload;
      error += lost * lost;
      power += moved * moved;
    }
  });
  return power === 0 ? 0 : error / power;
}
