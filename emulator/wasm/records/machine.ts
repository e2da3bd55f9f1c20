/** What the kernels of the cores find in their memory. */
import { ARITHMETIC, COMPARISONS, DECAY_KINDS } from '../../../isa/machine.ts';
import { KERNEL_OPS } from '../dispatch.ts';
import { SHARED_PARTS } from './shared.ts';
import type { ConstantsFile, RecordTable, VariantTable } from './table.ts';

/** Fields that the instructions of a trigger have for themselves: each file of ../ops says its own. */
const ownFields = (trigger: 'event' | 'tick'): Readonly<Record<string, VariantTable>> =>
  Object.fromEntries(
    KERNEL_OPS.filter((op) => op.trigger === trigger).map(({ name, fields, behind }) => [
      name.toUpperCase(),
      { fields, behind },
    ]),
  );

const numbered = (names: readonly string[]): readonly string[] => names.map((name) => name.toUpperCase());

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
    WRAPPED_AT: ['usize', 'Runs that events may leave values in which their planes do not hold.'],
    WRAPPED: ['u32'],
    FLAGS_AT: ['usize', 'Flags of the neurons, a byte each, which every update clears.'],
    FLAGS: ['u32', 'Their number; 0: the program uses none.'],
  },
} as const satisfies RecordTable;

const WRAPPED = {
  says: 'Neurons that hold a plane in fewer bits than a lane, modulo their power.',
  fields: {
    AT: ['usize', 'The first of them in the plane.'],
    COUNT: ['u32'],
    SHIFT: ['u32', 'Bits of a lane that the plane does not have.'],
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
    KIND: ['u32', 'Its opcode.'],
    STATE_AT: ['usize', 'First neuron of the run in the plane that is added to.'],
    SHIFT: ['u32'],
    WEIGHTS_AT: ['usize'],
    CYCLES: ['f64', 'Cycles of a unit: an event (DENSE, DIAG), a lane step (SPARSE) or a tap (CONV).'],
    SPIKE_VISITS: ['f64', 'Synapses visited by events of payload 1; they grow until they are collected.'],
    GRADED_VISITS: ['f64', 'Synapses visited by other events; they grow until they are collected.'],
    SYNAPSES: ['u32', 'Synapses of a unit: of an event (DENSE), of a tap (CONV).'],
    LAYER_CYCLES_AT: ['usize', 'Where the cycles of the instruction are added up (f64).'],
  },
  variants: ownFields('event'),
} as const satisfies RecordTable;

const TICK = {
  says: 'An instruction of the tick handler.',
  fields: {
    KIND: ['u32', 'Its opcode.'],
    START: ['u32', 'Executed in the first `length` of every `period` of the ticks [start, end).'],
    END: ['u32'],
    LENGTH: ['u32'],
    PERIOD: ['u32'],
    COUNT: ['u32', 'Neurons of the run.'],
    V_AT: ['usize', 'First neuron of the run in V.'],
    LAYER_CYCLES_AT: ['usize', 'Where the cycles of the instruction are added up (f64).'],
    CYCLES: ['f64', 'Cycles that it always takes.'],
  },
  variants: { ...SHARED_PARTS, ...ownFields('tick') },
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

const SPIKE_LIST = {
  says: 'What the lister of spikes is to list.',
  fields: {
    BITS_AT: ['usize', 'Words of the neurons.'],
    NEURONS: ['u32'],
    WORDS: ['u32', 'Words of each of them.'],
    LAYER: ['u32'],
    INDEX: ['u32', 'Of the first neuron.'],
    SHIFT: ['i32', "What is added to a bit's number to make it a tick."],
  },
} as const satisfies RecordTable;

/** The constants of the cores. */
export const machineConstants = {
  says: 'The records of the cores',
  records: { CORE, WRAPPED, GROUP, OP, TICK, SINK, SINK_RANKED, SPIKE_LIST },
  names: {
    SINK_KIND: {
      says: 'How a sink row finds axons: runs, a table of 16 or of 32 bits, the operands, ranked blocks.',
      names: ['RUNS', 'SHORT_TABLE', 'TABLE', 'AFFINE', 'RANKS'],
    },
    DECAY_KIND: { says: 'How a state decays.', names: numbered(DECAY_KINDS) },
    FUNCTION: { says: 'What ALU and ALUP do.', names: numbered(ARITHMETIC) },
    COMPARISON: { says: 'What COMPARE and COMPAREP ask.', names: numbered(COMPARISONS) },
  },
  numbers: {
    SPARSE_ENTRY_BYTES: [3, 'Of an entry of a SPARSE list: a weight of 8 bits, a neuron offset of 16.'],
    AREA_PADDING: [64, 'Bytes that kernels may read, or overwrite with what was there, behind the end of an area.'],
  },
} as const satisfies ConstantsFile;
