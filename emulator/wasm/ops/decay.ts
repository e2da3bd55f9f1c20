/** DECAY as a record for the kernels. */
import { DECAY_KINDS, DECAY_ROUNDINGS, type OperationOf, OPS } from '../../../isa/machine.ts';
import type { TickLayout } from '../layout.ts';
import type { OwnValues, FieldTable } from '../records/table.ts';
import type { StateField } from '../records/shared.ts';
import { parameterFields, stateFields } from '../state-record.ts';

const FIELDS = {
  KIND: ['u32', 'DECAY_KIND_…; the parameters of a shift by d are factors 2^(31-d).'],
  DENOMINATOR: ['u32', 'A factor is divided by this power of two.'],
  ADDED: ['u32', 'What is added to a product before that.'],
  ADDED_BELOW: ['u32', 'And what besides where the state is negative.'],
} as const satisfies FieldTable;

export const decay: TickLayout<'DECAY', keyof typeof FIELDS, StateField> = {
  behind: 'STATE',
  fields: FIELDS,
  layOut({ fields }, { core }) {
    const isShift = DECAY_KINDS[fields.kind] === 'shift';
    return {
      cycles: OPS.DECAY.cycles.perUnit(fields, core.shared.target.timing),
      own: {
        ...stateFields(fields, core),
        // Lanes of 64 bits multiply by numbers of their own, but shift all by the same one.
        ...parameterFields(fields, core, isShift ? (shift) => 2 ** (SHIFT_DENOMINATOR - shift) : undefined),
        KIND: fields.kind,
        ...(isShift ? { DENOMINATOR: SHIFT_DENOMINATOR } : factorFields(fields)),
      },
    };
  },
};

/** Bits of the denominator of a shift by one bit or more, whose factors fit a lane. */
const SHIFT_DENOMINATOR = 31;

/** What a division by 2^k rounds down becomes the rounding that is wanted by what is added to the product. */
function factorFields({ kind, rounding, bits }: OperationOf<'DECAY'>['fields']): OwnValues<keyof typeof FIELDS> {
  if (DECAY_KINDS[kind] !== 'mul') return {};
  const denominator = bits + 1;
  return {
    DENOMINATOR: denominator,
    ADDED: DECAY_ROUNDINGS[rounding] === 'half' ? 2 ** (denominator - 1) : 0,
    ADDED_BELOW: DECAY_ROUNDINGS[rounding] === 'zero' ? 2 ** denominator - 1 : 0,
  };
}
