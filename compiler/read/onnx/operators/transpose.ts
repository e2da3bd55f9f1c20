/** Axes in another order: of a constant, or noted until a flatten takes it. */
import { fail } from '../../../../isa/index.ts';
import { sizeOf } from '../../../operators/shared/shapes.ts';
import { type OnnxOperators, tensorInput } from '../operator.ts';
import { axesOf, type Constant } from '../values.ts';

export const transpose = {
  Transpose: {
    attributes: ['perm'],
    read: (call) => {
      const value = tensorInput(call);
      const rank = value.kind === 'constant' ? value.dims.length : value.rank;
      const order = call.attributes.ints('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
      if ([...order].sort((a, b) => a - b).join() !== Array.from({ length: rank }, (_, axis) => axis).join()) {
        fail('E0206', `Transpose of ${rank} dimensions has the perm [${order.join(', ')}]`);
      }
      if (value.kind === 'constant') return transposeConstant(value, order);
      if (order[0] !== 0) fail('E0204', `Transpose with the perm [${order.join(', ')}] moves the batch`);
      if (value.rank === 2) return value;
      const axes = order.slice(1).map((axis) => axesOf(value)[axis - 1]!);
      const [first, second, third] = axes as [number, number, number?];
      return { ...value, order: third === undefined ? [first, value.order[1], second] : [first, second, third] };
    },
  },
} satisfies OnnxOperators;

function transposeConstant(constant: Constant, order: readonly number[]): Constant {
  const { dims, data: from } = constant;
  const newDims = order.map((axis) => dims[axis]!);
  const steps = order.map((axis) => sizeOf(dims.slice(axis + 1)));
  const data = from.slice();
  const length = newDims.at(-1) ?? 1;
  const step = steps.at(-1) ?? 1;
  const position = new Array<number>(Math.max(0, dims.length - 1)).fill(0);
  let start = 0;
  for (let row = 0; row < data.length; row += length) {
    for (let index = 0; index < length; index++) data[row + index] = from[start + index * step]!;
    // The next row: the axes before the last count on like an odometer.
    for (let axis = position.length - 1; axis >= 0; axis--) {
      start += steps[axis]!;
      if (++position[axis]! < newDims[axis]!) break;
      start -= steps[axis]! * newDims[axis]!;
      position[axis] = 0;
    }
  }
  return { ...constant, dims: newDims, data };
}
