/**
 * Integrate and fire with soft reset: V += input + bias; V ≥ θ sends a spike and V −= θ, so what exceeds the threshold is
 * kept, and at most one spike is sent in a tick.
 */
import { potentialBounds } from '../../isa/index.ts';
import type { Dynamics, Neuron, Response } from '../ir/neuron.ts';
import { BIAS, CURRENT, RESET } from './parts/instructions.ts';

/** Of numbers of any kind. */
const dynamics: Dynamics<'threshold'> = {
  tick({ potential, drive, parameters: { threshold } }, tick, spikes) {
    for (let k = 0; k < potential.length; k++) {
      let v = potential[k]! + drive[k]!;
      if (v >= threshold[k]!) {
        v -= threshold[k]!;
        spikes.add(tick, k);
      }
      potential[k] = v;
    }
  },
  settle({ potential, parameters: { threshold } }, window, counts) {
    for (let k = 0; k < potential.length; k++) {
      let v = potential[k]!;
      let count = 0;
      for (; count < window && v >= threshold[k]!; count++) v -= threshold[k]!;
      potential[k] = v;
      counts[k] = count;
    }
  },
};

/**
 * Of whole numbers below 2³² a quotient in double precision is off by less than what keeps it from the next whole number, so one
 * division gives what subtracting again and again does.
 */
const integers: Dynamics<'threshold'> = {
  tick: (state, tick, spikes) => {
    dynamics.tick(state, tick, spikes);
  },
  settle({ potential, parameters: { threshold } }, window, counts) {
    for (let k = 0; k < potential.length; k++) {
      const v = potential[k]!;
      if (v < threshold[k]!) {
        counts[k] = 0;
        continue;
      }
      const count = Math.min(window, Math.floor(v / threshold[k]!));
      potential[k] = v - count * threshold[k]!;
      counts[k] = count;
    }
  },
};

/** The staircase: nothing is lost at a reset, so charge in = charge out, ΣI = θ·n + V(T) − V(0). */
const staircase: Response = {
  spikes: (input, step, window) => Math.min(window, Math.floor(input / step + 0.5)),
  meanInput: (spikes, step, change, window) => spikes * step + change / window,
  evenSpikes: (spikes, potential, threshold, window) =>
    Math.min(window, Math.max(0, spikes + Math.floor(potential / threshold))),
  /**
   * Error of (θ/T)·⌊(z + δ)·T/θ⌋ against z: uniform in (δ − θ/T, δ]. With δ = θ/2T: mean 0, mean magnitude θ/4T, mean
   * square θ²/12T²; with δ = 0: −θ/2T, θ/2T, θ²/3T² (Deng & Gu 2021). Beyond 0 < δ < θ/T the error has one sign.
   */
  rounding(threshold, window, offset) {
    const step = threshold / window;
    const mean = offset - step / 2;
    const inside = offset > 0 && offset < step;
    const meanAbsolute = inside ? (offset ** 2 + (step - offset) ** 2) / (2 * step) : Math.abs(mean);
    return { mean, meanAbsolute, rms: Math.sqrt(mean ** 2 + step ** 2 / 12) };
  },
};

export const integrateAndFire = {
  fires: true,
  parameters: {
    threshold: { role: 'threshold', per: 'channel' },
    initial: { role: 'initial', per: 'channel or neuron' },
    bias: { role: 'bias', per: 'channel or neuron' },
  },
  float: dynamics,
  integer: integers,
  bounds: ({ parameters: { initial, bias }, synaptic, current, window }) =>
    // A reset only moves V towards 0 from above the threshold.
    potentialBounds({ initial, resetTo: 0, synaptic, bias, biasTicks: window, current, currentTicks: window }),
  response: staircase,
  tick: [
    BIAS,
    CURRENT,
    {
      op: 'FIRE',
      when: 'firing',
      covers: 'listeners',
      parameters: ['threshold'],
      idleAtZero: false,
      operation: ({ first, count, runs, tree }) => ({
        op: 'FIRE',
        fields: { compare: 0, reset: 0, first, count, ...runs.threshold, tree, resetValue: 0 },
      }),
    },
  ],
  reset: [RESET],
} as const satisfies Neuron<'threshold' | 'initial' | 'bias'>;
