/** What bound the ticks of all inferences: which core and which layer has to be split. */
import { barrierCycles, type Chip, type LatencyRecord, tileOfCore } from '../../isa/machine.ts';
import type { CriticalShare } from '../timing/critical.ts';
import type { BoundCycles, InferenceTiming } from '../timing/timing.ts';

/** Cores that the record lists. */
const LISTED_CORES = 10;

type Worst = NonNullable<LatencyRecord['worst']>;
type CriticalCore = NonNullable<LatencyRecord['critical']>[number];
type TickRecord = LatencyRecord['perTick'][number];

/** The parts of the latency record that come from the critical cores of ticks. */
export interface CriticalRecord {
  readonly worst: Worst | undefined;
  readonly critical: CriticalCore[];
  readonly perLayer: NonNullable<LatencyRecord['perLayer']>;
  /** Tick by tick; what is missing is known only once an inference was added. */
  readonly perTick: Pick<TickRecord, 'bound' | 'critical'>[];
}

/** What bound one tick in all inferences. */
interface TickTotals {
  integrate: number;
  update: number;
  network: number;
  wait: number;
  /** Inferences in which each core was critical. */
  readonly inferencesOf: Map<number, number>;
}

/** What each core did while it was critical. */
interface CoreTotals {
  readonly core: number;
  ticks: number;
  readonly shares: CriticalShare[];
}

/** The longest inference so far. */
interface LongestInference {
  readonly index: number;
  readonly cycles: number;
  readonly bound: BoundCycles;
  readonly shares: readonly CriticalShare[];
}

const cyclesOf = (share: Pick<CriticalShare, 'integrateCycles' | 'updateCycles'>): number =>
  share.integrateCycles + share.updateCycles;

/** Sums over inferences, in memory that depends on the chip alone. */
export class CriticalAccumulator {
  readonly #chip: Chip;
  readonly #ticks: readonly TickTotals[];
  readonly #cores = new Map<number, CoreTotals>();
  #inferences = 0;
  #worst: LongestInference | undefined;

  constructor(chip: Chip) {
    this.#chip = chip;
    this.#ticks = Array.from({ length: chip.ticks }, () => ({
      integrate: 0,
      update: 0,
      network: 0,
      wait: 0,
      inferencesOf: new Map<number, number>(),
    }));
  }

  /** @param index of the sample */
  add(index: number, timing: InferenceTiming): void {
    this.#inferences++;
    const { tickBounds } = timing;
    this.#ticks.forEach((totals, tick) => {
      totals.integrate += tickBounds.integrate[tick]!;
      totals.update += tickBounds.update[tick]!;
      totals.network += tickBounds.network[tick]!;
      totals.wait += tickBounds.wait[tick]!;
      const core = tickBounds.core[tick]!;
      if (core < 0) return;
      totals.inferencesOf.set(core, (totals.inferencesOf.get(core) ?? 0) + 1);
      this.#core(core).ticks++;
    });
    for (const share of timing.criticalShares) this.#addShare(share);
    this.#compareWorst(index, timing);
  }

  record(): CriticalRecord {
    const { target } = this.#chip;
    return {
      worst: this.#worst && this.#worstRecord(this.#worst),
      critical: [...this.#cores.values()]
        .map(({ core, ticks, shares }) => ({
          core,
          tile: tileOfCore(target, core),
          ticks,
          ...sumOf(shares),
          layers: shares
            .toSorted((a, b) => cyclesOf(b) - cyclesOf(a) || a.layer - b.layer)
            .map((share) => ({ name: this.#layerName(share.layer), ...sumOf([share]) })),
        }))
        .sort((a, b) => cyclesOf(b) - cyclesOf(a) || a.core - b.core)
        .slice(0, LISTED_CORES),
      perLayer: this.#chip.layers.map(({ name }, layer) => ({
        name,
        ...sumOf([...this.#cores.values()].flatMap(({ shares }) => shares.filter((share) => share.layer === layer))),
      })),
      perTick: this.#ticks.map((totals) => this.#tickRecord(totals)),
    };
  }

  #core(core: number): CoreTotals {
    let totals = this.#cores.get(core);
    if (totals === undefined) this.#cores.set(core, (totals = { core, ticks: 0, shares: [] }));
    return totals;
  }

  #addShare({ core, layer, integrateCycles, updateCycles }: CriticalShare): void {
    const { shares } = this.#core(core);
    let total = shares.find((share) => share.layer === layer);
    if (total === undefined) shares.push((total = { core, layer, integrateCycles: 0, updateCycles: 0 }));
    total.integrateCycles += integrateCycles;
    total.updateCycles += updateCycles;
  }

  #compareWorst(index: number, { cycles, bound, criticalShares }: InferenceTiming): void {
    const worst = this.#worst;
    if (worst !== undefined && (cycles < worst.cycles || (cycles === worst.cycles && index >= worst.index))) return;
    this.#worst = { index, cycles, bound, shares: criticalShares };
  }

  #worstRecord({ index, cycles, bound, shares }: LongestInference): Worst {
    const { target } = this.#chip;
    const seconds = cycles / target.timing.clockHz.value;
    const coreCycles = new Map<number, number>();
    for (const share of shares) coreCycles.set(share.core, (coreCycles.get(share.core) ?? 0) + cyclesOf(share));
    const [most] = [...coreCycles].sort(([a, x], [b, y]) => y - x || a - b);
    const [first] = shares
      .filter(({ core }) => core === most?.[0])
      .sort((a, b) => cyclesOf(b) - cyclesOf(a) || a.layer - b.layer);
    return {
      index,
      cycles,
      seconds,
      bound: { ...bound },
      ...(most &&
        first && {
          critical: {
            core: most[0],
            tile: tileOfCore(target, most[0]),
            layer: this.#layerName(first.layer),
            cycles: most[1],
          },
        }),
    };
  }

  #tickRecord({ integrate, update, network, wait, inferencesOf }: TickTotals): CriticalRecord['perTick'][number] {
    const barrier = this.#inferences * barrierCycles(this.#chip.target);
    const [first] = [...inferencesOf].sort(([a, x], [b, y]) => y - x || a - b);
    return {
      bound: { integrate, update, network, barrier, wait },
      ...(first && { critical: { core: first[0], inferences: first[1] } }),
    };
  }

  #layerName(layer: number): string {
    return this.#chip.layers[layer]?.name ?? '';
  }
}

function sumOf(shares: readonly CriticalShare[]): { integrateCycles: number; updateCycles: number } {
  return {
    integrateCycles: shares.reduce((sum, { integrateCycles }) => sum + integrateCycles, 0),
    updateCycles: shares.reduce((sum, { updateCycles }) => sum + updateCycles, 0),
  };
}
