/**
 * Weights that no signed byte holds, as sums of some that one does. The kernels know signed bytes alone, on which their
 * speed rests: an instruction with other weights is executed once per digit, each with a shift of its own. Sums are modulo
 * 2^32, so the result is the same.
 */
import { type EventMnemonic, loadWeight, type OperationOf, type WeightForm, weightForm } from '../../isa/machine.ts';

/** A part of every weight of an instruction: weight = sum of (digit << place) over its digits. */
export interface WeightDigit {
  /** How the weights are stored that it is a part of. */
  readonly form: WeightForm;
  /** Bits of the weight below it. */
  readonly place: number;
  /** Its bits once those below it are gone; -1: all that are left, with the sign. */
  readonly mask: number;
}

/** An instruction with one digit of its weights, instead of the weights themselves. */
export interface DigitOperation<M extends EventMnemonic> {
  readonly operation: OperationOf<M>;
  readonly digit: WeightDigit;
}

/** A lane has no more. */
const LANE_BITS = 32;

/** Digit 7 bits wide: the most that a signed byte holds of bits without a sign. */
const SEVEN = 0x7f;

/** Digits of a form, the lowest first: -128..127 each. */
function digitsOf(form: WeightForm): readonly WeightDigit[] {
  const digit = (place: number, mask: number): WeightDigit => ({ form, place, mask });
  if (form.bits === 16)
    return form.unsigned
      ? [digit(0, 0b11), digit(2, SEVEN), digit(9, SEVEN)]
      : [digit(0, 1), digit(1, SEVEN), digit(8, -1)];
  return form.bits === 8 && form.unsigned ? [digit(0, 1), digit(1, SEVEN)] : [digit(0, -1)];
}

/** An instruction by the digits of its weights; what would be shifted out of a lane is left out. */
export function digitOperations<M extends EventMnemonic>(operation: OperationOf<M>): readonly DigitOperation<M>[] {
  const { fields }: OperationOf<EventMnemonic> = operation;
  return digitsOf(weightForm(fields))
    .filter(({ place }) => fields.shift + place < LANE_BITS)
    .map((digit) => ({
      operation: { ...operation, fields: { ...fields, shift: fields.shift + digit.place } },
      digit,
    }));
}

/** Of weight k of the run that starts at byte `start`. */
export function loadDigit(memory: Uint8Array, start: number, k: number, { form, place, mask }: WeightDigit): number {
  return (loadWeight(memory, start, k, form.bits, form.unsigned) >> place) & mask;
}

/** Whether digits are the bytes of the memory. */
export const areBytes = ({ form, mask }: WeightDigit): boolean => form.bits === 8 && mask === -1;

/** What tells digits apart: those with the same key are the same of equal bytes. */
export const digitKey = ({ form, place }: WeightDigit): string => `${form.unsigned ? 'u' : 'w'}${form.bits}.${place}`;
