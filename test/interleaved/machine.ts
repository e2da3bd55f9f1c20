/**
 * A second, independent machine: the whole chip, interleaved and cycle by cycle, written from spec/timing.md,
 * spec/network.md, spec/isa.md and spec/image-format.md. One loop over cycles moves every sequencer, the host port and
 * every router on by one cycle; events are heard, instructions executed and packets injected, forwarded and delivered in
 * their cycles. Nothing is computed ahead and nothing is timed afterwards. It shares no code with the emulator, and of
 * isa/ only the decoded chip, the instruction words and the schemas.
 */
import { PORT, type Box, type Chip, type Shape } from '../../isa/chip.ts';
import type { Target } from '../../isa/target.ts';
import { Core } from './core.ts';
import { newCounters } from './counters.ts';
import type { CriticalShare, InterleavedInference, LayerCounts, TickBound } from './inference.ts';
import { Mesh, type Delivery, type Packet } from './network.ts';
import { Sequencer } from './sequencer.ts';

interface Home {
  readonly layer: number;
  readonly element: number;
}

/** Far beyond any phase of a test; a phase that takes longer never ends. */
const ENDLESS = 10_000_000;

/** NCHW index of element k of a box, which is stored channel-last. */
function elementOf(box: Box, [, height, width]: Shape, k: number): number {
  const c = box.c0 + (k % box.channels);
  const x = box.x0 + (Math.floor(k / box.channels) % box.width);
  const y = box.y0 + Math.floor(k / box.channels / box.width);
  return (c * height + y) * width + x;
}

/** Cycles of a barrier (spec/timing.md). */
function barrierOf({ timing, mesh, chips }: Target): number {
  const alongX = timing.barrierHopCycles.value * (mesh.width - 1);
  const alongY = timing.barrierHopCycles.value * (mesh.height - 1);
  const bordersX = chips === undefined ? 0 : chips.width - 1;
  const bordersY = chips === undefined ? 0 : chips.height - 1;
  const link = chips?.linkCycles.value ?? 0;
  const lateX = bordersX * (link - timing.hopEastWestCycles.value);
  const lateY = bordersY * (link - timing.hopNorthSouthCycles.value);
  return timing.barrierCycles.value + 2 * (alongX + lateX + alongY + lateY);
}

/** Runs one inference from reset to read-out; or, of a chip without an end, so many ticks from the reset on. */
export class InterleavedMachine {
  readonly #chip: Chip;
  readonly #counters = newCounters();
  readonly #mesh: Mesh;
  readonly #cores: readonly Core[];
  readonly #host: Sequencer;
  readonly #elements: ReadonlyMap<number, readonly Home[]>;
  readonly #readout: number[];
  /** Elements of the output whose spikes have reached the host in this tick, of a chip without an end. */
  #heard: number[] = [];
  /** The tick in which packets are sent; those of the input are sent in tick 0. */
  #tick = 0;
  #stallCycles = 0;
  readonly #shares = new Map<string, CriticalShare>();

  private constructor(chip: Chip) {
    this.#chip = chip;
    this.#mesh = new Mesh(chip.target, chip.routes, this.#counters);
    this.#cores = chip.cores.map((image) => new Core(image, chip.target, this.#mesh, this.#counters));
    this.#host = new Sequencer(this.#mesh, 0, PORT.HOST);
    this.#elements = neuronHomes(chip);
    const [channels, height, width] = chip.output.shape;
    this.#readout = new Array<number>(channels * height * width).fill(0);
  }

  /**
   * @param input payload of every input element, NCHW, tick after tick
   * @param ticks of a chip without an end
   */
  static infer(chip: Chip, input: ArrayLike<number>, ticks = chip.ticks): InterleavedInference {
    return new InterleavedMachine(chip).#infer(input, ticks);
  }

