/**
 * The account of a conversion, layer by layer. With ẑ the mean input that the spiking layer really had and z that of the
 * conventional one, the error of its output S(ẑ) = θ·n/T against the network's own activation R(z) is
 *
 *     S(ẑ) − R(z) = [S(ẑ) − Q(ẑ)] + [Q(ẑ) − C(ẑ)] + [C(ẑ) − R(ẑ)] + [R(ẑ) − R(z)]
 *                   unevenness      rounding        clipping        inherited
 *
 * Q is what the same neuron would have sent had the same charge come in equal parts, C the activation limited to the
 * threshold. The four add up whatever the functions are. Formulas: spec/conversion.md.
 */
import type { FloatLayer } from '../../ir/layers.ts';
import { activationOf } from '../../engines/evaluate-layers.ts';
import { spreadChannelLast } from '../../engines/scatter.ts';
import type { ErrorMoments, Response } from '../../ir/neuron.ts';
import type { LayerNeurons } from '../../ir/neurons.ts';
import { neuronOf, valueOf } from '../../layer-neurons.ts';

export const ERROR_TERMS = ['unevenness', 'rounding', 'clipping', 'inherited', 'total'] as const;
export type ErrorTerm = (typeof ERROR_TERMS)[number];

/** Rounding where the closed forms speak about it: neurons with 0 < ẑ < θ. */
export interface RoundingCheck {
  /** Share of the neurons that were in that range. */
  readonly share: number;
  readonly measured: ErrorMoments;
  /** Closed form for inputs spread evenly over the range. */
  readonly expected: ErrorMoments;
}

export interface LayerLedger {
  readonly layer: string;
  /** Lowest, mean and highest over the channels; undefined for the read-out. */
  readonly threshold: { readonly min: number; readonly mean: number; readonly max: number } | undefined;
  /** Share of the activations above 0 that exceed their threshold. */
  readonly clippedShare: number;
  /** Channels that fired in none of the samples, though their activation was above 0 in some. */
  readonly silentChannels: number;
  /** Spikes per neuron and tick of the window. */
  readonly rate: number;
  /** Root mean square of the conventional activations, which errors compare with. */
  readonly activationRms: number;
  readonly terms: Readonly<Record<ErrorTerm, ErrorMoments>>;
  readonly rounding: RoundingCheck | undefined;
  /** Mean over the samples of ‖S(ẑ) − R(z)‖₂, and of its upper bound. */
  readonly errorNorm: number;
  readonly boundNorm: number;
  /** What rounding to integers changed: share of the neurons whose spike count differs, mean size of the change. */
  readonly fixedPoint: { readonly changedShare: number; readonly meanAbsolute: number } | undefined;
}

/** Over all neurons and samples, in units of the activation. */
class Moments {
  count = 0;
  sum = 0;
  absolute = 0;
  squares = 0;

  add(value: number): void {
    this.count++;
    this.sum += value;
    this.absolute += Math.abs(value);
    this.squares += value * value;
  }

  /** An expectation instead of a value. */
  addExpected({ mean, meanAbsolute, rms }: ErrorMoments): void {
    this.count++;
    this.sum += mean;
    this.absolute += meanAbsolute;
    this.squares += rms * rms;
  }

  result(): ErrorMoments {
    const n = Math.max(1, this.count);
    return { mean: this.sum / n, meanAbsolute: this.absolute / n, rms: Math.sqrt(this.squares / n) };
  }
}

/** What one sample left in a layer, channel-last. */
export interface LayerSample {
  /** Activations of the conventional network. */
  readonly activations: Float64Array;
  readonly counts: Uint16Array;
  readonly potentials: Float64Array;
  /** Counts of the integer network. */
  readonly integerCounts: Uint16Array;
  /** Upper bound of ‖ẑ − z‖₂ from the layers before. */
  readonly inheritedBound: number;
}

