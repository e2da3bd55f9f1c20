/** The records of the cores: byte offsets, kinds and sizes. Made by scripts/records.mjs from the tables of records. */

// A core.
/** usize */
export const CORE_GROUPS_AT = 0;
/** u32 */
export const CORE_GROUPS = 4;
/** usize */
export const CORE_TICK_OPS_AT = 8;
/** u32 */
export const CORE_TICK_OPS = 12;
/** Slots of the axon scheduler. u32 */
export const CORE_SLOTS = 16;
/** Whether cycles are wanted. u32 */
export const CORE_TIMED = 20;
/** Neurons of a step of FIRE. u32 */
export const CORE_UPDATE_LANES = 24;
/** Cycles of a step with an active neuron. u32 */
export const CORE_ACTIVE_CYCLES = 28;
/** Cycles of a step without one. u32 */
export const CORE_IDLE_CYCLES = 32;
/** Cycles of one axon event. u32 */
export const CORE_EVENT_CYCLES = 36;
/** Synapses that a SPARSE list visits at once. u32 */
export const CORE_LANES = 40;
/** Packets of this tick (out). u32 */
export const CORE_PACKETS = 44;
/** Where the cycle of each of them is put (i32). usize */
export const CORE_PACKET_CYCLES_AT = 48;
/** Where the tree of each of them is put. usize */
export const CORE_PACKET_TREES_AT = 52;
/** Cycles since the start of the tick (in and out). f64 */
export const CORE_CYCLES = 56;
/** Cycles of this tick by layer, f64 (out): of the integration for each layer that the core holds, then of the update. usize */
export const CORE_LAYER_CYCLES_AT = 64;
/** Their number: twice that of the layers. u32 */
export const CORE_LAYER_CYCLES = 68;
/** Runs that events may leave values in which their planes do not hold. usize */
export const CORE_WRAPPED_AT = 72;
/** u32 */
export const CORE_WRAPPED = 76;
/** Flags of the neurons, a byte each, which every update clears. usize */
export const CORE_FLAGS_AT = 80;
/** Their number; 0: the program uses none. u32 */
export const CORE_FLAGS = 84;
export const CORE_BYTES = 88;

// Neurons that hold a plane in fewer bits than a lane, modulo their power.
/** The first of them in the plane. usize */
export const WRAPPED_AT = 0;
/** u32 */
export const WRAPPED_COUNT = 4;
/** Bits of a lane that the plane does not have. u32 */
export const WRAPPED_SHIFT = 8;
export const WRAPPED_BYTES = 12;

// An axon group; groups follow each other in the order of their axons.
/** u32 */
export const GROUP_AXONS = 0;
/** Axons of slot 0 that are not silent, a bit each; only where there are no payloads. usize */
export const GROUP_BITS_AT = 4;
/** Bytes from one slot to the next. u32 */
export const GROUP_BITS_STRIDE = 8;
/** Payloads of slot 0, an i16 each; 0: every payload is 0 or 1, and the bit says it all. usize */
export const GROUP_PAYLOADS_AT = 12;
/** u32 */
export const GROUP_PAYLOADS_STRIDE = 16;
/** usize */
export const GROUP_OPS_AT = 20;
/** u32 */
export const GROUP_OPS = 24;
/** Where the cycles of its events are added up (f64). usize */
export const GROUP_LAYER_CYCLES_AT = 28;
/** Whether all payloads are so small that an event can be that many spikes, and the scratch areas have room for them. u32 */
export const GROUP_REPEATS = 32;
export const GROUP_BYTES = 36;

