/** Parts of a tensor. */
import { fail } from '../../../../isa/index.ts';
import { axisOf, type Call, constantInput, intsInput, type OnnxOperators, tensorInput, withView } from '../operator.ts';
import { reshapedView, slicedView, type Strided } from '../strided.ts';
import { type Activation, type Constant, integers, type Value } from '../values.ts';

export const slice = {
  Slice: {
    attributes: ['axes', 'ends', 'starts'],
    read: (call) => {
      const value = tensorInput(call);
      const starts = intsInput(call, 1, 'starts') ?? fail('E0206', 'Slice has no starts');
      const ends = intsInput(call, 2, 'ends') ?? fail('E0206', 'Slice has no ends');
      const axes = intsInput(call, 3, 'axes') ?? starts.map((_, axis) => axis);
      const steps = intsInput(call, 4, 'steps') ?? starts.map(() => 1);
      if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
        fail(
          'E0206',
          `Slice has ${starts.length} starts, ${ends.length} ends, ${axes.length} axes and ${steps.length} steps`,
        );
      return withView(value, (view) =>
        starts.reduce((part, start, k) => {
          const axis = axisOf(call, axes[k]!, view.dims.length);
          refuseBatch(call, view, axis);
          return cut(call, part, axis, { start, end: ends[k]!, step: steps[k]! });
        }, view),
      );
    },
  },
  Gather: {
    attributes: ['axis'],
    read: (call) => {
      const value = tensorInput(call);
      const indices = constantInput(call, 1);
      const axis = axisOf(call, call.attributes.int('axis', 0), value.dims.length);
      const length = value.dims[axis]!;
      const picked = integers(indices).map((index) => axisOf(call, index, length));
      const step = picked.length > 1 ? picked[1]! - picked[0]! : 1;
      if (picked.length === 0 || picked.some((index, k) => index !== picked[0]! + k * step))
        fail('E0204', 'Gather of indices that are not evenly spaced is not read', {}, 'Write it as Slice and Concat.');
      refuseBatch(call, value, axis);
      return withView(value, (view) => {
        const part = slicedView(view, axis, picked[0]!, step, picked.length);
        return reshapedView(part, part.dims.toSpliced(axis, 1, ...indices.dims))!;
      });
    },
  },
  Split: {
    attributes: ['axis', 'num_outputs', 'split'],
    read: (call) => {
      const value = tensorInput(call);
      const axis = axisOf(call, call.attributes.int('axis', 0), value.dims.length);
      const length = value.dims[axis]!;
      const stated = intsInput(call, 1, 'split');
      const even = Math.ceil(length / call.outputs);
      const sizes =
        stated ?? Array.from({ length: call.outputs }, (_, k) => Math.max(0, Math.min(even, length - k * even)));
      if (
        sizes.length !== call.outputs ||
        sizes.reduce((sum, size) => sum + size, 0) !== length ||
        sizes.some((size) => size < 1)
      )
        fail('E0205', `Split of ${length} elements into ${call.outputs} parts of [${sizes.join(', ')}]`);
      if (sizes.length > 1) refuseBatch(call, value, axis);
      let start = 0;
      return sizes.map((size): Value => {
        const from = start;
        start += size;
        return withView(value, (view) => slicedView(view, axis, from, 1, size));
      });
    },
  },
} satisfies OnnxOperators;

/** Parts of a batch are other samples: each is read by itself, so the parts would all be the same. @throws E0204 */
function refuseBatch(call: Call, value: Strided | Constant | Activation, axis: number): void {
  const isBatch = call.inputs[0]?.kind === 'activation' && 'strides' in value && value.strides[axis] === 0;
  if (isBatch && axis === 0 && value.dims[axis]! > 1)
    fail(
      'E0204',
      `${call.type} takes a batch of ${value.dims[axis]} samples apart, which is not read`,
      {},
      'Export the model with a batch of 1 or a symbolic one.',
    );
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** Negative places count from the end, and places beyond it are the end. @throws E0206 for a step of 0, E0205 where nothing is left */
function cut(call: Call, view: Strided, axis: number, { start, end, step }: Range): Strided {
  if (step === 0) fail('E0206', 'Slice has the step 0');
  const length = view.dims[axis]!;
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const place = (index: number): number => Math.min(most, Math.max(least, index < 0 ? index + length : index));
  const first = place(start);
  const count = Math.max(0, Math.ceil((place(end) - first) / step));
  if (count === 0 && call.inputs[0]?.kind !== 'constant') fail('E0205', `Slice leaves nothing of the axis ${axis}`);
  return slicedView(view, axis, first, step, count);
}
