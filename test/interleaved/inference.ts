/** What the interleaved machine says of an inference. */
import type { CoreImage } from '../../isa/chip.ts';
import type { OperationOf } from '../../isa/ops.ts';
import type { Counters } from './counters.ts';
import type { TrafficEvents } from './network.ts';

export interface InterleavedTiming {
  readonly cycles: number;
  readonly resetCycles: number;
  readonly inputCycles: number;
  readonly tickCycles: readonly number[];
  readonly readoutCycles: number;
  /** wait: what is left of a tick of fixed length when its work is done. */
  readonly bound: Record<'integrate' | 'update' | 'network' | 'barrier' | 'wait' | 'host', number>;
  /** Ticks whose work took longer than the target's fixed tick, and by how much in all. */
  readonly overrunTicks: number;
  readonly overrunCycles: number;
  /** By tick: the critical core (-1: no core works), and what bound it. */
  readonly tickBounds: Record<'core' | 'integrate' | 'update' | 'network' | 'wait', readonly number[]>;
  /** By core and layer, ascending, what critical cores did for the layer; none without cycles. */
  readonly criticalShares: readonly CriticalShare[];
}

/** An instruction of a touch handler, executed behind an event on neurons of a core, ascending. */
export interface TouchExecution {
  readonly image: CoreImage;
  readonly operation: OperationOf<'ALU' | 'ALUP' | 'COMPARE' | 'COMPAREP' | 'EMIT'>;
  readonly neurons: readonly number[];
}

export interface CriticalShare {
  readonly core: number;
  readonly layer: number;
  integrateCycles: number;
  updateCycles: number;
}

/** What bound one tick. */
export interface TickBound {
  readonly core: number;
  readonly integrate: number;
  readonly update: number;
  readonly network: number;
  readonly wait: number;
}

export interface InterleavedInference {
  /** [tick][layer]: NCHW indices of the neurons that fired, ascending. */
  readonly fired: readonly (readonly (readonly number[])[])[];
  /** [tick][layer]: membrane potentials after the tick, NCHW. */
  readonly potentials: readonly (readonly (readonly number[])[])[];
  /** [tick]: elements of the output whose spikes reached the host, ascending; of a chip without an end. */
  readonly host: readonly (readonly number[])[];
  /** What touch handlers executed. */
  readonly touched: readonly TouchExecution[];
  /** Accumulators, NCHW. */
  readonly readout: readonly number[];
  readonly timing: InterleavedTiming;
  /** Of this inference. */
  readonly counts: Counters;
  readonly layers: readonly LayerCounts[];
  /** Beside the counts of the run record. */
  readonly traffic: TrafficEvents & { readonly stallCycles: number; readonly delayed: number };
}

/** What a layer's neurons fired, and the synapses that instructions for them visited. */
export interface LayerCounts {
  readonly name: string;
  spikes: number;
  spikePayload: number;
  synops: number;
  macs: number;
  synapseBitsRead: number;
}
