/** Multiples of a plane, as sums of shifts. */
import { ARITHMETIC, WHEN_NAMES } from '../../../isa/index.ts';
import type { ProgramStep } from '../../ir/program.ts';

/**
 * plane = plane + times × source, as one addition for each bit of `times`: every partial sum lies between the first and the last, so
 * none is wider.
 */
export function addTimes(times: number, plane: number, source: number): ProgramStep[] {
  const common = { plane, source, function: ARITHMETIC.indexOf('add'), rounding: 0, reserved: 0 };
  const when = WHEN_NAMES.indexOf('always');
  const steps: ProgramStep[] = [];
  for (let shift = 0; times >> shift > 0; shift++)
    if (((times >> shift) & 1) === 1)
      steps.push({ op: 'ALU', when: 'firing', fields: { ...common, shift, when }, parameters: [] });
  return steps;
}
