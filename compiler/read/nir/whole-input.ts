/** Convolutions of one of several inputs, as convolutions of all of them: so they stay what they are, and become no matrix. */
import { LARGEST_TENSOR } from '../../ann/infer-shape.ts';
import type { Convolution, Link, Matrix } from './linear.ts';

/** The same links; where the first one takes some channels for a convolution, it is left out, and the kernels get zeros for the others. */
export function heardWhole(links: readonly Link[]): readonly Link[] {
  const [first, ...behind] = links;
  if (first?.part.kind !== 'matrix' || first.part.channels === undefined) return links;
  const at = behind.findIndex(({ part: { kind } }) => kind !== 'wire' && kind !== 'pool' && kind !== 'delay');
  const found = behind[at];
  if (found?.part.kind !== 'conv' || found.part.groups !== 1) return links;
  const part = widened(found.part, first.part.channels);
  return part === undefined ? links : behind.with(at, { ...found, part });
}

function widened(part: Convolution, { first, of }: NonNullable<Matrix['channels']>): Convolution | undefined {
  const [outputs, inputs] = part.tensor.shape as [number, number];
  const area = part.kernel[0] * part.kernel[1];
  if (outputs * of * area > LARGEST_TENSOR) return undefined;
  const weight = new Float64Array(outputs * of * area);
  for (let output = 0; output < outputs; output++)
    weight.set(
      part.weight.subarray(output * inputs * area, (output + 1) * inputs * area),
      (output * of + first) * area,
    );
  return { ...part, weight, tensor: { shape: [outputs, of, ...part.kernel], data: Float32Array.from(weight) } };
}
