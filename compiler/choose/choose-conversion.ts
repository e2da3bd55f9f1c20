/**
 * Chooses mode, code, window and correction by measurement: candidates are converted from one calibration and run, as
 * integers, on samples that thresholds were not chosen from. Of those that lose no more than they may, the one with the least
 * energy (or latency) is taken; of others that cost next to nothing more, the one that loses least.
 */
import { type CandidateRecord, diagnostic, fail, option } from '../../isa/index.ts';
import { Chain, type LevelAfter } from '../chain.ts';
import type { SpikeCode } from '../codes.ts';
import { AnnEvaluator } from '../engines/evaluate-ann.ts';
import type { BuildOptions, ChoiceOptions } from '../options.ts';
import { letInterrupt, pass, type PassTools } from '../pass.ts';
import type { CONVENTIONAL } from '../pipeline.ts';
import { printJson } from '../print/print-json.ts';
import { must } from '../verify/rules.ts';
import { codesFor, type Counting, countings } from './candidates.ts';
import type { Loss } from './loss.ts';
import { CountingTrial } from './trial.ts';
import type { Cost } from './work.ts';

/** Samples that all candidates are run on: what they cost is a mean over neurons, and known soon. */
const FIRST_SAMPLES = 8;
/** Samples after which a candidate that surely loses too much is given up. */
const CHECKED_EVERY = 32;
/** Standard errors beyond which it surely does: one time in forty by chance. */
const SURELY = 2;
/** What is within this of the cheapest costs as much: the estimate is no better. */
const AS_CHEAP = 1.04;

export interface Candidate extends Counting {
  readonly code: SpikeCode;
  readonly cost: Cost;
  readonly packets: number;
  readonly loss: Loss;
  /** Why it was not taken, or that it was. */
  readonly verdict: CandidateRecord['verdict'];
}

interface Entry {
  readonly trial: CountingTrial;
  readonly code: SpikeCode;
  readonly cost: Cost;
}

/** A calibrated network and how the choice goes. */
export interface Level extends LevelAfter<(typeof CONVENTIONAL)['calibrate']> {
  readonly choose: ChoiceOptions;
}

class Choice {
  readonly #level: Level;
  readonly #tools: PassTools;
  /** Outputs of the conventional network. */
  readonly #expected: readonly Float64Array[];
  readonly #refused = new Set<CountingTrial>();

  constructor(level: Level, tools: PassTools, expected: readonly Float64Array[]) {
    this.#level = level;
    this.#tools = tools;
    this.#expected = expected;
  }

