/** What instructions on events have in common. */
import { type EventMnemonic, planeOf, type StoredBits } from '../../isa/machine.ts';
import type { DigitOperation } from '../machine/digits.ts';
import type { CoreState } from './execution.ts';
import { planeOfCore } from './planes.ts';

export interface SynapticOperands {
  /** The plane that is added to. */
  readonly state: Int32Array;
  /** Of a stored weight. */
  readonly bits: StoredBits;
  /** This digit of all weights of the core that are so stored, and which of them is the first. */
  readonly weights: Int8Array;
  readonly base: number;
}

/** What the fields of an instruction with weights name. */
export function synapticOperands(
  { operation: { fields }, digit }: DigitOperation<EventMnemonic>,
  core: CoreState,
): SynapticOperands {
  const { synapses } = core;
  const { bits } = digit.form;
  return {
    state: planeOfCore(core, planeOf(fields)),
    bits,
    weights: synapses.unpacked(digit),
    base: (fields.weights * 8) / bits,
  };
}
