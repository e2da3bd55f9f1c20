/** What the instructions on an event share: their weights, and what an event can add. */
import type { BoundsArrays } from '../bounds.ts';
import { type StoredBits, weightForm } from '../weights.ts';
import type { EventReach } from './row.ts';

/** Bits of a stored weight. */
export const weightBits = (fields: Parameters<typeof weightForm>[0]): StoredBits => weightForm(fields).bits;

/** Little-endian numbers of a synapse memory. */
export const dataView = (memory: Uint8Array): DataView =>
  new DataView(memory.buffer, memory.byteOffset, memory.byteLength);

/** What a synapse of weight w adds over an inference at least and at most: min and max of w * below and w * above. */
export function payloadScale(
  { shift }: { readonly shift: number },
  { group, ticks }: EventReach,
): { readonly below: number; readonly above: number } {
  const scale = ticks * 2 ** shift;
  return { below: scale * group.payloadMin, above: scale * group.payloadMax };
}

/** Adds one synapse, with the scale of {@link payloadScale}. */
export function addWeight(into: BoundsArrays, neuron: number, weight: number, below: number, above: number): void {
  const a = weight * below;
  const b = weight * above;
  into.min[neuron]! += a < b ? a : b;
  into.max[neuron]! += a < b ? b : a;
}
