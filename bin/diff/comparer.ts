/**
 * The emulator against the reference interpreter: spikes and membrane potentials of every layer after every tick, and the
 * read-out. The two share nothing but the graph that the chip was made from, so where they agree both are right, or
 * wrong in the same way.
 */
import { ReferenceInterpreter } from '../../compiler/engines/interpret.ts';
import type { QuantisedGraph } from '../../compiler/index.ts';
import { Emulator, type KernelKind, type TickView } from '../../emulator/index.ts';
import type { Chip, NeuronDifference, ReadoutDifference } from '../../isa/index.ts';
import { findCause } from './cause.ts';
import { elementOf, locate } from './places.ts';

export interface Comparison {
  /** Spikes and potentials that were found equal. */
  readonly spikes: number;
  readonly potentials: number;
  readonly difference?: NeuronDifference | ReadoutDifference;
}

/**
 * Memory for the states that the reference went through. What does not fit is compared in several passes over the
 * ticks, so memory does not grow with them.
 */
const HISTORY_BYTES = 2 ** 26;
const BYTES_PER_STATE = 5;

type Finish = <R>(steps: Iterator<unknown, R, void>) => Promise<R>;

export class Comparer {
  readonly #chip: Chip;
  readonly #graph: QuantisedGraph;
  readonly #emulator: Emulator;
  readonly #interpreter: ReferenceInterpreter;
  /** First neuron of each layer among all neurons, and their number. */
  readonly #starts: readonly number[];
  readonly #neurons: number;
  readonly #chunk: number;
  readonly #potentials: Int32Array;
  readonly #fired: Uint8Array;
  readonly #scratch: Uint8Array;

  /** @param graph the graph of the chip: layers, shapes and ticks are the same */
  constructor(chip: Chip, graph: QuantisedGraph, kernels: KernelKind) {
    this.#chip = chip;
    this.#graph = graph;
    this.#emulator = new Emulator(chip, { timing: 'none', kernels });
    this.#interpreter = new ReferenceInterpreter(graph);
    let neurons = 0;
    this.#starts = graph.layers.map(({ shape }) => {
      const start = neurons;
      neurons += shape[0] * shape[1] * shape[2];
      return start;
    });
    this.#neurons = neurons;
    this.#chunk = Math.min(graph.ticks, Math.max(1, Math.floor(HISTORY_BYTES / (BYTES_PER_STATE * neurons))));
    this.#potentials = new Int32Array(this.#chunk * neurons);
    this.#fired = new Uint8Array(this.#chunk * neurons);
    this.#scratch = new Uint8Array(neurons);
  }

  /**
   * @param payloads of the input, NCHW
   * @param finish runs the steps of an inference to their end, and may do something else in between
   */
  async compare(payloads: Int16Array, finish: Finish): Promise<Comparison> {
    let spikes = 0;
    let potentials = 0;
    for (let from = 0; from < this.#graph.ticks; from += this.#chunk) {
      const to = Math.min(this.#graph.ticks, from + this.#chunk);
      const expected = await this.#replay(payloads, from, to, finish);
      let found: NeuronDifference | undefined;
      const onTick = (tick: number, view: TickView): void => {
        if (found !== undefined || tick < from || tick >= to) return;
        found = this.#compareTick(tick, from, view, payloads);
        if (found !== undefined) return;
        potentials += this.#neurons;
      };
      const inference = await finish(this.#emulator.ticks(payloads, { onTick }));
      if (found !== undefined) return { spikes, potentials, difference: found };
      for (let k = 0; k < (to - from) * this.#neurons; k++) spikes += this.#fired[k]!;
      const at = expected.findIndex((value, k) => value !== inference.readout[k]);
      if (to === this.#graph.ticks && at >= 0) {
        const difference = {
          kind: 'readout',
          index: at,
          emulator: inference.readout[at]!,
          reference: expected[at]!,
        } as const;
        return { spikes, potentials, difference };
      }
    }
    return { spikes, potentials };
  }

  /** Runs the reference and keeps the states of ticks [from, to); returns its read-out. */
  async #replay(payloads: Int16Array, from: number, to: number, finish: Finish): Promise<Int32Array> {
    const ticks = this.#interpreter.ticks(payloads, (tick, view) => {
      if (tick < from || tick >= to) return;
      this.#starts.forEach((start, layer) => {
        const at = (tick - from) * this.#neurons + start;
        this.#potentials.set(view.potentials(layer), at);
        const map = view.spikes(layer);
        for (let k = 0; k < map.length; k++) this.#fired[at + k] = map[k] === 0 ? 0 : 1;
      });
    });
    const { readout } = await finish(ticks);
    return readout;
  }

  #compareTick(tick: number, from: number, view: TickView, payloads: Int16Array): NeuronDifference | undefined {
    for (const [layer, start] of this.#starts.entries()) {
      const potentials = view.potential(layer);
      const fired = this.#scratch.subarray(start, start + potentials.length).fill(0);
      for (const index of view.fired(layer)) fired[index] = 1;
      const at = (tick - from) * this.#neurons + start;
      for (let k = 0; k < potentials.length; k++) {
        if (potentials[k] === this.#potentials[at + k] && fired[k] === this.#fired[at + k]) continue;
        const emulator = { potential: potentials[k]!, fired: fired[k] === 1 };
        return this.#describe(tick, from, layer, k, emulator, payloads);
      }
    }
    return undefined;
  }

  #describe(
    tick: number,
    from: number,
    layer: number,
    index: number,
    emulator: NeuronDifference['emulator'],
    payloads: Int16Array,
  ): NeuronDifference {
    const at = (tick - from) * this.#neurons + this.#starts[layer]! + index;
    const { core, slot } = locate(this.#chip, layer, index);
    const isActive = (source: number, element: number, delay: number): boolean =>
      source < 0 ? payloads[element] !== 0 : this.#firedAt(tick - delay, from, source, element);
    return {
      kind: 'neuron',
      tick,
      layer: this.#graph.layers[layer]!.name,
      element: elementOf(this.#graph.layers[layer]!.shape, index),
      core,
      slot,
      emulator,
      reference: { potential: this.#potentials[at]!, fired: this.#fired[at] === 1 },
      cause: findCause(this.#chip, this.#graph, { layer, index, core, slot }, isActive),
    };
  }

  /** Whether the reference saw a spike, as far back as its states are kept. */
  #firedAt(tick: number, from: number, layer: number, index: number): boolean {
    return tick >= from && this.#fired[(tick - from) * this.#neurons + this.#starts[layer]! + index] === 1;
  }
}