/** Keeps the account of one layer over the samples. */
export class LayerAccount {
  readonly #layer: FloatLayer;
  readonly #window: number;
  readonly #activation: (z: number) => number;
  /** Of the neurons; undefined for the read-out, which has no error of its own. */
  readonly #response: Response | undefined;
  readonly #threshold: Float64Array;
  readonly #thresholds: Float64Array;
  readonly #initial: Float64Array;
  /** What the neurons add in a tick beside the corrected bias, as a share of the threshold. */
  readonly #shift: number;
  /** ‖ẑ − z‖₂ that corrections of bias (and of what a read-out starts from) add on purpose. */
  readonly #correctionNorm: number;
  readonly #terms: Readonly<Record<ErrorTerm, Moments>>;
  readonly #rounding = new Moments();
  readonly #expected = new Moments();
  readonly #fired: Uint8Array;
  readonly #active: Uint8Array;
  /** Of the sample that is being added: squares of S(ẑ) − R(ẑ) and of S(ẑ) − R(z). */
  #ownSquares = 0;
  #errorSquares = 0;
  #samples = 0;
  #spikes = 0;
  #positive = 0;
  #clipped = 0;
  #activationSquares = 0;
  #errorNorms = 0;
  #boundNorms = 0;
  #changed = 0;
  #change = 0;

