/**
 * The modes of conversion, a row each: all that they differ in. Nothing else asks which mode it is; it reads the row.
 * Formulas: spec/conversion.md.
 */

import { option } from '../isa/index.ts';
import type { ConvertibleName } from './ir/neurons.ts';

/** How a threshold is chosen from the activations of calibration. */
export type ThresholdRule =
  | { readonly kind: 'mse' }
  | { readonly kind: 'max' }
  | { readonly kind: 'percentile'; readonly percent: number };

/** When the layers of a network integrate and fire, in ticks of an inference. */
export interface FiringOrder {
  /** Ticks by which a layer fires behind those that it hears, where nothing else was asked for. */
  readonly lead: (window: number) => number;
  /** Whether something else can be asked for. */
  readonly choosesLead: boolean;
  /**
   * First tick of the T ticks in which a layer fires.
   *
   * @param sources windows of the layers that it hears; none where it hears the input alone
   * @param ticks its own window
   * @param reads whether it is the read-out, which only accumulates
   */
  readonly start: (
    sources: readonly { readonly start: number; readonly window: number }[],
    ticks: { readonly window: number; readonly lead: number },
    reads: boolean,
  ) => number;
  /** Ticks from a spike to its integration, of layers that start to fire in these ticks. */
  readonly delay: (from: number, to: number) => number;
  /**
   * First of the T ticks in which a layer that starts to fire in this tick adds the current from the input. Ticks before tick 0
   * take no time: what would be added in them is added in tick 0.
   */
  readonly currentStart: (start: number, window: number) => number;
  /** Whether no delay is longer than 1, so that two slots of the axon scheduler are enough. */
  readonly delaysOfOne: boolean;
  /** Whether a layer fires only when all of its input is there, so that the order of the spikes does not matter to it. */
  readonly integratesFirst: boolean;
  /** Whether neurons have the bias of all ticks from the start, since they integrate before they fire. */
  readonly biasAhead: boolean;
}

/**
 * Depth d counts from 0 at the first spiking layer, and a layer fires in ticks [d, d + T). A branch that skips layers is
 * delayed by the difference of depth, so every spike train equals that of the zero-delay model, shifted.
 */
const IN_STEP: FiringOrder = {
  lead: () => 1,
  choosesLead: false,
  start: (sources, { lead }) => Math.max(0, ...sources.map(({ start }) => start + lead)),
  delay: (from, to) => to - from,
  currentStart: (start) => start,
  delaysOfOne: false,
  integratesFirst: false,
  biasAhead: false,
};

/**
 * A layer integrates spikes as they come, one tick after they were sent, and starts to fire some ticks behind its sources.
 * The current from the input is there whole in tick 0, in which layers that hear nothing else start. A read-out does not fire: its
 * window is that of its last source, one tick later.
 */
const AHEAD = {
  start: (sources, { lead }, reads) =>
    sources.length === 0 ? 0 : Math.max(...sources.map(({ start }) => start)) + (reads ? 1 : lead),
  delay: () => 1,
  currentStart: (_, window) => 1 - window,
  delaysOfOne: true,
  biasAhead: true,
} as const satisfies Partial<FiringOrder>;

/**
 * A layer starts to fire in the tick in which the last spike of its sources arrives. A read-out
 * begins when the first spike of a source can arrive, and ends when the last one has. Windows may differ in length.
 */
const WINDOW_AFTER_WINDOW: FiringOrder = {
  ...AHEAD,
  start: (sources, { window }, reads) => {
    const ends = sources.map((source) => source.start + source.window);
    if (reads) return Math.max(0, ...sources.map(({ start }) => start + 1), ...ends.map((end) => end + 1 - window));
    return Math.max(0, ...ends);
  },
  lead: (window) => window,
  choosesLead: false,
  integratesFirst: true,
};

/** A layer starts to fire when a part of the spikes of its sources has arrived; half of the window, as a rule. */
const LEAD: FiringOrder = {
  ...AHEAD,
  lead: (window) => Math.ceil(window / 2),
  choosesLead: true,
  integratesFirst: false,
};

