/** Turns one float layer into integers: thresholds, shifts, weights and biases that pass the range proof. */
import { bitsNeeded, fitsSigned, signedRange, weightRange, type StoredBits } from '../../../isa/index.ts';
import { CODES } from '../../codes.ts';
import { CONVERSIONS } from '../../conversions.ts';
import { channelBounds } from '../../verify/bounds.ts';
import { type ConvertedLayer, type FloatLayer, newWeights } from '../../ir/layers.ts';
import { forEachRun, withWeight } from '../../linear/branch-weights.ts';
import type { LayerNeurons } from '../../ir/neurons.ts';
import { windowOf } from '../../ir/spiking.ts';
import { biasAtStart, mapParameters, payloadsFrom, valueOf } from '../../layer-neurons.ts';
import type { QuantisationFacts, QuantiseContext } from './context.ts';
import { branchOffsets, unclippedUnits } from './branch-units.ts';
import { leastSquaresClips } from './clip-weights.ts';
import { clampInt32, evenThreshold, roundHalfUp, SMALLEST_THRESHOLD } from './integers.ts';
import { WIDEST_NARROW } from './rounding.ts';
import type { SecondOrder } from './second-order.ts';
import { type RelativeBranch, relativeBranch, relativeLoss, weightLoss } from './relative-weights.ts';

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

/** Fractional bits tried first; beyond this a threshold has more precision than any weight. */
const LARGEST_BASE_SHIFT = 10;
const LARGEST_SHIFT = 31;

export class LayerQuantiser {
  readonly #layer: FloatLayer;
  readonly #index: number;
  /** T of the layer. */
  readonly #window: number;
  readonly #context: QuantiseContext;
  readonly #fires: boolean;
  /** As the integers stand for them. */
  readonly #float: LayerNeurons<Float64Array>;
  /** Per channel; all 1 for the read-out, whose accumulators share one unit. */
  readonly #threshold: Float64Array;
  readonly #relative: readonly RelativeBranch[];
  readonly #bits: StoredBits;
  readonly #weightMax: number;
  readonly #heard: SecondOrder | undefined;
  readonly #round = (value: number): number => this.#roundWeight(value);

  constructor(index: number, context: QuantiseContext) {
    const layer = context.spiking.graph.layers[index]!;
    this.#layer = layer;
    this.#index = index;
    this.#heard = context.heard?.[index];
    this.#context = context;
    this.#fires = layer.activation.kind !== 'none';
    const { neurons, mode } = context.spiking;
    this.#window = windowOf(context.spiking, index);
    const [channels] = layer.shape;
    const given = neurons[index]!;
    this.#float = CONVERSIONS[mode].order.biasAhead ? biasAtStart(given, channels, this.#window) : given;
    this.#threshold = valueOf(given, 'threshold') ?? new Float64Array(channels).fill(1);
    this.#bits = context.options.layerBits?.[index] ?? context.options.weightBits;
    this.#weightMax = weightRange(this.#bits)[1];
    this.#relative = layer.branches.map((_, b) => relativeBranch(index, b, this.#threshold, context));
  }

