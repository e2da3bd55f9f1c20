import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSurelyAbove, meanInterval, tallyInterval } from '../../../bin/tune/confidence.ts';
import { leastExcess, relaxations, runnerUp, withoutEach } from '../../../bin/tune/limits.ts';
import { orderOf } from '../../../bin/tune/order.ts';
import {
  costOf,
  type Judgement,
  judge,
  type Measured,
  nextSamples,
  type Objective,
  type RacePoint,
  type Rules,
} from '../../../bin/tune/race.ts';
import { randomSource } from '../../../bin/ui/random.ts';

/** Numbers in [0, 1). */
function uniform(seed: number): () => number {
  const bits = randomSource(seed + 1);
  for (let k = 0; k < 32; k++) bits();
  return () => bits() / 2 ** 32;
}

interface Truth {
  readonly lost: number;
  readonly gained: number;
  readonly energyJ: number;
  readonly spread: number;
}

/** All samples of a point. */
function drawn({ lost, gained, energyJ, spread }: Truth, samples: number, random: () => number): Measured {
  const losses = Array.from({ length: samples }, () => {
    const at = random();
    return at < lost ? 1 : at < lost + gained ? -1 : 0;
  });
  const noise = (): number => (random() + random() + random() - 1.5) * 2;
  const energies = losses.map(() => energyJ * (1 + spread * noise()));
  return { cores: 4, losses, energyJ: energies, latencySeconds: energies.map((v) => 10 * v) };
}

const upTo = (point: Measured, n: number): Measured => ({
  cores: point.cores,
  losses: Array.from(point.losses).slice(0, n),
  energyJ: Array.from(point.energyJ).slice(0, n),
  latencySeconds: Array.from(point.latencySeconds).slice(0, n),
});

/** The race over points of which all samples are known; how many it looked at. */
function run(all: readonly Measured[], rules: Rules): { readonly judgement: Judgement; readonly measured: number } {
  const seen: RacePoint[] = all.map(() => undefined);
  for (;;) {
    const judgement = judge(seen, rules);
    const wanted = nextSamples(judgement, rules);
    if (wanted.length === 0) return { judgement, measured: judgement.standings.reduce((sum, s) => sum + s.samples, 0) };
    for (const { point, until } of wanted) {
      expect(until).toBeGreaterThan(judgement.standings[point]!.samples);
      seen[point] = upTo(all[point]!, until);
    }
  }
}

/** What measuring everything would take. */
const exhaustive = (all: readonly Measured[], rules: Rules): number | undefined => judge(all, rules).best;

const rulesOf = (more: Partial<Rules> = {}): Rules => ({
  limits: { loss: 0.01 },
  objective: 'energy',
  confidence: 0.95,
  samples: 600,
  ...more,
});

/** A space in which what costs more loses less, and many points are near the limit. */
function problem(seed: number, count = 16, samples = 600): Measured[] {
  const random = uniform(seed);
  return Array.from({ length: count }, (_, k) => {
    const lost = 0.002 + 0.05 * random() * (1 - k / count);
    return drawn({ lost, gained: lost * random(), energyJ: 1e-6 * (1 + 0.04 * k), spread: 0.15 }, samples, random);
  });
}

describe('a race', () => {
  it.each([0.95, 0.6])('misses what measuring everything finds no more often than it says (%f)', (confidence) => {
    const problems = 60;
    let missed = 0;
    let measured = 0;
    for (let seed = 0; seed < problems; seed++) {
      const all = problem(seed);
      const rules = rulesOf({ confidence });
      const found = run(all, rules);
      measured += found.measured;
      if (found.judgement.best !== exhaustive(all, rules)) missed++;
    }
    // Three standard deviations above what is allowed.
    const allowed = problems * (1 - confidence);
    expect(missed).toBeLessThanOrEqual(allowed + 3 * Math.sqrt(allowed * confidence));
    expect(measured).toBeLessThan(0.6 * problems * 16 * 600);
  });

  it('ends with every point decided, and the answer is on all samples', () => {
    const objectives: readonly Objective[] = ['energy', 'latency', 'cores'];
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom(...objectives), fc.nat(300), (seed, objective, more) => {
        const samples = 20 + more;
        const rules = rulesOf({ objective, samples, limits: { loss: 0.02, latency: 2e-5, energy: 1.5e-6 } });
        const all = problem(seed, 6, samples);
        const { standings, best } = run(all, rules).judgement;
        expect(standings.every(({ verdict }) => verdict !== 'open')).toBe(true);
        if (best === undefined) {
          expect(standings.every(({ verdict }) => verdict.startsWith('beyond'))).toBe(true);
          return;
        }
        const taken = standings[best]!;
        expect(taken.samples).toBe(samples);
        expect(taken.loss.mean).toBeLessThanOrEqual(0.02);
        expect(taken.latencySeconds.worst).toBeLessThanOrEqual(2e-5);
        const second = runnerUp(standings, best, rules.limits, objective);
        if (second !== undefined)
          expect(costOf(standings[second]!, objective)).toBeGreaterThan(0.9 * costOf(taken, objective));
      }),
      { numRuns: 30 },
    );
  });

  it('leaves points without a result alone', () => {
    const rules = rulesOf();
    const [point] = problem(1, 1);
    const judgement = judge(['failed', point, undefined], rules);
    expect(judgement.standings.map(({ verdict }) => verdict).slice(0, 1)).toEqual(['failed']);
    expect(nextSamples(judgement, rules)).toEqual([{ point: 2, until: 64 }]);
    expect(nextSamples(judge(['failed'], rules), rules)).toEqual([]);
  });
});

