/**
 * What running a chip takes, and no more: neither the schemas of files nor the readers and writers of chip files. Threads
 * that start with it are ready in half of the time.
 */
export { boxElements, boxSize, shapeSize } from './boxes.ts';
export {
  type AffineSink,
  type AxonGroup,
  type Chip,
  type CoreImage,
  type ListSink,
  NO_AXON,
  NO_TREE,
  type PlaneRow,
  type Route,
  type SinkRow,
} from './chip.ts';
export { ENDLESS_TICKS, hostTrees, isEndless, ticksOfRun } from './endless.ts';
export { isEventMode, type TouchMnemonic } from './event-mode.ts';
export { COMPARISONS, ROUNDING } from './instruction/fields.ts';
export { ALWAYS, CONDITIONS } from './instruction/flags.ts';
export { layersByCore, memoriesUsed, perMemory } from './core-memories.ts';
export { type Diagnostic, DiagnosticError, fail } from './diagnostics.ts';
export { inputSize, leastSteps, type PassedOver, passedOver } from './input.ts';
export { option } from './option-text.ts';
export { topologyOf } from './topology/of-target.ts';
export { isEastWest, LINK_PORTS, localPort, oppositePort, PORT, tileOfCore } from './topology/ports.ts';
export { type Axes, distance, type Topology } from './topology/topology.ts';
export {
  type EventMnemonic,
  eventRow,
  type OperationOf,
  OPS,
  type ResetMnemonic,
  resetRow,
  type TickMnemonic,
  tickRow,
} from './ops.ts';
export { drawn } from './ops/random.ts';
export { isGraded } from './ops/emit.ts';
export { DECAY_KINDS, DECAY_ROUNDINGS } from './ops/decay.ts';
export { classesOf, classNamesOf, finishScores, outputValues, predictedClass } from './outputs.ts';
export { formOfRun, furtherPlanes, I, PLANE_NAMES, type PlaneForm, planeOf, planeRows, stored, V } from './planes.ts';
export { type CoreProgram, coreProgram, type WindowedOperation } from './program.ts';
export { ARITHMETIC } from './range/arithmetic.ts';
export type { Counts } from './records/parts/counts.ts';
export type { Baseline, EnergyPart, Sensitivity } from './records/parts/energy.ts';
export type { LatencyRecord } from './records/parts/latency.ts';
export type { FloorplanRecord } from './records/parts/run-floorplan.ts';
export type { RasterRecord } from './records/parts/traces.ts';
export type { RunRecord } from './records/run-record.ts';
export { completeRoutes } from './topology/routes.ts';
export { sinkAxon } from './sinks.ts';
export {
  SPIKE_BYTES,
  SpikeDigest,
  type SpikeLister,
  SpikeSet,
  spikeWords,
  TICKS_PER_WORD,
  wordsPerNeuron,
} from './spikes.ts';
export type { Target } from './target.ts';
export { recurrenceOf } from './recurrence.ts';
export { barrierCycles, coreCount, signedRange, tileCount } from './target-size.ts';
export { loadWeight, packedBytes, type StoredBits, type WeightForm, weightForm } from './weights.ts';
