/** The same elements in the same order under other dimensions. */
import { fail } from '../../../isa/index.ts';
import { formatShape, sizeOf } from '../../operators/shared/shapes.ts';
import { naturalShape } from './elements.ts';
import type { Call } from './operator.ts';
import { reshapedView } from './strided.ts';
import { type Activation, activation, type Constant, sampleOf, viewed, wholeOf } from './values.ts';

/** A view where there is one; where images become vectors, a flatten; else elements are renamed. */
export function reshaped(call: Call, value: Constant | Activation, dims: readonly number[]): Constant | Activation {
  if (value.kind === 'constant') return { ...value, dims };
  if (dims.join() === value.dims.join()) return value;
  const { builder, elements } = call;
  const view = reshapedView(value, dims);
  const [, height, width] = builder.shape(value.node);
  const isFlatten = dims.length === 2 && dims[0] === value.dims[0] && height * width > 1;
  if (view !== undefined && !(isFlatten && elements.isPermutation(value))) return viewed(value, view);
  const size = sizeOf(sampleOf(value).dims);
  if (sizeOf(dims) !== size && (dims[0] !== value.dims[0] || sizeOf(dims.slice(1)) !== size)) mixed(call, value);
  // With a batch of several the first dimension must stay it.
  const own = sizeOf(dims) === size ? wholeOf('', dims) : activation('', dims);
  const shape = naturalShape(sampleOf(own).dims);
  return { ...own, node: elements.nodeOf(value, shape, call.name) };
}

function mixed(call: Call, value: Activation): never {
  fail(
    'E0204',
    `${call.type} mixes the samples of the batch ${formatShape(value.dims)}`,
    {},
    'Export the model with a batch of 1 or a symbolic one.',
  );
}
