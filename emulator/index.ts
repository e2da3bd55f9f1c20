/** chip.bin → results: executes the programs of a chip, counts, times and meters them. */
export { compareWithAnn } from './account/baselines.ts';
export {
  type ChipFile,
  RunAccumulator,
  type RunOptions,
  type RunResult,
  type SampleInfo,
} from './account/accumulator.ts';
export { classesOf, placesOf, type PlacesOf } from './account/places.ts';
export type { Deadline } from './account/latency.ts';
export { ReadoutCurve } from './account/curve.ts';
export type { CriticalShare, TickBounds } from './timing/critical.ts';
export { addCounts } from './machine/counts.ts';
export { addActivity, addLayers, type ChipActivity, type LayerActivity } from './machine/activity.ts';
export type { TickObserver, TickView } from './machine/observer.ts';
export { Emulator, type EmulatorOptions, requireEnd, KERNEL_KINDS, type KernelKind, spikeLister } from './emulator.ts';
export { ChipStream, type StreamEnd, type StreamEvent, type StreamTiming } from './stream.ts';
export type { Inference } from './timing/inference.ts';
export { computeEnergy } from './account/energy.ts';
export { type SampleCost, SampleMeter } from './account/sample-meter.ts';
export {
  type InjectionSchedule,
  Network,
  type NetworkModel,
  type NetworkOptions,
  type NetworkTarget,
  type PhaseTiming,
} from './noc/index.ts';
export { type Traffic, TRAFFIC_PATTERNS, type TrafficPattern } from './traffic/traffic.ts';
export { MOST_CYCLES, runTraffic, type TrafficStatistics, WARM_UP_CYCLES } from './traffic/traffic-run.ts';
export { startWorker, workerEntry } from './parallel/entry.ts';
export {
  ParallelEmulator,
  type ParallelOptions,
  type ParallelResult,
  type ParallelSample,
} from './parallel/parallel.ts';
export { inSample } from './parallel/sample-fault.ts';
export { type Beside, serveInferences } from './parallel/serve.ts';
export { joinListeners, type PhaseListener } from './timing/phases.ts';
export { type Probe, type ProbeTrace, ProbeObserver, probedNeurons } from './trace/probe.ts';
export { wilsonInterval } from './account/statistics.ts';
export type { BoundCycles, InferenceTiming } from './timing/timing.ts';
export {
  PerfettoTrace,
  type TickRange,
  type TraceOptions,
  type TraceSummary,
  VCD_PHASE,
  VCD_STATE,
  VcdTrace,
} from './trace/index.ts';
export { KernelNetwork } from './wasm/network.ts';
