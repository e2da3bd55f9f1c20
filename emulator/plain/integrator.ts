import type { Target } from '../../isa/machine.ts';
import { type GroupEvents, isRepeated } from './events.ts';
import { addConvolutionPatch, tapsOfAxon } from './kernels/conv.ts';
import { addDenseRow } from './kernels/dense.ts';
import { addDiagonal } from './kernels/diagonal.ts';
import { addPackedRows, packedLength } from './kernels/packed.ts';
import { isWorthPulling, newPullScratch, pullConvolution, type PullScratch } from './kernels/pull.ts';
import { addSparseRow } from './kernels/sparse.ts';
import type { ConvOp, DenseOp, DiagonalOp, SparseOp, SynapticOp } from '../machine/predecode.ts';

/**
 * Carries out an instruction for all events that an axon group has in a tick: many at a time where the kernels can
 * (packed.ts), the others one by one. Sums are modulo 2^32, so the order does not matter.
 */
export class Integrator {
  /** Synapses that the last instruction visited, for events of payload 1 and for others. */
  spikeVisits = 0;
  gradedVisits = 0;
  readonly #events: GroupEvents;
  readonly #lanes: number;
  readonly #laneCycles: number;
  readonly #starts: Int32Array;
  readonly #scratch: PullScratch;

  /** @param events of the group at hand, whichever it is */
  constructor(events: GroupEvents, timing: Target['timing']) {
    this.#events = events;
    this.#lanes = timing.lanes;
    this.#laneCycles = timing.laneCycles.value;
    this.#starts = new Int32Array(events.repeated.length);
    this.#scratch = newPullScratch(events.indices.length, events.repeated.length);
  }

  /** Adds the events to the neurons; returns the cycles of the instruction. */
  execute(op: SynapticOp): number {
    this.spikeVisits = 0;
    this.gradedVisits = 0;
    switch (op.kind) {
      case 'DENSE':
        return this.#dense(op);
      case 'CONV':
        return this.#convolution(op);
      case 'SPARSE':
        return this.#sparse(op);
      case 'DIAG':
        return this.#diagonal(op);
    }
  }

  #count(payload: number, visits: number): void {
    if (payload === 1) this.spikeVisits += visits;
    else this.gradedVisits += visits;
  }

  #dense({ state, first, count, weights, base, rowStride, shift, cycles, packed }: DenseOp): number {
    const { heard, indices, payloads, spikes, repeats, repeated } = this.#events;
    const rows = repeats === 0 ? undefined : packed();
    if (rows !== undefined) {
      const length = packedLength(count);
      const starts = this.#starts;
      for (let e = 0; e < repeats; e++) starts[e] = repeated[e]! * length;
      addPackedRows(state, first, length, rows, starts, repeats, shift);
    }
    if (rows === undefined || spikes < heard)
      for (let e = 0; e < heard; e++) {
        const payload = payloads[e]!;
        if (rows !== undefined && isRepeated(payload)) continue;
        addDenseRow(state, first, count, weights, base + indices[e]! * rowStride, payload << shift);
      }
    this.spikeVisits = spikes * count;
    this.gradedVisits = (heard - spikes) * count;
    return heard * cycles;
  }

  #convolution({ state, tile, shift, synapsesPerTap, cyclesPerTap, packed }: ConvOp): number {
    const { heard, indices, payloads, spikes, repeats, repeated } = this.#events;
    const rows = isWorthPulling(tile, repeats) ? packed() : undefined;
    let spikeTaps = 0;
    let gradedTaps = 0;
    if (rows !== undefined) spikeTaps = pullConvolution(state, tile, rows, repeated, repeats, shift, this.#scratch);
    if (rows === undefined || spikes < heard)
      for (let e = 0; e < heard; e++) {
        const payload = payloads[e]!;
        if (rows !== undefined && isRepeated(payload)) {
          if (payload === 1) continue;
          const taps = tapsOfAxon(tile, indices[e]!);
          // They have been counted as that many spikes.
          spikeTaps -= payload * taps;
          gradedTaps += taps;
        } else {
          const taps = addConvolutionPatch(state, tile, indices[e]!, payload << shift);
          if (payload === 1) spikeTaps += taps;
          else gradedTaps += taps;
        }
      }
    this.spikeVisits = spikeTaps * synapsesPerTap;
    this.gradedVisits = gradedTaps * synapsesPerTap;
    return (spikeTaps + gradedTaps) * cyclesPerTap;
  }

  #sparse(op: SparseOp): number {
    const { state, first, weights, base, rowsAt, targetAt, words16, words32, shift } = op;
    const { heard, indices, payloads } = this.#events;
    let steps = 0;
    for (let e = 0; e < heard; e++) {
      const payload = payloads[e]!;
      const row = rowsAt + indices[e]!;
      const begin = words32[row]!;
      const end = words32[row + 1]!;
      addSparseRow(state, first, words16, targetAt, weights, base, begin, end, payload << shift);
      this.#count(payload, end - begin);
      steps += Math.ceil((end - begin) / this.#lanes);
    }
    return steps * this.#laneCycles;
  }

  #diagonal({ state, first, weights, base, period, shift }: DiagonalOp): number {
    const { heard, indices, payloads, spikes } = this.#events;
    for (let e = 0; e < heard; e++) {
      const index = indices[e]!;
      addDiagonal(state, first + index, weights[base + (index % period)]!, payloads[e]! << shift);
    }
    this.spikeVisits = spikes;
    this.gradedVisits = heard - spikes;
    return heard * this.#laneCycles;
  }
}
