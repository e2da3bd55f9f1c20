/** Samples in memory. */
import { fail, type Sample } from '../isa/index.ts';

/** Samples, one after the other; a list of them, or what reads them. */
export type Samples = Iterable<Sample> | AsyncIterable<Sample>;

/**
 * Numbers as samples.
 *
 * @param values of all samples, one after the other, each channels first; bytes are scaled as the network says, floats are
 *   taken as they are
 * @param shape of one sample: [channels, height, width], a number of elements as [n], or with the steps before them
 * @param labels class of each sample
 * @throws DiagnosticError E0603 where the values are no whole number of samples, E0604 where labels are not as many
 */
export function samplesOf(
  values: Uint8Array | Float32Array,
  shape: readonly number[],
  labels?: ArrayLike<number>,
): Sample[] {
  const size = shape.reduce((product, length) => product * length, 1);
  const count = values.length / size;
  if (!Number.isInteger(count))
    fail('E0603', `${values.length} values are no whole number of samples of the shape [${shape.join(', ')}]`);
  if (labels !== undefined && labels.length !== count) fail('E0604', `${labels.length} labels for ${count} samples`);
  return Array.from({ length: count }, (_, index) => ({
    index,
    shape,
    values: values.subarray(index * size, (index + 1) * size),
    ...(labels && { label: labels[index]! }),
  }));
}

/** As an asynchronous sequence, whichever it is. */
export async function* inTurn(samples: Samples): AsyncGenerator<Sample> {
  yield* samples;
}
