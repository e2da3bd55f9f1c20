/**
 * The instruction set: one row per instruction. Encoder, decoder, assembler, disassembler, verifier, the tables of
 * spec/isa.md and the generators of the property tests derive from this table.
 *
 * An instruction is one header word and zero or more operand words, 32 bit each. The header holds the opcode in bits
 * 0..7, the length in words (header included) in bits 8..15, and up to 16 bits of small fields from bit 16 up. Operand
 * words hold their fields from bit 0 up. A field never crosses a word.
 */

export type Trigger = 'event' | 'tick' | 'reset' | 'any';

export interface Field {
  readonly name: string;
  readonly bits: number;
  readonly signed?: boolean;
  /** Symbolic values in assembly, by number. */
  readonly names?: readonly string[];
  readonly meaning: string;
}

export interface Instruction {
  readonly opcode: number;
  /** The handlers in which the instruction may stand. */
  readonly trigger: Trigger;
  /** words[0]: the small fields of the header; words[1..]: the operand words. */
  readonly words: readonly (readonly Field[])[];
  readonly reads: string;
  readonly writes: string;
  /** Cycle formula in terms of the target's `timing` figures. */
  readonly cycles: string;
  /** Countable events (see Counts in record.ts) that it causes. */
  readonly events: readonly string[];
  readonly meaning: string;
}

const field = (name: string, bits: number, meaning: string, more: Partial<Field> = {}): Field => ({
  name,
  bits,
  meaning,
  ...more,
});

const DESTINATION = field('destination', 1, 'state that is accumulated into', { names: ['V', 'I'] });
const WIDTH = field('width', 2, 'stored weight width', { names: ['w1', 'w2', 'w4', 'w8'] });
const SHIFT = field('shift', 5, 'left shift of the weight');
const FIRST = field('first', 16, 'first neuron of the run');
const COUNT = field('count', 16, 'number of neurons of the run');
const WEIGHTS = field('weights', 32, 'byte address of the weights in synapse memory');
const PERIOD = field('period', 16, 'neuron k of the run uses the value at address + k mod period');
const TREE = field('tree', 32, 'multicast tree of the packets; 0xffffffff in FIRE: no packets');

const SYNAPTIC = [DESTINATION, WIDTH, SHIFT];
const RUN = [FIRST, COUNT];

/**
 * Rows never change their opcode, and opcodes are never reused.
 *
 * `i` is the index of the event's axon within its group and `p` its payload. Runs of packed weights start at a byte
 * boundary, lowest bits first (see weights.ts).
 */
