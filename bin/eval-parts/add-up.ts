/** What the parts of an evaluation amount to. */
import { addActivity, addCounts, addLayers, type RunResult } from '../../emulator/index.ts';
import type { Chip, EvalEnd } from '../../isa/index.ts';

/** Whether the layers and cores of a last line are those of the chip, in their order. */
export const isEndOf = ({ layers, activity }: EvalEnd, chip: Chip): boolean =>
  isAlike<{ readonly name: string }>(layers, chip.layers, ({ name }) => name) &&
  isAlike<{ readonly core: number }>(activity.cores, chip.cores, ({ core }) => core);

const isAlike = <T>(found: readonly T[], wanted: readonly T[], of: (one: T) => unknown): boolean =>
  found.length === wanted.length && found.every((one, k) => of(one) === of(wanted[k]!));

/** @param ends last lines of all parts, one at least */
export function addEnds(ends: readonly EvalEnd[]): RunResult & { readonly activity: EvalEnd['activity'] } {
  return {
    counts: ends.map(({ counts }) => counts).reduce(addCounts),
    layers: ends.map(({ layers }) => layers).reduce((a, b) => [...addLayers(a, b)]),
    activity: ends.map(({ activity }) => activity).reduce((a, b) => addActivity(a, b) as EvalEnd['activity']),
    host: {
      seconds: ends.reduce((sum, { host }) => sum + host.seconds, 0),
      peakRssBytes: ends.reduce((most, { host }) => Math.max(most, host.peakRssBytes), 0),
    },
  };
}

type Events = NonNullable<EvalEnd['events']>;
type Encoding = NonNullable<EvalEnd['encoding']>;

/** How the data became input, over all parts. */
export function addDataRecords(ends: readonly EvalEnd[]): { readonly events?: Events; readonly encoding?: Encoding } {
  const events = ends.map((end) => end.events).filter((each) => each !== undefined);
  const encoding = ends.map((end) => end.encoding).filter((each) => each !== undefined);
  return {
    ...(events.length > 0 && { events: events.reduce(addEvents) }),
    ...(encoding.length > 0 && { encoding: encoding.reduce(addEncoding) }),
  };
}

/** All are numbers of something but the length of a step, the steps of samples and the longest recording. */
function addEvents({ ended: ofFirst, ...a }: Events, { ended: ofSecond, ...b }: Events): Events {
  const ended = ofFirst &&
    ofSecond && {
      least: Math.min(ofFirst.least, ofSecond.least),
      sum: ofFirst.sum + ofSecond.sum,
      most: Math.max(ofFirst.most, ofSecond.most),
    };
  return {
    ...(Object.fromEntries(
      (Object.keys(a) as (keyof typeof a)[]).map((name) => [name, a[name] + b[name]]),
    ) as typeof a),
    dtUs: a.dtUs,
    steps: a.steps,
    longestUs: Math.max(a.longestUs, b.longestUs),
    ...(ended && { ended }),
  };
}

const addEncoding = (a: Encoding, b: Encoding): Encoding => ({
  ...a,
  nonZero: a.nonZero + b.nonZero,
  // Known once a sample was read: the same of all, or 0.
  ...(a.max !== undefined && b.max !== undefined && { max: Math.max(a.max, b.max) }),
  ...(a.limited !== undefined && b.limited !== undefined && { limited: a.limited + b.limited }),
  ...(a.spikes !== undefined && b.spikes !== undefined && { spikes: a.spikes + b.spikes }),
});