  /**
   * Finds what {@link quantise} clips by what the layer hears; without it, by the weights alone.
   *
   * @param step called between the trials
   */
  async findClips(step: () => Promise<void>): Promise<void> {
    if (this.#heard === undefined || this.#bits > WIDEST_NARROW) return;
    const shifts = branchOffsets(this.#relative);
    const steps = { units: this.#unclippedUnits(shifts), shifts, round: this.#round };
    await this.#heard.findClips(this.#relative, steps, !this.#fires, step);
  }

  /**
   * The part of its potentials that rounding moves, in the mean square, with the thresholds that its weights ask for: by what the
   * layer hears; without it, by the weights alone.
   */
  relativeError(): number {
    const shifts = branchOffsets(this.#relative);
    const clips = this.#clips(shifts);
    const units = this.#unclippedUnits(shifts).map((unit, c) => unit / clips[c]!);
    const steps = { units, shifts, round: this.#round };
    if (this.#heard === undefined) return relativeLoss(this.#relative, steps);
    const moved = sum(this.#heard.round(this.#relative, steps).squares);
    // Where nothing is stored, all is lost.
    const all = sum(this.#heard.round(this.#relative, { ...steps, round: () => 0 }).squares);
    return all === 0 ? 0 : moved / all;
  }

  /** The layer in integers; undefined where no threshold fits the membrane potential. */
  quantise(): { layer: ConvertedLayer; facts: QuantisationFacts; unit: number } | undefined {
    const offsets = branchOffsets(this.#relative);
    const clips = this.#clips(offsets);
    const smallest = this.#smallestBase(offsets);
    const largest = Math.max(smallest, LARGEST_BASE_SHIFT);
    for (let base = largest; base >= smallest; base--) {
      const shifts = offsets.map((offset) => base + offset);
      if (base > smallest && shifts.some((shift) => shift > LARGEST_SHIFT)) continue;
      const units = this.#largestUnits(shifts, clips);
      if (base > smallest && this.#misfits(units, shifts).length > 0) continue;
      if (shifts.some((shift) => shift > LARGEST_SHIFT)) return undefined;
      const wanted = units.slice();
      const shrunk = this.#shrink(units, shifts);
      return shrunk === undefined ? undefined : this.#finish(units, shifts, shrunk, wanted);
    }
    throw new Error('the last base shift always returns');
  }

  /** Below this shift even the smallest threshold would clip the weights of some channel. */
  #smallestBase(offsets: readonly number[]): number {
    if (!this.#fires) return 0;
    const bases = this.#relative.map(({ peak }, b) => {
      const largest = peak.reduce((a, p) => Math.max(a, p), 0);
      const needed = Math.ceil(Math.log2((SMALLEST_THRESHOLD * largest) / this.#weightMax));
      return largest === 0 ? 0 : needed - offsets[b]!;
    });
    return Math.max(0, ...bases);
  }

  /** Per channel the share of its largest weight beyond which weights are clipped; 1: none is. */
  #clips(offsets: readonly number[]): Float64Array {
    if (this.#bits > WIDEST_NARROW) return new Float64Array(this.#layer.shape[0]).fill(1);
    if (this.#heard?.clips !== undefined) return this.#heard.clips;
    const branches = this.#relative.map((branch, b) => ({ ...branch, shift: offsets[b]! }));
    const units = this.#unclippedUnits(offsets);
    return leastSquaresClips(branches, units, this.#round, !this.#fires);
  }

  /** Per channel (the same for all of the read-out) the largest unit at which every weight is in range. */
  #unclippedUnits(shifts: readonly number[]): Float64Array {
    const units = unclippedUnits(this.#relative, shifts, this.#weightMax, this.#layer.shape[0]);
    return this.#fires ? units : units.fill(units.reduce((a, b) => Math.min(a, b)));
  }

  /** Per channel the largest even threshold at which no weight is clipped beyond its share. */
  #largestUnits(shifts: readonly number[], clips: Float64Array): Float64Array {
    const units = this.#unclippedUnits(shifts).map((unit, c) => unit / clips[c]!);
    // The threshold itself is compared with V, so it has V's width.
    const largest = signedRange(this.#context.options.target.widths.vBits)[1];
    return units.map((unit) => (this.#fires ? evenThreshold(Math.min(largest, unit)) : Math.min(largest, unit)));
  }

  #integers(units: Float64Array, shifts: readonly number[]): ConvertedLayer {
    const { schedule, options } = this.#context;
    const layer = this.#layer;
    const { weights, lost } = this.#roundAll(units, shifts);
    const branches = layer.branches.map((branch, b) => ({
      ...branch,
      operator: withWeight(branch.operator, weights[b]!),
      shift: shifts[b]!,
      ...(this.#bits !== options.weightBits && { weightBits: this.#bits }),
      delay: schedule.delays[this.#index]![b]!,
    }));
    return {
      name: layer.name,
      shape: layer.shape,
      branches,
      ...this.#neurons(units, lost),
      depth: schedule.depths[this.#index]!,
      ...(this.#window !== this.#context.spiking.window && { window: this.#window }),
      currentStart: schedule.currentStarts[this.#index]!,
    };
  }

  #roundAll(units: Float64Array, shifts: readonly number[]) {
    const { branches, shape } = this.#layer;
    const weights = branches.map(({ operator }) => newWeights(operator.weight.length, this.#bits));
    if (this.#heard !== undefined)
      return { weights, lost: this.#heard.round(this.#relative, { units, shifts, round: this.#round }, weights).means };
    branches.forEach((branch, b) => {
      const relative = this.#relative[b]!.weight;
      const stored = weights[b]!;
      const stepsPerUnit = 2 ** shifts[b]!;
      forEachRun(branch, shape, (from, to, _unit, channel) => {
        const unit = units[channel]!;
        for (let k = from; k < to; k++) stored[k] = this.#roundWeight((relative[k]! * unit) / stepsPerUnit);
      });
    });
    return { weights, lost: undefined };
  }

  /** The neurons in integers: every value but the threshold itself relative to the threshold of its channel. */
  #neurons(units: Float64Array, lost: Float64Array | undefined): LayerNeurons<Int32Array> {
    const [channels] = this.#layer.shape;
    const { mode } = this.#context.spiking;
    const into = CONVERSIONS[mode].order.biasAhead ? 'initial' : 'bias';
    const share = into === 'initial' ? 1 : 1 / this.#window;
    return mapParameters(this.#float, (values, { role }) => {
      if (role === 'threshold') return Int32Array.from(units);
      const perChannel = values.length / channels;
      return Int32Array.from(values, (value, k) => {
        const c = Math.floor(k / perChannel);
        return clampInt32(
          roundHalfUp((value / this.#threshold[c]! + (role === into ? (lost?.[c] ?? 0) * share : 0)) * units[c]!),
        );
      });
    });
  }

  #roundWeight(value: number): number {
    if (this.#bits === 1) return value < 0 ? -1 : 1;
    return Math.max(-this.#weightMax, Math.min(this.#weightMax, roundHalfUp(value)));
  }

  #bounds(layer: ConvertedLayer) {
    const { encoding, options, spiking } = this.#context;
    const sent = payloadsFrom(spiking.neurons, { min: encoding.payloadMin, max: encoding.payloadMax });
    const { low, high } = channelBounds(layer, sent, this.#window, (source) => windowOf(spiking, source));
    const { highest } = CODES[options.code];
    valueOf(layer, 'threshold')?.forEach((threshold, c) => {
      high[c] = Math.max(high[c]!, highest(threshold, this.#window));
    });
    return { low, high };
  }

  /** Channels whose membrane potential could leave its width, with the factor by which it would. */
  #misfits(units: Float64Array, shifts: readonly number[]): { channel: number; excess: number }[] {
    const { low, high } = this.#bounds(this.#integers(units, shifts));
    const { vBits } = this.#context.options.target.widths;
    const found: { channel: number; excess: number }[] = [];
    for (let c = 0; c < low.length; c++) {
      const bounds = { min: low[c]!, max: high[c]! };
      if (fitsSigned(bounds, vBits)) continue;
      const limit = 2 ** (vBits - 1) - 1;
      found.push({ channel: c, excess: Math.max(bounds.max, -bounds.min) / limit });
    }
    return found;
  }

  /**
   * Makes thresholds smaller, in place, until every channel fits; returns how many channels changed, and undefined where
   * one cannot become small enough.
   */
  #shrink(units: Float64Array, shifts: readonly number[]): number | undefined {
    const changed = new Set<number>();
    for (let misfits = this.#misfits(units, shifts); misfits.length > 0; misfits = this.#misfits(units, shifts)) {
      const worst = this.#fires
        ? misfits
        : [{ channel: 0, excess: misfits.reduce((a, m) => Math.max(a, m.excess), 0) }];
      for (const { channel, excess } of worst) {
        changed.add(channel);
        // A little more than needed: rounding may have gone the other way.
        const smaller = evenThreshold((units[channel]! / excess) * 0.995 - 1);
        if (smaller >= units[channel]! || !this.#keepsWeights(channel, smaller, shifts)) return undefined;
        if (this.#fires) units[channel] = smaller;
        else units.fill(smaller);
      }
    }
    return changed.size;
  }

  /** Whether the largest weight of a channel (of the layer, for the read-out) is still something at this threshold. */
  #keepsWeights(channel: number, unit: number, shifts: readonly number[]): boolean {
    const peaks = this.#relative.map(({ peak }) =>
      this.#fires ? peak[channel]! : peak.reduce((a, b) => Math.max(a, b)),
    );
    return peaks.every((peak) => peak === 0) || peaks.some((peak, b) => (peak * unit) / 2 ** shifts[b]! >= 1);
  }

  #finish(units: Float64Array, shifts: readonly number[], shrunkChannels: number, wanted: Float64Array) {
    const layer = this.#integers(units, shifts);
    const { low, high } = this.#bounds(layer);
    const facts: QuantisationFacts = {
      layer: layer.name,
      weightBits: this.#bits,
      thresholdMin: units.reduce((a, b) => Math.min(a, b)),
      thresholdMax: units.reduce((a, b) => Math.max(a, b)),
      shifts,
      ...weightLoss(layer.branches, this.#relative, units),
      bitsNeeded: low.reduce((bits, min, c) => Math.max(bits, bitsNeeded({ min, max: high[c]! })), 1),
      bitsAvailable: this.#context.options.target.widths.vBits,
      shrunkChannels,
      shrinkFactor: units.reduce((factor, unit, c) => Math.max(factor, wanted[c]! / unit), 1),
    };
    return { layer, facts, unit: units[0]! };
  }
}
