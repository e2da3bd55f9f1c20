/** What a build can be asked for. */
import type { Pins, Sample, StoredBits, Target } from '../isa/index.ts';
import type { SpikeCode } from './codes.ts';
import type { ConversionMode, ThresholdRule } from './conversions.ts';
import type { PlacementMethod } from './mapping/placement/place-blocks.ts';
import type { NirOptions } from './read/nir/rules.ts';
import type { ReadOptions } from './read/options.ts';
import type { NamedRule } from './ir/named-rules.ts';
import type { LayerWidths } from './widths.ts';

/** Most ticks that a step of a network of populations can be asked to last. */
export const MOST_STEP_TICKS = 256;

/** Calibration data, or what opens them for samples of the given shape when a build comes to them. */
export type CalibrationData = AsyncIterable<Sample> | ((shape: readonly number[]) => AsyncIterable<Sample>);

export interface BuildRequest extends ReadOptions {
  /** Bytes of the network file. */
  readonly source: Uint8Array;
  readonly options: BuildOptions;
  /** Absent where none were given. Of a network that is spiking already they only become self-test and ledger. */
  readonly calibration?: CalibrationData | undefined;
}

/** What is corrected by what calibration samples give on average. */
export type Correction = 'none' | 'bias' | 'potential' | 'both';
export const CORRECTIONS: readonly Correction[] = ['none', 'bias', 'potential', 'both'];

/** How weights become whole numbers: each to the nearest, or in order, with the error of each made good by the rest. */
export type Rounding = 'nearest' | 'second-order';
export const ROUNDINGS: readonly Rounding[] = ['nearest', 'second-order'];

export interface ThresholdOptions {
  readonly rule: ThresholdRule;
  readonly per: 'layer' | 'channel';
  /** T, the length of the window in ticks. */
  readonly window: number;
  readonly mode: ConversionMode;
  /** Ticks by which a layer fires behind those that it hears, of a mode that can be asked for them; undefined: half of T. */
  readonly lead?: number | undefined;
  /** T of the shift of half a step in every tick, of a mode that has one (paper); undefined: the window. */
  readonly shiftWindow?: number | undefined;
  /** T of single layers, of a mode that fires when all is integrated (exact) and a code that sends counts at once; undefined: the window. */
  readonly levels?: readonly NamedRule<number>[] | undefined;
}

/** How byte images become numbers: x' = (byte / scale − mean) / std. */
export interface Preprocessing {
  readonly scale: number;
  /** One value, or one per channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * `traffic`: by a partition with few packets between cores, or by layers where there is none that fits; `layers`; `work`: every layer
 * cut over all cores, so that no core is what the others wait for, or by traffic where no such cut fits
 */
export type Assignment = 'traffic' | 'layers' | 'work';
export const ASSIGNMENTS: readonly Assignment[] = ['traffic', 'layers', 'work'];

/** Where the parts of the network go on the mesh. */
export interface PlacementOptions {
  readonly method: PlacementMethod;
  /** Of the methods that draw lots. */
  readonly seed: number;
}

/** Parts of the network that lie on cores of the target by hand. */
export interface PinOptions {
  /** Name of the file that they come from, for messages and records, and SHA-256 of its bytes. */
  readonly file: string;
  readonly sha256: string;
  readonly pins: Pins['pins'];
}

/**
 * What a build is to have least of; a choice by measurement takes energy but for `latency`. `balanced`: the fewest cores that keep what
 * is asked, or where nothing is, the least energy · latency.
 */
export const OBJECTIVES = ['energy', 'latency', 'cores', 'balanced'] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** What a mapping is chosen by. */
export interface MappingAim {
  readonly objective: Objective;
  /** What an inference may take. */
  readonly deadlineSeconds?: number | undefined;
  readonly energyBudgetJ?: number | undefined;
}

export interface ChoiceOptions {
  /** Points of accuracy (of agreement, where there are no labels) that may be lost. */
  readonly maxLossPoints: number;
  /** What is least among what loses no more. */
  readonly objective: Objective;
  /** What was asked for and is not chosen. */
  readonly fixed: readonly ('code' | 'window' | 'correct')[];
}

export interface BuildOptions extends ThresholdOptions {
  readonly target: Target;
  /** How packets say the counts of spikes. */
  readonly code: SpikeCode;
  readonly weightBits: StoredBits;
  /** Widths of single layers in the place of that; undefined: all layers have it. */
  readonly layerWidths?: LayerWidths | undefined;
  /** undefined: second order for weights of up to 4 bit where there are samples enough, else to nearest. */
  readonly rounding?: Rounding | undefined;
  /** Of a network in continuous time (NIR): length of a step in the unit of its file; undefined: that of its origin, or 0.0001. */
  readonly dt?: number | undefined;
  /** Of the same: how its neurons compute; what is absent is guessed, or that of the equations. */
  readonly nir?: NirOptions | undefined;
  /** Of a network of populations: ticks of a step; undefined: 1. */
  readonly stepTicks?: number | undefined;
  /** Of a network of populations: the chip has no end, and takes a stream; undefined: it has inferences. */
  readonly endless?: boolean | undefined;
  /** Of a network with several outputs (ONNX): the one that is built. */
  readonly outputName?: string | undefined;
  /** Of an ONNX model: whether smooth activations may be approximated by straight pieces; undefined: no. */
  readonly approximate?: boolean | undefined;
  readonly correct: Correction;
  /** Mode, code, window and correction by measurement; undefined: they are those of these options. */
  readonly choose?: ChoiceOptions | undefined;
  /** Whether thresholds follow what they clip (local threshold balancing). */
  readonly balance: boolean;
  /** What decides which neurons share a core. */
  readonly assignment: Assignment;
  /** Several mappings are tried, and the one taken that comes closest to this; undefined: there is one, by `assignment`. */
  readonly aim?: MappingAim | undefined;
  /** What lies on which cores by hand; the rest is mapped around it. undefined: nothing does. */
  readonly pins?: PinOptions | undefined;
  /** Where the cores are placed, and the seed of all that is drawn by lot. */
  readonly placement: PlacementOptions;
  /** Calibration samples that the ledger is made from; 0: none is made. */
  readonly ledgerSamples: number;
  /** Options of these that were asked for, not left at their defaults: a converted network must agree with them. */
  readonly stated?: readonly ('mode' | 'lead' | 'shiftWindow' | 'levels' | 'code' | 'window' | 'threshold' | 'per')[];
  /** Of byte images; undefined: what the network file says, else values / 255. */
  readonly preprocessing: Preprocessing | undefined;
  readonly labels: readonly string[] | undefined;
  /** Calibration samples wanted. */
  readonly calibrationLimit: number;
  /** Samples embedded as self-test. */
  readonly selfTestSamples: number;
  /** Name and version of the program, for the file's provenance. */
  readonly tool: string;
}
