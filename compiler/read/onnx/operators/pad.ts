/** Zero padding. */
import { fail } from '../../../../isa/index.ts';
import {
  axisOf,
  type Call,
  imageInput,
  imageOf,
  intsInput,
  type OnnxOperators,
  optionalConstant,
  activationInput,
} from '../operator.ts';
import { integers, scalar } from '../values.ts';
import { asPadding } from '../windows.ts';

export const pad = {
  Pad: {
    attributes: ['mode', 'pads', 'value'],
    read: (call) => {
      const value = activationInput(call, 0);
      const mode = call.attributes.string('mode', 'constant');
      if (mode !== 'constant') fail('E0204', `Pad with mode "${mode}" is not read`);
      const constant = optionalConstant(call, 2);
      const filler = constant === undefined ? call.attributes.float('value', 0) : scalar(constant);
      const pads = padsOf(call, value.dims.length);
      if (pads.every((count) => count === 0)) return value;
      if (filler !== 0) fail('E0204', `Pad with the value ${filler} is not read; only zero padding is`);
      const input = imageInput(call);
      const padding = asPadding(call, spatialPads(pads, input.rank), input.rank);
      call.builder.add({ op: 'pad', name: call.name, inputs: [input.node], padding });
      return imageOf(call, call.name, input);
    },
  },
} satisfies OnnxOperators;

/** [begins…, ends…] of all axes, from a list over the axes named, or over all. */
function padsOf(call: Call, rank: number): number[] {
  const pads = intsInput(call, 1, 'pads') ?? fail('E0206', 'Pad has no pads');
  const named = optionalConstant(call, 3);
  const all = Array.from({ length: rank }, (_, axis) => axis);
  const axes = (named === undefined ? all : integers(named)).map((axis) => axisOf(call, axis, rank));
  if (pads.length !== 2 * axes.length || new Set(axes).size !== axes.length)
    fail('E0206', `Pad has ${pads.length} pads for the axes [${axes.join(', ')}]`);
  const result = Array<number>(2 * rank).fill(0);
  for (const [index, axis] of axes.entries()) {
    result[axis] = pads[index]!;
    result[axis + rank] = pads[index + axes.length]!;
  }
  return result;
}

/** [top, left, bottom, right] ([left, right] for a sequence). @throws E0204 for pads of the batch or the channels */
function spatialPads(pads: readonly number[], rank: 3 | 4): number[] {
  const outer = ['batch', 'channels'].find((_, axis) => pads[axis] !== 0 || pads[axis + rank] !== 0);
  if (outer !== undefined) fail('E0204', `Pad of the ${outer} is not read`);
  return [...pads.slice(2, rank), ...pads.slice(rank + 2)];
}