// An instruction on an event.
/** Its opcode. u32 */
export const OP_KIND = 0;
/** First neuron of the run in the plane that is added to. usize */
export const OP_STATE_AT = 4;
/** u32 */
export const OP_SHIFT = 8;
/** usize */
export const OP_WEIGHTS_AT = 12;
/** Cycles of a unit: an event (DENSE, DIAG), a lane step (SPARSE) or a tap (CONV). f64 */
export const OP_CYCLES = 16;
/** Synapses visited by events of payload 1; they grow until they are collected. f64 */
export const OP_SPIKE_VISITS = 24;
/** Synapses visited by other events; they grow until they are collected. f64 */
export const OP_GRADED_VISITS = 32;
/** Synapses of a unit: of an event (DENSE), of a tap (CONV). u32 */
export const OP_SYNAPSES = 40;
/** Where the cycles of the instruction are added up (f64). usize */
export const OP_LAYER_CYCLES_AT = 44;
/** u32 */
export const CONV_OUT_HEIGHT = 48;
/** u32 */
export const CONV_OUT_WIDTH = 52;
/** u32 */
export const CONV_OUT_CHANNELS = 56;
/** u32 */
export const CONV_IN_HEIGHT = 60;
/** u32 */
export const CONV_IN_WIDTH = 64;
/** u32 */
export const CONV_IN_CHANNELS = 68;
/** u32 */
export const CONV_GROUPS = 72;
/** u32 */
export const CONV_KERNEL_HEIGHT = 76;
/** u32 */
export const CONV_KERNEL_WIDTH = 80;
/** u32 */
export const CONV_STRIDE_Y = 84;
/** u32 */
export const CONV_STRIDE_X = 88;
/** u32 */
export const CONV_DILATION_Y = 92;
/** u32 */
export const CONV_DILATION_X = 96;
/** i32 */
export const CONV_OFFSET_Y = 100;
/** i32 */
export const CONV_OFFSET_X = 104;
/** Bytes from tap to tap. u32 */
export const CONV_TAP_STRIDE = 108;
/** Bytes from input channel to input channel. u32 */
export const CONV_CHANNEL_STRIDE = 112;
/** Bytes from kernel row to kernel row. u32 */
export const CONV_ROW_STRIDE = 116;
/** Whether the taps of each kernel row are stored from the last to the first, padded to whole vectors. u32 */
export const CONV_MIRRORED = 120;
/** Words of channels per column of the axon region for the sliding kernel; 0: it does not fit. u32 */
export const CONV_SLIDE_WORDS = 124;
/** Taps that an event of each pixel of the axon region has in the tile, a u16 each. Only where mirrored or with tap rows. usize */
export const CONV_TAPS_AT = 128;
/** Where every channel has a kernel of its own: weights [tap][channel], signed, each tap padded to whole vectors with zeros; 0: it is not so. usize */
export const CONV_TAP_ROWS_AT = 132;
/** Rows as stored: bytes from row to row. u32 */
export const DENSE_STRIDE = 48;
/** Or rows in blocks of so many neurons: those of all axons for the first block, then those for the next; the last block is narrower. u32 */
export const DENSE_BLOCK = 52;
/** Neurons of a row in blocks, padded ones included. u32 */
export const DENSE_COUNT = 56;
/** Axons of the rows in blocks. u32 */
export const DENSE_AXONS = 60;
/** Number of weights. u32 */
export const DIAG_PERIOD = 48;
/** Row starts. usize */
export const SPARSE_ROWS_AT = 48;
/** Entries {weight, u16 neuron offset} without gaps: the less memory, the more of it is in the cache. 0: none, but offsets and weights as the chip stores them. usize */
export const SPARSE_ENTRIES_AT = 52;
/** Without entries: the neuron offsets, u16. usize */
export const SPARSE_OFFSETS_AT = 56;
export const OP_BYTES = 136;

