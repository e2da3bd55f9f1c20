/** What a listener is told of an inference while it is timed, phase by phase (spec/timing.md). */
import type { DeliveryListener, HopListener, InjectionSchedule, PhaseTiming } from '../noc/index.ts';
import type { CoreRunner } from '../machine/runner.ts';

/** A phase in which packets move. Valid until its end. */
export interface Phase {
  readonly kind: 'input' | 'tick' | 'readout';
  /** -1 in phases that are no tick. */
  readonly tick: number;
  readonly sources: readonly InjectionSchedule[];
  /** The core of each source; none in the input phase, whose only source is the host port. */
  readonly cores: readonly CoreRunner[];
}

/** What became of a phase. Cycles count from its start. */
export interface PhaseEnd {
  readonly timing: PhaseTiming;
  /** 0 in the read-out phase. */
  readonly barrierCycles: number;
  /** What is left of a tick of fixed length after its barrier. */
  readonly waitCycles: number;
  /** The core that the tick waited for, and its nominal cycles; absent where no core works, and in phases that are no tick. */
  readonly critical?: { readonly core: number; readonly integrateCycles: number; readonly updateCycles: number };
}

/**
 * Told in the order of time: beginInference; for the input, then each tick, then the read-out beginPhase, its flits, endPhase;
 * endInference. An inference that was not carried through is followed by the beginning of the next one. A listener only
 * watches: nothing that is computed, counted or timed depends on it.
 */
export interface PhaseListener {
  /** @param resetCycles of the phase; each core has its own too */
  beginInference(cores: readonly CoreRunner[], resetCycles: number): void;
  /** The cores are about to run a tick: their schedulers hold what they will hear. */
  beginTick(tick: number): void;
  /** The cores are done with the phase; its flits are about to move. @returns whether to tell of them */
  beginPhase(phase: Phase): boolean;
  readonly onHop: HopListener;
  readonly onDelivery: DeliveryListener;
  endPhase(phase: Phase, end: PhaseEnd): void;
  /** @param cycles of the inference */
  endInference(cycles: number): void;
}

/** Several listeners as one. */
export function joinListeners(listeners: readonly PhaseListener[]): PhaseListener | undefined {
  const [first] = listeners;
  if (first === undefined || listeners.length === 1) return first;
  let told: PhaseListener[] = [];
  return {
    beginInference: (cores, resetCycles) => {
      for (const one of listeners) one.beginInference(cores, resetCycles);
    },
    beginTick: (tick) => {
      for (const one of listeners) one.beginTick(tick);
    },
    beginPhase: (phase) => {
      told = listeners.filter((one) => one.beginPhase(phase));
      return told.length > 0;
    },
    onHop: (router, port, cycle, schedule, item) => {
      for (const one of told) one.onHop(router, port, cycle, schedule, item);
    },
    onDelivery: (tree, schedule, item, router, port, cycle) => {
      for (const one of told) one.onDelivery(tree, schedule, item, router, port, cycle);
    },
    endPhase: (phase, end) => {
      for (const one of listeners) one.endPhase(phase, end);
    },
    endInference: (cycles) => {
      for (const one of listeners) one.endInference(cycles);
    },
  };
}
