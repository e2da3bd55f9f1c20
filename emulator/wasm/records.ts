/**
 * What the WebAssembly kernels find in their memory: byte offsets of the fields of each record. Read by TypeScript,
 * which writes the records, and by AssemblyScript, which runs on them; so it holds nothing but plain constants.
 * Fields are u32 unless said otherwise; "at" = a byte address.
 */

/** A core. */
export const CORE_GROUPS_AT = 0;
export const CORE_GROUPS = 4;
export const CORE_TICK_OPS_AT = 8;
export const CORE_TICK_OPS = 12;
/** Slots of the axon scheduler. */
export const CORE_SLOTS = 16;
/** Whether cycles are wanted. */
export const CORE_TIMED = 20;
/** Neurons of a step of FIRE, and cycles of a step with and without an active neuron. */
export const CORE_UPDATE_LANES = 24;
export const CORE_ACTIVE_CYCLES = 28;
export const CORE_IDLE_CYCLES = 32;
/** Cycles of one axon event. */
export const CORE_EVENT_CYCLES = 36;
/** Synapses that a SPARSE list visits at once. */
export const CORE_LANES = 40;
/** Packets of this tick (out), and where the cycle (i32) and the tree of each of them are put. */
export const CORE_PACKETS = 44;
export const CORE_PACKET_CYCLES_AT = 48;
export const CORE_PACKET_TREES_AT = 52;
/** Cycles since the start of the tick, f64 (in and out). */
export const CORE_CYCLES = 56;
/**
 * Cycles of this tick by layer, f64 (out): of the integration for each layer that the core holds, then of the update.
 * Their number is twice that of the layers.
 */
export const CORE_LAYER_CYCLES_AT = 64;
export const CORE_LAYER_CYCLES = 68;
export const CORE_BYTES = 72;

/** An axon group; groups follow each other in the order of their axons. */
export const GROUP_AXONS = 0;
/** Axons of slot 0 that are not silent, a bit each; only where there are no payloads. */
export const GROUP_BITS_AT = 4;
/** Bytes from one slot to the next. */
export const GROUP_BITS_STRIDE = 8;
/** Payloads of slot 0, an i16 each; 0: every payload is 0 or 1, and the bit says it all. */
export const GROUP_PAYLOADS_AT = 12;
export const GROUP_PAYLOADS_STRIDE = 16;
export const GROUP_OPS_AT = 20;
export const GROUP_OPS = 24;
/** Where the cycles of its events are added up (f64). */
export const GROUP_LAYER_CYCLES_AT = 28;
/** Whether all payloads are so small that an event can be that many spikes, and the scratch areas have room for them. */
export const GROUP_REPEATS = 32;
export const GROUP_BYTES = 36;

/** An instruction on an event. */
export const OP_KIND = 0;
/** First neuron of the run in V or I. */
export const OP_STATE_AT = 4;
export const OP_SHIFT = 8;
export const OP_WEIGHTS_AT = 12;
/** Cycles of a unit, f64: an event (DENSE, DIAG), a lane step (SPARSE) or a tap (CONV). */
export const OP_CYCLES = 16;
/** Synapses visited by events of payload 1, and by others, f64: they grow until they are collected. */
export const OP_SPIKE_VISITS = 24;
export const OP_GRADED_VISITS = 32;
/** Synapses of a unit: of an event (DENSE), of a tap (CONV). */
export const OP_SYNAPSES = 40;

/**
 * DENSE, as stored: bytes from row to row. Or in blocks of so many neurons: the rows of all axons for the first block, then
 * those for the next, the last block being narrower; with the neurons of a row, padded ones included, and the axons.
 */
export const DENSE_STRIDE = 44;
export const DENSE_BLOCK = 48;
export const DENSE_COUNT = 52;
export const DENSE_AXONS = 56;
/**
 * SPARSE: row starts, and entries {weight, u16 neuron offset} without gaps: the less memory, the more of it is in the
 * cache. Or, without entries (0), u16 offsets and weights as the chip stores them.
 */
export const SPARSE_ROWS_AT = 44;
export const SPARSE_ENTRIES_AT = 48;
export const SPARSE_OFFSETS_AT = 52;
export const SPARSE_ENTRY_BYTES = 3;
/** Whether lists must be fetched from beyond the cache of a processor core. */
export const SPARSE_FAR = 56;
/** DIAG: number of stored weights. */
export const DIAGONAL_PERIOD = 44;
/** CONV. */
export const CONV_OUT_HEIGHT = 44;
export const CONV_OUT_WIDTH = 48;
export const CONV_OUT_CHANNELS = 52;
export const CONV_IN_HEIGHT = 56;
export const CONV_IN_WIDTH = 60;
export const CONV_IN_CHANNELS = 64;
export const CONV_GROUPS = 68;
export const CONV_KERNEL_HEIGHT = 72;
export const CONV_KERNEL_WIDTH = 76;
export const CONV_STRIDE_Y = 80;
export const CONV_STRIDE_X = 84;
export const CONV_DILATION_Y = 88;
export const CONV_DILATION_X = 92;
/** i32 */
export const CONV_OFFSET_Y = 96;
export const CONV_OFFSET_X = 100;
/** Bytes from tap to tap, from input channel to input channel, from kernel row to kernel row. */
export const CONV_TAP_STRIDE = 104;
export const CONV_CHANNEL_STRIDE = 116;
export const CONV_ROW_STRIDE = 120;
/** Whether the taps of each kernel row are stored from the last to the first, padded to whole vectors. */
export const CONV_MIRRORED = 108;
/** Words of channels per column of the axon region for the sliding kernel; 0: it does not fit. */
export const CONV_SLIDE_WORDS = 124;
/** Taps that an event of each pixel of the axon region has in the tile, a u16 each. Only where mirrored or with tap rows. */
export const CONV_TAPS_AT = 112;
/**
 * Where every channel has a kernel of its own: weights [tap][channel], signed, each tap padded to whole vectors with zeros;
 * 0: it is not so.
 */
