/** What the emulator asks of a core, whichever kernels it runs on. */
import type { CoreImage, SpikeSet } from '../../isa/machine.ts';
import type { Counters } from './counts.ts';
import type { LayerCycles } from './layer-cycles.ts';
import type { ReadRun } from './programs.ts';
import type { PayloadStore } from './scheduler.ts';
import type { Trees } from './trees.ts';

/** Where the cores of a chip put what they count and send. */
export interface CoreContext {
  readonly counters: Counters;
  /** Per layer; the last entry collects what belongs to no layer. */
  readonly layerSynops: Float64Array;
  readonly layerMacs: Float64Array;
  readonly layerSpikes: Float64Array;
  readonly layerSpikePayload: Float64Array;
  readonly layerSynapseBits: Float64Array;
  /** Trees whose spikes reach the host. */
  readonly hostTrees: ReadonlySet<number>;
  /** Neuron k of the run whose spikes take `tree` has fired, one of those. */
  readonly reachHost: (tree: number, k: number) => void;
  /** A non-firing accumulator reaches the host: neuron k of the run that a READ of `tree` reads. */
  readonly read: (tree: number, k: number, potential: number) => void;
}

/** Packets and nominal cycles of the current tick. */
export interface InjectionTally {
  /** Cycles since the start of the tick, stalls excluded. */
  readonly cycles: number;
  /** Packets so far: the valid length of `cycle` and `tree`. */
  readonly packets: number;
  /** Cycle of injection without stalls, from the start of the tick. */
  readonly cycle: Int32Array;
  readonly tree: Uint32Array;
}

/** What a core did since construction. */
export interface CoreActivity {
  spikes: number;
  synops: number;
  macs: number;
  /** Packets that it injected. */
  packets: number;
}

export const newCoreActivity = (): CoreActivity => ({ spikes: 0, synops: 0, macs: 0, packets: 0 });

/** One core: its memories, and what it does in each phase of a tick. */
export interface CoreRunner {
  readonly image: CoreImage;
  /** Membrane potentials. */
  readonly v: Int32Array;
  readonly scheduler: PayloadStore;
  /** Cycles of the reset handler. */
  readonly resetCycles: number;
  /** Packets and their cycles only where the run is timed. */
  readonly tally: InjectionTally;
  readonly layerCycles: LayerCycles;
  /** What it sends in the read-out phase. */
  readonly readRuns: readonly ReadRun[];
  /** Up to date once the machine has collected. */
  readonly activity: CoreActivity;

  /** The reset handler; the scheduler is emptied. */
  reset(): void;

  /** The tick counter goes on at `next` instead of `tick`, which is earlier: nothing happens in the ticks between. */
  passOver(tick: number, next: number): void;

  /**
   * Hears the axons of the tick's slot.
   *
   * @returns cycles, where the run is timed
   */
  integrate(tick: number): number;

  /**
   * The tick handler. Packets are delivered at once: no sink listens to them before the next tick.
   *
   * @param startCycle nominal cycle at which the update starts; the tally counts on from there
   */
  update(tick: number, startCycle: number): void;
}

/** The cores of a chip, connected by its trees, and what they share. */
export interface Machine {
  readonly cores: readonly CoreRunner[];
  readonly trees: Trees<CoreRunner>;
  /** The spikes of the inference that is running, once they have been told. */
  readonly spikes: SpikeSet;
  /** Brings `spikes` up to date, after `ticks` ticks of the inference. */
  tellSpikes(ticks: number): void;
  /** Adds what has been counted since the last call to the counters of the context. */
  collect(): void;
}
