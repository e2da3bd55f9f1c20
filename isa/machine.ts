/**
 * What running a chip takes, and no more: neither the schemas of files nor the readers and writers of chip files. Threads
 * that start with it are ready in half of the time.
 */
export * from './boxes.ts';
export * from './chip.ts';
export type { DiagnosticCode } from './codes.ts';
export * from './core-memories.ts';
export * from './diagnostics.ts';
export * from './topology/of-target.ts';
export * from './topology/ports.ts';
export type * from './topology/topology.ts';
export * from './ops.ts';
export * from './outputs.ts';
export * from './program.ts';
export type { Counts } from './records/parts/counts.ts';
export type { Baseline, EnergyPart, Sensitivity } from './records/parts/energy.ts';
export type { LatencyRecord } from './records/parts/latency.ts';
export type { FloorplanRecord } from './records/parts/run-floorplan.ts';
export type { RasterRecord } from './records/parts/traces.ts';
export type { RunRecord } from './records/run-record.ts';
export * from './topology/routes.ts';
export * from './sinks.ts';
export * from './spikes.ts';
export type * from './target.ts';
export * from './target-size.ts';
export * from './weights.ts';
export * from './words.ts';
