/** CONV on TypeScript kernels. */
import { type OperationOf, packedBytes, type WeightBits } from '../../../isa/machine.ts';
import { isRepeated } from '../events.ts';
import { type CoreState, type EventExecutor, type EventWork, synapticOperands } from '../execution.ts';
import {
  addConvolutionPatch,
  type ConvolutionTile,
  mirrorRows,
  rowsAreContiguous,
  tapsOfAxon,
} from '../kernels/conv.ts';
import { canPull, isWorthPulling, pullConvolution } from '../kernels/pull.ts';

type Fields = OperationOf<'CONV'>['fields'];

/** Adds the events, and tells the taps of spikes and of others. */
type Convolve = (work: EventWork, taps: Taps) => void;

interface Taps {
  spikes: number;
  graded: number;
}

export const conv: EventExecutor<'CONV'> = {
  prepare({ fields }, core) {
    const { state } = synapticOperands(fields, core);
    const convolve = convolution(state, tileOf(fields, core), packedRuns(fields, core), fields.shift);
    const synapsesPerTap = fields.outChannels / fields.groups;
    const taps: Taps = { spikes: 0, graded: 0 };
    return {
      execute: (work) => {
        convolve(work, taps);
        work.spikeVisits = taps.spikes * synapsesPerTap;
        work.gradedVisits = taps.graded * synapsesPerTap;
        return taps.spikes + taps.graded;
      },
    };
  },
};

/** @param packed gives the runs of the tile as packed rows */
function convolution(
  state: Int32Array,
  tile: ConvolutionTile,
  packed: () => Float64Array | undefined,
  shift: number,
): Convolve {
  return ({ events, pull }, taps) => {
    const { heard, indices, payloads, spikes, repeats } = events;
    const rows = isWorthPulling(tile, repeats) ? packed() : undefined;
    taps.spikes = rows === undefined ? 0 : pullConvolution(state, tile, { rows, shift }, events, pull);
    taps.graded = 0;
    if (rows !== undefined && spikes === heard) return;
    for (let e = 0; e < heard; e++) {
      const payload = payloads[e]!;
      if (rows !== undefined && isRepeated(payload)) {
        if (payload === 1) continue;
        const hit = tapsOfAxon(tile, indices[e]!);
        // They have been counted as that many spikes.
        taps.spikes -= payload * hit;
        taps.graded += hit;
      } else {
        const hit = addConvolutionPatch(state, tile, indices[e]!, payload << shift);
        if (payload === 1) taps.spikes += hit;
        else taps.graded += hit;
      }
    }
  };
}

/** Elements from one run of weights to the next. */
function runStride({ outChannels, groups }: Fields, bits: WeightBits): number {
  return (packedBytes(outChannels / groups, bits) * 8) / bits;
}

function packedRuns(fields: Fields, core: CoreState): () => Float64Array | undefined {
  if (!canPull(fields)) return () => undefined;
  const { bits, base } = synapticOperands(fields, core);
  const runs = fields.inChannels * fields.kernelHeight * fields.kernelWidth;
  return core.synapses.packed(bits, base, runs, runStride(fields, bits), fields.outChannels);
}

function tileOf(fields: Fields, core: CoreState): ConvolutionTile {
  const { bits, weights, base } = synapticOperands(fields, core);
  const tile = { ...fields, weights, base, runStride: runStride(fields, bits) };
  const { inChannels, kernelHeight, kernelWidth, outChannels } = fields;
  const size = inChannels * kernelHeight * kernelWidth * outChannels;
  const key = `${bits}:${base}:${inChannels}:${kernelHeight}:${kernelWidth}:${outChannels}`;
  const mirrored = rowsAreContiguous(tile) ? core.synapses.mirrored(key, size, () => mirrorRows(tile)) : undefined;
  return { ...tile, mirrored };
}
