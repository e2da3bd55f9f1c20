/**
 * Quantised models (QDQ): QuantizeLinear of an activation is a staircase, DequantizeLinear its scale. ONNX rounds ties to
 * even numbers and a staircase rounds them up, so the two differ at exact ties alone.
 */
import { fail } from '../../../../isa/index.ts';
import { clipLevels, floorOf, scaleLevels } from '../levels.ts';
import {
  activationInput,
  type Call,
  constantInput,
  fresh,
  type OnnxOperators,
  optionalConstant,
  takesAnyLevels,
} from '../operator.ts';
import { integerRange } from '../tensors.ts';
import { type Constant, scalar } from '../values.ts';
import { combineWithConstant } from '../with-constant.ts';

export const quantize = {
  QuantizeLinear: {
    attributes: ['axis', 'saturate'],
    read: (call) => {
      positive(call, constantInput(call, 1));
      const zero = optionalConstant(call, 2);
      const point = zero === undefined ? 0 : scalar(zero);
      const [low, high] = integerRange(zero?.elementType);
      const steps = combineWithConstant(fresh(call), activationInput(call, 0), constantInput(call, 1), (step) => ({
        factor: 1 / step,
        summand: 0.5,
      }));
      const whole = floorOf(call.builder, steps, call.builder.uniqueName(call.name));
      return scaleLevels(clipLevels(whole, low - point, high - point), 1, point);
    },
  },
  DequantizeLinear: {
    attributes: ['axis'],
    takesLevels: takesAnyLevels,
    read: (call) => {
      const [value] = call.inputs;
      const scale = positive(call, constantInput(call, 1));
      const point = optionalConstant(call, 2);
      const zero = point === undefined ? 0 : scalar(point);
      if (value?.kind === 'levels') return scaleLevels(value, scale, -zero * scale);
      // Whole numbers that something was done with since they were quantised: moved, or the largest of them taken.
      return combineWithConstant(call, activationInput(call, 0), constantInput(call, 1), (step) => ({
        factor: step,
        summand: -zero * step,
      }));
    },
  },
} satisfies OnnxOperators;

function positive(call: Call, constant: Constant): number {
  if (constant.data.length !== 1)
    fail(
      'E0204',
      `${call.type} of an activation with a scale per channel is not read`,
      {},
      'Quantise activations per tensor.',
    );
  const scale = constant.data[0]!;
  return scale > 0 ? scale : fail('E0206', `${call.type} has the scale ${scale}`);
}
