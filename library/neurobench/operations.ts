/** Synaptic operations of inferences as NeuroBench counts them: by layer call, from what was sent. */
import { poolSource } from '../../compiler/engines/pool-source.ts';
import { INPUT, type QuantisedBranch, type QuantisedGraph } from '../../compiler/ir/layers.ts';
import { payloadsOf } from '../../compiler/layer-neurons.ts';
import { setBits, type Shape, shapeSize, type SpikeSet, wordsPerNeuron } from '../../isa/index.ts';
import { type FanOut, fanOutOf } from './fan-out.ts';

/** Sums over inferences. */
export interface Operations {
  /** Of calls whose inputs are all −1, 0 or 1: inputs and weights that are not 0. */
  accumulates: number;
  /** Of all other calls. */
  multiplyAccumulates: number;
  /** Inputs that are not 0, weights that are. */
  onZeroWeights: number;
}

/** What a source may send beside nothing; a call that may get anything else is one of multiplications. */
const isBinary = ({ min, max }: { readonly min: number; readonly max: number }): boolean => min >= -1 && max <= 1;

/** The calls of one branch: one in each tick in which its source can send. */
export class BranchOperations {
  readonly #branch: QuantisedBranch;
  readonly #graph: QuantisedGraph;
  readonly #fan: FanOut;
  readonly #source: Shape;
  /** Whether the inputs of a call follow from who fired. */
  readonly #isKnown: boolean;
  /** Synapses of one call, inputs and weights of 0 included; taps in the padding are none. */
  readonly densePerCall: number;
  readonly calls: number;
  /** Elements of the source as numbers, of one step. */
  readonly #step: Int32Array;
  readonly #pooled: Int32Array;
  /** Ticks in which an element of the source after pooling sent something, a bit each. */
  readonly #sent: Uint32Array;

  /** @param shape of the layer that hears the branch */
  constructor(branch: QuantisedBranch, shape: Shape, graph: QuantisedGraph) {
    const { source, pooled, pool } = branch;
    this.#branch = branch;
    this.#graph = graph;
    this.#fan = fanOutOf(branch, shape);
    this.densePerCall = this.#fan.synapses.reduce((sum, each) => sum + each, 0);
    this.calls = source === INPUT ? (graph.inputTicks ?? 1) : graph.window;
    this.#source = source === INPUT ? graph.inputShape : graph.layers[source]!.shape;
    const payloads = source === INPUT ? undefined : payloadsOf(graph.layers[source]!);
    const isPooled = pool[0] * pool[1] > 1;
    this.#isKnown = payloads !== undefined && isBinary(payloads) && !(isPooled && payloads.min < 0);
    const size = shapeSize(pooled);
    this.#step = new Int32Array(source === INPUT ? shapeSize(this.#source) : 0);
    this.#pooled = new Int32Array(source === INPUT ? size : 0);
    this.#sent = new Uint32Array(source === INPUT ? 0 : size * wordsPerNeuron(graph.ticks));
  }

  /**
   * Adds the operations of one inference.
   *
   * @param payloads of the input, NCHW of one step after the other
   */
  add(payloads: Int16Array, spikes: SpikeSet, into: Operations): void {
    if (this.#branch.source === INPUT) this.#addInput(payloads, into);
    else this.#addSpikes(spikes, into);
  }

  #addInput(payloads: Int16Array, into: Operations): void {
    const { stepTicks = 1, ticks } = this.#graph;
    const step = this.#step;
    for (let call = 0; call < this.calls && call * stepTicks + this.#branch.delay < ticks; call++) {
      step.set(payloads.subarray(call * step.length, (call + 1) * step.length));
      if (!poolSource(step, this.#source, this.#branch, this.#pooled)) continue;
      let [nonZero, zero] = [0, 0];
      let binary = true;
      this.#pooled.forEach((value, element) => {
        if (value === 0) return;
        binary &&= value === 1 || value === -1;
        nonZero += this.#fan.nonZero[element]!;
        zero += this.#fan.synapses[element]! - this.#fan.nonZero[element]!;
      });
      into[binary ? 'accumulates' : 'multiplyAccumulates'] += nonZero;
      into.onZeroWeights += zero;
    }
  }

  #addSpikes(spikes: SpikeSet, into: Operations): void {
    const words = wordsPerNeuron(spikes.ticks);
    const several = this.#pool(spikes.bits(this.#branch.source), words);
    const { nonZero, synapses } = this.#fan;
    const sent = this.#sent;
    for (let element = 0, at = 0; element < nonZero.length; element++) {
      let [binary, graded] = [0, 0];
      for (let word = 0; word < words; word++, at++) {
        const heard = sent[at]! & this.#heard(word);
        if (heard === 0) continue;
        const isSum = this.#isKnown ? several[word]! : -1;
        graded += setBits(heard & isSum);
        binary += setBits(heard & ~isSum);
      }
      into.accumulates += binary * nonZero[element]!;
      into.multiplyAccumulates += graded * nonZero[element]!;
      into.onZeroWeights += (binary + graded) * (synapses[element]! - nonZero[element]!);
    }
  }

  /** Fills `sent`; gives the ticks in which some window has more than one spike. */
  #pool(bits: Uint32Array, words: number): Uint32Array {
    const several = new Uint32Array(words);
    const { pool, pooled } = this.#branch;
    const [, height, width] = this.#source;
    const [channels, rows, columns] = pooled;
    let to = 0;
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < columns; x++, to += words)
          for (let word = 0; word < words; word++) {
            let once = 0;
            for (let dy = 0; dy < pool[0]; dy++)
              for (let dx = 0; dx < pool[1]; dx++) {
                const neuron = (c * height + y * pool[0] + dy) * width + x * pool[1] + dx;
                const own = bits[neuron * words + word]!;
                several[word]! |= once & own;
                once |= own;
              }
            this.#sent[to + word] = once;
          }
    return several;
  }

  /** The ticks of a word in which a spike is still heard before the inference ends. */
  #heard(word: number): number {
    const ticks = this.#graph.ticks - this.#branch.delay - 32 * word;
    if (ticks >= 32) return -1;
    return ticks <= 0 ? 0 : 2 ** ticks - 1;
  }
}
