/** Rounding down: the beginning of a staircase. */
import { floorOf } from '../levels.ts';
import { activationInput, type OnnxOperators } from '../operator.ts';

export const floor = {
  Floor: {
    attributes: [],
    read: (call) => floorOf(call.builder, activationInput(call, 0), call.name),
  },
} satisfies OnnxOperators;
