/** The machine and the artefact: what compiler, emulator and reports have in common. */
export * from './asm/index.ts';
export * from './bounds.ts';
export * from './boxes.ts';
export * from './chip.ts';
export { type DiagnosticCode, DIAGNOSTICS, isMisfit, RETIRED_CODES } from './codes.ts';
export * from './constraints.ts';
export * from './container/index.ts';
export * from './core-memories.ts';
export * from './describe.ts';
export * from './diagnostics.ts';
export * from './topology/distance.ts';
export * from './input.ts';
export * from './topology/of-target.ts';
export * from './topology/ports.ts';
export type * from './topology/topology.ts';
export * from './misfit.ts';
export * from './new-target.ts';
export * from './topology/routes.ts';
export * from './ops.ts';
export * from './outputs.ts';
export * from './program.ts';
export * from './range.ts';
export { buildRecord, type BuildRecord } from './records/build-record.ts';
export { type CheckedChange, checkRecord, type CheckRecord } from './records/check-record.ts';
export {
  type ChanceRecord,
  type ComparedRun,
  compareRecord,
  type CompareRecord,
  COMPARISON_AXES,
  type ComparisonAxis,
  type StandingRecord,
} from './records/compare-record.ts';
export { convertRecord, type ConvertRecord } from './records/convert-record.ts';
export {
  diffRecord,
  type DifferenceCause,
  type DiffRecord,
  type NeuronDifference,
  type ReadoutDifference,
} from './records/diff-record.ts';
export {
  type CorePlan,
  type Floorplan,
  floorplanRecord,
  type Load,
  type TilePlan,
} from './records/floorplan-record.ts';
export { inspectRecord, type InspectRecord } from './records/inspect-record.ts';
export { message } from './records/message.ts';
export { nocRecord, type NocRecord } from './records/noc-record.ts';
export { type Counts, countsSchema } from './records/parts/counts.ts';
export type { Baseline, EnergyPart, Sensitivity } from './records/parts/energy.ts';
export type { BoundRecord, LatencyRecord } from './records/parts/latency.ts';
export type { LedgerRecord } from './records/parts/ledger.ts';
export type { MappingRecord } from './records/parts/mapping.ts';
export type { FloorplanRecord } from './records/parts/run-floorplan.ts';
export { MOST_RECORDED_PROBES, type ProbeRecord, type RasterRecord } from './records/parts/traces.ts';
export { pass } from './records/pass.ts';
export { probeFile, type ProbeFile } from './records/probe-file.ts';
export { runRecord, type RunRecord } from './records/run-record.ts';
export { type Immutable, publishedSchemas, type PublishedRecord, RECORD_KINDS, type RecordKind } from './schemas.ts';
export * from './sinks.ts';
export * from './target.ts';
export * from './target-size.ts';
export * from './spikes.ts';
export * from './targets/index.ts';
export * from './verify.ts';
export * from './weights.ts';
export * from './words.ts';
