/**
 * What the packets of a converted network say, a row each: how a count of spikes goes from a layer to those that hear it.
 * Nothing else asks which code it is; it reads the row. Theory and proofs: spec/conversion.md.
 */
import { I, type TickWindow, V } from '../isa/index.ts';
import { firstSpikeNeurons, rampEnd } from './codes/first-spike.ts';
import { gradedNeurons } from './codes/graded.ts';
import type { ConvertedLayer, QuantisedNeurons } from './ir/layers.ts';

export interface CodeRules {
  /** Whether layers must have heard everything before they send, so that only the counts matter (mode `exact`). */
  readonly needsCounts: boolean;
  /**
   * Whether layers may have a T of their own. Where they send in T ticks they may not: what fires stands in a window as long as that
   * of the chip (spec/isa.md), and what is heard in one window would overlap with what is heard in another.
   */
  readonly ownWindows: boolean;
  /** Ticks in which a layer sends, of a window of T. */
  readonly sendingTicks: (window: number) => number;
  /** Largest payload of a packet. */
  readonly payload: (window: number) => number;
  /** Packets of a neuron that counted so many spikes. */
  readonly packets: (count: number) => number;
  /** Instructions on planes that a neuron executes outside of its updates, about; what the input needs is among them. */
  readonly vectors: (window: number, hearsInput: boolean) => number;
  /** The plane to which packets between layers add. */
  readonly plane: number;
  /** Highest potential that neurons need beside what they integrate. */
  readonly highest: (threshold: number, window: number) => number;
  /**
   * The neurons that send so; undefined: as they are.
   *
   * @param heard windows in which the sources of the layer are heard: ascending, apart, and all before the layer fires; of codes
   *   whose layers have windows of their own none are told
   */
  readonly neurons:
    | ((layer: ConvertedLayer, window: number, heard: readonly TickWindow[]) => QuantisedNeurons)
    | undefined;
}

const ROWS = {
  /** A packet for every spike. */
  unary: {
    needsCounts: false,
    ownWindows: false,
    sendingTicks: (window) => window,
    payload: () => 1,
    packets: (count) => count,
    vectors: (window, hearsInput) => (hearsInput ? window : 0),
    plane: V,
    highest: (threshold) => threshold,
    neurons: undefined,
  },
  /** The count as the payload of one packet. */
  graded: {
    needsCounts: true,
    ownWindows: true,
    sendingTicks: () => 1,
    payload: (window) => window,
    packets: (count) => Math.min(1, count),
    vectors: (window, hearsInput) => 1 + (hearsInput ? Math.log2(window) : 0),
    plane: V,
    highest: (threshold) => threshold,
    neurons: gradedNeurons,
  },
  /** The count as the time of one packet. */
  'first-spike': {
    needsCounts: true,
    ownWindows: false,
    sendingTicks: (window) => window,
    payload: () => 1,
    packets: (count) => Math.min(1, count),
    vectors: (window) => window,
    plane: I,
    highest: rampEnd,
    neurons: firstSpikeNeurons,
  },
} as const satisfies Record<string, CodeRules>;

export type SpikeCode = keyof typeof ROWS;

export const CODES: Readonly<Record<SpikeCode, CodeRules>> = ROWS;

/** The codes in the order in which they are told. */
export const CODE_NAMES = Object.keys(ROWS) as SpikeCode[];
