/** Flags of a neuron (bit 0 = f0, bit 1 = f1), and the conditions that instructions make of them. */

/** The condition that asks for no flag. */
export const ALWAYS = 0;
/** Conditions under which an instruction acts on a neuron, by number. */
export const WHEN_NAMES = ['always', 'f0', 'f1', 'not-f0', 'not-f1'] as const;

/** Bit of the flag that a condition asks for, and what it must be; `always` asks for none. */
export const CONDITIONS: readonly { readonly mask: number; readonly value: number }[] = [
  { mask: 0, value: 0 },
  { mask: 1, value: 1 },
  { mask: 2, value: 2 },
  { mask: 1, value: 0 },
  { mask: 2, value: 0 },
];
