/** What instructions on events have in common. */
import { planeOf, type WeightBits, WIDTH_CODES } from '../../isa/machine.ts';
import type { CoreState } from './execution.ts';
import { planeOfCore } from './planes.ts';

/** What all instructions with weights have. */
interface SynapticFields {
  readonly destination: number;
  readonly bank: number;
  readonly width: number;
  readonly weights: number;
}

export interface SynapticOperands {
  /** The plane that is added to. */
  readonly state: Int32Array;
  readonly bits: WeightBits;
  /** All weights of the core that have this width, and which of them is the first. */
  readonly weights: Int8Array;
  readonly base: number;
}

/** What the fields of an instruction with weights name. */
export function synapticOperands(fields: SynapticFields, core: CoreState): SynapticOperands {
  const { synapses } = core;
  const bits = WIDTH_CODES[fields.width]!;
  return {
    state: planeOfCore(core, planeOf(fields)),
    bits,
    weights: synapses.unpacked(bits),
    base: (fields.weights * 8) / bits,
  };
}
