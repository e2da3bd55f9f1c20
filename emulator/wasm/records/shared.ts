/** Fields that several instructions of the tick handler begin with, so that their kernels can share what works on them. */
import type { FieldTable, VariantTable } from './table.ts';

/** Instructions on a plane of a run of neurons. */
const STATE_FIELDS = {
  PLANE_AT: ['usize', 'First neuron of the run in the plane.'],
  SHIFT: ['u32', 'Bits that a result is shifted to the left and back, so that it wraps; 0 where it does not.'],
  LEAST: ['i32', 'What is stored lies here or above.'],
  MOST: ['i32', 'And here or below.'],
  FLAGS_AT: ['usize', 'Flags of the run, a byte per neuron; 0: it acts on all neurons.'],
  MASK: ['u32', 'Flags that the condition asks for; none: it holds for all neurons.'],
  VALUE: ['u32', 'What those must be.'],
  PARAMETERS_AT: ['usize', 'Parameters that the run repeats with a period; only where it takes any.'],
  PERIOD: ['u32', 'A multiple of 4, or not smaller than the run.'],
} as const satisfies FieldTable;

/** Those that write a flag. */
const FLAG_FIELDS = {
  COMPARISON: ['u32', 'COMPARISON_…'],
  BITS: ['u32', 'The flag, in each of four bytes.'],
  KEPT: ['u32', 'What is kept of the flags of four neurons before the comparison is added.'],
} as const satisfies FieldTable;

/** Those that send spikes. */
const SENDER_FIELDS = {
  FIRED: ['f64', 'Neurons that fired; like the three below it grows until it is collected.'],
  PAYLOAD: ['f64', 'Sum of the magnitudes of what their packets carried; only where that is not always 1.'],
  ACTIVE: ['f64', 'Neurons that were active.'],
  IDLE: ['f64', 'Neurons that were idle.'],
  PREVIOUS_AT: ['usize', 'First neuron of the run in V at the end of the last update.'],
  TREE: ['u32'],
  SENDS: ['u32', 'Whether packets are sent.'],
  HISTORY_AT: ['usize', 'Spikes of the run: a row of bits per tick from TICK_START on.'],
  HISTORY_STRIDE: ['u32', 'Bytes from row to row of the history.'],
  SPIKES_AT: [
    'usize',
    'Where the spikes of each neuron of the run are told to the outside: address of its word for ticks 0 to 31.',
  ],
  LAYERS_AT: [
    'usize',
    'Where spikes and payloads of each neuron of the run are counted, two f64 (address each); 0: nowhere.',
  ],
  LISTS: ['u32', 'Whether somebody needs the spikes as a list of indices.'],
  SINKS_AT: ['usize'],
  SINKS: ['u32'],
} as const satisfies FieldTable;

export type SharedPart = 'STATE' | 'FLAG' | 'SENDER';

export interface SharedTable extends VariantTable {
  readonly behind?: SharedPart;
}

export const SHARED_PARTS: Readonly<Record<SharedPart, SharedTable>> = {
  STATE: { fields: STATE_FIELDS },
  FLAG: { fields: FLAG_FIELDS, behind: 'STATE' },
  SENDER: { fields: SENDER_FIELDS },
};

export type StateField = keyof typeof STATE_FIELDS;
export type FlagField = StateField | keyof typeof FLAG_FIELDS;
export type SenderField = keyof typeof SENDER_FIELDS;
