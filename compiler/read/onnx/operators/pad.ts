/** Zero padding. */
import { fail } from '../../../../isa/index.ts';
import { axisOf, type Call, type OnnxOperators, optionalConstant, spatialInput } from '../operator.ts';
import { activation, integers, scalar } from '../values.ts';
import { asPadding } from '../windows.ts';

export const pad = {
  Pad: {
    attributes: ['mode', 'pads', 'value'],
    read: (call) => {
      const input = spatialInput(call);
      const mode = call.attributes.string('mode', 'constant');
      if (mode !== 'constant') fail('E0204', `Pad with mode "${mode}" is not read`);
      const valueConstant = optionalConstant(call, 2);
      const value = valueConstant === undefined ? call.attributes.float('value', 0) : scalar(valueConstant);
      if (value !== 0) fail('E0204', `Pad with the value ${value} is not read; only zero padding is`);
      const padding = asPadding(call, spatialPads(call, input.rank), input.rank);
      if (padding.every((count) => count === 0)) return input;
      call.builder.add({ op: 'pad', name: call.name, inputs: [input.node], padding });
      return activation(call.name, input.rank);
    },
  },
} satisfies OnnxOperators;

/** [top, left, bottom, right] ([left, right] for a sequence) of a pad list [begins…, ends…] over the axes named, or all. */
function spatialPads(call: Call, rank: 3 | 4): number[] {
  const constant = optionalConstant(call, 1);
  const pads = constant === undefined ? call.attributes.ints('pads') : integers(constant);
  if (pads === undefined) fail('E0206', 'Pad has no pads');
  const axesConstant = optionalConstant(call, 3);
  const axes = (axesConstant === undefined ? [0, 1, 2, 3].slice(0, rank) : integers(axesConstant)).map((axis) =>
    axisOf(call, axis, rank),
  );
  if (pads.length !== 2 * axes.length || new Set(axes).size !== axes.length) {
    fail('E0206', `Pad has ${pads.length} pads for the axes [${axes.join(', ')}]`);
  }
  const spatial = rank - 2;
  const result = Array<number>(2 * spatial).fill(0);
  for (const [index, axis] of axes.entries()) {
    const [begin, end] = [pads[index]!, pads[index + axes.length]!];
    if (axis >= 2) {
      result[axis - 2] = begin;
      result[axis - 2 + spatial] = end;
    } else if (begin !== 0 || end !== 0) {
      fail('E0204', `Pad of the ${axis === 0 ? 'batch' : 'channels'} is not read`);
    }
  }
  return result;
}