// An instruction of the tick handler.
/** Its opcode. u32 */
export const TICK_KIND = 0;
/** Executed in the first `length` of every `period` of the ticks [start, end). u32 */
export const TICK_START = 4;
/** u32 */
export const TICK_END = 8;
/** u32 */
export const TICK_LENGTH = 12;
/** u32 */
export const TICK_PERIOD = 16;
/** Neurons of the run. u32 */
export const TICK_COUNT = 20;
/** First neuron of the run in V. usize */
export const TICK_V_AT = 24;
/** Where the cycles of the instruction are added up (f64). usize */
export const TICK_LAYER_CYCLES_AT = 28;
/** Cycles that it always takes. f64 */
export const TICK_CYCLES = 32;
/** First neuron of the run in the plane. usize */
export const STATE_PLANE_AT = 40;
/** Bits that a result is shifted to the left and back, so that it wraps; 0 where it does not. u32 */
export const STATE_SHIFT = 44;
/** What is stored lies here or above. i32 */
export const STATE_LEAST = 48;
/** And here or below. i32 */
export const STATE_MOST = 52;
/** Flags of the run, a byte per neuron; 0: it acts on all neurons. usize */
export const STATE_FLAGS_AT = 56;
/** Flags that the condition asks for; none: it holds for all neurons. u32 */
export const STATE_MASK = 60;
/** What those must be. u32 */
export const STATE_VALUE = 64;
/** Parameters that the run repeats with a period; only where it takes any. usize */
export const STATE_PARAMETERS_AT = 68;
/** A multiple of 4, or not smaller than the run. u32 */
export const STATE_PERIOD = 72;
/** COMPARISON_… u32 */
export const FLAG_COMPARISON = 76;
/** The flag, in each of four bytes. u32 */
export const FLAG_BITS = 80;
/** What is kept of the flags of four neurons before the comparison is added. u32 */
export const FLAG_KEPT = 84;
/** Neurons that fired; like the three below it grows until it is collected. f64 */
export const SENDER_FIRED = 40;
/** Sum of the magnitudes of what their packets carried; only where that is not always 1. f64 */
export const SENDER_PAYLOAD = 48;
/** Neurons that were active. f64 */
export const SENDER_ACTIVE = 56;
/** Neurons that were idle. f64 */
export const SENDER_IDLE = 64;
/** First neuron of the run in V at the end of the last update. usize */
export const SENDER_PREVIOUS_AT = 72;
/** u32 */
export const SENDER_TREE = 76;
/** Whether packets are sent. u32 */
export const SENDER_SENDS = 80;
/** Spikes of the run: a row of bits per tick from TICK_START on. usize */
export const SENDER_HISTORY_AT = 84;
/** Bytes from row to row of the history. u32 */
export const SENDER_HISTORY_STRIDE = 88;
/** Where the spikes of each neuron of the run are told to the outside: address of its word for ticks 0 to 31. usize */
export const SENDER_SPIKES_AT = 92;
/** Where spikes and payloads of each neuron of the run are counted, two f64 (address each); 0: nowhere. usize */
export const SENDER_LAYERS_AT = 96;
/** Whether somebody needs the spikes as a list of indices. u32 */
export const SENDER_LISTS = 100;
/** usize */
export const SENDER_SINKS_AT = 104;
/** u32 */
export const SENDER_SINKS = 108;
/** FUNCTION_… u32 */
export const ALU_FUNCTION = 76;
/** First neuron of the run in the plane that is read. usize */
export const ALU_SOURCE_AT = 80;
/** Bits that the source is shifted to the left. u32 */
export const ALU_LEFT = 84;
/** Bits that it is shifted to the right then. u32 */
export const ALU_RIGHT = 88;
/** What is added to a negative source before that. u32 */
export const ALU_ADDED_BELOW = 92;
/** FUNCTION_… u32 */
export const ALUP_FUNCTION = 76;
/** Biases, which the run repeats with a period. usize */
export const BIAS_PARAMETERS_AT = 40;
/** u32 */
export const BIAS_PERIOD = 44;
/** Whether the FIREs behind it do it. u32 */
export const BIAS_IS_DONE = 48;
/** First neuron of the run in the plane that it is compared with. usize */
export const COMPARE_SOURCE_AT = 88;
/** Largest quotient. u32 */
export const COUNT_LARGEST = 76;
/** First neuron of the run in the plane that takes the quotient. usize */
export const COUNT_INTO_AT = 80;
/** How quotients are stored, like the two below. u32 */
export const COUNT_INTO_SHIFT = 84;
/** i32 */
export const COUNT_INTO_LEAST = 88;
/** i32 */
export const COUNT_INTO_MOST = 92;
/** First neuron of the run in I. usize */
export const CURRENT_INPUT_AT = 40;
/** DECAY_KIND_…; the parameters of a shift by d are factors 2^(31-d). u32 */
export const DECAY_KIND = 76;
/** A factor is divided by this power of two. u32 */
export const DECAY_DENOMINATOR = 80;
/** What is added to a product before that. u32 */
export const DECAY_ADDED = 84;
/** And what besides where the state is negative. u32 */
export const DECAY_ADDED_BELOW = 88;
/** Flags of the run, a byte per neuron; 0: all neurons send. usize */
export const EMIT_FLAGS_AT = 112;
/** Flags that the condition asks for. u32 */
export const EMIT_MASK = 116;
/** What those must be. u32 */
export const EMIT_VALUE = 120;
/** First neuron of the run in the plane that packets carry; 0: they carry 1. usize */
export const EMIT_PLANE_AT = 124;
/** Bits that the payload is shifted to the right. u32 */
export const EMIT_RIGHT = 128;
/** What is added to a negative payload before that. u32 */
export const EMIT_ADDED_BELOW = 132;
/** Thresholds, which the run repeats with a period. usize */
export const FIRE_PARAMETERS_AT = 112;
/** u32 */
export const FIRE_PERIOD = 116;
/** `gt` instead of `ge`. u32 */
export const FIRE_STRICT = 120;
/** Reset to the value below instead of by subtraction. u32 */
export const FIRE_TO_VALUE = 124;
/** i32 */
export const FIRE_RESET_VALUE = 128;
/** Biases that it adds on the way, with the period of its thresholds, a multiple of 16; 0: none. usize */
export const FIRE_BIASES_AT = 132;
/** Thresholds, which the run repeats with a period. usize */
export const FIRES_PARAMETERS_AT = 112;
/** A multiple of 4, or not smaller than the run. u32 */
export const FIRES_PERIOD = 116;
/** `gt` instead of `ge`. u32 */
export const FIRES_STRICT = 120;
/** First neuron of the run in the plane that counts. usize */
export const FIRES_COUNTER_AT = 124;
/** Thresholds, which the run repeats with a period. usize */
export const FIREV_PARAMETERS_AT = 112;
/** u32 */
export const FIREV_PERIOD = 116;
/** `gt` instead of `ge`. u32 */
export const FIREV_STRICT = 120;
/** Values behind a spike, which the run repeats with a period of their own; 0: V stays. usize */
export const FIREV_RESETS_AT = 124;
/** Like the other one a multiple of 4, or not smaller than the run. u32 */
export const FIREV_RESET_PERIOD = 128;
/** u32 */
export const RANDOM_SEED = 76;
/** Bits of a draw that are kept. u32 */
export const RANDOM_DRAWN = 80;
/** Where the potentials of the run are copied to. usize */
export const READ_COPY_AT = 40;
export const TICK_BYTES = 136;

