/**
 * The integer reference interpreter: what the quantised graph means, tick by tick, without any chip. It is the oracle
 * for the emulator, so it computes the other way round: every neuron gathers from its sources (the chip's cores scatter
 * events), in NCHW order, from whole spike maps.
 */
import { I, predictedClass, MOST_PLANES, type PlaneForm, shapeSize, V } from '../../isa/index.ts';
import { INPUT, type QuantisedBranch, type QuantisedGraph, type QuantisedLayer } from '../ir/layers.ts';
import type { NeuronName, ProgrammedName } from '../ir/neurons.ts';
import { isByEvent, payloadsOf, planeFed, programOf } from '../layer-neurons.ts';
import type { ProgramStep } from '../ir/program.ts';
import { type ProgramTime, ticksOf } from '../ir/program-time.ts';
import { type OrderedSource, orderedSources } from './event-order.ts';
import { poolSource } from './pool-source.ts';
import { type PayloadMap, ReferenceProgram } from './program-step.ts';
import { ReferenceConv } from './reference-conv.ts';
import type { ReferenceStep } from './reference-step.ts';
import { REFERENCE_STEPS } from './steps/generated/index.ts';

/** State of every layer after a tick; views that change with the next tick. */
export interface ReferenceView {
  /** What the neuron sent in this tick, 0 where it did not fire; NCHW. */
  spikes(layer: number): PayloadMap;
  /** Membrane potentials after the tick, NCHW. */
  potentials(layer: number): Int32Array;
}

export interface ReferenceResult {
  /** Accumulators of the read-out, NCHW. */
  readonly readout: Int32Array;
  /** Largest accumulator, the lowest index of equals. */
  readonly predicted: number;
  readonly spikes: number;
}

interface LayerState {
  /** By number; a layer without a program has V and I. */
  readonly planes: readonly Int32Array[];
  readonly flags: Uint8Array;
  /** Neurons have a program, or a step. */
  readonly program: ReferenceProgram | undefined;
  readonly step: ReferenceStep | undefined;
  /** A value for each neuron. */
  readonly parameters: Readonly<Record<string, Int32Array>>;
  /** Spike maps of the last ticks, a ring indexed by tick modulo its length. */
  readonly history: readonly PayloadMap[];
}

/** Of kinds that are no programs on a chip. */
const STEPS: Readonly<Record<Exclude<NeuronName, ProgrammedName>, ReferenceStep>> = REFERENCE_STEPS;
const STEP_OF: Readonly<Partial<Record<NeuronName, ReferenceStep>>> = STEPS;

/** How planes are held where a program does not say it. The width does not matter here: what is proven fits. */
const FORMS: readonly PlaneForm[] = Array.from({ length: MOST_PLANES }, () => ({ policy: 'prove', bits: 32 }));

/** The parameters of a layer with a value for each neuron, NCHW. */
function perNeuron({ parameters, shape }: QuantisedLayer, size: number): Record<string, Int32Array> {
  const area = size / shape[0];
  const spread = Object.entries<Int32Array>(parameters).map(([name, values]) => {
    const ofNeuron = (_: unknown, k: number): number => values[values.length === size ? k : Math.floor(k / area)]!;
    return [name, Int32Array.from({ length: size }, ofNeuron)] as const;
  });
  return Object.fromEntries(spread);
}

function newMap(layer: QuantisedLayer, size: number): PayloadMap {
  const { min, max } = payloadsOf(layer);
  return min < 0 || max > 1 ? new Int32Array(size) : new Uint8Array(size);
}

/** Runs inferences of one graph; buffers are allocated once. */
export class ReferenceInterpreter {
  readonly #graph: QuantisedGraph;
  readonly #states: readonly LayerState[];
  readonly #pooled: Int32Array;
  readonly #sums: Int32Array;
  /** What comes in the tick at hand. */
  readonly #input: Int32Array;
  #payloads: Int16Array = new Int16Array(0);
  /** Of branches whose events come one by one. */
  readonly #ordered = new Map<QuantisedBranch, readonly OrderedSource[]>();
  /** Of the branches that are convolutions. */
  readonly #convs = new Map<QuantisedBranch, ReferenceConv>();