export interface ConversionRules {
  /** Neurons that stand for the activations. */
  readonly neuron: ConvertibleName;
  /** What holds where nothing else was asked for. */
  readonly presets: { readonly rule: ThresholdRule; readonly per: 'layer' | 'channel' };
  /** Membrane potential at the start, as a share of the threshold. */
  readonly initialShare: number;
  /**
   * What a neuron gets beside its bias in the whole window, as a share of the threshold: a T-th of it in every tick. T can be
   * another one than that of the run where there is such a share (`shiftWindow`).
   */
  readonly biasShare: number;
  /** Whether the last layer fires too, so that a read-out counts its spikes instead of accumulating its input. */
  readonly outputFires: boolean;
  readonly order: FiringOrder;
  readonly unevenness: {
    /**
     * Variance of the spike count around the staircase, in spikes², that uneven input is expected to cause in an active
     * neuron.
     */
    readonly variance: number;
    /** What helps a network that loses most by it. */
    readonly remedy: string;
  };
  /**
   * Whether nothing but the number of ticks depends on T, so that the outputs after t ticks are those of a network with
   * T = t, and one run gives the accuracy of every shorter window.
   */
  readonly readsAsCurve: boolean;
}

const EVEN_OUT = `spikes come unevenly, which a longer window (${option('window')}), corrections (${option('correct', 'both')}) or, at the cost of latency, ${option('mode', 'exact')} make good`;

/** One spike more or less in three of ten windows: chosen on calibration images of a ResNet-20 (spec/decisions/0011). */
const UNEVEN_WINDOWS = 0.3;

/** Thresholds of least error, counts that round to the nearest, and a read-out that accumulates. */
const BY_LEAST_SQUARES = {
  presets: { rule: { kind: 'mse' }, per: 'channel' },
  initialShare: 1 / 2,
  biasShare: 0,
  outputFires: false,
} as const satisfies Partial<ConversionRules>;

const MODES = {
  /** Thresholds by any rule, initial potential θ/2, accumulating read-out. */
  default: {
    neuron: 'integrate-and-fire',
    ...BY_LEAST_SQUARES,
    order: IN_STEP,
    unevenness: { variance: UNEVEN_WINDOWS, remedy: EVEN_OUT },
    readsAsCurve: true,
  },
  /**
   * As published by Deng & Gu (ICLR 2021): initial potential 0, θ/2T more in every tick (section 4.2), a read-out that
   * counts spikes.
   */
  paper: {
    neuron: 'integrate-and-fire',
    presets: { rule: { kind: 'max' }, per: 'layer' },
    initialShare: 0,
    biasShare: 1 / 2,
    outputFires: true,
    order: IN_STEP,
    unevenness: { variance: UNEVEN_WINDOWS, remedy: `${EVEN_OUT}; the default mode also loses less here` },
    readsAsCurve: false,
  },
  /**
   * As default, with neurons that take spikes back: what comes unevenly does less harm, and more packets are sent. So thresholds
   * do not expect it, which was worth 2 (T = 8) and 4 (T = 4) of 100 calibration images of a ResNet-20 (spec/conversion.md).
   */
  signed: {
    neuron: 'signed-integrate-and-fire',
    ...BY_LEAST_SQUARES,
    order: IN_STEP,
    unevenness: { variance: 0, remedy: EVEN_OUT },
    readsAsCurve: true,
  },
  /** As default, but a layer integrates the whole window of its sources before it fires. */
  exact: {
    neuron: 'integrate-and-fire',
    ...BY_LEAST_SQUARES,
    order: WINDOW_AFTER_WINDOW,
    unevenness: { variance: 0, remedy: EVEN_OUT },
    readsAsCurve: false,
  },
  /** As exact, but a layer fires as soon as it has integrated for the ticks of the lead. */
  lead: {
    neuron: 'integrate-and-fire',
    ...BY_LEAST_SQUARES,
    order: LEAD,
    unevenness: { variance: 0, remedy: `a longer lead (${option('lead')}); ${EVEN_OUT}` },
    readsAsCurve: false,
  },
} as const satisfies Record<string, ConversionRules>;

export type ConversionMode = keyof typeof MODES;

export const CONVERSIONS: Readonly<Record<ConversionMode, ConversionRules>> = MODES;

/** The modes in the order in which they are told. */
export const CONVERSION_MODES = Object.keys(MODES) as ConversionMode[];

/** Modes whose rules say so. */
export const modesThat = (say: (rules: ConversionRules) => boolean): ConversionMode[] =>
  CONVERSION_MODES.filter((mode) => say(CONVERSIONS[mode]));

/** Whether a value names a mode: a chip file of another version may name one that is not known here. */
export const isMode = (value: unknown): value is ConversionMode =>
  typeof value === 'string' && Object.hasOwn(CONVERSIONS, value);