// A sink row: what the packets of a tree do at one core.
/** SINK_KIND_… u32 */
export const SINK_KIND = 0;
/** u32 */
export const SINK_DELAY = 4;
/** u32 */
export const SINK_SLOTS = 8;
/** As in the group that hears, like the three below. usize */
export const SINK_BITS_AT = 12;
/** u32 */
export const SINK_BITS_STRIDE = 16;
/** usize */
export const SINK_PAYLOADS_AT = 20;
/** u32 */
export const SINK_PAYLOADS_STRIDE = 24;
/** Runs {first source index, first axon, length}; or the axon of each source index (all ones = dropped); or ranked blocks. usize */
export const SINK_DATA_AT = 28;
/** Number of runs, or of ranked blocks. u32 */
export const SINK_RUNS = 32;
/** Without runs, table or ranks: the operands of an affine sink, from here on. i32 */
export const SINK_SOURCE_WIDTH = 36;
/** i32 */
export const SINK_SOURCE_CHANNELS = 40;
/** i32 */
export const SINK_OFFSET_Y = 44;
/** i32 */
export const SINK_OFFSET_X = 48;
/** i32 */
export const SINK_OFFSET_C = 52;
/** i32 */
export const SINK_DIVISOR_Y = 56;
/** i32 */
export const SINK_DIVISOR_X = 60;
/** i32 */
export const SINK_SIZE_Y = 64;
/** i32 */
export const SINK_SIZE_X = 68;
/** i32 */
export const SINK_SIZE_C = 72;
/** i32 */
export const SINK_BASE = 76;
export const SINK_BYTES = 80;

// A ranked block of a sink row: 64 source indices.
/** Which of them mean an axon, a bit each. u64 */
export const SINK_RANKED_SOURCES = 0;
/** The axon of the first of those; the axons of the others follow it. u32 */
export const SINK_RANKED_AXON = 8;
export const SINK_RANKED_BYTES = 16;

// What the lister of spikes is to list.
/** Words of the neurons. usize */
export const SPIKE_LIST_BITS_AT = 0;
/** u32 */
export const SPIKE_LIST_NEURONS = 4;
/** Words of each of them. u32 */
export const SPIKE_LIST_WORDS = 8;
/** u32 */
export const SPIKE_LIST_LAYER = 12;
/** Of the first neuron. u32 */
export const SPIKE_LIST_INDEX = 16;
/** What is added to a bit's number to make it a tick. i32 */
export const SPIKE_LIST_SHIFT = 20;
export const SPIKE_LIST_BYTES = 24;

// How a sink row finds axons: runs, a table of 16 or of 32 bits, the operands, ranked blocks.
export const SINK_KIND_RUNS = 0;
export const SINK_KIND_SHORT_TABLE = 1;
export const SINK_KIND_TABLE = 2;
export const SINK_KIND_AFFINE = 3;
export const SINK_KIND_RANKS = 4;

// How a state decays.
export const DECAY_KIND_MUL = 0;
export const DECAY_KIND_SHIFT = 1;
export const DECAY_KIND_LINEAR = 2;
export const DECAY_KIND_DRIFT = 3;

// What ALU and ALUP do.
export const FUNCTION_ADD = 0;
export const FUNCTION_SUB = 1;
export const FUNCTION_SET = 2;
export const FUNCTION_MIN = 3;
export const FUNCTION_MAX = 4;

// What COMPARE and COMPAREP ask.
export const COMPARISON_GE = 0;
export const COMPARISON_GT = 1;
export const COMPARISON_LE = 2;
export const COMPARISON_LT = 3;

/** Of an entry of a SPARSE list: a weight of 8 bits, a neuron offset of 16. */
export const SPARSE_ENTRY_BYTES = 3;
/** Bytes that kernels may read, or overwrite with what was there, behind the end of an area. */
export const AREA_PADDING = 64;
