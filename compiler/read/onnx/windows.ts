/** Kernel, stride and padding attributes, which convolution and pooling share. */
import { fail, type Shape } from '../../../isa/index.ts';
import type { Padding, Pair } from '../../ir/ann.ts';
import type { Call } from './operator.ts';

export interface Windows {
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
}

/** @throws E0204 for values that are not read, E0206 for attributes of the wrong length */
export function readWindows(call: Call, input: Shape, kernel: Pair): Windows {
  const stride = pairAttribute(call, 'strides') ?? [1, 1];
  const dilation = pairAttribute(call, 'dilations') ?? [1, 1];
  return { stride, dilation, padding: readPadding(call, input, kernel, stride, dilation) };
}

/** Two positive integers, or undefined where the attribute is absent. */
export function pairAttribute(call: Call, name: string): Pair | undefined {
  const values = call.attributes.ints(name);
  if (values === undefined) return undefined;
  const [vertical, horizontal] = values;
  if (vertical === undefined || horizontal === undefined || values.length !== 2) {
    fail('E0206', `${call.type} has "${name}" with ${values.length} values instead of 2`);
  }
  if (vertical < 1 || horizontal < 1) fail('E0206', `${call.type} has "${name}" [${values.join(', ')}]`);
  return [vertical, horizontal];
}

function readPadding(call: Call, input: Shape, kernel: Pair, stride: Pair, dilation: Pair): Padding {
  const mode = call.attributes.string('auto_pad', 'NOTSET');
  if (mode === 'VALID') return [0, 0, 0, 0];
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
    const [top, bottom] = samePadding(input[1], kernel[0], stride[0], dilation[0], mode);
    const [left, right] = samePadding(input[2], kernel[1], stride[1], dilation[1], mode);
    return [top, left, bottom, right];
  }
  if (mode !== 'NOTSET') fail('E0204', `${call.type} has auto_pad "${mode}"`);
  const pads = call.attributes.ints('pads') ?? [0, 0, 0, 0];
  return asPadding(call, pads);
}

/** @throws E0204 for negative values, E0206 for another number of values than 4 */
export function asPadding(call: Call, pads: readonly number[]): Padding {
  if (pads.length !== 4) fail('E0206', `${call.type} has ${pads.length} pads instead of 4`);
  if (pads.some((value) => value < 0)) fail('E0204', `${call.type} has negative pads [${pads.join(', ')}]`);
  return pads as unknown as Padding;
}

/** Padding so that the output has ceil(n / stride) positions; the odd one goes to the end for SAME_UPPER. */
function samePadding(n: number, kernel: number, stride: number, dilation: number, mode: string): [number, number] {
  const total = Math.max(0, (Math.ceil(n / stride) - 1) * stride + dilation * (kernel - 1) + 1 - n);
  const small = Math.floor(total / 2);
  return mode === 'SAME_UPPER' ? [small, total - small] : [total - small, small];
}
