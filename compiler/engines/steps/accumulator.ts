/** A read-out adds up. */
import type { ReferenceStep } from '../reference-step.ts';

export const accumulator: ReferenceStep = {
  reset({ potential, parameters }) {
    potential.set(parameters.initial!);
  },
  tick({ potential, parameters }) {
    const bias = parameters.bias!;
    for (let k = 0; k < potential.length; k++) potential[k]! += bias[k]!;
    return 0;
  },
};
