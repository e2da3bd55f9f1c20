/** Integrate and fire: V ≥ θ fires, and V −= θ. */
import type { ReferenceStep } from '../reference-step.ts';

export const integrateAndFire: ReferenceStep = {
  reset({ potential, parameters }) {
    potential.set(parameters.initial!);
  },
  tick({ potential, parameters, spikes }) {
    const bias = parameters.bias!;
    const threshold = parameters.threshold!;
    let fired = 0;
    for (let k = 0; k < potential.length; k++) {
      potential[k]! += bias[k]!;
      if (potential[k]! < threshold[k]!) continue;
      potential[k]! -= threshold[k]!;
      spikes[k] = 1;
      fired++;
    }
    return fired;
  },
};
