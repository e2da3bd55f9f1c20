/** Several outputs of a model as one read-out. */
import { sizeOf } from '../../operators/shared/shapes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Elements } from './elements.ts';
import { readable } from './readable.ts';
import { type Activation, sampleOf } from './values.ts';

/**
 * A node [n, 1, 1] of the elements of one sample in their order. An image is taken apart by single connections: vectors of
 * several images have no common height and width.
 */
function vectorOf(builder: GraphBuilder, elements: Elements, value: Activation, name: string): string {
  const size = sizeOf(sampleOf(value).dims);
  return builder.asElements(elements.nodeOf(value, [size, 1, 1], name));
}

/** The node of all outputs, one behind the other, and what the user is told of it. */
export function headsOf(
  builder: GraphBuilder,
  elements: Elements,
  outputs: readonly Activation[],
  names: readonly string[],
): { readonly node: string; readonly text: string } {
  const inputs = outputs.map((output, k) => vectorOf(builder, elements, output, readable(names[k]!)));
  const sizes = inputs.map((input) => builder.shape(input)[0]);
  const list = names.map((name, k) => `${readable(name)} (${sizes[k]})`).join(', ');
  const text = `the outputs are heads of one read-out, in this order: ${list}; snnemu eval tells classes apart in each where its heads are ${sizes.join(',')}`;
  return { node: builder.add({ op: 'concat', name: builder.uniqueName('heads'), inputs }).name, text };
}
