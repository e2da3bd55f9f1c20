/** What a build can be asked for. */
import type { Sample, Shape, Target, WeightBits } from '../isa/index.ts';
import type { ConversionMode } from './conversions.ts';
import type { ThresholdOptions } from './passes/choose-thresholds.ts';
import type { Preprocessing } from './passes/encode-input.ts';
import type { AssignmentOptions } from './passes/assign-tiles.ts';
import type { PlacementOptions } from './passes/place-tiles.ts';
import type { ReadOptions } from './read/options.ts';

/** Calibration data, or what opens them for an input of the given shape when a build comes to them. */
export type CalibrationData = AsyncIterable<Sample> | ((shape: Shape) => AsyncIterable<Sample>);

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

export interface BuildOptions extends ThresholdOptions {
  readonly target: Target;
  readonly mode: ConversionMode;
  readonly weightBits: WeightBits;
  readonly correct: Correction;
  /** Whether thresholds follow what they clip (local threshold balancing). */
  readonly balance: boolean;
  /** What decides which neurons share a core. */
  readonly assignment: AssignmentOptions['by'];
  /** Where the cores are placed, and the seed of all that is drawn by lot. */
  readonly placement: PlacementOptions;
  /** Calibration samples that the ledger is made from; 0: none is made. */
  readonly ledgerSamples: number;
  /** Options of these that were asked for, not left at their defaults: a converted network must agree with them. */
  readonly stated?: readonly ('mode' | 'window' | 'threshold' | 'per')[];
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
