/**
 * Integrate and fire that takes spikes back: where V has fallen below 0 and a spike has been sent that was not taken back yet, it
 * sends −1, and V += θ. What came too early does no lasting harm then: the count follows what has come in, down as well as up.
 */
import { bitsNeeded, I, potentialBounds, V } from '../../isa/index.ts';
import type { BoundInputs, Dynamics, Neuron } from '../ir/neuron.ts';
import type { NeuronProgram, Programmed, ProgramStep } from '../ir/program.ts';
import { integrateAndFire } from './integrate-and-fire.ts';
import { codeOfProgram } from './parts/program-code.ts';

/** The first plane beside V and I. */
const P2 = 2;

/** Integers follow the same formulas as numbers of any kind. */
const dynamics: Dynamics<'threshold'> = {
  tick({ potential, drive, parameters: { threshold } }, tick, spikes) {
    const { counts } = spikes;
    for (let k = 0; k < potential.length; k++) {
      let v = potential[k]! + drive[k]!;
      if (v >= threshold[k]!) {
        v -= threshold[k]!;
        spikes.add(tick, k);
      } else if (v < 0 && counts[k]! > 0) {
        v += threshold[k]!;
        spikes.takeBack(tick, k);
      }
      potential[k] = v;
    }
  },
  // Where nothing comes in any more, V does not fall: nothing is taken back.
  settle: (state, window, counts) => {
    integrateAndFire.float.settle(state, window, counts);
  },
};

const firing = (op: ProgramStep['op'], fields: ProgramStep['fields'], parameters: readonly string[]): ProgramStep => ({
  ...{ op, when: 'firing', fields, parameters },
});

/** Counts in I where nothing comes in by it, so that no state is needed beside V and I. */
function program(window: number, hearsInput: boolean): NeuronProgram {
  const counter = hearsInput ? P2 : I;
  const bits = bitsNeeded({ min: 0, max: window });
  return {
    planes: hearsInput ? [{ plane: P2, policy: 'prove', bits }] : [],
    initial: [{ plane: V, parameter: 'initial' }],
    steps: [
      firing('BIAS', {}, ['bias']),
      ...(hearsInput ? [firing('CURRENT', {}, [])] : []),
      firing('FIRES', { compare: 0, counter }, ['threshold']),
    ],
  };
}

export const signedIntegrateAndFire = {
  ...codeOfProgram(program(1, true)),
  parameters: integrateAndFire.parameters,
  signed: true,
  program,
  float: dynamics,
  integer: dynamics,
  bounds({ parameters, synaptic, current, window }: BoundInputs<keyof typeof integrateAndFire.parameters>) {
    const { threshold, initial, bias: added } = parameters;
    const terms = { initial, synaptic, bias: added, biasTicks: window, current, currentTicks: window };
    // Behind a spike V ≥ 0, behind one that is taken back V < θ; further ones of either kind move it on, towards the other end.
    const { min } = potentialBounds({ ...terms, resetTo: 0 });
    const { max } = potentialBounds({ ...terms, resetTo: threshold - 1 });
    return { min, max };
  },
  /** Charge in = charge out, as without: n are the spikes less those that were taken back. */
  response: integrateAndFire.response,
} as const satisfies Neuron & Programmed;
