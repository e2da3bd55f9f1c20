/**
 * Whoever works through a phase. What it does is a generator that yields the cycles for which the sequencer is busy with what
 * it has just done; `advance` lets one cycle pass.
 */
import type { Mesh, Packet } from './network.ts';

export type Work = Generator<number, void>;
type Activity = 'integrate' | 'update' | 'stall';

/** Something that works through a phase cycle by cycle and injects at a port: a core, or the host. */
export class Sequencer {
  readonly tile: number;
  readonly port: number;
  /** Cycles of the phase by what they were spent on. */
  spent: Record<Activity, number> = { integrate: 0, update: 0, stall: 0 };
  /** The same without stalls, by the neuron for whose layer they were spent. */
  readonly spentFor = new Map<number, { integrate: number; update: number }>();
  protected activity: Activity = 'update';
  protected workFor = 0;
  readonly #mesh: Mesh;
  #work: Work | undefined;
  #busy = 0;

  constructor(mesh: Mesh, tile: number, port: number) {
    this.#mesh = mesh;
    this.tile = tile;
    this.port = port;
  }

  start(work: Work): void {
    this.#work = work;
    this.#busy = 0;
    this.spent = { integrate: 0, update: 0, stall: 0 };
    this.spentFor.clear();
  }

  /** Lets a cycle pass; false where there is nothing left to do in it. */
  advance(): boolean {
    while (this.#busy === 0) {
      if (this.#work === undefined) return false;
      const { done, value } = this.#work.next();
      if (done === true) this.#work = undefined;
      else this.#busy = value;
    }
    this.#busy--;
    this.spent[this.activity]++;
    if (this.activity === 'stall') return true;
    const share = this.spentFor.get(this.workFor) ?? { integrate: 0, update: 0 };
    share[this.activity]++;
    this.spentFor.set(this.workFor, share);
    return true;
  }

  /** Sends packets in order, one per cycle. */
  *sendAll(packets: readonly Packet[]): Work {
    for (const packet of packets) {
      yield* this.send(packet);
      yield 1;
    }
  }

  /** Stands still until the buffer takes the packet, and injects it. */
  protected *send(packet: Packet): Work {
    const before = this.activity;
    while (!this.#mesh.canInject(this.tile, this.port)) {
      this.activity = 'stall';
      yield 1;
    }
    this.activity = before;
    this.#mesh.inject(this.tile, this.port, packet);
  }
}
