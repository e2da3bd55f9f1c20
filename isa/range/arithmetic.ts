/** The functions of ALU and ALUP: what they make of intervals, and which operands they take. */
import type { Bounds } from '../bounds.ts';
import { checkValues } from '../instruction/checks.ts';
import type { TickContext } from '../instruction/row.ts';
import { formOfRun, PLANE_NAMES, WIDEST_SATURATING } from '../planes.ts';
import { signedRange } from '../target-size.ts';
import type { Reachable } from './reachable.ts';

/** By number. */
export const ARITHMETIC = ['add', 'sub', 'set', 'min', 'max'] as const;

/** x * 2^shift; to the right down, or towards zero (rounding 1). */
export function shifted(x: number, shift: number, rounding: number): number {
  const exact = x * 2 ** shift;
  return rounding === 0 ? Math.floor(exact) : Math.trunc(exact) + 0;
}

/** Moves an interval of a plane on; every function keeps or turns the order of its operand. */
export function reachOfArithmetic(
  operator: number,
  plane: number,
  neuron: number,
  when: number,
  { min, max }: Bounds,
  states: Reachable,
): void {
  const [low, high] = [states.lowest(plane, neuron), states.highest(plane, neuron)];
  switch (ARITHMETIC[operator]!) {
    case 'add':
      states.change(when, plane, neuron, low + min, high + max);
      return;
    case 'sub':
      states.change(when, plane, neuron, low - max, high - min);
      return;
    case 'set':
      states.change(when, plane, neuron, min, max);
      return;
    case 'min':
      states.change(when, plane, neuron, Math.min(low, min), Math.min(high, max));
      return;
    case 'max':
      states.change(when, plane, neuron, Math.max(low, min), Math.max(high, max));
  }
}

interface ArithmeticFields {
  readonly function: number;
  readonly plane: number;
  readonly first: number;
  readonly count: number;
}

/**
 * Bits that an operand may have: where it is compared, or added to what saturates, the lanes need its exact value in 32 bits;
 * elsewhere 32 bits of it are enough.
 */
function operandBits(fields: ArithmeticFields, { image, chip }: TickContext): number {
  const form = formOfRun(image, fields.plane, fields, chip.target);
  if (form?.policy === 'saturate') return WIDEST_SATURATING;
  const compares = ARITHMETIC[fields.function] === 'min' || ARITHMETIC[fields.function] === 'max';
  return compares ? 32 : Infinity;
}

/** The shifted source fits the lanes. */
export function checkOperand(
  fields: ArithmeticFields & { readonly source: number; readonly shift: number },
  context: TickContext,
): void {
  const { image, chip, place, findings } = context;
  const bits = (formOfRun(image, fields.source, fields, chip.target)?.bits ?? 0) + Math.max(0, fields.shift);
  const most = operandBits(fields, context);
  findings.expect(
    bits <= most,
    `${PLANE_NAMES[fields.source]!} shifted by ${fields.shift} has ${bits} bits; this operation takes ${most}`,
    place,
  );
}

/** The parameters fit the lanes. */
export function checkParameterOperand(
  fields: ArithmeticFields & { readonly address: number; readonly period: number },
  context: TickContext,
): void {
  const most = operandBits(fields, context);
  if (Number.isFinite(most)) checkValues('operand', fields, signedRange(most), context);
}
