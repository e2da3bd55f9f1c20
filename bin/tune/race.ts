/**
 * Which points still have to be measured, and what is known of them: a pure function of samples. Points are halved by what they
 * cost (successive halving: Jamieson & Talwalkar, AISTATS 2016): all get a few samples, a quarter of those that are left four
 * times as many, and so on. Halving only says who comes first; a point is put away only where the samples are sure of it.
 */
import type { TuneLimit as Limit } from '../../isa/index.ts';
import { type Interval, isSurelyAbove, meanInterval, type Tally, tallyInterval } from './confidence.ts';

/** What has been measured of a point: the first samples in the order of the race. */
export interface Measured {
  readonly cores: number;
  /** Of each sample: 1 where the conventional network alone is right, −1 where the chip alone is, else 0. */
  readonly losses: ArrayLike<number>;
  readonly energyJ: ArrayLike<number>;
  readonly latencySeconds: ArrayLike<number>;
}

export const OBJECTIVES = ['energy', 'latency', 'cores'] as const;
export type Objective = (typeof OBJECTIVES)[number];

/** What a point may have at most: share of the samples that is lost, joules in the mean, seconds of every inference, cores. */
export type Limits = Readonly<Partial<Record<Limit, number>>>;

export interface Rules {
  readonly limits: Limits;
  readonly objective: Objective;
  /** That the best point is not put away by chance. */
  readonly confidence: number;
  /** Of the data. */
  readonly samples: number;
}

/** Of a point that could be the answer, `open`; `meets`: all samples are measured, and it keeps all limits. */
export type Verdict = 'open' | 'meets' | 'costs more' | 'failed' | `beyond ${Limit}`;

export interface Standing {
  readonly verdict: Verdict;
  readonly samples: number;
  readonly loss: Interval;
  readonly energyJ: Interval;
  readonly latencySeconds: { readonly mean: number; readonly worst: number };
  readonly cores: number;
}

/** A point with the number of samples that it shall have then. */
export interface Wanted {
  readonly point: number;
  readonly until: number;
}

/** undefined: nothing is measured yet. */
export type RacePoint = Measured | 'failed' | undefined;

/** Samples that all points get. */
export const FIRST_SAMPLES = 64;
/** So many times more in every round, for so many times fewer points. */
const RATIO = 4;

/** Numbers of samples after which points are judged: the last one is all of them. */
export function rounds(samples: number): number[] {
  const all: number[] = [];
  for (let n = FIRST_SAMPLES; n < samples; n *= RATIO) all.push(n);
  return [...all, samples];
}

export function tallyOf({ losses }: Measured): Tally {
  let [lost, gained] = [0, 0];
  for (let k = 0; k < losses.length; k++)
    if (losses[k] === 1) lost++;
    else if (losses[k] === -1) gained++;
  return { samples: losses.length, lost, gained };
}

/** The values that the objective is the mean of. */
function costsOf(point: Measured, objective: Objective): ArrayLike<number> {
  if (objective === 'energy') return point.energyJ;
  if (objective === 'latency') return point.latencySeconds;
  return { ...Array<number>(point.losses.length).fill(point.cores), length: point.losses.length };
}

export const costOf = ({ energyJ, latencySeconds, cores }: Standing, objective: Objective): number =>
  objective === 'energy' ? energyJ.mean : objective === 'latency' ? latencySeconds.mean : cores;

/** Errors that single looks may make, so that all looks at one point together keep the confidence. */
function shares({ confidence, samples }: Rules): { readonly loss: number; readonly look: number } {
  const alpha = 1 - confidence;
  // Half for the loss, whose evidence holds in all looks at once; half for two means (a limit, a comparison) in each round.
  return { loss: alpha / 2, look: alpha / (4 * rounds(samples).length) };
}

/** Whether one of the means is above the bound, each look wrong with `alpha` at most; exact where all samples are there. */
function isMeanAbove(values: ArrayLike<number>, bound: number, alpha: number, isWhole: boolean): boolean {
  const { mean, low } = meanInterval(values, 1 - 2 * alpha);
  return (isWhole ? mean : low) > bound;
}

/** The limit that a point surely breaks. */
function brokenBy(point: Measured, rules: Rules): Limit | undefined {
  const { limits, samples } = rules;
  const isWhole = point.losses.length >= samples;
  const { loss: alpha, look } = shares(rules);
  const { loss = Infinity, energy = Infinity, latency = Infinity, cores = Infinity } = limits;
  if (point.cores > cores) return 'cores';
  // One inference that takes longer is enough.
  if (worstOf(point) > latency) return 'latency';
  if (isMeanAbove(point.energyJ, energy, look, isWhole)) return 'energy';
  const tally = tallyOf(point);
  if (loss < 1 && (isWhole ? lossOf(tally) > loss : isSurelyAbove(tally, loss, alpha))) return 'loss';
  return undefined;
}