  /** @param biasShare what every neuron that fires gets beside its bias in the window, as a share of its threshold */
  constructor(layer: FloatLayer, neurons: LayerNeurons<Float64Array>, window: number, biasShare: number) {
    this.#layer = layer;
    this.#window = window;
    this.#activation = activationOf(layer);
    this.#response = neuronOf(neurons).response;
    this.#threshold = valueOf(neurons, 'threshold') ?? NONE;
    this.#thresholds = this.#response === undefined ? NONE : spreadChannelLast(this.#threshold, layer.shape);
    this.#initial = spreadChannelLast(valueOf(neurons, 'initial')!, layer.shape);
    this.#shift = this.#response === undefined ? 0 : biasShare / window;
    this.#correctionNorm = this.#measureCorrection(neurons);
    this.#fired = new Uint8Array(layer.shape[0]);
    this.#active = new Uint8Array(layer.shape[0]);
    this.#terms = {
      unevenness: new Moments(),
      rounding: new Moments(),
      clipping: new Moments(),
      inherited: new Moments(),
      total: new Moments(),
    };
  }

  /** Takes a sample in; returns an upper bound of ‖S(ẑ) − R(z)‖₂ for the layers after. */
  add(sample: LayerSample): number {
    const size = sample.activations.length;
    this.#ownSquares = 0;
    this.#errorSquares = 0;
    const response = this.#response;
    for (let k = 0; k < size; k++) {
      if (response === undefined) this.#addAccumulator(sample, k);
      else this.#addNeuron(sample, k, response);
      this.#activationSquares += sample.activations[k]! ** 2;
    }
    const bound = sample.inheritedBound + this.#correctionNorm + Math.sqrt(this.#ownSquares) + this.#stepBound(size);
    this.#errorNorms += Math.sqrt(this.#errorSquares);
    this.#boundNorms += bound;
    this.#samples++;
    return bound;
  }

  #measureCorrection(neurons: LayerNeurons<Float64Array>): number {
    const layer = this.#layer;
    const window = this.#window;
    const fires = this.#response !== undefined;
    const given = spreadChannelLast(layer.bias, layer.shape);
    const used = spreadChannelLast(valueOf(neurons, 'bias')!, layer.shape);
    let squares = 0;
    for (let k = 0; k < given.length; k++) {
      const beside = fires ? -this.#thresholds[k]! * this.#shift : this.#initial[k]! / window;
      squares += (used[k]! + beside - given[k]!) ** 2;
    }
    return Math.sqrt(squares);
  }

  /** A staircase can turn a difference of its input into one that is larger by a step. */
  #stepBound(size: number): number {
    const { activation } = this.#layer;
    if (activation.kind === 'none' || activation.levels === undefined) return 0;
    return (activation.max / activation.levels) * Math.sqrt(size);
  }

  #addNeuron(sample: LayerSample, k: number, response: Response): void {
    const window = this.#window;
    const terms = this.#terms;
    const theta = this.#thresholds[k]!;
    const n = sample.counts[k]!;
    const potential = sample.potentials[k]!;
    const reference = sample.activations[k]!;
    const step = theta / window;
    const shift = theta * this.#shift;
    const mean = response.meanInput(n, step, potential - this.#initial[k]!, window) - shift;
    const even = response.evenSpikes(n, potential, theta, window);
    const own = this.#activation(mean);
    const limited = Math.min(own, theta);
    const spiking = n * step;
    terms.unevenness.add(spiking - even * step);
    terms.rounding.add(even * step - limited);
    terms.clipping.add(limited - own);
    terms.inherited.add(own - reference);
    terms.total.add(spiking - reference);
    this.#ownSquares += (spiking - own) ** 2;
    this.#errorSquares += (spiking - reference) ** 2;
    if (mean > 0 && mean < theta) {
      this.#rounding.add(even * step - limited);
      this.#expected.addExpected(response.rounding(theta, window, this.#initial[k]! / window + shift));
    }
    this.#count(sample, k);
  }

  #count({ counts, integerCounts, activations }: LayerSample, k: number): void {
    const channel = k % this.#fired.length;
    const n = counts[k]!;
    this.#spikes += n;
    if (n > 0) this.#fired[channel] = 1;
    if (activations[k]! > 0) {
      this.#active[channel] = 1;
      this.#positive++;
      if (activations[k]! > this.#thresholds[k]!) this.#clipped++;
    }
    if (integerCounts[k] !== n) this.#changed++;
    this.#change += (Math.abs(integerCounts[k]! - n) * this.#thresholds[k]!) / this.#window;
  }

  /** A read-out has no error of its own. */
  #addAccumulator(sample: LayerSample, k: number): void {
    const error = sample.potentials[k]! / this.#window - sample.activations[k]!;
    for (const term of ['unevenness', 'rounding', 'clipping'] as const) this.#terms[term].add(0);
    this.#terms.inherited.add(error);
    this.#terms.total.add(error);
    this.#errorSquares += error * error;
  }

  result(): LayerLedger {
    const fires = this.#response !== undefined;
    const threshold = this.#threshold;
    const terms = this.#terms;
    const n = Math.max(1, terms.total.count);
    const samples = Math.max(1, this.#samples);
    const { unevenness, rounding, clipping, inherited, total } = terms;
    return {
      layer: this.#layer.name,
      threshold: fires ? spreadOf(threshold) : undefined,
      clippedShare: this.#positive === 0 ? 0 : this.#clipped / this.#positive,
      silentChannels: this.#active.reduce((silent, active, c) => silent + (active > this.#fired[c]! ? 1 : 0), 0),
      rate: this.#spikes / n / this.#window,
      activationRms: Math.sqrt(this.#activationSquares / n),
      terms: {
        unevenness: unevenness.result(),
        rounding: rounding.result(),
        clipping: clipping.result(),
        inherited: inherited.result(),
        total: total.result(),
      },
      rounding: fires
        ? { share: this.#rounding.count / n, measured: this.#rounding.result(), expected: this.#expected.result() }
        : undefined,
      errorNorm: this.#errorNorms / samples,
      boundNorm: this.#boundNorms / samples,
      fixedPoint: fires ? { changedShare: this.#changed / n, meanAbsolute: this.#change / n } : undefined,
    };
  }
}

const NONE = new Float64Array(0);

const spreadOf = (values: Float64Array) => ({
  min: values.reduce((a, b) => Math.min(a, b)),
  mean: values.reduce((a, b) => a + b) / values.length,
  max: values.reduce((a, b) => Math.max(a, b)),
});
