/** The records of the network: byte offsets, kinds and sizes. Made by scripts/records.mjs from the tables of records. */

// The network.
/** u32 */
export const NET_ROUTERS = 0;
/** Ports per router: four links, the local cores, the host. u32 */
export const NET_PORTS = 4;
/** usize */
export const NET_ROUTERS_AT = 8;
/** Address of the record of the router at each position of the order in which routers are visited. usize */
export const NET_ORDER_AT = 12;
/** Per position: first cycle beyond the wheel in which its router is due, i64. usize */
export const NET_FAR_AT = 16;
/** The wheel: for each of the next 64 cycles a bit per position. usize */
export const NET_WHEEL_AT = 20;
/** 64-bit words of a cycle of the wheel. u32 */
export const NET_WHEEL_WORDS = 24;
/** Per routing entry: mask of outputs (u16). usize */
export const NET_MASKS_AT = 28;
/** Per routing entry: the entry of the same tree behind each of the four links (i32). usize */
export const NET_NEXT_AT = 32;
/** 1: an entry is a destination, y << 16 | x, which packets reach along X first; there are no tables. u32 */
export const NET_COORDINATES = 36;
/** u32 */
export const NET_INJECTION_CYCLES = 40;
/** u32 */
export const NET_EJECTION_CYCLES = 44;
/** Cycles until a sink that returns credits has its slot back. u32 */
export const NET_SINK_CREDIT_CYCLES = 48;
/** What is noted for the host (LOG_…). u32 */
export const NET_LOG = 52;
/** Where it is noted. usize */
export const NET_LOG_AT = 56;
/** The next entry. usize */
export const NET_LOG_NEXT = 60;
/** The end of the area. usize */
export const NET_LOG_END = 64;
/** Flits in the network. u32 */
export const NET_FLITS = 68;
/** Sources that are not done. u32 */
export const NET_LIVE = 72;
/** Sources that wait for the host to hand them more packets. u32 */
export const NET_HUNGRY = 76;
/** Cycle of the last delivery. i64 */
export const NET_LAST_DELIVERY = 80;
/** Deliveries of this phase. From here to the end of the record all is counts of the phase. f64 */
export const NET_DELIVERIES = 88;
/** Router traversals of this phase. f64 */
export const NET_TRAVERSALS = 96;
/** Flits over links in this phase, by OUT_COUNTER_AT. f64, 8 of them */
export const NET_HOPS = 104;
export const NET_HOPS_COUNT = 8;
export const NET_BYTES = 168;

// A router.
/** u32 */
export const ROUTER_NUMBER = 0;
/** Inputs that hold flits, a bit each. u32 */
export const ROUTER_FILLED = 4;
/** Inputs whose source is not done, a bit each. u32 */
export const ROUTER_LIVE = 8;
/** usize */
export const ROUTER_INPUTS_AT = 12;
/** usize */
export const ROUTER_OUTPUTS_AT = 16;
/** The sources, from the one of input SOURCES_FROM on. usize */
export const ROUTER_SOURCES_AT = 20;
/** In the order of visits. u32 */
export const ROUTER_POSITION = 24;
/** u32 */
export const ROUTER_X = 28;
/** u32 */
export const ROUTER_Y = 32;
export const ROUTER_BYTES = 36;

// An input buffer: a ring of slots.
/** usize */
export const INPUT_HEAD = 0;
/** usize */
export const INPUT_TAIL = 4;
/** u32 */
export const INPUT_COUNT = 8;
/** usize */
export const INPUT_FIRST = 12;
/** usize */
export const INPUT_END = 16;
/** Cycles from arbitration until the sender can use the freed slot. u32 */
export const INPUT_CREDIT_CYCLES = 20;
/** Record of the router. usize */
export const INPUT_ROUTER_AT = 24;
/** The input's bit there. u32 */
export const INPUT_BIT = 28;
/** Position of the router that sends into the buffer. u32 */
export const INPUT_SENDER = 32;
/** Whether it found the buffer full. u32 */
export const INPUT_AWAITED = 36;
export const INPUT_BYTES = 40;

// A slot of a buffer.
/** Taken: the cycle from which the flit takes part in arbitration; free: from which the credit can be used. i64 */
export const SLOT_TIME = 0;
/** u32 */
export const SLOT_ENTRY = 8;
/** Outputs that the flit has not won yet, a bit each. u32 */
export const SLOT_REMAINING = 12;
/** What the host calls the source. It and the tag are copied together. u32 */
export const SLOT_SOURCE = 16;
/** What the host calls the packet. u32 */
export const SLOT_TAG = 20;
export const SLOT_BYTES = 24;

// An output.
/** Links: the input buffer behind it. Leaves: a ring of slots where sinks return credits, else 0. usize */
export const OUT_INPUT_AT = 0;
/** Cycles from arbitration to arbitration in the neighbour. u32 */
export const OUT_HOP_CYCLES = 4;
/** Least cycles between two flits. u32 */
export const OUT_FLIT_CYCLES = 8;
/** Where flits over this link are counted, f64. usize */
export const OUT_COUNTER_AT = 12;
/** Cycle from which the link takes a flit. i64 */
export const OUT_FREE = 16;
/** The input that is asked first. u32 */
export const OUT_POINTER = 24;
/** Inputs that ask in this cycle, a bit each; 0 between cycles. u32 */
export const OUT_REQUESTS = 28;
export const OUT_BYTES = 32;

// A source, and its packets that the network has been handed and has not injected.
/** usize */
export const SOURCE_NEXT = 0;
/** usize */
export const SOURCE_END = 4;
/** Whether the host has more packets. u32 */
export const SOURCE_MORE = 8;
/** Whether it has been asked for them. u32 */
export const SOURCE_HUNGRY = 12;
/** 1: packets queue before a full buffer; 0: the source stands still. u32 */
export const SOURCE_QUEUES = 16;
/** What the host calls it. u32 */
export const SOURCE_NUMBER = 20;
/** Cycle in which it wants to inject its next packet. i64 */
export const SOURCE_WANTED = 24;
/** Cycle in which it injected its last one. i64 */
export const SOURCE_ACTUAL = 32;
/** The nominal cycle of that. i64 */
export const SOURCE_NOMINAL = 40;
export const SOURCE_BYTES = 48;

// A packet that waits at its source.
/** Nominal cycle from the start of the phase. u32 */
export const PACKET_CYCLE = 0;
/** u32 */
export const PACKET_ENTRY = 4;
/** What the host calls it. u32 */
export const PACKET_TAG = 8;
export const PACKET_BYTES = 12;

// An entry of the log: a flit won a link, or was delivered.
/** As in the slot; it and the tag are copied together. u32 */
export const LOG_SOURCE = 0;
/** u32 */
export const LOG_TAG = 4;
/** u32 */
export const LOG_ROUTER = 8;
/** Below SOURCES_FROM: a link was won. u32 */
export const LOG_OUTPUT = 12;
/** Of arbitration, or of the delivery. f64 */
export const LOG_CYCLE = 16;
export const LOG_BYTES = 24;

// What is noted for the host.
export const LOG_NOTHING = 0;
export const LOG_DELIVERIES = 1;
export const LOG_ALL = 2;

// Why the network stopped: all is delivered; a source needs packets; the log is full; time is over; deadlock.
export const STOP_DONE = 0;
export const STOP_HUNGRY = 1;
export const STOP_LOG = 2;
export const STOP_TIME = 3;
export const STOP_STUCK = 4;

/** Links come before the inputs that have a source. */
export const SOURCES_FROM = 4;
