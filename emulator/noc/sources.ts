/** The injecting side of a phase: when each source wants to send its next packet, and what a full buffer does to it. */
import { fail } from '../../isa/machine.ts';
import { LINKS, type RouterGraph } from './router-graph.ts';
import type { RoutingTables } from './routing.ts';
import { type InputBuffers, NEVER } from './fifos.ts';
import type { InjectionSchedule } from './schedule.ts';

/** State of the sources during one phase. */
export class Sources {
  /** Indices of schedules that still have packets; the first `live` are valid. */
  readonly #pending: Int32Array;
  live = 0;
  /** Packets injected so far and the deliveries that they will make. */
  packets = 0;
  expectedDeliveries = 0;
  /** Earliest cycle in which a source could inject; Infinity where all wait for a full buffer or are done. */
  nextCycle = NEVER;
  /** Whether a source waits for a buffer to lose a flit. */
  waiting = false;

  readonly #schedules: readonly InjectionSchedule[];
  readonly #tables: RoutingTables;
  readonly #rings: Int32Array;
  readonly #position: Int32Array;
  /** Cycle in which each source wants to inject its next packet. */
  readonly #wanted: Float64Array;
  readonly #lastActual: Float64Array;

  /** @throws E0901 where a schedule names a port that does not exist, or two name the same one */
  constructor(graph: RouterGraph, tables: RoutingTables, schedules: readonly InjectionSchedule[]) {
    const count = schedules.length;
    this.#schedules = schedules;
    this.#tables = tables;
    this.#pending = new Int32Array(count);
    this.#rings = new Int32Array(count);
    this.#position = new Int32Array(count);
    this.#wanted = new Float64Array(count);
    this.#lastActual = new Float64Array(count);
    const used = new Set<number>();
    schedules.forEach((schedule, s) => {
      this.#rings[s] = schedule.router * graph.ports + sourcePort(graph, schedule);
      if (used.has(this.#rings[s])) faultIn(schedule, 'is the second one of its port');
      used.add(this.#rings[s]);
      checkBounds(schedule);
      if (schedule.count === 0) return;
      this.#wanted[s] = schedule.cycles[0]!;
      this.nextCycle = Math.min(this.nextCycle, this.#wanted[s]);
      this.#pending[this.live++] = s;
    });
  }

  /**
   * Injects what can be injected in this cycle.
   *
   * @param touched called with the ring that got a flit
   */
  inject(cycle: number, injectionCycles: number, buffers: InputBuffers, touched: (ring: number) => void): void {
    let next = NEVER;
    let kept = 0;
    this.waiting = false;
    for (let k = 0; k < this.live; k++) {
      const s = this.#pending[k]!;
      let event = this.#wanted[s]!;
      if (event <= cycle) {
        const ring = this.#rings[s]!;
        event = buffers.creditCycle(ring);
        if (event <= cycle) {
          this.#send(s, ring, cycle, injectionCycles, buffers);
          touched(ring);
          if (this.#position[s] === this.#schedules[s]!.count) continue;
          event = this.#wanted[s]!;
        } else if (event === NEVER) this.waiting = true;
      }
      if (event < next) next = event;
      this.#pending[kept++] = s;
    }
    this.live = kept;
    this.nextCycle = next;
  }

  #send(s: number, ring: number, cycle: number, injectionCycles: number, buffers: InputBuffers): void {
    const schedule = this.#schedules[s]!;
    const item = this.#position[s]!;
    const entry = firstEntry(this.#tables, schedule, schedule.trees[item]!);
    this.expectedDeliveries += this.#tables.leafCount(entry);
    this.packets++;
    buffers.push(ring, entry, this.#tables.masks[entry]!, cycle + injectionCycles, s, item);
    this.#lastActual[s] = cycle;
    this.#position[s] = item + 1;
    if (item + 1 < schedule.count) {
      const gap = gapBefore(schedule, item + 1);
      this.#wanted[s] = schedule.mode === 'queue' ? Math.max(schedule.cycles[item + 1]!, cycle + 1) : cycle + gap;
    }
  }

  /** Actual end of a source after its last packet: the nominal end and what it stalled. */
  end(s: number): number {
    return actualEnd(this.#schedules[s]!, this.#lastActual[s]!);
  }
}

/**
 * Actual end of a source after its last packet: the nominal end and what it stalled.
 *
 * @param lastInjection cycle in which the last packet was injected, if there is one
 */
export function actualEnd(schedule: InjectionSchedule, lastInjection: number): number {
  if (schedule.count === 0) return schedule.endCycle;
  if (schedule.mode === 'queue') return Math.max(schedule.endCycle, lastInjection + 1);
  return schedule.endCycle + lastInjection - schedule.cycles[schedule.count - 1]!;
}

/** Dense number of the port of a source. @throws E0901 where its router does not have it */
export function sourcePort(graph: RouterGraph, schedule: InjectionSchedule): number {
  const { router } = schedule;
  const isRouter = Number.isInteger(router) && router >= 0 && router < graph.routers;
  const port = isRouter ? graph.tilePort(router, schedule.port) : -1;
  if (port < LINKS) faultIn(schedule, 'names a port that does not exist');
  return port;
}

/** Routing entry with which the packets of a tree start. @throws E0901 where the router of the source has none */
export function firstEntry(tables: RoutingTables, schedule: InjectionSchedule, tree: number): number {
  const entry = tables.find(tree, schedule.router);
  if (entry < 0) faultIn(schedule, `sends along tree ${tree}, which has no entry in its router`);
  return entry;
}

/** Nominal cycles from the packet before to packet `item`. @throws E0901 where they are too few */
export function gapBefore(schedule: InjectionSchedule, item: number): number {
  const gap = schedule.cycles[item]! - schedule.cycles[item - 1]!;
  if (gap < (schedule.mode === 'queue' ? 0 : 1)) faultIn(schedule, `has falling cycles at packet ${item}`);
  return gap;
}

/** @throws E0901 where a schedule contradicts itself */
export function checkBounds(schedule: InjectionSchedule): void {
  const { count, cycles, trees, endCycle } = schedule;
  if (!(Number.isInteger(count) && count >= 0 && count <= cycles.length && count <= trees.length))
    faultIn(schedule, 'has fewer entries than packets');
  const first = count === 0 ? 0 : cycles[0]!;
  const end = count === 0 ? 0 : cycles[count - 1]! + 1;
  if (first < 0 || !(Number.isFinite(endCycle) && endCycle >= end)) faultIn(schedule, 'starts or ends too early');
}

export function faultIn(schedule: InjectionSchedule, what: string): never {
  return fail('E0901', `network: the schedule of router ${schedule.router}, port ${schedule.port} ${what}`);
}
