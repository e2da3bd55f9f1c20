/**
 * The run as a Chrome trace-event document, which Perfetto's viewer opens: spec/traces.md says what is in it. The format is
 * Google's "Trace Event Format", JSON object form.
 */
import { tileOfCore, topologyOf } from '../../isa/machine.ts';
import type { DeliveryListener, HopListener } from '../noc/index.ts';
import type { Phase, PhaseEnd, PhaseListener } from '../timing/phases.ts';
import type { CoreRunner } from '../machine/runner.ts';
import { isChosen, phaseName, type TraceOptions } from './choice.ts';
import { Forks, Injections } from './injections.ts';
import { LinkCounters } from './link-counters.ts';
import { ChunkedText, TraceProgress, type TraceSummary } from './output.ts';
import { microseconds, nanoseconds } from './time.ts';

/** Processes of the trace. Neither processes nor threads are numbered 0, which viewers take for the idle one. */
const PID = { chip: 1, cores: 2, links: 3 } as const;
const PHASES_TID = 1;
const threadOfCore = (core: number): number => core + 1;

/** Cycles by layer. */
type LayerShare = Readonly<Record<string, number>>;

export class PerfettoTrace implements PhaseListener {
  readonly onHop: HopListener;
  readonly onDelivery: DeliveryListener;
  readonly #options: TraceOptions;
  readonly #text: ChunkedText;
  readonly #progress: TraceProgress;
  readonly #injections: Injections;
  readonly #links: LinkCounters;
  readonly #clockHz: number;
  readonly #chosenCores: ReadonlySet<number>;
  /** Axons that each chosen core hears in the tick at hand. */
  readonly #events = new Map<number, number>();
  #cores: readonly CoreRunner[] = [];
  #inferenceStart = 0;
  #told = false;
  #separator = '\n';

  constructor(options: TraceOptions) {
    const { chip, sink, limit, cores, routers } = options;
    this.#options = options;
    this.#text = new ChunkedText(sink);
    this.#progress = new TraceProgress(limit);
    this.#injections = new Injections(chip, new Forks(chip));
    this.#links = new LinkCounters(topologyOf(chip.target), routers);
    this.#chosenCores = new Set(cores);
    this.#clockHz = chip.target.timing.clockHz.value;
    this.onHop = (router, port, cycle, source, item) => {
      this.#links.add(router, port);
      this.#injections.won(router, cycle, source, item);
    };
    const ejectionCycles = chip.target.timing.ejectionCycles.value;
    this.onDelivery = (_tree, source, item, router, _port, cycle) => {
      this.#injections.won(router, cycle - ejectionCycles, source, item);
    };
    this.#writeHead();
  }

  beginInference(cores: readonly CoreRunner[], resetCycles: number): void {
    const progress = this.#progress;
    this.#cores = cores;
    this.#inferenceStart = progress.now;
    progress.inference++;
    if (this.#options.ticks.first === 0) {
      progress.enter('reset');
      this.#slice(PID.chip, PHASES_TID, 'reset', 0, resetCycles, {});
      for (const { image, resetCycles: cycles } of cores)
        if (this.#chosenCores.has(image.core)) this.#coreSlice(image.core, 'reset', 0, cycles, {});
      progress.leave();
    }
    progress.now += resetCycles;
  }

  beginTick(tick: number): void {
    if (this.#progress.isCut || !isChosen(this.#options, { kind: 'tick', tick })) return;
    for (const { image, scheduler } of this.#cores)
      if (this.#chosenCores.has(image.core)) this.#events.set(image.core, scheduler.events(tick % scheduler.slots));
  }

  beginPhase(phase: Phase): boolean {
    const chosen = isChosen(this.#options, phase);
    if (chosen) this.#progress.enter(phaseName(phase));
    else this.#quietLinks();
    this.#told = chosen && !this.#progress.isCut;
    if (this.#told)
      this.#injections.begin(phase.sources, (s) => {
        const core = phase.cores[s]?.image.core;
        return core !== undefined && this.#chosenCores.has(core);
      });
    return this.#told;
  }

  endPhase(phase: Phase, end: PhaseEnd): void {
    const { endCycles } = end.timing;
    if (this.#told) {
      this.#writePhase(phase, end);
      phase.cores.forEach(({ image }, s) => {
        if (this.#chosenCores.has(image.core)) this.#writeCore(phase, s, end);
      });
      this.#links.take((name, flits) => {
        this.#count(name, flits);
      });
    }
    this.#told = false;
    this.#progress.leave();
    this.#progress.now += endCycles + end.barrierCycles + end.waitCycles;
  }

  endInference(cycles: number): void {
    const progress = this.#progress;
    const { now } = progress;
    progress.now = this.#inferenceStart;
    this.#slice(PID.chip, PHASES_TID, `inference ${progress.inference}`, 0, cycles, { cycles });
    progress.now = now;
  }

  /** Ends the document. */
  finish(): TraceSummary {
    this.#quietLinks();
    this.#text.write('\n]}\n');
    this.#text.flush();
    return this.#progress.summary();
  }

  #writeHead(): void {
    const { chip, tool } = this.#options;
    const { name } = chip.target;
    const topology = topologyOf(chip.target);
    const other = { tool, target: name, clockHz: this.#clockHz };
    this.#text.write(`{"displayTimeUnit":"ns","otherData":${JSON.stringify(other)},"traceEvents":[`);
    for (const [order, [process, pid]] of Object.entries(PID).entries()) {
      this.#meta('process_name', pid, 0, { name: process });
      this.#meta('process_sort_index', pid, 0, { sort_index: order });
    }
    this.#meta('thread_name', PID.chip, PHASES_TID, { name: 'phases' });
    for (const core of this.#options.cores) {
      const tile = tileOfCore(chip.target, core);
      const place = `${topology.column(tile)},${topology.row(tile)}`;
      this.#meta('thread_name', PID.cores, threadOfCore(core), { name: `core ${core} (tile ${place})` });
    }
  }

  /** The phase, and what bound it part by part. */
  #writePhase(phase: Phase, { timing, barrierCycles, waitCycles, critical }: PhaseEnd): void {
    const { endCycles, packets, deliveries, stallCycles, linkHops } = timing;
    const integrate = critical?.integrateCycles ?? 0;
    const update = critical?.updateCycles ?? 0;
    const network = endCycles - integrate - update;
    const cycles = endCycles + barrierCycles + waitCycles;
    const linkFlits = linkHops.east + linkHops.west + linkHops.north + linkHops.south;
    this.#slice(PID.chip, PHASES_TID, phaseName(phase), 0, cycles, {
      cycles,
      packets,
      deliveries,
      linkFlits,
      stallCycles,
      ...(critical && { criticalCore: critical.core }),
    });
    let from = 0;
    const parts = { integrate, update, network, barrier: barrierCycles, wait: waitCycles };
    for (const [part, length] of Object.entries(parts)) {
      if (length > 0) this.#slice(PID.chip, PHASES_TID, part, from, from + length, { cycles: length });
      from += length;
    }
  }

