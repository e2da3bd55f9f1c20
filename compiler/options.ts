/** What a build can be asked for. */
import type { Target, WeightBits } from '../isa/index.ts';
import type { ConversionMode } from './ir/spiking.ts';
import type { ThresholdOptions } from './passes/choose-thresholds.ts';
import type { Preprocessing } from './passes/encode-input.ts';

export interface BuildOptions extends ThresholdOptions {
  readonly target: Target;
  readonly mode: ConversionMode;
  readonly weightBits: WeightBits;
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
