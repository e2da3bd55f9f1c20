/** Cycles of instructions whose formulas several of them share (isa/ops). */
import type { Target } from '../../isa/machine.ts';

type Timing = Target['timing'];

/** Of visiting a run of synapses. */
export const laneSteps = (synapses: number, timing: Timing): number =>
  Math.ceil(synapses / timing.lanes) * timing.laneCycles.value;

/** Of one operation on each neuron of a run. */
export const vectorSteps = (neurons: number, timing: Timing): number =>
  Math.ceil(neurons / timing.lanes) * timing.vectorCycles.value;

/** Each entry of a SPARSE list holds a neuron offset beside its weight. */
export const SPARSE_OFFSET_BITS = 16;
