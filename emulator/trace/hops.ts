/** Flits over links, phase by phase, for whoever draws them. */
import { LINK_PORTS, type Target, topologyOf } from '../../isa/machine.ts';
import type { HopListener } from '../noc/index.ts';
import type { Phase, PhaseEnd, PhaseListener } from '../timing/phases.ts';

/** Numbers that a hop takes: the tile that the flit leaves, the one that it goes to, the cycle since the start of the phase. */
const HOP_NUMBERS = 3;

/** What moved in a phase. */
export interface MovedPhase {
  readonly kind: Phase['kind'];
  /** -1 in phases that are no tick. */
  readonly tick: number;
  /** With its barrier, and what a tick of fixed length waits. */
  readonly cycles: number;
  /** Three numbers (tile that the flit leaves, tile that it goes to, cycle since the phase began) for each hop, in the order of cycles. */
  readonly hops: Int32Array;
  /** Hops beyond the most that are kept. */
  readonly hopsLeftOut: number;
  /** Cycles in which cores worked, over all cores; 0 in phases that are no tick. */
  readonly activeCoreCycles: number;
}

/** Keeps the hops of an inference until they are taken, in memory that depends on `most` and on what was not taken. */
export class HopRecorder implements PhaseListener {
  readonly onHop: HopListener;
  readonly #hops: Int32Array;
  #count = 0;
  #leftOut = 0;
  #phases: MovedPhase[] = [];
  /** Of the reset with which the inference began. */
  resetCycles = 0;

  /** @param most hops of a phase that are kept */
  constructor(target: Target, most: number) {
    const topology = topologyOf(target);
    const neighbours = Int32Array.from({ length: topology.tiles * LINK_PORTS.length }, (_, link) =>
      topology.neighbour(Math.floor(link / LINK_PORTS.length), LINK_PORTS[link % LINK_PORTS.length]!),
    );
    this.#hops = new Int32Array(HOP_NUMBERS * most);
    this.onHop = (router, port, cycle) => {
      const at = HOP_NUMBERS * this.#count;
      if (at === this.#hops.length) {
        this.#leftOut++;
        return;
      }
      this.#hops[at] = router;
      this.#hops[at + 1] = neighbours[LINK_PORTS.length * router + port]!;
      this.#hops[at + 2] = cycle;
      this.#count++;
    };
  }

  /** The phases that ended since the last call, in order. */
  take(): MovedPhase[] {
    const phases = this.#phases;
    this.#phases = [];
    return phases;
  }

  beginInference(_cores: unknown, resetCycles: number): void {
    this.resetCycles = resetCycles;
    this.#phases = [];
  }

  beginPhase(): boolean {
    this.#count = 0;
    this.#leftOut = 0;
    return true;
  }

  endPhase({ kind, tick }: Phase, { timing, barrierCycles, waitCycles }: PhaseEnd): void {
    let activeCoreCycles = 0;
    if (kind === 'tick') for (const end of timing.sourceEnd) activeCoreCycles += end;
    this.#phases.push({
      kind,
      tick,
      cycles: timing.endCycles + barrierCycles + waitCycles,
      hops: this.#hops.slice(0, HOP_NUMBERS * this.#count),
      hopsLeftOut: this.#leftOut,
      activeCoreCycles,
    });
  }

  beginTick = (): void => undefined;
  onDelivery = (): void => undefined;
  endInference = (): void => undefined;
}
