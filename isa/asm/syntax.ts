/**
 * What assembler and disassembler agree on: directives, the fields of their rows, the names of ports. The rows are those of
 * chip.bin (container/layout.ts), so that text and bytes cannot drift apart.
 */
import type { RecordField } from '../fields.ts';
import { POLICIES } from '../chip.ts';
import { PLANE_NAMES } from '../planes.ts';
import {
  AFFINE_RECORD,
  CHIP_RECORD,
  CORE_RECORD,
  EVENT_MODE_RECORD,
  GROUP_RECORD,
  LIST_RECORD,
  PLACEMENT_RECORD,
  PLANE_RECORD,
  ROUTE_RECORD,
  SAMPLE_RECORD,
  SINK_RECORD,
  TREE_BOX_RECORD,
} from '../container/layout.ts';

const without = (fields: readonly RecordField[], ...names: readonly string[]): readonly RecordField[] =>
  fields.filter((field) => !names.includes(field.name));

/** Directives of the form `.name field=value ...`, with their fields in the order of printing. */
export const ROWS = {
  '.chip': without(CHIP_RECORD.fields, 'cores'),
  '.core': [{ name: 'core', type: 'u32', meaning: 'core index' }, ...CORE_RECORD.fields],
  '.event-mode': EVENT_MODE_RECORD.fields,
  '.group': GROUP_RECORD.fields,
  '.plane': PLANE_RECORD.fields,
  '.affine': [...without(SINK_RECORD.fields, 'kind'), ...AFFINE_RECORD.fields],
  '.list': [...without(SINK_RECORD.fields, 'kind'), ...LIST_RECORD.fields],
  '.route': ROUTE_RECORD.fields,
  '.input-part': TREE_BOX_RECORD.fields,
  '.output-part': TREE_BOX_RECORD.fields,
  '.placement': PLACEMENT_RECORD.fields,
  '.sample': without(SAMPLE_RECORD.fields, 'inputLength', 'readoutLength'),
} as const satisfies Record<string, readonly RecordField[]>;

export type RowName = keyof typeof ROWS;

/** Fields that hold a program address and may name a label. */
export const ADDRESS_FIELDS: ReadonlySet<string> = new Set(['tickHandler', 'resetHandler', 'touchHandler', 'handler']);

/** Lowest and highest value of the numeric field types. */
export const TYPE_RANGES: Readonly<Record<Exclude<RecordField['type'], 'sha256'>, readonly [number, number]>> = {
  u16: [0, 0xffff],
  u32: [0, 0xffff_ffff],
  i32: [-0x8000_0000, 0x7fff_ffff],
  u64: [0, Number.MAX_SAFE_INTEGER],
};

/** Names of the bits of a route's port mask; bits without a name cannot be set on any target. */
const PORT_NAMES = ['N', 'E', 'S', 'W', 'C0', 'C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', '', '', '', 'HOST'] as const;

/** `E|C0`, or a number where a bit has no name. */
export function formatPorts(mask: number): string {
  const names = PORT_NAMES.filter((_, bit) => ((mask >>> bit) & 1) === 1);
  return mask === 0 || mask > 0xffff || names.includes('') ? String(mask) : names.join('|');
}

/** The mask of `E|C0`; undefined where a name is not a port. */
export function parsePorts(text: string): number | undefined {
  let mask = 0;
  for (const name of text.split('|')) {
    const bit = name === '' ? -1 : PORT_NAMES.indexOf(name as (typeof PORT_NAMES)[number]);
    if (bit < 0) return undefined;
    mask |= 1 << bit;
  }
  return mask;
}

/** Fields whose values have names, by number. */
export const FIELD_NAMES: Readonly<Record<string, readonly string[]>> = { plane: PLANE_NAMES, policy: POLICIES };

/** An axon list writes dropped entries as a dash. */
export const DROPPED = '-';
