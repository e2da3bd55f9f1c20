/** What a race came to, as its record. */
import { TUNE_LIMITS, type TunedPoint, type TuneRecord } from '../../isa/index.ts';
import { commonOptions, type CostRange, distinctInputs, standings as frontOf } from '../../report/index.ts';
import type { Point } from '../sweep/points.ts';
import { type Interval, probabilityAtMost, probabilityMeanAtMost, shareAtLeast } from './confidence.ts';
import type { Heat } from './heat.ts';
import { type Alternative, extraCost, leastExcess, relaxations, runnerUp, withoutEach } from './limits.ts';
import { type Judgement, rounds, type RacePoint, type Rules, type Standing, tallyOf } from './race.ts';

/** Losses are shares of samples here, points of accuracy in records. */
const POINTS_OF_ACCURACY = 100;

export interface Raced {
  readonly points: readonly Point[];
  readonly heat: Heat;
  readonly measured: readonly RacePoint[];
  readonly judgement: Judgement;
  readonly rules: Rules;
}

interface About {
  readonly tool: string;
  readonly network: string;
  /** Name of the chip file. */
  readonly file: string;
}

export function describeTune(raced: Raced, { tool, network, file }: About): TuneRecord {
  const { rules, judgement } = raced;
  const { standings, best } = judgement;
  const { limits, objective, confidence, samples } = rules;
  const isMet = best !== undefined;
  const relax = isMet ? [] : relaxations(standings, limits);
  return {
    format: 'snn-tune/1',
    ...{ tool, network },
    inputs: distinctInputs(raced.points.map(({ record }) => record)),
    options: commonOptions(raced.points.map(({ record }) => record.options)),
    ...{ objective, confidence },
    limits: Object.fromEntries(
      TUNE_LIMITS.flatMap((limit) => (limits[limit] === undefined ? [] : [[limit, shown(limit, limits[limit])]])),
    ),
    samples: {
      available: samples,
      rounds: rounds(samples),
      measured: standings.reduce((sum, { samples: own }) => sum + own, 0),
    },
    points: pointsOf(raced),
    answer: isMet ? { ...answerOf(raced, best), file } : null,
    second: isMet ? secondOf(raced, best) : null,
    prices: isMet
      ? withoutEach(standings, limits, objective).map((change) => ({
          ...changeOf(change),
          saves: -extraCost(standings[change.point]!, standings[best]!, objective),
        }))
      : [],
    relax: relax.map(changeOf),
    together: isMet || relax.length > 0 ? [] : leastExcess(standings, limits).map(changeOf),
  };
}

const shown = (limit: Alternative['limit'], value: number): number =>
  limit === 'loss' ? POINTS_OF_ACCURACY * value : value;

const changeOf = ({ limit, point, needed }: Alternative): TuneRecord['relax'][number] => ({
  ...{ limit, point: point + 1, needed: shown(limit, needed) },
});

function answerOf({ measured, heat, rules }: Raced, best: number): Omit<NonNullable<TuneRecord['answer']>, 'file'> {
  const point = measured[best];
  const about = heat.about(best);
  if (typeof point !== 'object' || about?.status !== 'done') throw new Error('what was taken has been measured');
  const { loss, energy, latency } = rules.limits;
  return {
    point: best + 1,
    chipSha256: about.chipSha256,
    notes: about.notes,
    probabilities: {
      ...(loss !== undefined && { loss: probabilityAtMost(tallyOf(point), loss) }),
      ...(energy !== undefined && { energy: probabilityMeanAtMost(point.energyJ, energy) }),
      ...(latency !== undefined && { latency: shareAtLeast(point.losses.length, rules.confidence) }),
    },
  };
}

function secondOf({ judgement: { standings }, rules }: Raced, best: number): TuneRecord['second'] {
  const second = runnerUp(standings, best, rules.limits, rules.objective);
  if (second === undefined) return null;
  return { point: second + 1, extraCost: extraCost(standings[second]!, standings[best]!, rules.objective) };
}

function pointsOf({ points, heat, judgement, measured }: Raced): TunedPoint[] {
  const { standings, best } = judgement;
  const there = standings.flatMap((_, k) => (typeof measured[k] === 'object' ? [k] : []));
  const front = frontOf(there.map((k) => rangesOf(standings[k]!, heat.isPartial(k))));
  return points.map(({ record: { point, varied } }, k) => {
    const { verdict, samples, loss, energyJ, latencySeconds, cores } = standings[k]!;
    const about = heat.about(k);
    const place = front[there.indexOf(k)];
    return {
      ...{ point, varied, samples, cores },
      verdict: k === best ? 'taken' : verdict === 'meets' ? 'costs more' : verdict,
      lossPoints: intervalOf(loss, POINTS_OF_ACCURACY),
      energyJ: intervalOf(energyJ, 1),
      energyPartial: heat.isPartial(k),
      latency: { meanSeconds: latencySeconds.mean, worstSeconds: latencySeconds.worst },
      front: place === undefined ? 'outside' : frontWord(place),
      ...resultOf(about),
    };
  });
}

function resultOf(about: ReturnType<Heat['about']>): Pick<TunedPoint, 'conversion' | 'chipSha256' | 'diagnostics'> {
  if (about === undefined) return {};
  if (about.status === 'failed') return { diagnostics: about.diagnostics };
  return { conversion: about.conversion, chipSha256: about.chipSha256 };
}

const frontWord = ({ dominatedBy, perhapsBy }: ReturnType<typeof frontOf>[number]): TunedPoint['front'] =>
  dominatedBy.length > 0 ? 'dominated' : perhapsBy.length > 0 ? 'undecided' : 'front';

/** Loss, energy, latency, cores; the mean latency is known as well as the energy. */
function rangesOf({ loss, energyJ, latencySeconds, cores }: Standing, isPartial: boolean): CostRange[] {
  return [
    { low: loss.low, high: loss.high },
    { low: energyJ.low, high: isPartial ? Infinity : energyJ.high },
    { low: latencySeconds.mean, high: latencySeconds.mean },
    { low: cores, high: cores },
  ];
}

const intervalOf = ({ mean, low, high }: Interval, unit: number): TunedPoint['energyJ'] => ({
  mean: unit * mean,
  low: Number.isFinite(low) ? unit * low : null,
  high: Number.isFinite(high) ? unit * high : null,
});
