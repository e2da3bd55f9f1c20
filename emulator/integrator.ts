/** The instructions on events, one at a time for all events that an axon group has in a tick. */
import type { Target } from '../isa/index.ts';
import { addConvolutionPatch } from './kernels/conv.ts';
import { addDenseRow } from './kernels/dense.ts';
import { addDiagonal } from './kernels/diagonal.ts';
import { addPackedRows, packedLength } from './kernels/packed.ts';
import { isWorthPulling, newPullScratch, pullConvolution, type PullScratch } from './kernels/pull.ts';
import { addSparseRow } from './kernels/sparse.ts';
import type { ConvOp, DenseOp, DiagonalOp, SparseOp, SynapticOp } from './predecode.ts';

/** What a group hears in a tick: its axons by their index in the group, ascending. Reused from tick to tick. */
export interface GroupEvents {
  /** Axons with payload 1; `spikes` is the valid length. */
  spikes: number;
  readonly spikeIndices: Int32Array;
  /** Axons with any other payload; `graded` is the valid length. */
  graded: number;
  readonly gradedIndices: Int32Array;
  readonly gradedPayloads: Int32Array;
}

/** @param axons of the core */
export const newGroupEvents = (axons: number): GroupEvents => ({
  spikes: 0,
  spikeIndices: new Int32Array(axons),
  graded: 0,
  gradedIndices: new Int32Array(axons),
  gradedPayloads: new Int32Array(axons),
});

/**
 * Spikes are added many at a time where the kernels can (packed.ts); graded events, which are rare, one by one. Sums are
 * modulo 2^32, so the order does not matter.
 */
export class Integrator {
  /** Synapses that the last instruction visited, for spikes and for graded events. */
  spikeVisits = 0;
  gradedVisits = 0;
  readonly #lanes: number;
  readonly #laneCycles: number;
  readonly #starts: Int32Array;
  readonly #scratch: PullScratch;

  /** @param axons of the core */
  constructor(timing: Target['timing'], axons: number) {
    this.#lanes = timing.lanes;
    this.#laneCycles = timing.laneCycles.value;
    this.#starts = new Int32Array(axons);
    this.#scratch = newPullScratch(axons);
  }

  /** Adds the events to the neurons; returns the cycles of the instruction. */
  execute(op: SynapticOp, events: GroupEvents): number {
    switch (op.kind) {
      case 'DENSE':
        return this.#dense(op, events);
      case 'CONV':
        return this.#convolution(op, events);
      case 'SPARSE':
        return this.#sparse(op, events);
      case 'DIAG':
        return this.#diagonal(op, events);
    }
  }

  #dense(op: DenseOp, events: GroupEvents): number {
    const { state, first, count, weights, base, rowStride, shift } = op;
    const { spikes, spikeIndices, graded, gradedIndices, gradedPayloads } = events;
    const packed = spikes === 0 ? undefined : op.packed();
    if (packed === undefined)
      for (let e = 0; e < spikes; e++)
        addDenseRow(state, first, count, weights, base + spikeIndices[e]! * rowStride, 1 << shift);
    else {
      const length = packedLength(count);
      const starts = this.#starts;
      for (let e = 0; e < spikes; e++) starts[e] = spikeIndices[e]! * length;
      addPackedRows(state, first, length, packed, starts, spikes, shift);
    }
    for (let e = 0; e < graded; e++)
      addDenseRow(state, first, count, weights, base + gradedIndices[e]! * rowStride, gradedPayloads[e]! << shift);
    this.spikeVisits = spikes * count;
    this.gradedVisits = graded * count;
    return (spikes + graded) * op.cycles;
  }

  #convolution(op: ConvOp, events: GroupEvents): number {
    const { state, tile, shift } = op;
    const { spikes, spikeIndices, graded, gradedIndices, gradedPayloads } = events;
    const packed = isWorthPulling(tile, spikes) ? op.packed() : undefined;
    let spikeTaps = 0;
    if (packed === undefined)
      for (let e = 0; e < spikes; e++) spikeTaps += addConvolutionPatch(state, tile, spikeIndices[e]!, 1 << shift);
    else spikeTaps = pullConvolution(state, tile, packed, spikeIndices, spikes, shift, this.#scratch);
    let gradedTaps = 0;
    for (let e = 0; e < graded; e++)
      gradedTaps += addConvolutionPatch(state, tile, gradedIndices[e]!, gradedPayloads[e]! << shift);
    this.spikeVisits = spikeTaps * op.synapsesPerTap;
    this.gradedVisits = gradedTaps * op.synapsesPerTap;
    return (spikeTaps + gradedTaps) * op.cyclesPerTap;
  }

  #sparse(op: SparseOp, events: GroupEvents): number {
    const { shift } = op;
    const { spikes, spikeIndices, graded, gradedIndices, gradedPayloads } = events;
    this.spikeVisits = 0;
    this.gradedVisits = 0;
    let steps = 0;
    for (let e = 0; e < spikes; e++) {
      const visits = addList(op, spikeIndices[e]!, 1 << shift);
      this.spikeVisits += visits;
      steps += Math.ceil(visits / this.#lanes);
    }
    for (let e = 0; e < graded; e++) {
      const visits = addList(op, gradedIndices[e]!, gradedPayloads[e]! << shift);
      this.gradedVisits += visits;
      steps += Math.ceil(visits / this.#lanes);
    }
    return steps * this.#laneCycles;
  }

  #diagonal({ state, first, weights, base, period, shift }: DiagonalOp, events: GroupEvents): number {
    const { spikes, spikeIndices, graded, gradedIndices, gradedPayloads } = events;
    for (let e = 0; e < spikes; e++) {
      const index = spikeIndices[e]!;
      addDiagonal(state, first + index, weights[base + (index % period)]!, 1 << shift);
    }
    for (let e = 0; e < graded; e++) {
      const index = gradedIndices[e]!;
      addDiagonal(state, first + index, weights[base + (index % period)]!, gradedPayloads[e]! << shift);
    }
    this.spikeVisits = spikes;
    this.gradedVisits = graded;
    return (spikes + graded) * this.#laneCycles;
  }
}

/** The list of one axon; returns its entries. */
function addList(op: SparseOp, index: number, factor: number): number {
  const begin = op.words32[op.rowsAt + index]!;
  const end = op.words32[op.rowsAt + index + 1]!;
  addSparseRow(op.state, op.first, op.words16, op.targetAt, op.weights, op.base, begin, end, factor);
  return end - begin;
}