  async candidates(): Promise<readonly Candidate[]> {
    const entries = await this.#entries();
    if (entries.length === 0) return [];
    let cheapest: Entry | undefined;
    for (const entry of entries)
      if (await this.#holds(entry.trial)) {
        cheapest = entry;
        break;
      }
    const best = cheapest === undefined ? leastLoss(entries) : await this.#closestOf(entries, cheapest);
    return entries.map((entry) => this.#describe(entry, best));
  }

  /**
   * Of those that cost as much as the cheapest that holds, the one whose outputs are closest, if it holds too: the loss of a few
   * hundred samples says little between candidates that all keep the accuracy, how far their outputs are off does.
   */
  async #closestOf(entries: readonly Entry[], cheapest: Entry): Promise<Entry> {
    const limit = AS_CHEAP * this.#price(cheapest);
    const asCheap = entries.filter((entry) => entry !== cheapest && this.#price(entry) <= limit);
    const closest = [cheapest, ...asCheap].reduce((a, b) =>
      b.trial.loss.difference < a.trial.loss.difference ? b : a,
    );
    if (closest === cheapest || !(await this.#holds(closest.trial))) return cheapest;
    return closest.trial.loss.points <= cheapest.trial.loss.points + closest.trial.loss.standardErrorPoints
      ? closest
      : cheapest;
  }

  /** Every candidate that fits, the cheapest first. */
  async #entries(): Promise<readonly Entry[]> {
    let { options } = this.#level;
    const entries: Entry[] = [];
    const all = countings(options);
    const first = Math.min(FIRST_SAMPLES, this.#level.heldOut.length);
    for (const [k, counting] of all.entries()) {
      const codes = codesFor(counting, options);
      if (codes.length === 0) continue;
      const calibrated = { kind: 'conventional', level: this.#level } as const;
      const trial = await CountingTrial.prepare(calibrated, counting, options, {
        now: this.#tools.now,
        ...(this.#tools.signal !== undefined && { signal: this.#tools.signal }),
      });
      this.#tools.onProgress(k + 1, all.length);
      if (trial === undefined) continue;
      // What widths cost a layer hardly depends on how it counts: they are chosen once, and again for what is built.
      if (options.layerWidths?.kind === 'average')
        options = { ...options, layerWidths: { kind: 'given', bits: trial.widths } };
      await this.#run(trial, first);
      trial.rest();
      for (const code of codes) entries.push({ trial, code, cost: trial.work.cost(code, counting, options.target) });
    }
    return entries.sort((a, b) => this.#price(a) - this.#price(b));
  }

  #price({ cost }: Entry): number {
    return this.#level.choose.objective === 'latency' ? cost.latencySeconds : cost.energyJ;
  }

  /** Whether a candidate loses no more than it may on all samples. */
  async #holds(trial: CountingTrial): Promise<boolean> {
    const { heldOut } = this.#level;
    while (trial.loss.samples < heldOut.length && !this.#refused.has(trial)) {
      await this.#run(trial, Math.min(CHECKED_EVERY, heldOut.length - trial.loss.samples));
      const { points, standardErrorPoints } = trial.loss;
      if (points - SURELY * standardErrorPoints > this.#level.choose.maxLossPoints) this.#refused.add(trial);
    }
    trial.rest();
    return !this.#refused.has(trial) && trial.loss.points <= this.#level.choose.maxLossPoints;
  }

  async #run(trial: CountingTrial, samples: number): Promise<void> {
    for (let k = 0; k < samples; k++) {
      await letInterrupt(this.#tools);
      trial.runNext(this.#level.heldOut, this.#expected);
    }
  }

  #describe(entry: Entry, best: Entry): Candidate {
    const { trial, code, cost } = entry;
    return {
      ...trial.counting,
      ...{ code, cost, packets: trial.work.packets(code), loss: trial.loss },
      verdict: entry === best ? 'taken' : this.#whyNot(trial),
    };
  }

  #whyNot(trial: CountingTrial): Candidate['verdict'] {
    const isMeasured = trial.loss.samples === this.#level.heldOut.length;
    if (this.#refused.has(trial) || (isMeasured && trial.loss.points > this.#level.choose.maxLossPoints))
      return 'loses too much';
    return isMeasured ? 'not better' : 'not tried further';
  }
}

/** Where all lose too much, all have been seen to: of those that are no worse than the best but for chance, the closest. */
function leastLoss(entries: readonly Entry[]): Entry {
  const losses = entries.map(({ trial }) => trial.loss);
  const best = losses.reduce((a, b) => (b.points < a.points ? b : a));
  const asGood = entries.filter(({ trial }) => trial.loss.points <= best.points + best.standardErrorPoints);
  return asGood.reduce((a, b) => (b.trial.loss.difference < a.trial.loss.difference ? b : a));
}

export interface Chosen {
  readonly options: BuildOptions;
  /** By cost; empty where nothing fits. */
  readonly candidates: readonly Candidate[];
}

const chooseConversionPass = pass({
  name: 'choose-conversion',
  says: `${option('mode', 'auto')}: mode, code, window and correction by what they lose and cost on samples held out`,
  run: async (level: Level, tools): Promise<Chosen> => {
    const { options, choose, heldOut, ann, formed } = level;
    if (heldOut.length === 0)
      fail(
        'E0301',
        `${option('mode', 'auto')} measures candidates on data, and there are none to be held out`,
        undefined,
        `give ${option('calibration', '<data>')} with more samples, or a mode`,
      );
    const original = new AnnEvaluator(ann);
    const outputNode = formed.nodeOf.at(-1)!;
    const expected = heldOut.map(({ x }) => {
      original.run(x);
      return original.output(outputNode).slice();
    });
    const candidates = await new Choice(level, tools, expected).candidates();
    const taken = candidates.find(({ verdict }) => verdict === 'taken');
    // Nothing fits: the build of the usual conversion says why.
    if (taken === undefined) return { options: { ...options, choose: undefined }, candidates };
    const { mode, code, window, correct, loss } = taken;
    if (loss.points > choose.maxLossPoints)
      tools.warn(
        diagnostic(
          'W0310',
          `every candidate loses more than ${choose.maxLossPoints} points; the one that loses least, taken here, loses ${loss.points.toFixed(1)} ± ${(SURELY * loss.standardErrorPoints).toFixed(1)} on ${loss.samples} samples`,
          undefined,
          `look at the candidates in the build record; ${option('weightBits', 8)}, more calibration data or a target with wider packets may lose less`,
        ),
      );
    return { options: { ...options, mode, code, window, correct, choose: undefined }, candidates };
  },
  print: ({ candidates }) => printJson(candidates),
  verify: ({ candidates, options }) => {
    must(options.choose === undefined, 'what is chosen is not chosen again');
    must(candidates.filter(({ verdict }) => verdict === 'taken').length <= 1, 'one candidate is taken at most');
  },
});

/** Between calibration and thresholds. */
export const CHOOSE = Chain.from<Level>().next(chooseConversionPass);