const lossOf = ({ samples, lost, gained }: Tally): number => (samples === 0 ? 0 : (lost - gained) / samples);

function worstOf({ latencySeconds }: Measured): number {
  let worst = 0;
  for (let k = 0; k < latencySeconds.length; k++) worst = Math.max(worst, latencySeconds[k]!);
  return worst;
}

const NOTHING: Interval = { mean: 0, low: 0, high: 0 };

function standingOf(point: RacePoint, rules: Rules): Standing {
  if (point === undefined || point === 'failed')
    return {
      ...{ verdict: point ?? 'open', samples: 0, loss: NOTHING, energyJ: NOTHING },
      ...{ latencySeconds: { mean: 0, worst: 0 }, cores: 0 },
    };
  const samples = point.losses.length;
  const broken = brokenBy(point, rules);
  return {
    verdict: broken !== undefined ? `beyond ${broken}` : samples >= rules.samples ? 'meets' : 'open',
    samples,
    loss: tallyInterval(tallyOf(point), rules.confidence),
    energyJ: meanInterval(point.energyJ, rules.confidence),
    latencySeconds: { mean: meanInterval(point.latencySeconds, rules.confidence).mean, worst: worstOf(point) },
    cores: point.cores,
  };
}

export interface Judgement {
  readonly standings: readonly Standing[];
  /** The cheapest point that meets the limits on all samples. */
  readonly best: number | undefined;
}

/** What is known of all points. Points that cost more than the best so far are only those of which the samples are sure. */
export function judge(points: readonly RacePoint[], rules: Rules): Judgement {
  const standings = points.map((point) => standingOf(point, rules));
  const meeting = standings.flatMap(({ verdict }, k) => (verdict === 'meets' ? [k] : []));
  const best = cheapest(meeting, standings, rules.objective);
  if (best === undefined) return { standings, best };
  const costs = points.map((point) => (typeof point === 'object' ? costsOf(point, rules.objective) : []));
  const { look } = shares(rules);
  return {
    best,
    standings: standings.map((standing, k) => {
      if (k === best || (standing.verdict !== 'open' && standing.verdict !== 'meets')) return standing;
      if (standing.verdict === 'meets') return { ...standing, verdict: 'costs more' };
      const own = costs[k]!;
      const more = Array.from({ length: own.length }, (_, at) => own[at]! - costs[best]![at]!);
      return isMeanAbove(more, 0, look, false) ? { ...standing, verdict: 'costs more' } : standing;
    }),
  };
}

/** Of some points; the first of equals. */
export function cheapest(
  which: readonly number[],
  standings: readonly Standing[],
  objective: Objective,
): number | undefined {
  return inOrder(which, standings, objective)[0];
}

/** By the objective, then by energy, latency, cores and loss, then by their place. */
function inOrder(which: readonly number[], standings: readonly Standing[], objective: Objective): number[] {
  const keysOf = (k: number): number[] => {
    const standing = standings[k]!;
    return [...[objective, ...OBJECTIVES].map((axis) => costOf(standing, axis)), standing.loss.mean];
  };
  const keys = new Map(which.map((k) => [k, keysOf(k)]));
  return which.toSorted((a, b) => {
    const [left, right] = [keys.get(a)!, keys.get(b)!];
    const at = left.findIndex((key, i) => key !== right[i]);
    return at < 0 ? a - b : left[at]! - right[at]!;
  });
}

/**
 * The samples that are measured next; none where every point is decided.
 *
 * @param judgement of the same points
 */
export function nextSamples({ standings }: Judgement, { samples, objective }: Rules): Wanted[] {
  const levels = rounds(samples);
  const open = standings.flatMap(({ verdict, samples: n }, k) => (verdict === 'open' && n < samples ? [k] : []));
  const fresh = open.filter((k) => standings[k]!.samples < levels[0]!);
  if (fresh.length > 0) return fresh.map((point) => ({ point, until: levels[0]! }));
  const running = standings.filter(({ verdict }) => verdict !== 'failed').length;
  return inOrder(open, standings, objective).flatMap((point, rank) => {
    const level = levels.findIndex((until) => until > standings[point]!.samples);
    // The cheapest is always among them, so a race comes to its end.
    return rank < Math.ceil(running / RATIO ** level) ? [{ point, until: levels[level]! }] : [];
  });
}
