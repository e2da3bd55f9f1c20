/** What the network finds in its memory. Cycles never go back, also from one phase to the next. */
import type { ConstantsFile, RecordTable } from './table.ts';

const NET = {
  says: 'The network.',
  fields: {
    ROUTERS: ['u32'],
    PORTS: ['u32', 'Ports per router: four links, the local cores, the host.'],
    ROUTERS_AT: ['usize'],
    ORDER_AT: [
      'usize',
      'Address of the record of the router at each position of the order in which routers are visited.',
    ],
    FAR_AT: ['usize', 'Per position: first cycle beyond the wheel in which its router is due, i64.'],
    WHEEL_AT: ['usize', 'The wheel: for each of the next 64 cycles a bit per position.'],
    WHEEL_WORDS: ['u32', '64-bit words of a cycle of the wheel.'],
    MASKS_AT: ['usize', 'Per routing entry: mask of outputs (u16).'],
    NEXT_AT: ['usize', 'Per routing entry: the entry of the same tree behind each of the four links (i32).'],
    COORDINATES: [
      'u32',
      '1: an entry is a destination, y << 16 | x, which packets reach along X first; there are no tables.',
    ],
    INJECTION_CYCLES: ['u32'],
    EJECTION_CYCLES: ['u32'],
    SINK_CREDIT_CYCLES: ['u32', 'Cycles until a sink that returns credits has its slot back.'],
    LOG: ['u32', 'What is noted for the host (LOG_…).'],
    LOG_AT: ['usize', 'Where it is noted.'],
    LOG_NEXT: ['usize', 'The next entry.'],
    LOG_END: ['usize', 'The end of the area.'],
    FLITS: ['u32', 'Flits in the network.'],
    LIVE: ['u32', 'Sources that are not done.'],
    HUNGRY: ['u32', 'Sources that wait for the host to hand them more packets.'],
    LAST_DELIVERY: ['i64', 'Cycle of the last delivery.'],
    DELIVERIES: ['f64', 'Deliveries of this phase. From here to the end of the record all is counts of the phase.'],
    TRAVERSALS: ['f64', 'Router traversals of this phase.'],
    HOPS: ['f64', 'Flits over links in this phase, by OUT_COUNTER_AT.', 8],
  },
} as const satisfies RecordTable;

const ROUTER = {
  says: 'A router.',
  fields: {
    NUMBER: ['u32'],
    FILLED: ['u32', 'Inputs that hold flits, a bit each.'],
    LIVE: ['u32', 'Inputs whose source is not done, a bit each.'],
    INPUTS_AT: ['usize'],
    OUTPUTS_AT: ['usize'],
    SOURCES_AT: ['usize', 'The sources, from the one of input SOURCES_FROM on.'],
    POSITION: ['u32', 'In the order of visits.'],
    X: ['u32'],
    Y: ['u32'],
  },
} as const satisfies RecordTable;

const INPUT = {
  says: 'An input buffer: a ring of slots.',
  fields: {
    HEAD: ['usize'],
    TAIL: ['usize'],
    COUNT: ['u32'],
    FIRST: ['usize'],
    END: ['usize'],
    CREDIT_CYCLES: ['u32', 'Cycles from arbitration until the sender can use the freed slot.'],
    ROUTER_AT: ['usize', 'Record of the router.'],
    BIT: ['u32', "The input's bit there."],
    SENDER: ['u32', 'Position of the router that sends into the buffer.'],
    AWAITED: ['u32', 'Whether it found the buffer full.'],
  },
} as const satisfies RecordTable;

const SLOT = {
  says: 'A slot of a buffer.',
  fields: {
    TIME: [
      'i64',
      'Taken: the cycle from which the flit takes part in arbitration; free: from which the credit can be used.',
    ],
    ENTRY: ['u32'],
    REMAINING: ['u32', 'Outputs that the flit has not won yet, a bit each.'],
    SOURCE: ['u32', 'What the host calls the source. It and the tag are copied together.'],
    TAG: ['u32', 'What the host calls the packet.'],
  },
} as const satisfies RecordTable;

const OUT = {
  says: 'An output.',
  fields: {
    INPUT_AT: [
      'usize',
      'Links: the input buffer behind it. Leaves: a ring of slots where sinks return credits, else 0.',
    ],
    HOP_CYCLES: ['u32', 'Cycles from arbitration to arbitration in the neighbour.'],
    FLIT_CYCLES: ['u32', 'Least cycles between two flits.'],
    COUNTER_AT: ['usize', 'Where flits over this link are counted, f64.'],
    FREE: ['i64', 'Cycle from which the link takes a flit.'],
    POINTER: ['u32', 'The input that is asked first.'],
    REQUESTS: ['u32', 'Inputs that ask in this cycle, a bit each; 0 between cycles.'],
  },
} as const satisfies RecordTable;

const SOURCE = {
  says: 'A source, and its packets that the network has been handed and has not injected.',
  fields: {
    NEXT: ['usize'],
    END: ['usize'],
    MORE: ['u32', 'Whether the host has more packets.'],
    HUNGRY: ['u32', 'Whether it has been asked for them.'],
    QUEUES: ['u32', '1: packets queue before a full buffer; 0: the source stands still.'],
    NUMBER: ['u32', 'What the host calls it.'],
    WANTED: ['i64', 'Cycle in which it wants to inject its next packet.'],
    ACTUAL: ['i64', 'Cycle in which it injected its last one.'],
    NOMINAL: ['i64', 'The nominal cycle of that.'],
  },
} as const satisfies RecordTable;

const PACKET = {
  says: 'A packet that waits at its source.',
  fields: {
    CYCLE: ['u32', 'Nominal cycle from the start of the phase.'],
    ENTRY: ['u32'],
    TAG: ['u32', 'What the host calls it.'],
  },
} as const satisfies RecordTable;

const LOG = {
  says: 'An entry of the log: a flit won a link, or was delivered.',
  fields: {
    SOURCE: ['u32', 'As in the slot; it and the tag are copied together.'],
    TAG: ['u32'],
    ROUTER: ['u32'],
    OUTPUT: ['u32', 'Below SOURCES_FROM: a link was won.'],
    CYCLE: ['f64', 'Of arbitration, or of the delivery.'],
  },
} as const satisfies RecordTable;

/** The constants of the network. */
export const networkConstants = {
  says: 'The records of the network',
  records: { NET, ROUTER, INPUT, SLOT, OUT, SOURCE, PACKET, LOG },
  names: {
    LOG: { says: 'What is noted for the host.', names: ['NOTHING', 'DELIVERIES', 'ALL'] },
    STOP: {
      says: 'Why the network stopped: all is delivered; a source needs packets; the log is full; time is over; deadlock.',
      names: ['DONE', 'HUNGRY', 'LOG', 'TIME', 'STUCK'],
    },
  },
  numbers: {
    SOURCES_FROM: [4, 'Links come before the inputs that have a source.'],
  },
} as const satisfies ConstantsFile;