  /** What a core does in a phase. */
  #writeCore({ kind, sources, cores }: Phase, s: number, { timing }: PhaseEnd): void {
    const { count: packets, endCycle } = sources[s]!;
    const { image, layerCycles } = cores[s]!;
    const end = timing.sourceEnd[s]!;
    const stallCycles = end - endCycle;
    if (kind === 'tick') {
      const integrate = layerCycles.integrate.reduce((sum, cycles) => sum + cycles, 0);
      const events = this.#events.get(image.core) ?? 0;
      const layers = this.#layers(layerCycles.layers, layerCycles.integrate);
      if (integrate > 0) this.#coreSlice(image.core, 'integrate', 0, integrate, { events, layers });
      const updates = this.#layers(layerCycles.layers, layerCycles.update);
      if (end > integrate)
        this.#coreSlice(image.core, 'update', integrate, end, { packets, stallCycles, layers: updates });
    } else if (end > 0) this.#coreSlice(image.core, 'read-out', 0, end, { packets, stallCycles });
    this.#injections.tell(s, end, (due, entered) => {
      if (entered > due) this.#coreSlice(image.core, 'stall', due, entered, {});
    });
  }

  /** Cycles of the layers of a core, by name; those without any are left out. */
  #layers(layers: readonly number[], cycles: Float64Array): LayerShare {
    const share = new Map<string, number>();
    layers.forEach((layer, slot) => {
      if (cycles[slot] === 0) return;
      const name = this.#options.chip.layers[layer]?.name ?? 'none';
      share.set(name, (share.get(name) ?? 0) + cycles[slot]!);
    });
    return Object.fromEntries(share);
  }

  /** Links carry nothing in what is not chosen, or not there. */
  #quietLinks(): void {
    this.#links.take((name, flits) => {
      this.#count(name, flits);
    });
  }

  #coreSlice(core: number, name: string, from: number, to: number, args: object): void {
    if (to > from) this.#slice(PID.cores, threadOfCore(core), name, from, to, { cycles: to - from, ...args });
  }

  /** @param from cycle of the phase, as is `to` */
  #slice(pid: number, tid: number, name: string, from: number, to: number, args: object): void {
    const { now } = this.#progress;
    const start = nanoseconds(now + from, this.#clockHz);
    const dur = microseconds(nanoseconds(now + to, this.#clockHz) - start);
    this.#emit({ ph: 'X', pid, tid, ts: microseconds(start), dur, name, args: { cycle: now + from, ...args } });
  }

  #count(name: string, flits: number): void {
    const ts = microseconds(nanoseconds(this.#progress.now, this.#clockHz));
    this.#emit({ ph: 'C', pid: PID.links, tid: 0, ts, name, args: { flits } });
  }

  #meta(name: string, pid: number, tid: number, args: object): void {
    this.#emit({ ph: 'M', pid, tid, ts: 0, name, args });
  }

  #emit(event: object): void {
    const progress = this.#progress;
    if (!progress.hasRoom()) {
      progress.cut();
      return;
    }
    progress.events++;
    this.#text.write(this.#separator + JSON.stringify(event));
    this.#separator = ',\n';
  }
}