  constructor(graph: QuantisedGraph) {
    this.#graph = graph;
    const slots = 1 + Math.max(1, ...graph.layers.flatMap((layer) => layer.branches.map((branch) => branch.delay)));
    this.#states = graph.layers.map((layer) => {
      const size = shapeSize(layer.shape);
      const program = programOf(layer, graph.window);
      return {
        planes: Array.from({ length: program === undefined ? 2 : MOST_PLANES }, () => new Int32Array(size)),
        flags: new Uint8Array(program === undefined ? 0 : size),
        program: program && new ReferenceProgram(program, FORMS),
        step: layer.neuron === 'program' ? undefined : STEP_OF[layer.neuron],
        parameters: perNeuron(layer, size),
        history: Array.from({ length: slots }, () => newMap(layer, size)),
      };
    });
    const branches = graph.layers.flatMap((layer) => layer.branches);
    this.#pooled = new Int32Array(Math.max(1, ...branches.map((branch) => shapeSize(branch.pooled))));
    this.#sums = new Int32Array(Math.max(1, ...graph.layers.map((layer) => shapeSize(layer.shape))));
    this.#input = new Int32Array(shapeSize(graph.inputShape));
    for (const layer of graph.layers)
      for (const branch of layer.branches) {
        const { operator, pooled } = branch;
        const { shape } = layer;
        if (isByEvent(layer)) this.#ordered.set(branch, orderedSources(branch, shape));
        else if (operator.kind === 'conv') this.#convs.set(branch, new ReferenceConv(operator, pooled, shape));
      }
  }

  /**
   * One inference.
   *
   * @param payloads input payloads, NCHW (quantiseInput), of one tick after the other where input comes in several
   * @param onTick called after every tick
   */
  run(payloads: Int16Array, onTick?: (tick: number, view: ReferenceView) => void): ReferenceResult {
    const ticks = this.ticks(payloads, onTick);
    for (let next = ticks.next(); ; next = ticks.next()) if (next.done === true) return next.value;
  }

  /** The same tick by tick, so that a caller can do something else in between; the tick that is done is handed out. */
  *ticks(
    payloads: Int16Array,
    onTick?: (tick: number, view: ReferenceView) => void,
  ): Generator<number, ReferenceResult, void> {
    const { layers, ticks } = this.#graph;
    this.#payloads = payloads;
    for (const state of this.#states) this.#reset(state);
    let spikes = 0;
    let now = 0;
    const view: ReferenceView = {
      spikes: (layer) => this.#spikeMap(layer, now),
      potentials: (layer) => this.#states[layer]!.planes[V]!,
    };
    for (let tick = 0; tick < ticks; tick++) {
      now = tick;
      // Neurons that are looked at behind every event fire while they integrate.
      for (let l = 0; l < layers.length; l++) this.#spikeMap(l, tick).fill(0);
      layers.forEach((layer, l) => {
        this.#integrate(layer, l, tick);
      });
      layers.forEach((layer, l) => {
        spikes += this.#update(layer, l, tick);
      });
      onTick?.(tick, view);
      yield tick;
    }
    const readout = this.#states.at(-1)!.planes[V]!.slice();
    return { readout, predicted: predictedClass(readout), spikes };
  }

  #reset(state: LayerState): void {
    const { planes, parameters, program, step } = state;
    if (program !== undefined) program.reset(state);
    else {
      step!.reset({ potential: planes[V]!, parameters });
      planes[I]!.fill(0);
    }
    for (const map of state.history) map.fill(0);
  }

  #spikeMap(layer: number, tick: number): PayloadMap {
    const { history } = this.#states[layer]!;
    return history[tick % history.length]!;
  }

  #integrate(layer: QuantisedLayer, index: number, tick: number): void {
    const state = this.#states[index]!;
    for (const branch of layer.branches) {
      const sent = tick - branch.delay;
      if (sent < 0) continue;
      const { source } = branch;
      const isHeard =
        source === INPUT
          ? this.#inputOf(sent) && poolSource(this.#input, this.#graph.inputShape, branch, this.#pooled)
          : poolSource(this.#spikeMap(source, sent), this.#graph.layers[source]!.shape, branch, this.#pooled);
      if (!isHeard) continue;
      if (branch.clip !== undefined) this.#clip(branch, branch.clip);
      const ordered = this.#ordered.get(branch);
      if (ordered === undefined) this.#accumulate(branch, state.planes[planeFed(branch)]!);
      else this.#eventByEvent(ordered, branch, index, tick);
    }
    if (state.program !== undefined)
      for (let plane = 0; plane < state.planes.length; plane++) state.program.normalise(state.planes[plane]!, plane);
  }

  /** What counters hold of the sums in `this.pooled`. */
  #clip({ pooled }: QuantisedBranch, most: number): void {
    for (let k = shapeSize(pooled) - 1; k >= 0; k--) this.#pooled[k] = Math.min(most, this.#pooled[k]!);
  }

  /** Takes what is in `this.pooled` event by event; in the window the neurons that one reaches are looked at behind it. */
  #eventByEvent(sources: readonly OrderedSource[], branch: QuantisedBranch, index: number, tick: number): void {
    const state = this.#states[index]!;
    const synapses = { sources, weight: branch.operator.weight, factor: 2 ** branch.shift, plane: planeFed(branch) };
    const looksIn = this.#isAmong('touched', this.#graph.layers[index]!, tick) ? tick : undefined;
    const fired = { ...state, spikes: this.#spikeMap(index, tick) };
    state.program!.hear(fired, this.#pooled, synapses, looksIn);
  }

  /** Takes what comes in a tick as the input; false where nothing can. */
  #inputOf(tick: number): boolean {
    const { inputTicks = 1, stepTicks = 1 } = this.#graph;
    if (tick % stepTicks !== 0 || tick >= inputTicks * stepTicks) return false;
    const size = this.#input.length;
    const step = tick / stepTicks;
    this.#input.set(this.#payloads.subarray(step * size, (step + 1) * size));
    return true;
  }

  /** Adds the branch's sums, shifted, to V or I. */
  #accumulate(branch: QuantisedBranch, into: Int32Array): void {
    const pooled = this.#pooled;
    const sums = this.#sums;
    const size = into.length;
    const { operator } = branch;
    const { weight } = operator;
    sums.fill(0, 0, size);
    switch (operator.kind) {
      case 'conv':
        this.#convs.get(branch)!.run(pooled, sums);
        break;
      case 'dense': {
        const columns = shapeSize(branch.pooled);
        for (let k = 0; k < size; k++) {
          let sum = 0;
          const row = k * columns;
          for (let j = 0; j < columns; j++) sum += weight[row + j]! * pooled[j]!;
          sums[k] = sum;
        }
        break;
      }
      case 'sparse':
        for (let k = 0; k < weight.length; k++) sums[operator.post[k]!]! += weight[k]! * pooled[operator.pre[k]!]!;
        break;
      case 'diagonal': {
        const area = size / weight.length;
        for (let k = 0; k < size; k++) sums[k] = weight[Math.floor(k / area)]! * pooled[k]!;
      }
    }
    for (let k = 0; k < size; k++) into[k]! += sums[k]! << branch.shift;
  }

  #inWindow(start: number, tick: number): boolean {
    return tick >= start && tick < start + this.#graph.window;
  }

  /** How often the current is added in a tick: in tick 0 also for the ticks before it. */
  #currents({ currentStart }: QuantisedLayer, tick: number): number {
    if (tick === 0 && currentStart < 0) return Math.min(1 - currentStart, this.#graph.window);
    return Number(this.#inWindow(currentStart, tick));
  }

  /** Current and step of one layer; returns how many fire. */
  #update(layer: QuantisedLayer, index: number, tick: number): number {
    const map = this.#spikeMap(index, tick);
    const state = this.#states[index]!;
    if (state.program !== undefined) {
      let before = 0;
      if (isByEvent(layer)) for (let k = 0; k < map.length; k++) before += Number(map[k] !== 0);
      const isExecuted = (step: ProgramStep): boolean => this.#isExecuted(step, layer, tick);
      return before + state.program.tick({ ...state, spikes: map }, tick, isExecuted);
    }
    const { parameters, planes, step } = state;
    const [potential, current] = [planes[V]!, planes[I]!];
    const times = this.#currents(layer, tick);
    if (times > 0) for (let k = 0; k < potential.length; k++) potential[k]! += times * current[k]!;
    if (!this.#inWindow(layer.depth, tick)) return 0;
    return step!.tick({ potential, parameters, spikes: map });
  }

  #isExecuted({ when }: ProgramStep, layer: QuantisedLayer, tick: number): boolean {
    return when !== 'touched' && this.#isAmong(when, layer, tick);
  }

  /** Whether a tick is one of those of a layer's program. */
  #isAmong(when: ProgramTime, { depth }: QuantisedLayer, tick: number): boolean {
    const { window, ticks, stepTicks = 1 } = this.#graph;
    const { start, length } = ticksOf(when, { depth, window, ticks });
    const isOfSteps = when === 'firing' || when === 'carrying' || when === 'touched';
    const step = (tick - start) / (isOfSteps ? stepTicks : 1);
    return step >= 0 && step < length && Number.isInteger(step);
  }
}
