/** The loops of DECAY: results[n] is what the plane of neuron n becomes. */
import type { NeuronRun, Operand } from '../planes.ts';

type DecayLoop = (results: Int32Array, plane: Int32Array, operand: Operand, run: NeuronRun) => void;

/**
 * The products have up to 47 bits, which doubles hold exactly, as they do the quotients by a power of two.
 *
 * @param scale 2^−k
 */
type MultiplyLoop = (...loop: [...Parameters<DecayLoop>, scale: number]) => void;

/** By rounding: towards zero, down, halves up. */
export const MULTIPLY_LOOPS: readonly MultiplyLoop[] = [
  (results, plane, { values, address, period }, { first, count }, scale) => {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      results[n] = (plane[n]! * values[address + phase]! * scale) | 0;
      if (++phase === period) phase = 0;
    }
  },
  (results, plane, { values, address, period }, { first, count }, scale) => {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      results[n] = Math.floor(plane[n]! * values[address + phase]! * scale);
      if (++phase === period) phase = 0;
    }
  },
  (results, plane, { values, address, period }, { first, count }, scale) => {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      results[n] = Math.floor(plane[n]! * values[address + phase]! * scale + 0.5);
      if (++phase === period) phase = 0;
    }
  },
];

/** The kinds without a factor. */
export const DECAY_LOOPS: Readonly<Record<'shift' | 'linear' | 'drift', DecayLoop>> = {
  shift(results, plane, { values, address, period }, { first, count }) {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      const held = plane[n]!;
      const part = held >> values[address + phase]!;
      // The part of a negative number is never 0.
      results[n] = held - (part === 0 && held > 0 ? 1 : part);
      if (++phase === period) phase = 0;
    }
  },
  linear(results, plane, { values, address, period }, { first, count }) {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      const held = plane[n]!;
      const step = values[address + phase]!;
      results[n] = held > step ? held - step : held < -step ? held + step : 0;
      if (++phase === period) phase = 0;
    }
  },
  drift(results, plane, { values, address, period }, { first, count }) {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      const held = plane[n]!;
      const step = values[address + phase]!;
      results[n] = held > 0 ? held - step : held < 0 ? held + step : 0;
      if (++phase === period) phase = 0;
    }
  },
};
