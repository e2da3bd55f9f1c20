/** Fields of instructions, and those that several instructions have in common. */

export interface Field<Name extends string = string> {
  readonly name: Name;
  readonly bits: number;
  readonly signed?: boolean;
  /** Symbolic values in assembly, by number. */
  readonly names?: readonly string[];
  readonly meaning: string;
}

export const field = <const Name extends string>(
  name: Name,
  bits: number,
  meaning: string,
  more: Pick<Field, 'signed' | 'names'> = {},
): Field<Name> => ({ name, bits, meaning, ...more });

const DESTINATION = field('destination', 1, 'state that is accumulated into', { names: ['V', 'I'] });
const WIDTH = field('width', 2, 'stored weight width', { names: ['w1', 'w2', 'w4', 'w8'] });
const SHIFT = field('shift', 5, 'left shift of the weight');
const COUNT = field('count', 16, 'number of neurons of the run');

export const FIRST = field('first', 16, 'first neuron of the run');
export const WEIGHTS = field('weights', 32, 'byte address of the weights in synapse memory');
export const PERIOD = field('period', 16, 'neuron k of the run uses the value at address + k mod period');
export const TREE = field('tree', 32, 'multicast tree of the packets; 0xffffffff in FIRE: no packets');
export const RESERVED = field('reserved', 16, 'zero');

/** Header of an instruction on an event. */
export const SYNAPTIC = [DESTINATION, WIDTH, SHIFT] as const;
export const RUN = [FIRST, COUNT] as const;
