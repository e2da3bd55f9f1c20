/**
 * What the WebAssembly network finds in its memory: byte offsets of the fields of each record, as in records.ts. Read by
 * TypeScript and by AssemblyScript; so it holds nothing but plain constants. Fields are u32 unless said otherwise; "at" = a
 * byte address. Cycles are i64 and never go back, also from one phase to the next.
 */

/** The network. */
export const NET_ROUTERS = 0;
/** Ports per router: four links, the local cores, the host. */
export const NET_PORTS = 4;
export const NET_ROUTERS_AT = 8;
/** Address of the record of the router at each position of the order in which routers are visited. */
export const NET_ORDER_AT = 12;
/** Per position: first cycle beyond the wheel in which its router is due, i64. */
export const NET_FAR_AT = 16;
/** The wheel: for each of the next 64 cycles a bit per position. 64-bit words of a cycle. */
export const NET_WHEEL_AT = 20;
export const NET_WHEEL_WORDS = 24;
/** Per routing entry: mask of outputs (u16), and the entry of the same tree behind each of the four links (i32). */
export const NET_MASKS_AT = 28;
export const NET_NEXT_AT = 32;
/** 1: an entry is a destination, y << 16 | x, which packets reach along X first; there are no tables. */
export const NET_COORDINATES = 36;
export const NET_INJECTION_CYCLES = 40;
export const NET_EJECTION_CYCLES = 44;
/** Cycles until a sink that returns credits has its slot back. */
export const NET_SINK_CREDIT_CYCLES = 48;
/** What is noted for the host: LOG_NOTHING, LOG_DELIVERIES or LOG_ALL; where, the next entry, the end of the area. */
export const NET_LOG = 52;
export const NET_LOG_AT = 56;
export const NET_LOG_NEXT = 60;
export const NET_LOG_END = 64;
/** Flits in the network, sources that are not done, sources that wait for the host to hand them more packets. */
export const NET_FLITS = 68;
export const NET_LIVE = 72;
export const NET_HUNGRY = 76;
/** Last delivery, i64. */
export const NET_LAST_DELIVERY = 80;
/** Counts of this phase, f64: deliveries, router traversals, flits over links by OUT_COUNTER_AT. */
export const NET_DELIVERIES = 88;
export const NET_TRAVERSALS = 96;
export const NET_HOPS = 104;
export const NET_HOP_COUNTERS = 8;
export const NET_BYTES = 168;

export const LOG_NOTHING = 0;
export const LOG_DELIVERIES = 1;
export const LOG_ALL = 2;

/** Why the network stopped: everything is delivered; a source needs packets; the log is full; the time is over; deadlock. */
export const STOP_DONE = 0;
export const STOP_HUNGRY = 1;
export const STOP_LOG = 2;
export const STOP_TIME = 3;
export const STOP_STUCK = 4;

/** A router. */
export const ROUTER_NUMBER = 0;
/** Inputs that hold flits, and inputs whose source is not done, a bit each. */
export const ROUTER_FILLED = 4;
export const ROUTER_LIVE = 8;
export const ROUTER_INPUTS_AT = 12;
export const ROUTER_OUTPUTS_AT = 16;
/** The sources, from the one of input SOURCES_FROM on. */
export const ROUTER_SOURCES_AT = 20;
/** In the order of visits. */
export const ROUTER_POSITION = 24;
export const ROUTER_X = 28;
export const ROUTER_Y = 32;
export const ROUTER_BYTES = 36;
/** Links come before the inputs that have a source. */
export const SOURCES_FROM = 4;

/** An input buffer: a ring of slots. */
export const INPUT_HEAD = 0;
export const INPUT_TAIL = 4;
export const INPUT_COUNT = 8;
export const INPUT_FIRST = 12;
export const INPUT_END = 16;
/** Cycles from arbitration until the sender can use the freed slot. */
export const INPUT_CREDIT_CYCLES = 20;
/** Record of the router, and the input's bit there. */
export const INPUT_ROUTER_AT = 24;
export const INPUT_BIT = 28;
/** Position of the router that sends into the buffer; whether it found the buffer full. */
export const INPUT_SENDER = 32;
export const INPUT_AWAITED = 36;
export const INPUT_BYTES = 40;

/** A slot. Taken: the cycle from which the flit takes part in arbitration; free: from which the credit can be used. i64 */
export const SLOT_TIME = 0;
export const SLOT_ENTRY = 8;
/** Outputs that the flit has not won yet, a bit each. */
export const SLOT_REMAINING = 12;
/** What the host calls the source and the packet. */
export const SLOT_SOURCE = 16;
export const SLOT_TAG = 20;
export const SLOT_BYTES = 24;

/** An output. Links: the input buffer behind it. Leaves: a ring of slots where sinks return credits, else 0. */
export const OUT_INPUT_AT = 0;
/** Cycles from arbitration to arbitration in the neighbour; least cycles between two flits. */
export const OUT_HOP_CYCLES = 4;
export const OUT_FLIT_CYCLES = 8;
/** Where flits over this link are counted, f64. */
export const OUT_COUNTER_AT = 12;
/** Cycle from which the link takes a flit, i64. */
export const OUT_FREE = 16;
/** The input that is asked first. */
export const OUT_POINTER = 24;
/** Inputs that ask in this cycle, a bit each; 0 between cycles. */
export const OUT_REQUESTS = 28;
export const OUT_BYTES = 32;

/** A source, and its packets that the network has been handed and has not injected. */
export const SOURCE_NEXT = 0;
export const SOURCE_END = 4;
/** Whether the host has more packets; whether it has been asked for them. */
export const SOURCE_MORE = 8;
export const SOURCE_HUNGRY = 12;
/** 1: packets queue before a full buffer; 0: the source stands still. */
export const SOURCE_QUEUES = 16;
/** What the host calls it. */
export const SOURCE_NUMBER = 20;
/** Cycle in which it wants to inject its next packet, that in which it injected its last one, and the nominal one, i64. */
export const SOURCE_WANTED = 24;
export const SOURCE_ACTUAL = 32;
export const SOURCE_NOMINAL = 40;
export const SOURCE_BYTES = 48;

/** A packet that waits at its source: nominal cycle from the start of the phase, entry, what the host calls it. */
export const PACKET_CYCLE = 0;
export const PACKET_ENTRY = 4;
export const PACKET_TAG = 8;
export const PACKET_BYTES = 12;

/** An entry of the log: a flit won a link (output < SOURCES_FROM; cycle of arbitration), or was delivered (cycle of that). f64 */
export const LOG_SOURCE = 0;
export const LOG_TAG = 4;
export const LOG_ROUTER = 8;
export const LOG_OUTPUT = 12;
export const LOG_CYCLE = 16;
export const LOG_BYTES = 24;