export const OPS = {
  END: {
    opcode: 0x01,
    trigger: 'any',
    words: [[]],
    reads: '',
    writes: '',
    cycles: '0',
    events: [],
    meaning: 'ends the handler',
  },
  DENSE: {
    opcode: 0x10,
    trigger: 'event',
    words: [SYNAPTIC, RUN, [WEIGHTS]],
    reads: 'row i of count weights; rows are byte aligned and follow each other',
    writes: 'destination[first .. first+count)',
    cycles: 'ceil(count / lanes) * laneCycles',
    events: ['synops', 'macs', 'synapseBitsRead'],
    meaning: 'adds p * (w << shift) of a dense row to every neuron of the run',
  },
  SPARSE: {
    opcode: 0x11,
    trigger: 'event',
    words: [
      SYNAPTIC,
      RUN,
      [field('rows', 32, 'byte address (multiple of 4) of the row starts: one u32 entry index per axon, and the end')],
      [field('targets', 32, 'byte address (multiple of 2) of the u16 neuron offsets, one per entry')],
      [WEIGHTS],
    ],
    reads: 'entries rows[i] .. rows[i+1): neuron offset and weight; all weights form one packed run',
    writes: 'destination[first + offset]',
    cycles: 'ceil(entries / lanes) * laneCycles',
    events: ['synops', 'macs', 'synapseBitsRead'],
    meaning: 'adds p * (w << shift) to the neurons of a list',
  },
  CONV: {
    opcode: 0x12,
    trigger: 'event',
    words: [
      SYNAPTIC,
      [FIRST, field('groups', 16, 'channel groups; input and output channels are split evenly among them')],
      [field('outHeight', 16, 'rows of the output tile'), field('outWidth', 16, 'columns of the output tile')],
      [field('outChannels', 16, 'channels of the output tile'), field('inChannels', 16, 'channels of the axon region')],
      [field('inHeight', 16, 'rows of the axon region'), field('inWidth', 16, 'columns of the axon region')],
      [
        field('kernelHeight', 8, 'kernel rows'),
        field('kernelWidth', 8, 'kernel columns'),
        field('strideY', 8, 'vertical stride'),
        field('strideX', 8, 'horizontal stride'),
      ],
      [
        field('dilationY', 8, 'vertical dilation'),
        field('dilationX', 8, 'horizontal dilation'),
        field('reserved', 16, 'zero'),
      ],
      [field('offsetY', 16, 'row offset', { signed: true }), field('offsetX', 16, 'column offset', { signed: true })],
      [WEIGHTS],
    ],
    reads:
      'one packed, byte-aligned run of outChannels/groups weights per (input channel, kernel row, kernel column), in that order',
    writes: 'destination[first + (y*outWidth + x)*outChannels + c]',
    cycles: 'taps that hit the tile * ceil(outChannels / groups / lanes) * laneCycles',
    events: ['synops', 'macs', 'synapseBitsRead'],
    meaning:
      'axon i = (ay*inWidth + ax)*inChannels + ac meets, for every tap (ky, kx), output row y = (ay + offsetY - ky*dilationY) / strideY and column x likewise, where the divisions are exact and the results lie in the tile; adds p * (w << shift) to the output channels of its group',
  },
  DIAG: {
    opcode: 0x13,
    trigger: 'event',
    words: [SYNAPTIC, RUN, [field('period', 16, 'number of stored weights'), field('reserved', 16, 'zero')], [WEIGHTS]],
    reads: 'weight i mod period of one packed run',
    writes: 'destination[first + i]',
    cycles: 'laneCycles',
    events: ['synops', 'macs', 'synapseBitsRead'],
    meaning: 'adds p * (w << shift) to one neuron',
  },
  WINDOW: {
    opcode: 0x20,
    trigger: 'tick',
    words: [
      [field('skip', 16, 'words to skip outside of the window')],
      [field('start', 32, 'first active tick')],
      [field('length', 32, 'number of active ticks')],
    ],
    reads: '',
    writes: '',
    cycles: '0',
    events: [],
    meaning: 'skips the following words unless start <= tick < start + length',
  },
  BIAS: {
    opcode: 0x21,
    trigger: 'tick',
    words: [[], RUN, [field('address', 16, 'parameter address of the biases'), PERIOD]],
    reads: 'period parameters',
    writes: 'V[first .. first+count)',
    cycles: 'ceil(count / lanes) * vectorCycles',
    events: [],
    meaning: 'adds a bias to every neuron of the run',
  },
  CURRENT: {
    opcode: 0x22,
    trigger: 'tick',
    words: [[], RUN],
    reads: 'I[first .. first+count)',
    writes: 'V[first .. first+count)',
    cycles: 'ceil(count / lanes) * vectorCycles',
    events: [],
    meaning: 'adds the latched input current to every neuron of the run',
  },
  FIRE: {
    opcode: 0x23,
    trigger: 'tick',
    words: [
      [
        field('compare', 1, 'comparison of V with the threshold', { names: ['ge', 'gt'] }),
        field('reset', 1, 'reset of a neuron that fires', { names: ['subtract', 'value'] }),
      ],
      RUN,
      [field('address', 16, 'parameter address of the thresholds'), PERIOD],
      [TREE],
      [field('resetValue', 32, 'V after a spike where reset is to a value', { signed: true })],
    ],
    reads: 'V, period parameters',
    writes: 'V; one packet {tree, k, 1} for each neuron first+k that fires',
    cycles:
      'per step of updateLanes neurons: max(updateActiveCycles if any of them is active else updateIdleCycles, spikes of the step), plus stalls',
    events: ['neuronUpdatesActive', 'neuronUpdatesIdle', 'spikes', 'packets'],
    meaning: 'compares, resets and sends; at most one spike per neuron and tick',
  },
  READ: {
    opcode: 0x24,
    trigger: 'tick',
    words: [[], RUN, [TREE]],
    reads: 'V',
    writes: 'one packet {tree, k, V} to the host for each neuron first+k',
    cycles: 'count, plus stalls, in the read-out phase',
    events: ['neuronUpdatesActive', 'packets'],
    meaning: 'sends accumulators that do not fire to the host',
  },
  RESET: {
    opcode: 0x30,
    trigger: 'reset',
    words: [[], RUN, [field('address', 16, 'parameter address of the initial potentials'), PERIOD]],
    reads: 'period parameters',
    writes: 'V = initial potential and I = 0 for every neuron of the run',
    cycles: 'ceil(count / lanes) * vectorCycles',
    events: ['resets'],
    meaning: 'prepares a new inference',
  },
} as const satisfies Record<string, Instruction>;

export type Mnemonic = keyof typeof OPS;

type FieldNames<W> = W extends readonly (infer Row)[]
  ? Row extends readonly (infer F)[]
    ? F extends { readonly name: infer N extends string }
      ? N
      : never
    : never
  : never;

/** A decoded instruction: its mnemonic and the value of every field. */
export interface Operation {
  readonly op: Mnemonic;
  readonly fields: Readonly<Record<string, number>>;
}

/** Every opcode's mnemonic; the inverse of the table. */
export const MNEMONIC_OF: ReadonlyMap<number, Mnemonic> = new Map(
  (Object.keys(OPS) as Mnemonic[]).map((mnemonic) => [OPS[mnemonic].opcode, mnemonic]),
);

export type FieldsOf<M extends Mnemonic> = Readonly<
  Record<Exclude<FieldNames<(typeof OPS)[M]['words']>, never>, number>
>;
