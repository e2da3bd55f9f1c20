/**
 * The spiking network in floating point, layer by layer: no layer hears itself, so one can run through its whole window
 * before the next one begins, which hears its spikes in step, or ahead of its own window. It also runs the integer network,
 * exactly: integers of the chip's widths are exact in doubles.
 *
 * Sums have a fixed order (per tick: branch by branch, sources ascending, then current and bias), so the results are the
 * same on every machine.
 */
import { fail, shapeSize, type Shape } from '../../isa/index.ts';
import { type KernelArray, KernelMemory } from './kernels/memory.ts';
import { type Heard, INPUT, type LayerIndex } from '../ir/layers.ts';
import type { Dynamics, NeuronState } from '../ir/neuron.ts';
import type { LayerNeurons } from '../ir/neurons.ts';
import { fires, isSigned, mapParameters, neuronOf, valueOf } from '../layer-neurons.ts';
import { channelLastOrder, prepareScatter, spreadChannelLast, type Scatter } from './scatter.ts';
import type { SimulatedLayer, SimulatedNetwork } from './simulated-network.ts';
import { SpikeTrain } from './spike-train.ts';

/** Runs one layer through its window; memory is allocated once. */
export class LayerSimulator {
  readonly shape: Shape;
  readonly fires: boolean;
  readonly #branches: readonly { readonly source: LayerIndex; readonly scatter: Scatter; readonly ahead: number }[];
  /** Ticks of the current that are integrated when the window begins. */
  readonly #currentAhead: number;
  readonly #dynamics: Dynamics;
  /** A value for each neuron. */
  readonly #neurons: LayerNeurons<Float64Array>;
  readonly #initial: Float64Array;
  readonly #bias: Float64Array;
  readonly #potentials: KernelArray<Float64Array>;
  /** Bias and current from the input: what every tick adds. */
  readonly #drives: KernelArray<Float64Array>;
  readonly #elements: KernelArray<Uint32Array>;
  readonly #values: KernelArray<Float64Array>;
  readonly #ones: KernelArray<Float64Array>;
  readonly #window: number;
  readonly #integratesFirst: boolean;

