/** What the kernels of the cores find in their memory. */
import type { ConstantsFile, RecordTable } from './table.ts';

const CORE = {
  says: 'A core.',
  fields: {
    GROUPS_AT: ['usize'],
    GROUPS: ['u32'],
    TICK_OPS_AT: ['usize'],
    TICK_OPS: ['u32'],
    SLOTS: ['u32', 'Slots of the axon scheduler.'],
    TIMED: ['u32', 'Whether cycles are wanted.'],
    UPDATE_LANES: ['u32', 'Neurons of a step of FIRE.'],
    ACTIVE_CYCLES: ['u32', 'Cycles of a step with an active neuron.'],
    IDLE_CYCLES: ['u32', 'Cycles of a step without one.'],
    EVENT_CYCLES: ['u32', 'Cycles of one axon event.'],
    LANES: ['u32', 'Synapses that a SPARSE list visits at once.'],
    PACKETS: ['u32', 'Packets of this tick (out).'],
    PACKET_CYCLES_AT: ['usize', 'Where the cycle of each of them is put (i32).'],
    PACKET_TREES_AT: ['usize', 'Where the tree of each of them is put.'],
    CYCLES: ['f64', 'Cycles since the start of the tick (in and out).'],
    LAYER_CYCLES_AT: [
      'usize',
      'Cycles of this tick by layer, f64 (out): of the integration for each layer that the core holds, then of the update.',
    ],
    LAYER_CYCLES: ['u32', 'Their number: twice that of the layers.'],
  },
} as const satisfies RecordTable;

const GROUP = {
  says: 'An axon group; groups follow each other in the order of their axons.',
  fields: {
    AXONS: ['u32'],
    BITS_AT: ['usize', 'Axons of slot 0 that are not silent, a bit each; only where there are no payloads.'],
    BITS_STRIDE: ['u32', 'Bytes from one slot to the next.'],
    PAYLOADS_AT: ['usize', 'Payloads of slot 0, an i16 each; 0: every payload is 0 or 1, and the bit says it all.'],
    PAYLOADS_STRIDE: ['u32'],
    OPS_AT: ['usize'],
    OPS: ['u32'],
    LAYER_CYCLES_AT: ['usize', 'Where the cycles of its events are added up (f64).'],
    REPEATS: [
      'u32',
      'Whether all payloads are so small that an event can be that many spikes, and the scratch areas have room for them.',
    ],
  },
} as const satisfies RecordTable;

const OP = {
  says: 'An instruction on an event.',
  fields: {
    KIND: ['u32', 'KIND_…'],
    STATE_AT: ['usize', 'First neuron of the run in V or I.'],
    SHIFT: ['u32'],
    WEIGHTS_AT: ['usize'],
    CYCLES: ['f64', 'Cycles of a unit: an event (DENSE, DIAG), a lane step (SPARSE) or a tap (CONV).'],
    SPIKE_VISITS: ['f64', 'Synapses visited by events of payload 1; they grow until they are collected.'],
    GRADED_VISITS: ['f64', 'Synapses visited by other events; they grow until they are collected.'],
    SYNAPSES: ['u32', 'Synapses of a unit: of an event (DENSE), of a tap (CONV).'],
    LAYER_CYCLES_AT: ['usize', 'Where the cycles of the instruction are added up (f64).'],
  },
  variants: {
    DENSE: {
      STRIDE: ['u32', 'Rows as stored: bytes from row to row.'],
      BLOCK: [
        'u32',
        'Or rows in blocks of so many neurons: those of all axons for the first block, then those for the next; the last block is narrower.',
      ],
      COUNT: ['u32', 'Neurons of a row in blocks, padded ones included.'],
      AXONS: ['u32', 'Axons of the rows in blocks.'],
    },
    SPARSE: {
      ROWS_AT: ['usize', 'Row starts.'],
      ENTRIES_AT: [
        'usize',
        'Entries {weight, u16 neuron offset} without gaps: the less memory, the more of it is in the cache. 0: none, but offsets and weights as the chip stores them.',
      ],
      OFFSETS_AT: ['usize', 'Without entries: the neuron offsets, u16.'],
      FAR: ['u32', 'Whether lists must be fetched from beyond the cache of a processor core.'],
    },
    DIAGONAL: { PERIOD: ['u32', 'Number of stored weights.'] },
    CONV: {
      OUT_HEIGHT: ['u32'],
      OUT_WIDTH: ['u32'],
      OUT_CHANNELS: ['u32'],
      IN_HEIGHT: ['u32'],
      IN_WIDTH: ['u32'],
      IN_CHANNELS: ['u32'],
      GROUPS: ['u32'],
      KERNEL_HEIGHT: ['u32'],
      KERNEL_WIDTH: ['u32'],
      STRIDE_Y: ['u32'],
      STRIDE_X: ['u32'],
      DILATION_Y: ['u32'],
      DILATION_X: ['u32'],
      OFFSET_Y: ['i32'],
      OFFSET_X: ['i32'],
      TAP_STRIDE: ['u32', 'Bytes from tap to tap.'],
      MIRRORED: [
        'u32',
        'Whether the taps of each kernel row are stored from the last to the first, padded to whole vectors.',
      ],
      TAPS_AT: [
        'usize',
        'Taps that an event of each pixel of the axon region has in the tile, a u16 each. Only where mirrored or with tap rows.',
      ],
      CHANNEL_STRIDE: ['u32', 'Bytes from input channel to input channel.'],
      ROW_STRIDE: ['u32', 'Bytes from kernel row to kernel row.'],
      SLIDE_WORDS: [
        'u32',
        'Words of channels per column of the axon region for the sliding kernel; 0: it does not fit.',
      ],
      TAP_ROWS_AT: [
        'usize',
        'Where every channel has a kernel of its own: weights [tap][channel], signed, each tap padded to whole vectors with zeros; 0: it is not so.',
      ],
    },
  },
} as const satisfies RecordTable;

