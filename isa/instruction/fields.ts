/** Fields of instructions, and those that several instructions have in common. */
import { PLANE_NAMES } from '../planes.ts';
import { WHEN_NAMES } from './flags.ts';

export interface Field<Name extends string = string> {
  readonly name: Name;
  readonly bits: number;
  readonly signed?: boolean;
  /** Symbolic values in assembly, by number. */
  readonly names?: readonly string[];
  /** Value that assembly leaves out. */
  readonly default?: number;
  readonly meaning: string;
}

export const field = <const Name extends string>(
  name: Name,
  bits: number,
  meaning: string,
  more: Pick<Field, 'signed' | 'names' | 'default'> = {},
): Field<Name> => ({ name, bits, meaning, ...more });

const DESTINATION = field('destination', 1, 'plane that is accumulated into: destination + 2 * bank', {
  names: ['V', 'I'],
});
const BANK = field('bank', 2, 'pair of planes: 0 = V and I, 1 = P2 and P3, 2 = P4 and P5, 3 = P6 and P7', {
  default: 0,
});
const UNSIGNED = field('unsigned', 1, '1: weights are never negative, all of their bits are the number', {
  default: 0,
});
const WIDE = field('wide', 1, '1, with w8 alone: weights of 16 bit', { default: 0 });
const WIDTH = field('width', 2, 'stored weight width', { names: ['w1', 'w2', 'w4', 'w8'] });
const SHIFT = field('shift', 5, 'left shift of the weight');
const COUNT = field('count', 16, 'number of neurons of the run');

export const FIRST = field('first', 16, 'first neuron of the run');
export const WEIGHTS = field('weights', 32, 'byte address of the weights in synapse memory');
export const PERIOD = field('period', 16, 'neuron k of the run uses the value at address + k mod period');
export const TREE = field('tree', 32, 'multicast tree of the packets; 0xffffffff in FIRE: no packets');
export const RESERVED = field('reserved', 16, 'zero');

/** Header of an instruction on an event. */
export const SYNAPTIC = [DESTINATION, WIDTH, SHIFT, BANK, UNSIGNED, WIDE] as const;
export const RUN = [FIRST, COUNT] as const;

/** Parameter address and period of a run. */
export const parameters = (of: string) => [field('address', 16, `parameter address of ${of}`), PERIOD] as const;
export const PLANE = field('plane', 3, 'plane that is written', { names: PLANE_NAMES });
export const SOURCE = field('source', 3, 'plane that is read', { names: PLANE_NAMES });
/** The neurons for which an instruction acts. */
export const WHEN = field('when', 3, 'neurons for which it acts, by their flags', { names: WHEN_NAMES, default: 0 });
export const COMPARISONS = ['ge', 'gt', 'le', 'lt'] as const;
/** Of what a flag gets to know. */
export const COMPARISON = [
  field('flag', 1, 'flag that is written', { names: ['f0', 'f1'] }),
  field('op', 2, 'comparison', { names: COMPARISONS }),
  field('combine', 1, 'with what the flag was', { names: ['set', 'or'], default: 0 }),
] as const;
export const PLANE_READ = field('plane', 3, 'plane that is compared', { names: PLANE_NAMES });
export const SHIFT_OF_SOURCE = field('shift', 6, 'of the source, to the left; negative: to the right', {
  signed: true,
  default: 0,
});
export const RESERVED_26 = field('reserved', 26, 'zero', { default: 0 });
export const ROUNDING = ['floor', 'zero'] as const;
