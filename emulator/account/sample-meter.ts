/** What each inference cost, from counts that add up over all of them. */
import type { Chip, Counts } from '../../isa/index.ts';
import type { Inference } from '../timing/inference.ts';
import { computeEnergy } from './energy.ts';

export interface SampleCost {
  readonly spikes: number;
  readonly packets: number;
  readonly synops: number;
  readonly macs: number;
  readonly energyJ: number;
  /** Whether energies are missing that matter; always where timing is `none`. */
  readonly isPartial: boolean;
  /** undefined where timing is `none`. */
  readonly latencyCycles: number | undefined;
}

/** Takes one inference after the other, from the first of an emulator on. */
export class SampleMeter {
  readonly #chip: Chip;
  readonly #counts: () => Counts;
  #before: Pick<SampleCost, 'spikes' | 'packets' | 'synops' | 'macs'> = { spikes: 0, packets: 0, synops: 0, macs: 0 };
  #inferences = 0;
  #cycles = 0;
  #joule = 0;

  /** @param counts of the emulator since it was made */
  constructor(chip: Chip, counts: () => Counts) {
    this.#chip = chip;
    this.#counts = counts;
  }

  /** Of the inference that ended last. */
  measure({ timing }: Pick<Inference, 'timing'>): SampleCost {
    const { target, cores } = this.#chip;
    const counts = this.#counts();
    this.#inferences++;
    this.#cycles += timing?.cycles ?? 0;
    const cycles = timing === undefined ? null : this.#cycles;
    const { jouleTotal, partial } = computeEnergy(counts, this.#inferences, target, cycles, cores.length);
    const before = this.#before;
    const { spikes, packets, synops, macs } = counts;
    // Sums grow by what a sample has.
    const cost = {
      ...{ spikes: spikes - before.spikes, packets: packets - before.packets },
      ...{ synops: synops - before.synops, macs: macs - before.macs },
      ...{ energyJ: jouleTotal - this.#joule, isPartial: partial, latencyCycles: timing?.cycles },
    };
    this.#before = { spikes, packets, synops, macs };
    this.#joule = jouleTotal;
    return cost;
  }
}