export const CONV_TAP_ROWS_AT = 132;
/** Where the cycles of the instruction are added up (f64). */
export const OP_LAYER_CYCLES_AT = 128;
export const OP_BYTES = 136;

export const KIND_DENSE = 0;
export const KIND_SPARSE = 1;
export const KIND_CONV = 2;
export const KIND_DIAGONAL = 3;

/** An instruction of the tick handler. */
export const TICK_KIND = 0;
/** Executed in ticks [start, end). */
export const TICK_START = 4;
export const TICK_END = 8;
export const TICK_COUNT = 12;
/** First neuron of the run in V, in I (CURRENT), in V at the end of the last update (FIRE) or where it is copied (READ). */
export const TICK_V_AT = 16;
export const TICK_CURRENT_AT = 20;
export const TICK_PREVIOUS_AT = 24;
/** Parameters that the run repeats with a period. */
export const TICK_PARAMETERS_AT = 28;
export const TICK_PERIOD = 32;
/** FIRE: `gt` instead of `ge`; reset to `resetValue` instead of by subtraction; the value, i32. */
export const TICK_STRICT = 36;
export const TICK_TO_VALUE = 40;
export const TICK_RESET_VALUE = 44;
export const TICK_TREE = 48;
/** Spikes of the run: a row of bits per tick from TICK_START on; bytes from row to row. */
export const TICK_HISTORY_AT = 68;
export const TICK_HISTORY_STRIDE = 104;
/** Where the spikes of each neuron of the run are told to the outside: address of its word for ticks 0 to 31. */
export const TICK_SPIKES_AT = 52;
/** Where the spikes of each neuron of the run are counted, f64 (address each); 0: nowhere. */
export const TICK_LAYERS_AT = 108;
/** Whether somebody needs the spikes as a list of indices. */
export const TICK_LISTS = 112;
export const TICK_SINKS_AT = 56;
export const TICK_SINKS = 60;
/** Whether packets are sent. */
export const TICK_SENDS = 64;
/** Neurons that fired, that were active and that were idle, f64: they grow until they are collected. */
export const TICK_FIRED = 72;
export const TICK_ACTIVE = 80;
export const TICK_IDLE = 96;
/** Cycles of BIAS and CURRENT, f64. */
export const TICK_CYCLES = 88;
/** Where the cycles of the instruction are added up (f64). */
export const TICK_LAYER_CYCLES_AT = 116;
/** FIRE: biases that it adds on the way, with the period of its thresholds, a multiple of 16; 0: none. */
export const TICK_BIASES_AT = 120;
/** BIAS: whether the FIREs behind it do it. */
export const TICK_IS_DONE = 124;
export const TICK_BYTES = 128;

export const KIND_BIAS = 0;
export const KIND_CURRENT = 1;
export const KIND_FIRE = 2;
export const KIND_READ = 3;

/** A sink row: what the packets of a tree do at one core. */
export const SINK_KIND = 0;
export const SINK_DELAY = 4;
export const SINK_SLOTS = 8;
/** As in the group that hears. */
export const SINK_BITS_AT = 12;
export const SINK_BITS_STRIDE = 16;
export const SINK_PAYLOADS_AT = 20;
export const SINK_PAYLOADS_STRIDE = 24;
/**
 * Runs {first source index, first axon, length}; or the axon of each source index (all ones = dropped); or per 64 source
 * indices which of them mean an axon (a bit each, u64), the axon of the first of those (u32; the others follow), 4 bytes unused.
 */
export const SINK_DATA_AT = 28;
/** Number of runs, or of ranked blocks. */
export const SINK_RUNS = 32;
/** Without runs or table: the operands of an affine sink, i32. */
export const SINK_SOURCE_WIDTH = 36;
export const SINK_SOURCE_CHANNELS = 40;
export const SINK_OFFSET_Y = 44;
export const SINK_OFFSET_X = 48;
export const SINK_OFFSET_C = 52;
export const SINK_DIVISOR_Y = 56;
export const SINK_DIVISOR_X = 60;
export const SINK_SIZE_Y = 64;
export const SINK_SIZE_X = 68;
export const SINK_SIZE_C = 72;
export const SINK_BASE = 76;
export const SINK_BYTES = 80;

export const SINK_KIND_RUNS = 0;
/** Axons of 16 bits, and of 32 bits. */
export const SINK_KIND_SHORT_TABLE = 1;
export const SINK_KIND_TABLE = 2;
export const SINK_KIND_AFFINE = 3;
export const SINK_KIND_RANKS = 4;
export const SINK_RANKED_BYTES = 16;

/** Bytes that kernels may read, or overwrite with what was there, behind the end of an area. */
export const AREA_PADDING = 64;