const TICK = {
  says: 'An instruction of the tick handler.',
  fields: {
    KIND: ['u32', 'KIND_…'],
    START: ['u32', 'Executed in ticks [start, end).'],
    END: ['u32'],
    COUNT: ['u32', 'Neurons of the run.'],
    V_AT: ['usize', 'First neuron of the run in V.'],
    CURRENT_AT: ['usize', 'CURRENT: first neuron of the run in I.'],
    PREVIOUS_AT: [
      'usize',
      'First neuron of the run in V at the end of the last update (FIRE), or where it is copied (READ).',
    ],
    PARAMETERS_AT: ['usize', 'Parameters that the run repeats with a period.'],
    PERIOD: ['u32'],
    STRICT: ['u32', 'FIRE: `gt` instead of `ge`.'],
    TO_VALUE: ['u32', 'FIRE: reset to `resetValue` instead of by subtraction.'],
    RESET_VALUE: ['i32'],
    TREE: ['u32'],
    SPIKES_AT: [
      'usize',
      'Where the spikes of each neuron of the run are told to the outside: address of its word for ticks 0 to 31.',
    ],
    SINKS_AT: ['usize'],
    SINKS: ['u32'],
    SENDS: ['u32', 'Whether packets are sent.'],
    HISTORY_AT: ['usize', 'Spikes of the run: a row of bits per tick from TICK_START on.'],
    FIRED: ['f64', 'Neurons that fired; like the two below it grows until it is collected.'],
    ACTIVE: ['f64', 'Neurons that were active.'],
    CYCLES: ['f64', 'Cycles of BIAS and CURRENT.'],
    IDLE: ['f64', 'Neurons that were idle.'],
    HISTORY_STRIDE: ['u32', 'Bytes from row to row of the history.'],
    LAYERS_AT: ['usize', 'Where the spikes of each neuron of the run are counted, f64 (address each); 0: nowhere.'],
    LISTS: ['u32', 'Whether somebody needs the spikes as a list of indices.'],
    LAYER_CYCLES_AT: ['usize', 'Where the cycles of the instruction are added up (f64).'],
    BIASES_AT: [
      'usize',
      'FIRE: biases that it adds on the way, with the period of its thresholds, a multiple of 16; 0: none.',
    ],
    IS_DONE: ['u32', 'BIAS: whether the FIREs behind it do it.'],
  },
} as const satisfies RecordTable;

const SINK = {
  says: 'A sink row: what the packets of a tree do at one core.',
  fields: {
    KIND: ['u32', 'SINK_KIND_…'],
    DELAY: ['u32'],
    SLOTS: ['u32'],
    BITS_AT: ['usize', 'As in the group that hears, like the three below.'],
    BITS_STRIDE: ['u32'],
    PAYLOADS_AT: ['usize'],
    PAYLOADS_STRIDE: ['u32'],
    DATA_AT: [
      'usize',
      'Runs {first source index, first axon, length}; or the axon of each source index (all ones = dropped); or ranked blocks.',
    ],
    RUNS: ['u32', 'Number of runs, or of ranked blocks.'],
    SOURCE_WIDTH: ['i32', 'Without runs, table or ranks: the operands of an affine sink, from here on.'],
    SOURCE_CHANNELS: ['i32'],
    OFFSET_Y: ['i32'],
    OFFSET_X: ['i32'],
    OFFSET_C: ['i32'],
    DIVISOR_Y: ['i32'],
    DIVISOR_X: ['i32'],
    SIZE_Y: ['i32'],
    SIZE_X: ['i32'],
    SIZE_C: ['i32'],
    BASE: ['i32'],
  },
} as const satisfies RecordTable;

const SINK_RANKED = {
  says: 'A ranked block of a sink row: 64 source indices.',
  fields: {
    SOURCES: ['u64', 'Which of them mean an axon, a bit each.'],
    AXON: ['u32', 'The axon of the first of those; the axons of the others follow it.'],
  },
} as const satisfies RecordTable;

/** The constants of the cores. */
export const machineConstants = {
  says: 'The records of the cores',
  records: { CORE, GROUP, OP, TICK, SINK, SINK_RANKED },
  names: {
    KIND: {
      says: 'Instructions on an event, then those of the tick handler.',
      names: ['DENSE', 'SPARSE', 'CONV', 'DIAGONAL', 'BIAS', 'CURRENT', 'FIRE', 'READ'],
    },
    SINK_KIND: {
      says: 'How a sink row finds axons: runs, a table of 16 or of 32 bits, the operands, ranked blocks.',
      names: ['RUNS', 'SHORT_TABLE', 'TABLE', 'AFFINE', 'RANKS'],
    },
  },
  numbers: {
    SPARSE_ENTRY_BYTES: [3, 'Of an entry of a SPARSE list: a weight of 8 bits, a neuron offset of 16.'],
    AREA_PADDING: [64, 'Bytes that kernels may read, or overwrite with what was there, behind the end of an area.'],
  },
} as const satisfies ConstantsFile;
