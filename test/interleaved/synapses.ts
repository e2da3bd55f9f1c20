/** Which synapses an event visits (spec/isa.md), in order, a lane step at a time. */
import type { CoreImage } from '../../isa/chip.ts';
import type { EventMnemonic, FieldsOf, OperationOf } from '../../isa/ops.ts';

export interface Synapse {
  /** Within the core. */
  readonly neuron: number;
  /** Stored weight, before the left shift. */
  readonly weight: number;
}

/** A run of packed weights: bits of a weight, lowest bits first; width 1 stores a sign, where it is not unsigned. */
function storedWeight(memory: Uint8Array, run: number, k: number, width: number, isUnsigned: boolean): number {
  let field = 0;
  for (let b = 0; b < width; b++) {
    const bit = 8 * run + k * width + b;
    field += ((memory[bit >>> 3]! >>> (bit & 7)) & 1) * 2 ** b;
  }
  if (isUnsigned) return field;
  if (width === 1) return field === 0 ? 1 : -1;
  return field < 2 ** (width - 1) ? field : field - 2 ** width;
}

/** Bits of a stored weight, by the fields `width` and `wide`. */
const weightWidth = ({ fields }: OperationOf<EventMnemonic>): number =>
  fields.wide === 1 ? 16 : [1, 2, 4, 8][fields.width]!;

/** Bits of synapse memory that one visit reads: SPARSE reads the neuron's offset too. */
export const bitsOfVisit = (operation: OperationOf<EventMnemonic>): number =>
  weightWidth(operation) + (operation.op === 'SPARSE' ? 16 : 0);

/**
 * The rows of synapses that the event of axon `i` of the group visits. The lanes take the synapses of a row together and
 * begin anew with the next row: CONV has a row per tap, the others have one.
 */
export function* visitedRows(
  image: CoreImage,
  operation: OperationOf<EventMnemonic>,
  i: number,
): Generator<readonly Synapse[]> {
  const { synapses } = image;
  const width = weightWidth(operation);
  const weight = (run: number, k: number): number =>
    storedWeight(synapses, run, k, width, operation.fields.unsigned === 1);
  switch (operation.op) {
    case 'DENSE': {
      const f = operation.fields;
      const run = f.weights + i * Math.ceil((f.count * width) / 8);
      yield Array.from({ length: f.count }, (_, k) => ({ neuron: f.first + k, weight: weight(run, k) }));
      return;
    }
    case 'SPARSE': {
      const f = operation.fields;
      const number = (at: number, bytes: number): number => {
        let value = 0;
        for (let b = bytes - 1; b >= 0; b--) value = value * 256 + synapses[at + b]!;
        return value;
      };
      const from = number(f.rows + 4 * i, 4);
      const to = number(f.rows + 4 * (i + 1), 4);
      yield Array.from({ length: to - from }, (_, k) => ({
        neuron: f.first + number(f.targets + 2 * (from + k), 2),
        weight: weight(f.weights, from + k),
      }));
      return;
    }
    case 'DIAG':
      yield [
        { neuron: operation.fields.first + i, weight: weight(operation.fields.weights, i % operation.fields.period) },
      ];
      return;
    case 'CONV':
      yield* tapsHit(operation.fields, i, width, weight);
      return;
  }
}

function* tapsHit(
  f: FieldsOf<'CONV'>,
  i: number,
  width: number,
  weight: (run: number, k: number) => number,
): Generator<readonly Synapse[]> {
  const ac = i % f.inChannels;
  const ax = Math.floor(i / f.inChannels) % f.inWidth;
  const ay = Math.floor(i / f.inChannels / f.inWidth);
  const outChannels = f.outChannels / f.groups;
  const firstChannel = Math.floor(ac / (f.inChannels / f.groups)) * outChannels;
  for (let ky = 0; ky < f.kernelHeight; ky++)
    for (let kx = 0; kx < f.kernelWidth; kx++) {
      const y = (ay + f.offsetY - ky * f.dilationY) / f.strideY;
      const x = (ax + f.offsetX - kx * f.dilationX) / f.strideX;
      if (!Number.isInteger(y) || !Number.isInteger(x)) continue;
      if (y < 0 || y >= f.outHeight || x < 0 || x >= f.outWidth) continue;
      const tap = (ac * f.kernelHeight + ky) * f.kernelWidth + kx;
      const run = f.weights + tap * Math.ceil((outChannels * width) / 8);
      const position = f.first + (y * f.outWidth + x) * f.outChannels + firstChannel;
      yield Array.from({ length: outChannels }, (_, c) => ({ neuron: position + c, weight: weight(run, c) }));
    }
}
