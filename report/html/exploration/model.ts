/** What `snnemu sweep` and `snnc tune` found and `snnemu compare` was given, in the same words: points or runs with their settings, figures and standings. */
import type { FrontFigure } from '../front-chart.ts';

export type FigureName = 'accuracy' | 'loss' | 'mae' | 'energy' | 'latency' | 'worst' | 'cores';

/** What points are judged by. */
export interface FigureKind extends FrontFigure {
  readonly id: FigureName;
  readonly text: (value: number) => string;
}

/** A figure of a point. */
export interface PointFigure {
  readonly value: number;
  /** Of the value in the records: `3.outcome.energy.joulePerInference`. */
  readonly path: string;
  /** Ends of its interval, where it has one; either may be unknown. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

export type PointStanding = 'front' | 'undecided' | 'dominated' | 'outside' | 'failed';

export interface PointFailure {
  readonly code: string;
  readonly message: string;
  readonly remedy: string | undefined;
  readonly stage: string;
}

export interface ExploredPoint {
  /** Its place in the plan, from 1. */
  readonly number: number;
  /** What charts and tables call it: its number, or the letter of a run. */
  readonly mark: string;
  readonly settings: Readonly<Record<string, string | boolean>>;
  readonly figures: Readonly<Partial<Record<FigureName, PointFigure>>>;
  /** Its energy is a lower bound. */
  readonly isPartial: boolean;
  readonly standing: PointStanding;
  /** What a tuning says of it; '' where there is nothing to say. */
  readonly verdict: string;
  readonly failure: PointFailure | undefined;
  /** Seconds of the deadline, where it had one, and whether an inference took longer. */
  readonly deadline: { readonly seconds: number; readonly isMissed: boolean } | undefined;
}

export interface Exploration {
  /** What a point is called. */
  readonly noun: 'point' | 'run';
  readonly points: readonly ExploredPoint[];
  /** Those that the front is about. */
  readonly axes: readonly FigureKind[];
  /** All that are shown of points: the axes, and others. */
  readonly figures: readonly FigureKind[];
  readonly factors: readonly Factor[];
  /** Points that a text names: the answer, what came second. */
  readonly named: ReadonlySet<number>;
  /** Where all points are, in words: "-o and --csv have them". */
  readonly elsewhere: string;
}

/** What varies from point to point. */
export interface Factor {
  readonly name: string;
  /** Its values in their order, or ranges of values, or the most frequent words and "others". */
  readonly levels: readonly string[];
  /** Ranges, each with its lower end, and without its upper end but for the last. */
  readonly isBinned: boolean;
  readonly levelOf: (point: ExploredPoint) => number;
  /** Where a value lies between the first and the last, 0 to 1: in their order, or on a scale where it is binned. */
  readonly placeOf: (point: ExploredPoint) => number;
}

/** Values of a factor that are shown one by one; of more numbers there are ranges, of more words the rest together. */
const MOST_LEVELS = 12;
const BINS = 6;
/** From here on, largest value to smallest, ranges are equally wide on a logarithmic scale. */
const LOGARITHMIC_FROM = 20;
const NOT_SET = 'not set';

export const settingOf = ({ settings }: Pick<ExploredPoint, 'settings'>, name: string): string =>
  settings[name] === undefined ? NOT_SET : String(settings[name]);

/** The settings of a point in a line: `T=8 mode=exact`. */
export const settingText = ({ settings }: ExploredPoint): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');

/** What varies; options that have the same value in all points are not among them. */
export function factorsOf(points: readonly ExploredPoint[]): Factor[] {
  const names = [...new Set(points.flatMap(({ settings }) => Object.keys(settings)))];
  return names.flatMap((name) => {
    const count = new Map<string, number>();
    for (const point of points) {
      const text = settingOf(point, name);
      count.set(text, (count.get(text) ?? 0) + 1);
    }
    if (count.size < 2) return [];
    const numbers = [...count.keys()].map((text) => (text.trim() === '' ? NaN : Number(text)));
    const isNumeric = numbers.every((value) => Number.isFinite(value));
    if (isNumeric && count.size > MOST_LEVELS) return [binned(name, numbers)];
    return [listed(name, isNumeric ? byNumber([...count.keys()]) : byFrequency(count))];
  });
}

const byNumber = (texts: readonly string[]): string[] => [...texts].sort((a, b) => Number(a) - Number(b));

/** In the order in which they come, where there are few; else the most frequent ones. */
const byFrequency = (count: ReadonlyMap<string, number>): string[] =>
  count.size <= MOST_LEVELS
    ? [...count.keys()]
    : [...[...count].sort((a, b) => b[1] - a[1]).slice(0, MOST_LEVELS - 1)].map(([text]) => text).concat('others');

function listed(name: string, levels: readonly string[]): Factor {
  const at = new Map(levels.map((level, k) => [level, k]));
  const levelOf = (point: ExploredPoint): number => at.get(settingOf(point, name)) ?? levels.length - 1;
  return { name, levels, isBinned: false, levelOf, placeOf: (point) => levelOf(point) / (levels.length - 1) };
}

function binned(name: string, numbers: readonly number[]): Factor {
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const largest = numbers.reduce((a, b) => Math.max(a, b));
  const isLogarithmic = least > 0 && largest / least >= LOGARITHMIC_FROM;
  const scaled = (value: number): number => (isLogarithmic ? Math.log(value) : value);
  const span = scaled(largest) - scaled(least);
  const share = (value: number): number => (scaled(value) - scaled(least)) / span;
  const end = (k: number): number => {
    const value = scaled(least) + (k / BINS) * span;
    return Number((isLogarithmic ? Math.exp(value) : value).toPrecision(3));
  };
  const ends = Array.from({ length: BINS + 1 }, (_, k) => (k === 0 ? least : k === BINS ? largest : end(k)));
  const of = (point: ExploredPoint): number => Number(settingOf(point, name));
  return {
    name,
    levels: ends.slice(1).map((to, k) => `${ends[k]!} to ${to}`),
    isBinned: true,
    levelOf: (point) => Math.max(0, ends.slice(1, BINS).filter((from) => of(point) >= from).length),
    placeOf: (point) => share(of(point)),
  };
}

/** At most `most` of the points, evenly spread over their order; those that `keep` names are always among them. */
export function spread(
  points: readonly ExploredPoint[],
  most: number,
  keep: (point: ExploredPoint) => boolean,
): ExploredPoint[] {
  if (points.length <= most) return [...points];
  const kept = points.filter(keep).slice(0, most);
  const rest = points.filter((point) => !keep(point));
  const room = most - kept.length;
  const drawn = new Set(Array.from({ length: room }, (_, k) => rest[Math.floor((k * rest.length) / room)]!));
  return points.filter((point) => drawn.has(point) || kept.includes(point));
}

export const isOnFront = ({ standing }: ExploredPoint): boolean => standing === 'front';
