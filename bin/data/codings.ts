/** The codings of `--encode`, a row each. */

export interface CodingRow {
  /** Whether values below 0 are sent, as spikes of payload −1. */
  readonly signed: boolean;
  /** Whether a value is sent as spikes, not as it is. */
  readonly spikes: boolean;
  readonly random: boolean;
  /**
   * Puts a value into the steps of one element.
   *
   * @param rate spikes a step that stand for the value, −1 to 1; the value itself where no spikes do
   * @param put takes a step and what is sent in it, in spikes
   */
  readonly send: (rate: number, steps: number, put: (step: number, spikes: number) => void, random: Random) => void;
}

/** Numbers in [0, 1). */
export type Random = () => number;

/**
 * The codings of `--encode`.
 *
 * - constant: the value in every step.
 * - poisson: in every step a spike with the probability x, drawn for each step and element: a Poisson process in discrete
 *   time (Heeger, "Poisson model of spike generation", 2000).
 * - ttfs, time to first spike: one spike in step ⌊(1 − x)(T − 1) + ½⌋, and none for 0 (Thorpe, Gautrais: "Rank order
 *   coding", 1998, with a latency that falls linearly).
 * - delta: in every step x is added up, from ½ on, and a spike is sent whenever the sum reaches 1, which is then taken off:
 *   sigma-delta modulation, an integrate-and-fire neuron with soft reset (Yoon: "LIF and simplified SRM neurons encode
 *   signals into spikes via a form of asynchronous pulse sigma-delta modulation", 2016). T steps have ⌊T·x + ½⌋ spikes.
 */
export const CODING_ROWS = {
  constant: {
    ...{ signed: true, spikes: false, random: false },
    send: (rate, steps, put) => {
      for (let step = 0; step < steps; step++) put(step, rate);
    },
  },
  poisson: {
    ...{ signed: false, spikes: true, random: true },
    send: (rate, steps, put, random) => {
      for (let step = 0; step < steps; step++) if (random() < rate) put(step, 1);
    },
  },
  ttfs: {
    ...{ signed: false, spikes: true, random: false },
    send: (rate, steps, put) => put(Math.floor((1 - rate) * (steps - 1) + 0.5), 1),
  },
  delta: {
    ...{ signed: true, spikes: true, random: false },
    send: (rate, steps, put) => {
      const size = Math.abs(rate);
      for (let step = 0, sent = 0; step < steps; step++) {
        // Not added up, which would round in every step.
        if (Math.floor((step + 1) * size + 0.5) === sent) continue;
        sent++;
        put(step, Math.sign(rate));
      }
    },
  },
} as const satisfies Record<string, CodingRow>;

export type Coding = keyof typeof CODING_ROWS;
export const CODINGS = Object.keys(CODING_ROWS) as readonly Coding[];
export const isRandomCoding = (coding: Coding): boolean => CODING_ROWS[coding].random;
export const sendsSpikes = (coding: Coding): boolean => CODING_ROWS[coding].spikes;
