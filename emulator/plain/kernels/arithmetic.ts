/** The loops of ALU, ALUP, BIAS and RESETP: results[n] = plane[n] function operand, modulo 2^32. */
import type { ARITHMETIC } from '../../../isa/machine.ts';
import type { NeuronRun, Operand } from '../planes.ts';

/** @param results may be the plane, or what the operand lies in: all of a neuron is read before it is written */
type ArithmeticLoop = (results: Int32Array, plane: Int32Array, operand: Operand, run: NeuronRun) => void;

export const ARITHMETIC_LOOPS: Readonly<Record<(typeof ARITHMETIC)[number], ArithmeticLoop>> = {
  add(results, plane, { values, address, period }, { first, count }) {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      results[n] = (plane[n]! + values[address + phase]!) | 0;
      if (++phase === period) phase = 0;
    }
  },
  sub(results, plane, { values, address, period }, { first, count }) {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      results[n] = (plane[n]! - values[address + phase]!) | 0;
      if (++phase === period) phase = 0;
    }
  },
  set(results, _plane, { values, address, period }, { first, count }) {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      results[n] = values[address + phase]!;
      if (++phase === period) phase = 0;
    }
  },
  min(results, plane, { values, address, period }, { first, count }) {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      const held = plane[n]!;
      const value = values[address + phase]!;
      results[n] = value < held ? value : held;
      if (++phase === period) phase = 0;
    }
  },
  max(results, plane, { values, address, period }, { first, count }) {
    let phase = 0;
    for (let n = first; n < first + count; n++) {
      const held = plane[n]!;
      const value = values[address + phase]!;
      results[n] = value > held ? value : held;
      if (++phase === period) phase = 0;
    }
  },
};

/** results[n] = source[n] * 2^shift modulo 2^32; shift 0..31. */
export function shiftLeft(results: Int32Array, source: Int32Array, { first, count }: NeuronRun, shift: number): void {
  for (let n = first; n < first + count; n++) results[n] = source[n]! << shift;
}

/** results[n] = floor(source[n] / 2^shift); shift 0..31. */
export function shiftDown(results: Int32Array, source: Int32Array, { first, count }: NeuronRun, shift: number): void {
  for (let n = first; n < first + count; n++) results[n] = source[n]! >> shift;
}

/** results[n] = source[n] / 2^shift towards zero; shift 1..31. */
export function shiftToZero(results: Int32Array, source: Int32Array, { first, count }: NeuronRun, shift: number): void {
  // Negative numbers are raised by what floor takes off them too much.
  const raise = 2 ** shift - 1;
  for (let n = first; n < first + count; n++) {
    const value = source[n]!;
    results[n] = (value + ((value >> 31) & raise)) >> shift;
  }
}
