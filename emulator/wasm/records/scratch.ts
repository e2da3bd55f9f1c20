/**
 * Areas that one core after the other uses, sized for the largest of them. Each is a global `<name>At` of the kernels
 * (assembly/generated/scratch.ts), which they read from one record when they are told where it is.
 */

/** What the largest core asks for. */
export interface ScratchSizes {
  /** Axons of a group, and the same with graded events taken as so many spikes. */
  readonly axons: number;
  readonly repeatedAxons: number;
  readonly neurons: number;
  /** Words of channels of the sliding convolution kernel. */
  readonly slideWords: number;
}

export interface ScratchArea {
  readonly says: string;
  readonly bytes: (sizes: ScratchSizes) => number;
}

const VECTOR_BYTES = 16;

export const scratchAreas = {
  spikes: {
    says: 'Axons, relative to their group, of the events at hand whose payload is 1, ascending. u32 each.',
    bytes: ({ axons }) => 4 * axons,
  },
  graded: { says: 'Axons of the other events.', bytes: ({ axons }) => 4 * axons },
  payloads: { says: 'Payloads of those (i32).', bytes: ({ axons }) => 4 * axons },
  weightsOfEvent: { says: 'CONV: row of weights of each event.', bytes: ({ repeatedAxons }) => 4 * repeatedAxons },
  pixels: { says: 'CONV: first event of each pixel.', bytes: ({ axons }) => 4 * (axons + 1) },
  columns: { says: 'CONV: first event of each column.', bytes: ({ axons }) => 4 * (axons + 1) },
  columnEvents: { says: 'CONV: events by column.', bytes: ({ repeatedAxons }) => 4 * repeatedAxons },
  words: {
    says: 'CONV with a sliding window: words of channels per column.',
    bytes: ({ slideWords }) => 8 * slideWords,
  },
  wordBases: {
    says: 'The weights of the first bit of each of those words.',
    bytes: ({ slideWords }) => 4 * slideWords,
  },
  fired: { says: 'FIRE: indices of the neurons of the run that fired.', bytes: ({ neurons }) => 4 * neurons },
  column: { says: 'Eight neurons in 32 ticks, a byte each.', bytes: () => 32 },
  parameterBlock: { says: 'Parameters of sixteen neurons.', bytes: () => 4 * 16 },
  shortEntries: {
    says: 'SPARSE: entries of 256 short lists of up to four, one after the other, and a vector written behind them.',
    bytes: () => 256 * 4 * 4 + VECTOR_BYTES,
  },
  activeBits: {
    says: 'FIRE: which neurons of the run were active, a bit each.',
    bytes: ({ neurons }) => Math.ceil(neurons / 8),
  },
  operands: {
    says: 'ALU: the shifted source of the run. EMIT, FIRES: the payloads of their packets.',
    bytes: ({ neurons }) => 4 * neurons,
  },
  results: {
    says: 'Results of the run, where not all of them are stored as they are.',
    bytes: ({ neurons }) => 4 * neurons,
  },
} as const satisfies Record<string, ScratchArea>;
