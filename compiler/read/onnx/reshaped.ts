/** Activations under other dimensions. */
import { fail } from '../../../isa/index.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import type { Call } from './operator.ts';
import { activation, type Activation, viewAs } from './values.ts';

/** [1, C, H, W] → [1, features]: a node where the order of the elements has to be kept, else only another view. */
export function flattened(call: Call, value: Activation): Activation {
  if (value.rank === 2) return value;
  const [, height, width] = call.builder.shape(value.node);
  if (height === 1 && width === 1) return activation(value.node, 2);
  call.builder.add({ op: 'flatten', name: call.name, inputs: [value.node], order: value.order });
  return activation(call.name, 2);
}

/** The activation under other dimensions: a flatten, or a view that differs by ones only. */
export function reshaped(call: Call, value: Activation, from: readonly number[], dims: readonly number[]): Activation {
  if (dims.join() === from.join()) return value;
  if (dims.length === 2 && dims[0] === 1) return flattened(call, value);
  const view = viewAs(call.builder, value, dims);
  if (view !== undefined) return view;
  fail(
    'E0204',
    `${call.type} from ${formatShape(from)} to ${formatShape(dims)} is not read`,
    {},
    'Only a flatten to [batch, features] is, and dimensions of 1 that come or go.',
  );
}
