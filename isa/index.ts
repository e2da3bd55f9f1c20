/** The machine and the artefact: what compiler, emulator and reports have in common. */
export { assemble, disassemble, operationText } from './asm/index.ts';
export {
  bitsNeeded,
  type Bounds,
  type BoundsArrays,
  zeroBounds,
  fitsSigned,
  potentialBounds,
  synapticBounds,
} from './bounds.ts';
export { boxElement, boxElements, boxSize, intersectBoxes, shapeSize, wholeBox } from './boxes.ts';
export {
  type AffineSink,
  type AxonGroup,
  type Box,
  type Chip,
  type CoreImage,
  type LayerInfo,
  type ListSink,
  NO_AXON,
  NO_TREE,
  type Placement,
  type PlaneRow,
  POLICIES,
  type Policy,
  type Provenance,
  type Route,
  type SelfTest,
  type SelfTestSample,
  type Shape,
  type SinkRow,
  type TreeBox,
} from './chip.ts';
export { type DiagnosticCode, DIAGNOSTICS, isMisfit, RETIRED_CODES } from './codes.ts';
export { constraintText, refusalOf, requireSameMachine } from './constraints.ts';
export {
  canonicalJson,
  decodeChip,
  describeImageFormat,
  encodeChip,
  isChipFile,
  readChip,
  SIGNATURE,
} from './container/index.ts';
export {
  CORE_MEMORIES,
  type CoreLayer,
  type CoreMemory,
  layersByCore,
  memoriesUsed,
  perMemory,
  tightestMemory,
} from './core-memories.ts';
export { type Footprint, footprintOf } from './footprint.ts';
export { ALWAYS, CONDITIONS, WHEN_NAMES } from './instruction/flags.ts';
export type { TickWindow } from './recurrence.ts';
export { ENDLESS_TICKS, hostTrees, isEndless } from './endless.ts';
export { describeInstructionSet } from './describe.ts';
export { type Diagnostic, diagnostic, DiagnosticError, fail, formatDiagnostic, type Place } from './diagnostics.ts';
export { type TileDistance, tileDistance } from './topology/distance.ts';
export { spanOf } from './recurrence.ts';
export { HOST_IS_LITTLE_ENDIAN, swapOnBigEndianHost } from './byte-order.ts';
export { halfToNumber } from './half.ts';
export { sha256Of } from './hash.ts';
export {
  type InputEncoding,
  inputSize,
  leastSteps,
  type PassedOver,
  passedOver,
  preprocess,
  quantiseInput,
  type Sample,
  stepsOf,
} from './input.ts';
export { type InputLoss, InputLossAccount, InputLossSum } from './input-loss.ts';
export { topologyOf } from './topology/of-target.ts';
export { isEastWest, LINK_PORTS, type LinkPort, localPort, oppositePort, PORT, tileOfCore } from './topology/ports.ts';
export { type Axes, type Axis, axisDistance, distance, type Topology } from './topology/topology.ts';
export {
  failMisfit,
  figureOf,
  largestFigure,
  leastThatFits,
  type MisfitReport,
  raiseFigure,
  raisingText,
} from './misfit.ts';
export { newTarget } from './new-target.ts';
export { completeRoutes } from './topology/routes.ts';
export {
  type EventMnemonic,
  eventRow,
  type FieldsOf,
  isExecutedBy,
  type Mnemonic,
  MNEMONIC_OF,
  type Operation,
  type OperationOf,
  OPS,
  type ResetMnemonic,
  type TickMnemonic,
  tickRow,
} from './ops.ts';
export { option, OPTION_NAMES, type OptionName, renameOptions } from './option-text.ts';
export { finishingsSchema } from './container/finishing.ts';
export {
  classesOf,
  classNamesOf,
  finishScores,
  type Finishing,
  namesFit,
  outputValues,
  predictedClass,
} from './outputs.ts';
export {
  defaultForm,
  I,
  MOST_PLANES,
  type PlaneForm,
  PLANE_NAMES,
  planeOf,
  stateBits,
  V,
  WIDEST_SATURATING,
} from './planes.ts';
export { isEventMode, TOUCH_MNEMONICS, type TouchMnemonic } from './event-mode.ts';
export { type CoreProgram, coreProgram, decodeProgram, resolveWindows, type WindowedOperation } from './program.ts';
export { ARITHMETIC } from './range/arithmetic.ts';
export { DECAY_KINDS } from './ops/decay.ts';
export { drawn } from './ops/random.ts';
export { type ProgrammedNeurons, reachOfProgram } from './range/program-reach.ts';
export { groupEventTicks, neuronBounds } from './range/counted.ts';
export { AS_TRAINED, type BuildRecord } from './records/build-record.ts';
export type { CheckedChange, CheckRecord } from './records/check-record.ts';
export {
  type ChanceRecord,
  type ComparedRun,
  compareRecord,
  type CompareRecord,
  COMPARISON_AXES,
  type ComparisonAxis,
  type StandingRecord,
} from './records/compare-record.ts';
export type { ConvertRecord } from './records/convert-record.ts';
export type { DifferenceCause, DiffRecord, NeuronDifference, ReadoutDifference } from './records/diff-record.ts';
export type { CorePlan, Floorplan, Load, TilePlan } from './records/floorplan-record.ts';
export type { InspectRecord } from './records/inspect-record.ts';
export { keptBuild } from './records/kept-build.ts';
export type { ConversionOfPoint, FailedPoint } from './records/parts/points.ts';
export { queueFiles, type QueueFiles } from './records/queue-files.ts';
export { queueJob, type QueueJob } from './records/queue-job.ts';
export { queueResult } from './records/queue-result.ts';
export { nocRecord, type NocRecord } from './records/noc-record.ts';
export { type EvalEnd, evalEnd, type EvalSample, evalSample } from './records/parts/eval-lines.ts';
export { type EvalPart, evalPart, MOST_PARTS } from './records/eval-part.ts';
export { type Pin, pins, type Pins } from './records/pins.ts';
export { MOST_DIFFERENCES, rerunRecord, type RerunRecord } from './records/rerun-record.ts';
export type { OriginRecord } from './records/parts/origin.ts';
export { streamRecord, type StreamRecord } from './records/stream-record.ts';
export {
  LARGEST_SAMPLING_SEED,
  MOST_POINTS,
  SAMPLING_METHODS,
  type SamplingMethod,
  sweepPlan,
  type SweepPlan,
} from './records/sweep-plan.ts';
export { type SweepInput, type SweepOutcome, sweepRecord, type SweepRecord } from './records/sweep-record.ts';
export { TUNE_LIMITS, type TunedPoint, type TuneLimit } from './records/parts/tuned-point.ts';
export { tunePart, type TunePart, type TunePartOutcome } from './records/tune-part.ts';
export { tunePoint } from './records/tune-point.ts';
export { tuneRecord, type TuneRecord } from './records/tune-record.ts';
export { tuneSpace } from './records/tune-space.ts';
export { type Counts, countsSchema } from './records/parts/counts.ts';
export type { Baseline, EnergyPart, Sensitivity } from './records/parts/energy.ts';
export type { BoundRecord, LatencyRecord } from './records/parts/latency.ts';
export type { LedgerRecord } from './records/parts/ledger.ts';
export type { CandidateRecord } from './records/parts/candidates.ts';
export type { RoundingRecord } from './records/parts/rounding.ts';
export type { MappingRecord } from './records/parts/mapping.ts';
export type { FloorplanRecord } from './records/parts/run-floorplan.ts';
export { MOST_PICTURE_SIDE, MOST_PICTURES, type PictureRecord } from './records/parts/pictures.ts';
export { MOST_RECORDED_PROBES, type ProbeRecord, type RasterRecord } from './records/parts/traces.ts';
export { runRecord, type RunRecord } from './records/run-record.ts';
export { refusal, type RefusalRecord, type Stage } from './records/refusal.ts';
export type { TermRecord } from './records/term.ts';
// The schemas of all records are an entrance of their own (schemas.ts), since making them takes time.
export type { Immutable, PublishedRecord, RecordKind } from './schemas.ts';
export { sinkAxon } from './sinks.ts';
export { LARGEST_SIDE, ORIGIN_PATHS, type Target, type TargetFigure, targetSchema } from './target.ts';
export { ENERGY_EVENTS, type EnergyEvent, type EnergyFigure } from './target-energy.ts';
export { barrierCycles, coreCount, livingCoreCount, packetBitsOf, signedRange, tileCount } from './target-size.ts';
export { parseJsonFile } from './json-text.ts';
export {
  setBits,
  SpikeDigest,
  type SpikeLister,
  spikeLister,
  SpikeSet,
  TICKS_PER_WORD,
  wordsPerNeuron,
} from './spikes.ts';
export {
  areaText,
  builtinTargets,
  type FigureChange,
  figureChanges,
  loadTarget,
  type LoadedTarget,
  parseTarget,
} from './targets/index.ts';
export { merged, type Tree, valueAt } from './targets/tree.ts';
export { verifyChip } from './verify.ts';
export {
  loadWeight,
  packedBytes,
  type StoredBits,
  storeWeight,
  type WeightBits,
  type WeightForm,
  weightForm,
  weightRange,
  WIDTH_CODES,
} from './weights.ts';
export {
  decodeOperation,
  encodeOperation,
  encodeProgram,
  fieldRange,
  operationFields,
  operationLength,
} from './words.ts';
export { nearWords, suggestion } from './suggest.ts';
