/** Outputs of a model side by side. */
import { sizeOf } from '../../operators/shared/shapes.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Elements } from './elements.ts';
import { type Activation, sampleOf } from './values.ts';

/**
 * A node [n, 1, 1] of the elements of one sample in their order. An image is taken apart by single connections: vectors of
 * several images have no common height and width.
 */
export function vectorOf(builder: GraphBuilder, elements: Elements, value: Activation, name: string): string {
  const size = sizeOf(sampleOf(value).dims);
  return builder.asElements(elements.nodeOf(value, [size, 1, 1], name));
}