describe('confidence', () => {
  it('of a loss holds in all looks together', () => {
    const [sequences, alpha, limit] = [200, 0.1, 0.02];
    let wrong = 0;
    for (let seed = 0; seed < sequences; seed++) {
      const random = uniform(seed);
      const tally = { samples: 0, lost: 0, gained: 0 };
      let isRefuted = false;
      for (let k = 0; k < 500 && !isRefuted; k++) {
        const at = random();
        tally.samples++;
        if (at < 0.03) tally.lost++;
        else if (at < 0.04) tally.gained++;
        isRefuted = isSurelyAbove(tally, limit, alpha);
      }
      if (isRefuted) wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(sequences * alpha);
    // And it is no empty promise: a third of what is lost is seen.
    expect(isSurelyAbove({ samples: 100, lost: 12, gained: 1 }, limit, alpha)).toBe(true);
  });

  it('intervals hold their mean, and shrink', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(50), fc.nat(900), (lost, gained, same) => {
        const tally = { lost, gained, samples: lost + gained + same };
        const { mean, low, high } = tallyInterval(tally, 0.95);
        expect(low).toBeLessThanOrEqual(mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(mean - 1e-9);
        const four = tallyInterval({ lost: 4 * lost, gained: 4 * gained, samples: 4 * tally.samples }, 0.95);
        expect(four.high - four.low).toBeLessThanOrEqual(high - low + 1e-9);
      }),
    );
  });

  it('of a mean is that of Student', () => {
    // t(0.975, 9) = 2.262, t(0.975, 99) = 1.984
    const ten = Array.from({ length: 10 }, (_, k) => k);
    expect(meanInterval(ten, 0.95).high - 4.5).toBeCloseTo(2.262 * (3.02765 / Math.sqrt(10)), 2);
    expect(meanInterval([1, 2, 3], 0.95)).toEqual({ mean: 2, low: -Infinity, high: Infinity });
  });
});

describe('limits', () => {
  const point = (loss: number, energyJ: number, latency: number): Measured => ({
    cores: 1,
    losses: Array.from({ length: 100 }, (_, k) => (k < loss ? 1 : 0)),
    energyJ: Array<number>(100).fill(energyJ),
    latencySeconds: Array<number>(100).fill(latency),
  });
  const rules = rulesOf({ samples: 100 });
  const standings = (points: readonly Measured[], limits: Rules['limits']) => judge(points, { ...rules, limits });

  it('say what they cost', () => {
    const limits = { loss: 0.02, latency: 5 };
    const { standings: all, best } = standings([point(1, 10, 4), point(9, 5, 1), point(0, 8, 9)], limits);
    expect(best).toBe(0);
    expect(withoutEach(all, limits, 'energy')).toEqual([
      { limit: 'loss', point: 1, needed: 0.09 },
      { limit: 'latency', point: 2, needed: 9 },
    ]);
  });

  it('say which must give way, alone or together', () => {
    const limits = { loss: 0.02, energy: 1, latency: 1 };
    const alone = standings([point(1, 10, 1), point(9, 1, 1), point(1, 8, 1)], limits);
    expect(alone.best).toBeUndefined();
    expect(relaxations(alone.standings, limits)).toEqual([
      { limit: 'loss', point: 1, needed: 0.09 },
      { limit: 'energy', point: 2, needed: 8 },
    ]);
    const together = standings([point(8, 3, 1), point(3, 4, 2)], limits);
    expect(relaxations(together.standings, limits)).toEqual([]);
    expect(leastExcess(together.standings, limits).map(({ limit, point: k }) => [limit, k])).toEqual([
      ['loss', 0],
      ['energy', 0],
    ]);
  });
});

it('the order of samples is a permutation, another one for another seed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (count, seed) => {
      expect(orderOf(count, seed).toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, k) => k));
    }),
  );
  expect(orderOf(50, 0)).not.toEqual(orderOf(50, 1));
});
