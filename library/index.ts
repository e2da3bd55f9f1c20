/** Networks to chips and chips to figures, in a few lines: what the commands do, without files and terminals. */
export { build, type BuildSettings } from './build.ts';
export type { RunAnswer } from './answer.ts';
export { evaluate, type EvaluateSettings, run } from './evaluate.ts';
export { open, type OpenChip } from './open.ts';
export { type ReadData, readSamples, type ReadSettings } from './read-samples.ts';
export type { Layout } from './data/dataset.ts';
export { NeuroBench, type NeuroBenchResults, type SynapticOperations } from './neurobench/neurobench.ts';
export { renderReport, type ReportSettings } from './report.ts';
export { samplesOf, type Samples } from './samples.ts';
export { type CoreWork, type Spent, watch, type WatchedPhase, type WatchSettings } from './watch.ts';
export type { MovedPhase } from '../emulator/trace/hops.ts';
export { stream, type StreamSettings, type TickEvents, type TickSpikes } from './stream.ts';
export type { StreamEvent } from '../emulator/stream.ts';
export { type BuildResult, STANDARD } from '../compiler/index.ts';
export type { ThresholdRule } from '../compiler/conversions.ts';
export type {
  Assignment,
  Correction,
  MappingAim,
  PinOptions,
  PlacementOptions,
  Preprocessing,
  Rounding,
} from '../compiler/options.ts';
export type { FiringComparison } from '../compiler/ir/neuron-rule.ts';
export type { NirOptions } from '../compiler/read/nir/rules.ts';
export type { AverageOf, LayerWidths } from '../compiler/widths.ts';
export type { NamedRule } from '../compiler/ir/named-rules.ts';
export {
  builtinTargets,
  type Chip,
  DiagnosticError,
  type Diagnostic,
  type Place,
  type RunRecord,
  type Sample,
  type SpikeSet,
  type StreamRecord,
  type Target,
} from '../isa/index.ts';
export type { Misfit, Severity } from '../isa/diagnostics.ts';
export type { StoredBits, WeightBits } from '../isa/weights.ts';
