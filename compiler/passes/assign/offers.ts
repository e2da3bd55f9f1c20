/** The mappings among which a build chooses, and what is said where none of them keeps what was asked. */
import { type Diagnostic, diagnostic, option, type Target } from '../../../isa/index.ts';
import type { MappingAim } from '../../options.ts';
import type { ChosenMapping, OfferedMapping } from './choose-mapping.ts';

/** Cuts over fewer cores than these are worth no look. */
const FEWEST_CORES = 4;

/**
 * By traffic on as few cores as fit and spread as usual, and by work over 4, 8, 16, … cores up to all there are; each is searched
 * when it is asked for.
 *
 * @param all cores that may be used
 * @param byTraffic a mapping by traffic. @param spread cores that its work is spread over at least; undefined: as usual
 * @param byWork a mapping by work over so many cores; undefined where none fits
 */
export function* offersFor(
  all: number,
  { objective }: MappingAim,
  byTraffic: (spread?: number) => OfferedMapping,
  byWork: (cores: number) => OfferedMapping | undefined,
): Generator<OfferedMapping> {
  const wantsFew = objective === 'cores' || objective === 'balanced';
  const fewest = wantsFew ? byTraffic(1) : undefined;
  if (fewest !== undefined) yield fewest;
  const usual = byTraffic();
  if (usual.mapped.sources.assigned.cores !== fewest?.mapped.sources.assigned.cores) yield usual;
  // Work is spread for time: whoever wants only that takes all the cores.
  for (let cores = wantsFew ? FEWEST_CORES : all; ; cores = Math.min(all, 2 * cores)) {
    const offer = byWork(Math.min(cores, all));
    if (offer !== undefined) yield offer;
    if (cores >= all) return;
  }
}

/** In millionths, by the digits that were given. */
const micro = (value: number): number => Number((1e6 * value).toPrecision(12));

/** W0321, with what was taken instead. */
export function notKept({ by, mapped, candidates }: ChosenMapping, aim: MappingAim, target: Target): Diagnostic {
  const { deadlineSeconds, energyBudgetJ } = aim;
  const taken = candidates.find(({ verdict }) => verdict === 'taken')!;
  const asked = [
    ...(deadlineSeconds === undefined ? [] : [`${micro(deadlineSeconds)} µs`]),
    ...(energyBudgetJ === undefined ? [] : [`${micro(energyBudgetJ)} µJ`]),
  ].join(' and ');
  const seconds = taken.cycles / target.timing.clockHz.value;
  return diagnostic(
    'W0321',
    `no mapping that was found is expected to keep ${asked} with samples that take longer than most; taken is the closest, by ${by} on ${mapped.sources.assigned.cores} cores, with ${(1e6 * seconds).toFixed(0)} µs and ${(1e6 * taken.energyJ).toFixed(1)} µJ for the mean of the samples`,
    undefined,
    `a smaller ${option('window')}, ${option('mode', 'exact')} with ${option('code', 'graded')}, or a target with more cores takes less`,
  );
}
