/** Which core each tick waited for, and what that core did meanwhile (spec/timing.md, "What bound it"). */
import type { CoreRunner } from '../machine/runner.ts';

/** What bound each tick of one inference; all lists are by tick. Barriers, which are all alike, are left out. */
export interface TickBounds {
  /** The critical core; -1 in ticks in which no core works, or that were passed over. */
  readonly core: Int32Array;
  readonly integrate: Float64Array;
  readonly update: Float64Array;
  readonly network: Float64Array;
  readonly wait: Float64Array;
}

/** Cycles of one inference in which a core was critical with a layer that it holds. */
export interface CriticalShare {
  readonly core: number;
  /** -1 = none. */
  readonly layer: number;
  integrateCycles: number;
  updateCycles: number;
}

/** Keeps the account of one inference after the other; allocates nothing from tick to tick. */
export class CriticalCores {
  readonly ticks: TickBounds;
  /** By core, then layer, both ascending. */
  readonly #shares: readonly CriticalShare[];
  readonly #cores: readonly CoreRunner[];
  /** Of each core: its shares, in the order of its layers. */
  readonly #sharesOf: readonly (readonly CriticalShare[])[];

  constructor(cores: readonly CoreRunner[], ticks: number) {
    this.#cores = cores;
    const perTick = (): Float64Array => new Float64Array(ticks);
    this.ticks = {
      core: new Int32Array(ticks),
      integrate: perTick(),
      update: perTick(),
      network: perTick(),
      wait: perTick(),
    };
    this.#sharesOf = cores.map(({ image: { core }, layerCycles }) =>
      layerCycles.layers.map((layer) => ({ core, layer, integrateCycles: 0, updateCycles: 0 })),
    );
    this.#shares = this.#sharesOf.flat().sort((a, b) => a.core - b.core || a.layer - b.layer);
  }

  begin(): void {
    const { core, integrate, update, network, wait } = this.ticks;
    core.fill(-1);
    for (const cycles of [integrate, update, network, wait]) cycles.fill(0);
    for (const share of this.#shares) {
      share.integrateCycles = 0;
      share.updateCycles = 0;
    }
  }

  /** Those of the inference so far that are not empty. */
  shares(): CriticalShare[] {
    return this.#shares
      .filter(({ integrateCycles, updateCycles }) => integrateCycles + updateCycles > 0)
      .map((share) => ({ ...share }));
  }

  /**
   * A tick has been timed.
   *
   * @param k the core with the latest nominal end, as an index into the cores
   * @param integrate cycles of that core, as are those of `update`
   */
  add(tick: number, k: number, integrate: number, update: number, network: number, wait: number): void {
    const { ticks } = this;
    const works = integrate + update > 0;
    ticks.core[tick] = works ? this.#cores[k]!.image.core : -1;
    ticks.integrate[tick] = integrate;
    ticks.update[tick] = update;
    ticks.network[tick] = network;
    ticks.wait[tick] = wait;
    if (!works) return;
    const { layerCycles } = this.#cores[k]!;
    const shares = this.#sharesOf[k]!;
    for (let slot = 0; slot < shares.length; slot++) {
      shares[slot]!.integrateCycles += layerCycles.integrate[slot]!;
      shares[slot]!.updateCycles += layerCycles.update[slot]!;
    }
  }
}
