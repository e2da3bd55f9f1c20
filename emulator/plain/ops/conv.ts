/** CONV on TypeScript kernels. */
import { type OperationOf, packedBytes, type StoredBits } from '../../../isa/machine.ts';
import { type DigitOperation, digitKey } from '../../machine/digits.ts';
import { isRepeated } from '../events.ts';
import type { CoreState, EventExecutor, EventTask, EventWork } from '../execution.ts';
import {
  addConvolutionPatch,
  type ConvolutionTile,
  mirrorRows,
  rowsAreContiguous,
  tapsOfAxon,
} from '../kernels/conv.ts';
import { canPull, isWorthPulling, pullConvolution } from '../kernels/pull.ts';
import { synapticOperands } from '../operands.ts';

type Fields = OperationOf<'CONV'>['fields'];

class ConvolutionTask implements EventTask {
  readonly #state: Int32Array;
  readonly #tile: ConvolutionTile;
  readonly #shift: number;
  readonly #packed: () => Float64Array | undefined;
  readonly #synapsesPerTap: number;

  constructor(of: DigitOperation<'CONV'>, core: CoreState) {
    const { fields } = of.operation;
    this.#state = synapticOperands(of, core).state;
    this.#tile = tileOf(of, core);
    this.#shift = fields.shift;
    this.#packed = packedRuns(of, core);
    this.#synapsesPerTap = fields.outChannels / fields.groups;
  }

  execute(work: EventWork): number {
    const { heard, indices, payloads, spikes, repeats } = work.events;
    const state = this.#state;
    const tile = this.#tile;
    const shift = this.#shift;
    const rows = isWorthPulling(tile, repeats) ? this.#packed() : undefined;
    let spikeTaps = 0;
    let gradedTaps = 0;
    if (rows !== undefined) spikeTaps = pullConvolution(state, tile, { rows, shift }, work.events, work.pull);
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
    work.spikeVisits = spikeTaps * this.#synapsesPerTap;
    work.gradedVisits = gradedTaps * this.#synapsesPerTap;
    return spikeTaps + gradedTaps;
  }
}

export const conv: EventExecutor<'CONV'> = { prepare: (operation, core) => new ConvolutionTask(operation, core) };

/** Elements from one run of weights to the next. */
function runStride({ outChannels, groups }: Fields, bits: StoredBits): number {
  return (packedBytes(outChannels / groups, bits) * 8) / bits;
}

function packedRuns(of: DigitOperation<'CONV'>, core: CoreState): () => Float64Array | undefined {
  const { fields } = of.operation;
  if (!canPull(fields)) return () => undefined;
  const { bits, base } = synapticOperands(of, core);
  const runs = fields.inChannels * fields.kernelHeight * fields.kernelWidth;
  return core.synapses.packed(of.digit, base, runs, runStride(fields, bits), fields.outChannels);
}

function tileOf(of: DigitOperation<'CONV'>, core: CoreState): ConvolutionTile {
  const { fields } = of.operation;
  const { bits, weights, base } = synapticOperands(of, core);
  // One by one, since hot loops read them: spread, they would lie outside of the object.
  const tile = {
    first: fields.first,
    outHeight: fields.outHeight,
    outWidth: fields.outWidth,
    outChannels: fields.outChannels,
    inHeight: fields.inHeight,
    inWidth: fields.inWidth,
    inChannels: fields.inChannels,
    groups: fields.groups,
    kernelHeight: fields.kernelHeight,
    kernelWidth: fields.kernelWidth,
    strideY: fields.strideY,
    strideX: fields.strideX,
    dilationY: fields.dilationY,
    dilationX: fields.dilationX,
    offsetY: fields.offsetY,
    offsetX: fields.offsetX,
    weights,
    base,
    runStride: runStride(fields, bits),
  };
  const { inChannels, kernelHeight, kernelWidth, outChannels } = fields;
  const size = inChannels * kernelHeight * kernelWidth * outChannels;
  const key = `${digitKey(of.digit)}:${base}:${inChannels}:${kernelHeight}:${kernelWidth}:${outChannels}`;
  const mirrored = rowsAreContiguous(tile) ? core.synapses.mirrored(key, size, () => mirrorRows(tile)) : undefined;
  return { ...tile, mirrored };
}
