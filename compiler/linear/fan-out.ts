/** How many synapses hear each element of a branch's source. */
import { shapeSize, type Shape } from '../../isa/index.ts';
import type { Branch, ConvOperator } from '../ir/layers.ts';

/** @returns per element of the pooled source, NCHW. @param shape of the layer */
export function fanOut({ operator, pooled }: Branch<{ readonly length: number }>, shape: Shape): Float64Array {
  const size = shapeSize(pooled);
  const [, height, width] = pooled;
  switch (operator.kind) {
    case 'dense':
      return new Float64Array(size).fill(shapeSize(shape));
    case 'diagonal':
      return new Float64Array(size).fill(1);
    case 'sparse': {
      const counts = new Float64Array(size);
      for (const pre of operator.pre) counts[pre]!++;
      return counts;
    }
    case 'conv': {
      const rows = taps(operator, 0, height, shape[1]);
      const columns = taps(operator, 1, width, shape[2]);
      const heardBy = shape[0] / operator.groups;
      return Float64Array.from({ length: size }, (_, k) => {
        const at = k % (height * width);
        return heardBy * rows[Math.floor(at / width)]! * columns[at % width]!;
      });
    }
  }
}

/** Along one axis, outputs whose kernel covers each input. */
function taps(
  { kernel, stride, padding, dilation }: Pick<ConvOperator<unknown>, 'kernel' | 'stride' | 'padding' | 'dilation'>,
  axis: 0 | 1,
  inputs: number,
  outputs: number,
): Float64Array {
  const counts = new Float64Array(inputs);
  for (let output = 0; output < outputs; output++)
    for (let tap = 0; tap < kernel[axis]; tap++) {
      const input = output * stride[axis] + tap * dilation[axis] - padding[axis];
      if (input >= 0 && input < inputs) counts[input]!++;
    }
  return counts;
}