  #infer(input: ArrayLike<number>, ticks: number): InterleavedInference {
    const barrier = barrierOf(this.#chip.target);
    const fixedTick = this.#chip.target.timing.tickCycles?.value;
    const bounds: TickBound[] = [];
    const overruns: number[] = [];

    for (const core of this.#cores) core.start(core.reset());
    const resetCycles = this.#phase();

    let inputCycles = 0;
    const fired: number[][][] = [];
    const potentials: number[][][] = [];
    const host: number[][] = [];
    const tickCycles: number[] = [];
    for (this.#tick = 0; this.#tick < ticks; this.#tick++) {
      this.#heard = [];
      const late = this.#receiveInput(input, barrier);
      inputCycles += late;
      for (const core of this.#cores) core.start(core.tick(this.#tick));
      const end = this.#phase();
      this.#counters.barriers++;
      const work = end + barrier;
      const busy = work + (this.#tick > 0 ? late : 0);
      const length = work + Math.max(0, (fixedTick ?? 0) - busy);
      tickCycles.push(length);
      if (fixedTick !== undefined && busy > fixedTick) overruns.push(busy - fixedTick);
      fired.push(this.#firedByLayer());
      potentials.push(this.#potentialsByLayer());
      host.push(this.#heard.sort((a, b) => a - b));
      bounds.push(this.#attribute(end, length - work));
    }

    for (const core of this.#cores) core.start(core.readOut());
    const readoutCycles = this.#phase();

    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const hostCycles = resetCycles + inputCycles + readoutCycles;
    const cycles = hostCycles + sum(tickCycles);
    const tickBounds = {
      core: bounds.map(({ core }) => core),
      integrate: bounds.map(({ integrate }) => integrate),
      update: bounds.map(({ update }) => update),
      network: bounds.map(({ network }) => network),
      wait: bounds.map(({ wait }) => wait),
    };
    this.#counters.idleCoreCycles = this.#cores.length * cycles - this.#counters.activeCoreCycles;
    return {
      // A neuron of a core in event mode can have fired several times.
      fired: fired.map((layers) => layers.map((indices) => [...new Set(indices)])),
      potentials,
      host,
      touched: this.#cores.flatMap((core) => core.touchExecutions),
      readout: this.#readout,
      timing: {
        cycles,
        resetCycles,
        inputCycles,
        tickCycles,
        readoutCycles,
        bound: {
          integrate: sum(tickBounds.integrate),
          update: sum(tickBounds.update),
          network: sum(tickBounds.network),
          barrier: barrier * bounds.length,
          wait: sum(tickBounds.wait),
          host: hostCycles,
        },
        overrunTicks: overruns.length,
        overrunCycles: sum(overruns),
        tickBounds,
        criticalShares: [...this.#shares.values()].sort((x, y) => x.core - y.core || x.layer - y.layer),
      },
      counts: this.#counters,
      layers: this.#countByLayer(fired),
      traffic: {
        ...this.#mesh.events,
        stallCycles: this.#stallCycles,
        delayed: this.#cores.reduce((sum, { delayed }) => sum + delayed, 0),
      },
    };
  }

  /** From cycle 0 until nobody has anything to do and the network is empty; returns the cycle in which that is so. */
  #phase(): number {
    const mesh = this.#mesh;
    mesh.startPhase();
    for (; mesh.cycle < ENDLESS; mesh.cycle++) {
      for (const delivery of mesh.delivered()) this.#deliver(delivery);
      let working = this.#host.advance();
      for (const core of this.#cores) if (core.advance()) working = true;
      if (!working && mesh.isEmpty()) return mesh.cycle;
      mesh.arbitrate();
    }
    throw new Error('a phase never ends');
  }

  /** Tick 0 begins with an input phase, and so does every later tick with something to send; returns its cycles. */
  #receiveInput(input: ArrayLike<number>, barrier: number): number {
    const { ticks = 1, stepTicks = 1 } = this.#chip.input;
    const inputTicks = this.#chip.ticks === 0 ? Infinity : ticks * stepTicks;
    if (this.#tick >= inputTicks || this.#tick % stepTicks !== 0) return 0;
    const packets = this.#inputPackets(input);
    if (this.#tick > 0 && packets.length === 0) return 0;
    this.#host.start(this.#host.sendAll(packets));
    this.#counters.barriers++;
    return this.#phase() + barrier;
  }

  #inputPackets(input: ArrayLike<number>): Packet[] {
    const { parts, shape, stepTicks = 1 } = this.#chip.input;
    const packets: Packet[] = [];
    const from = (this.#tick / stepTicks) * shape[0] * shape[1] * shape[2];
    for (const { tree, box } of parts)
      for (let index = 0; index < box.channels * box.height * box.width; index++) {
        const payload = input[from + elementOf(box, shape, index)]!;
        if (payload !== 0) packets.push({ tree, index, payload });
      }
    this.#counters.hostPackets += packets.length;
    return packets;
  }

  #deliver({ tile, port, packet, injectedAt }: Delivery): void {
    this.#counters.deliveries++;
    if (port === PORT.HOST) {
      const { box } = this.#chip.output.parts.find(({ tree }) => tree === packet.tree)!;
      const element = elementOf(box, this.#chip.output.shape, packet.index);
      if (this.#chip.ticks === 0) this.#heard.push(element);
      else this.#readout[element] = packet.payload;
      this.#counters.hostPackets++;
      return;
    }
    if (tile === injectedAt) this.#counters.withinTile++;
    this.#cores.find((core) => core.tile === tile && core.port === port)!.receive(packet, this.#tick);
  }

  /** What the cycles of a tick up to its barrier were spent on, and how long each core worked. */
  #attribute(end: number, wait: number): TickBound {
    let critical: Core | undefined;
    let latest = 0;
    for (const core of this.#cores) {
      const { integrate, update, stall } = core.spent;
      this.#counters.activeCoreCycles += integrate + update + stall;
      this.#stallCycles += stall;
      if (integrate + update <= latest) continue;
      latest = integrate + update;
      critical = core;
    }
    const { integrate, update } = critical?.spent ?? { integrate: 0, update: 0 };
    for (const [neuron, spent] of critical?.spentFor ?? []) this.#addShare(critical!.image.core, neuron, spent);
    return { core: critical?.image.core ?? -1, integrate, update, network: end - latest, wait };
  }

  #addShare(core: number, neuron: number, spent: { readonly integrate: number; readonly update: number }): void {
    const { layer } = this.#elements.get(core)![neuron]!;
    const key = `${core} ${layer}`;
    const share = this.#shares.get(key) ?? { core, layer, integrateCycles: 0, updateCycles: 0 };
    share.integrateCycles += spent.integrate;
    share.updateCycles += spent.update;
    this.#shares.set(key, share);
  }

  #firedByLayer(): number[][] {
    const layers: number[][] = this.#chip.layers.map(() => []);
    for (const { image, fired } of this.#cores) {
      const home = this.#elements.get(image.core)!;
      for (const neuron of fired) layers[home[neuron]!.layer]!.push(home[neuron]!.element);
    }
    return layers.map((indices) => indices.sort((a, b) => a - b));
  }

  #potentialsByLayer(): number[][] {
    const layers: number[][] = this.#chip.layers.map(() => []);
    for (const core of this.#cores)
      this.#elements.get(core.image.core)!.forEach(({ layer, element }, neuron) => {
        layers[layer]![element] = core.potential(neuron);
      });
    return layers;
  }

  #countByLayer(fired: readonly (readonly (readonly number[])[])[]): LayerCounts[] {
    const counts = this.#chip.layers.map(({ name }, layer): LayerCounts => {
      const spikes = fired.reduce((sum, tick) => sum + tick[layer]!.length, 0);
      return { name, spikes, spikePayload: 0, synops: 0, macs: 0, synapseBitsRead: 0 };
    });
    for (const { image, visits, payloads } of this.#cores)
      this.#elements.get(image.core)!.forEach(({ layer }, neuron) => {
        counts[layer]!.spikePayload += payloads[neuron] ?? 0;
        counts[layer]!.synops += visits.synops[neuron]!;
        counts[layer]!.macs += visits.macs[neuron]!;
        counts[layer]!.synapseBitsRead += visits.synapseBitsRead[neuron]!;
      });
    return counts;
  }
}

/** Layer and NCHW index of every neuron, by core. */
function neuronHomes({ placements, layers }: Chip): Map<number, Home[]> {
  const homes = new Map<number, Home[]>();
  for (const { core, layer, firstNeuron, box } of placements) {
    const ofCore = homes.get(core) ?? [];
    homes.set(core, ofCore);
    for (let k = 0; k < box.channels * box.height * box.width; k++)
      ofCore[firstNeuron + k] = { layer, element: elementOf(box, layers[layer]!.shape, k) };
  }
  return homes;
}