  /** @param window T of layers that have none of their own
   * @param memory of the network, made once all its layers are there */
  constructor(layer: SimulatedLayer, window: number, integratesFirst: boolean, memory: KernelMemory) {
    const size = shapeSize(layer.shape);
    this.shape = layer.shape;
    this.#window = layer.window ?? window;
    this.#integratesFirst = integratesFirst;
    this.fires = fires(layer.neurons);
    this.#dynamics = neuronOf(layer.neurons)[layer.numbers];
    this.#potentials = memory.f64(size);
    this.#drives = memory.f64(size);
    this.#neurons = mapParameters(layer.neurons, (values) => spreadChannelLast(values, layer.shape));
    this.#initial = valueOf(this.#neurons, 'initial') ?? new Float64Array(size);
    this.#bias = valueOf(this.#neurons, 'bias') ?? new Float64Array(size);
    this.#currentAhead = layer.branches.find(({ source }) => source === INPUT)?.ahead ?? 0;
    this.#branches = layer.branches.map(({ source, sourceShape, branch, scale, ahead }) => ({
      source,
      ahead,
      scatter: prepareScatter(branch, sourceShape, layer.shape, memory, scale),
    }));
    const largest = Math.max(0, ...layer.branches.map(({ sourceShape }) => shapeSize(sourceShape)));
    this.#elements = memory.u32(largest);
    this.#values = memory.f64(largest);
    this.#ones = memory.f64(largest, (ones) => ones.fill(1));
  }

  /** A layer on its own. @throws DiagnosticError E0209 where its memory cannot be had */
  static alone(layer: SimulatedLayer, window: number, integratesFirst: boolean): LayerSimulator {
    const memory = new KernelMemory();
    const simulator = new LayerSimulator(layer, window, integratesFirst, memory);
    memory.build();
    return simulator;
  }

  /** Membrane potentials after the window, channel-last. */
  get potential(): Float64Array {
    return this.#potentials.array;
  }

  /**
   * @param input values of the input, channel-last
   * @param trainOf spikes of the layers before
   * @param out where the spikes go; stays empty for a read-out
   */
  run(input: Float64Array, trainOf: (layer: LayerIndex) => SpikeTrain, out: SpikeTrain): void {
    const drive = this.#drives.array;
    this.potential.set(this.#initial);
    drive.set(this.#bias);
    for (const { source, scatter } of this.#branches)
      if (source === INPUT) scatter.add(this.#elements.array, this.#values.array, this.#listValues(input), drive);
    const state = { potential: this.potential, drive, parameters: this.#neurons.parameters };
    out.clear(this.#window);
    if (this.#integratesFirst) this.#runCounts(state, trainOf, out);
    else this.#runTicks(state, trainOf, out);
  }

  /** Elements that are not 0; returns how many. */
  #listValues(values: ArrayLike<number>): number {
    const elements = this.#elements.array;
    const into = this.#values.array;
    let count = 0;
    for (let k = 0; k < values.length; k++) {
      const value = values[k]!;
      if (value === 0) continue;
      elements[count] = k;
      into[count++] = value;
    }
    return count;
  }

  #runTicks(state: NeuronState, trainOf: (layer: LayerIndex) => SpikeTrain, out: SpikeTrain): void {
    const { potential, drive } = state;
    this.#integrateAhead(state, trainOf);
    for (let tick = 0; tick < this.#window; tick++) {
      for (const { source, scatter, ahead } of this.#branches)
        if (source !== INPUT) this.#hear(trainOf(source), tick + ahead, scatter, potential);
      // The current ends before the window does.
      if (this.#currentAhead > 0 && tick + this.#currentAhead === this.#window) drive.set(this.#bias);
      this.#dynamics.tick(state, tick, out);
    }
  }

  /** What is heard before the first tick of the window. */
  #integrateAhead({ potential, drive }: NeuronState, trainOf: (layer: LayerIndex) => SpikeTrain): void {
    for (const { source, scatter, ahead } of this.#branches) {
      if (source === INPUT) continue;
      for (let tick = 0; tick < ahead; tick++) this.#hear(trainOf(source), tick, scatter, potential);
    }
    if (this.#currentAhead === 0) return;
    const ticks = Math.min(this.#currentAhead, this.#window);
    for (let k = 0; k < potential.length; k++) potential[k]! += ticks * (drive[k]! - this.#bias[k]!);
    if (this.#currentAhead >= this.#window) drive.set(this.#bias);
  }

  #hear(train: SpikeTrain, tick: number, scatter: Scatter, potential: Float64Array): void {
    if (tick >= this.#window) return;
    const elements = this.#elements.array;
    scatter.add(elements, this.#ones.array, train.list(tick, elements), potential);
    if (!train.signed) return;
    const takenBack = train.listTakenBack(tick, elements);
    scatter.add(elements, this.#values.array.fill(-1, 0, takenBack), takenBack, potential);
  }

  /** The order of spikes does not matter to a layer that fires after all of them, so the counts are enough. */
  #runCounts(state: NeuronState, trainOf: (layer: LayerIndex) => SpikeTrain, out: SpikeTrain): void {
    const { potential, drive } = state;
    const window = this.#window;
    for (const { source, scatter } of this.#branches) {
      if (source === INPUT) continue;
      scatter.add(this.#elements.array, this.#values.array, this.#listValues(trainOf(source).counts), potential);
    }
    for (let k = 0; k < potential.length; k++) potential[k]! += window * drive[k]!;
    this.#dynamics.settle(state, window, out.counts);
  }
}

/** Runs samples one after the other through the whole network. */
export class SpikingSimulator {
  readonly #simulators: readonly LayerSimulator[];
  readonly #trains: readonly SpikeTrain[];
  readonly #input: Float64Array;
  readonly #inputOrder: Uint32Array;

  /** @throws DiagnosticError E0209 where its memory cannot be had */
  constructor(network: SimulatedNetwork) {
    const { layers, window, integratesFirst, inputShape } = network;
    const memory = new KernelMemory();
    this.#simulators = layers.map((layer) => new LayerSimulator(layer, window, integratesFirst, memory));
    memory.build();
    this.#trains = allocateTrains(network);
    this.#input = new Float64Array(shapeSize(inputShape));
    this.#inputOrder = channelLastOrder(inputShape);
  }

  /** @param x input values or payloads, NCHW. @throws DiagnosticError E0302 where there are too few or too many */
  run(x: ArrayLike<number>): void {
    if (x.length !== this.#input.length)
      fail('E0302', `a sample of ${x.length} values was given to an input of ${this.#input.length}`);
    for (let k = 0; k < x.length; k++) this.#input[this.#inputOrder[k]!] = x[k]!;
    this.#simulators.forEach((simulator, l) => {
      simulator.run(this.#input, (source) => this.#trains[source]!, this.#trains[l]!);
    });
  }

  /** Spikes per neuron in the window, channel-last: a view that the next run overwrites. */
  counts(layer: LayerIndex): Uint16Array {
    return this.#trains[layer]!.counts;
  }

  /** Spikes that the neurons of a layer have taken back: packets that the counts do not show. */
  takenBack(layer: LayerIndex): number {
    return this.#trains[layer]!.takenBack;
  }

  /** Membrane potentials after the window, channel-last: a view that the next run overwrites. */
  potentials(layer: LayerIndex): Float64Array {
    return this.#simulators[layer]!.potential;
  }

  /** Accumulators of the read-out, NCHW: T × output. */
  readout(): Float64Array {
    const last = this.#simulators.at(-1)!;
    return Float64Array.from(channelLastOrder(last.shape), (at) => last.potential[at]!);
  }
}

/** Layer whose run is the last that hears each; itself where nobody does. */
export function lastUses(layers: readonly Heard[]): number[] {
  const last = layers.map((_, l) => l);
  layers.forEach(({ branches }, l) => {
    for (const { source } of branches) if (source !== INPUT) last[source] = l;
  });
  return last;
}

/** Spike trains share memory once nobody listens any more, so it grows with what lives at once, not with the depth. */
function allocateTrains({ layers, window, integratesFirst }: SimulatedNetwork): SpikeTrain[] {
  const lastUse = lastUses(layers);
  const slots: { length: number; busyUntil: number }[] = [];
  const slotOf = layers.map(({ shape, neurons }, l) => {
    const length = integratesFirst ? 0 : SpikeTrain.wordsOf(shapeSize(shape), window, isSigned(neurons));
    let slot = slots.findIndex(({ busyUntil }) => busyUntil < l);
    if (slot < 0) slot = slots.push({ length: 0, busyUntil: 0 }) - 1;
    slots[slot] = { length: Math.max(length, slots[slot]!.length), busyUntil: lastUse[l]! };
    return slot;
  });
  const memory = slots.map(({ length }) => new Uint32Array(length));
  return layers.map(
    ({ shape, neurons }, l) => new SpikeTrain(shapeSize(shape), memory[slotOf[l]!]!, isSigned(neurons)),
  );
}
