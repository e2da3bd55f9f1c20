/** chip.bin → results: executes the programs of a chip, counts, times and meters them. */
export {
  type ChipFile,
  type Deadline,
  RunAccumulator,
  type RunOptions,
  type RunResult,
  type SampleInfo,
} from './accumulator.ts';
export { ReadoutCurve } from './curve.ts';
export type { CriticalShare, TickBounds } from './critical.ts';
export { addCounts } from './counts.ts';
export {
  Emulator,
  type EmulatorOptions,
  type Inference,
  KERNEL_KINDS,
  type KernelKind,
  type LayerActivity,
  type TickObserver,
  type TickView,
} from './emulator.ts';
export { compareWithAnn, computeEnergy } from './energy.ts';
export { Network, type InjectionSchedule, type PhaseTiming } from './noc/index.ts';
export { wilsonInterval } from './statistics.ts';
export type { BoundCycles, InferenceTiming } from './timing.ts';
