/** What instructions of neuron programs do with numbers, whole or not: the engines differ in what they keep of the results. */
import { ARITHMETIC } from '../../isa/index.ts';
import type { ProgramStep } from '../ir/program.ts';

const COMPARED: readonly ((left: number, right: number) => boolean)[] = [
  (left, right) => left >= right,
  (left, right) => left > right,
  (left, right) => left <= right,
  (left, right) => left < right,
];

/** Sets the flag that COMPARE or COMPAREP writes for neuron n. @param holds whether its condition does */
export function compare(
  { flag, op, combine }: ProgramStep['fields'],
  flags: Uint8Array,
  n: number,
  holds: boolean,
  left: number,
  right: number,
): void {
  const bit = 1 << flag!;
  const is = holds && COMPARED[op!]!(left, right);
  const before = combine === 1 && (flags[n]! & bit) !== 0;
  if (is || before) flags[n]! |= bit;
  else flags[n]! &= ~bit;
}

/** The function of ALU and ALUP. */
export function combined(operator: number, left: number, right: number): number {
  switch (ARITHMETIC[operator]!) {
    case 'add':
      return left + right;
    case 'sub':
      return left - right;
    case 'set':
      return right;
    case 'min':
      return Math.min(left, right);
    case 'max':
      return Math.max(left, right);
  }
}
