/** Arithmetic with one value for all neurons, or one for each. */
import type { NirNode } from './fields.ts';

/**
 * What the function gives for each; a list whose values are all alike becomes one value.
 *
 * @throws DiagnosticError E0205 where lists have different lengths
 */
export function combined(
  node: NirNode,
  lists: readonly Float64Array[],
  of: (...values: number[]) => number,
): Float64Array {
  const length = Math.max(...lists.map((list) => list.length));
  if (lists.some((list) => list.length !== 1 && list.length !== length))
    node.fail('E0205', `its fields have ${lists.map((list) => list.length).join(', ')} values`);
  return shortened(
    Float64Array.from({ length }, (_, k) => of(...lists.map((list) => list[list.length === 1 ? 0 : k]!))),
  );
}

const shortened = (values: Float64Array): Float64Array =>
  values.every((value) => value === values[0]) ? values.slice(0, 1) : values;

/** One value per channel, where all neurons of a channel have the same. */
export function perChannel(values: Float64Array, channels: number): Float64Array | undefined {
  const area = values.length / channels;
  if (values.length === 1) return new Float64Array(channels).fill(values[0]!);
  if (!Number.isInteger(area)) return undefined;
  return values.every((value, k) => value === values[Math.floor(k / area) * area])
    ? Float64Array.from({ length: channels }, (_, c) => values[c * area]!)
    : undefined;
}

/** One value for each of so many, of one for all, one per channel or one for each. */
export const spread = (values: Float64Array, size: number): Float64Array =>
  values.length === size
    ? values
    : Float64Array.from({ length: size }, (_, k) => values[Math.floor((k * values.length) / size)]!);
