/** The metrics of NeuroBench's algorithm track, by the names of its harness (spec/neurobench.md has their formulas). */
import { fires } from '../../compiler/layer-neurons.ts';
import type { QuantisedGraph } from '../../compiler/ir/layers.ts';
import { requireEnd } from '../../emulator/emulator.ts';
import { type Chip, footprintOf, type RunRecord, shapeSize, type SpikeSet } from '../../isa/index.ts';
import { readGraph } from '../graph.ts';
import { BranchOperations, type Operations } from './operations.ts';

/** Means of the harness. */
export interface SynapticOperations {
  readonly Effective_MACs: number;
  readonly Effective_ACs: number;
  readonly Dense: number;
}

/** One flat object, as the harness saves it: its keys first, then ours for what it does not tell apart. */
export interface NeuroBenchResults {
  /** Bytes, states included. */
  readonly Footprint: number;
  /** Zero weights / weights, rounded to 4 decimals. */
  readonly ConnectionSparsity: number;
  /** Only where samples have a label. */
  readonly ClassificationAccuracy?: number;
  /** Only where samples have targets: mean squared error. */
  readonly MSE?: number;
  /** Only where there are two targets that vary. */
  readonly R2?: number;
  /** Absent where no layer fires. */
  readonly ActivationSparsity?: number;
  readonly ActivationSparsityByLayer: Readonly<Record<string, number>>;
  /** Per sample. */
  readonly SynapticOperations: SynapticOperations;
  /** The same per execution: divided by `ExecutionsPerSample`. */
  readonly SynapticOperationsPerExecution: SynapticOperations;
  /** Steps of the network for one sample. */
  readonly ExecutionsPerSample: number;
  readonly Samples: number;
  /** Bytes without the states of neurons. */
  readonly FootprintWithoutState: number;
  readonly Weights: number;
  readonly ZeroWeights: number;
  /** Per sample: operations of inputs that are not 0 on weights that are, which `Effective_…` leaves out. */
  readonly ZeroWeightOperations: number;
}

/** Counts the inferences of one chip. */
export class NeuroBench {
  readonly #chip: Chip;
  readonly #graph: QuantisedGraph;
  readonly #branches: readonly BranchOperations[];
  readonly #operations: Operations = { accumulates: 0, multiplyAccumulates: 0, onZeroWeights: 0 };
  readonly #spikes: number[];
  #samples = 0;

  /** @throws DiagnosticError E0407 where the chip file has no graph, E0405 where it is one of another chip, E0707 where the chip has no end */
  constructor(chip: Chip) {
    requireEnd(chip);
    this.#chip = chip;
    this.#graph = readGraph(chip).quantised;
    this.#branches = this.#graph.layers.flatMap(({ branches, shape }) =>
      branches.map((branch) => new BranchOperations(branch, shape, this.#graph)),
    );
    this.#spikes = this.#graph.layers.map(() => 0);
  }

  /**
   * Takes an inference; nothing of it is kept.
   *
   * @param payloads that the chip was given, NCHW of one step after the other
   */
  add(payloads: Int16Array, { spikes }: { readonly spikes: SpikeSet }): void {
    this.#samples++;
    for (const branch of this.#branches) branch.add(payloads, spikes, this.#operations);
    for (let layer = 0; layer < this.#spikes.length; layer++) this.#spikes[layer]! += spikes.countOf(layer);
  }

  /**
   * The results so far.
   *
   * @param record of the same samples, for what they were right in
   */
  results({ accuracy, regression }: Pick<RunRecord, 'accuracy' | 'regression'> = {}): NeuroBenchResults {
    const { storedBytes, stateBytes } = footprintOf(this.#chip);
    const weights = this.#weights();
    const perSample = this.#perSample();
    const { window } = this.#graph;
    return {
      Footprint: storedBytes + stateBytes,
      ConnectionSparsity: weights.all === 0 ? 0 : Math.round((1e4 * weights.zero) / weights.all) / 1e4,
      ...(accuracy && { ClassificationAccuracy: accuracy.top1 }),
      ...(regression && { MSE: regression.rmse ** 2 }),
      ...(regression?.r2 !== undefined && regression.perOutput.length === 2 && { R2: regression.r2 }),
      ...this.#sparsity(),
      SynapticOperations: perSample,
      SynapticOperationsPerExecution: {
        Effective_MACs: perSample.Effective_MACs / window,
        Effective_ACs: perSample.Effective_ACs / window,
        Dense: perSample.Dense / window,
      },
      ExecutionsPerSample: window,
      Samples: this.#samples,
      FootprintWithoutState: storedBytes,
      Weights: weights.all,
      ZeroWeights: weights.zero,
      ZeroWeightOperations: this.#mean(this.#operations.onZeroWeights),
    };
  }

  #mean(sum: number): number {
    return this.#samples === 0 ? 0 : sum / this.#samples;
  }

  #perSample(): SynapticOperations {
    const { accumulates, multiplyAccumulates } = this.#operations;
    return {
      Effective_MACs: this.#mean(multiplyAccumulates),
      Effective_ACs: this.#mean(accumulates),
      Dense: this.#branches.reduce((sum, { densePerCall, calls }) => sum + densePerCall * calls, 0),
    };
  }

  #weights(): { readonly all: number; readonly zero: number } {
    let [all, zero] = [0, 0];
    for (const { branches } of this.#graph.layers)
      for (const { operator } of branches)
        for (const weight of operator.weight) {
          all++;
          if (weight === 0) zero++;
        }
    return { all, zero };
  }

  /** Read-outs do not fire and are no activations. */
  #sparsity(): Pick<NeuroBenchResults, 'ActivationSparsity' | 'ActivationSparsityByLayer'> {
    const { layers, window } = this.#graph;
    const firing = layers.flatMap((layer, l) => {
      const activations = shapeSize(layer.shape) * window * this.#samples;
      return fires(layer) && activations > 0 ? [{ name: layer.name, activations, spikes: this.#spikes[l]! }] : [];
    });
    const sparsity = (spikes: number, activations: number): number => (activations - spikes) / activations;
    const byLayer = firing.map(({ name, spikes, activations }) => [name, sparsity(spikes, activations)] as const);
    const [spikes, activations] = [sumOf(firing, 'spikes'), sumOf(firing, 'activations')];
    return {
      ...(activations > 0 && { ActivationSparsity: sparsity(spikes, activations) }),
      ActivationSparsityByLayer: Object.fromEntries(byLayer),
    };
  }
}

const sumOf = <K extends string>(rows: readonly Readonly<Record<K, number>>[], key: K): number =>
  rows.reduce((sum, row) => sum + row[key], 0);
