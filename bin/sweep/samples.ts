/** Values that are drawn from ranges: independently, or so that every part of every range has one, or the parts of several together. */
import { fail, type SamplingMethod } from '../../isa/index.ts';
import { shuffled, uniformSource } from '../ui/random.ts';
import { MOST_AXES, sobolPlaces } from './sobol.ts';

export interface Sampling {
  /** Option → range, as `4..64`, `0.1..1.0`, `0.01..1.0:log`, or values. */
  readonly ranges: ReadonlyMap<string, string | readonly string[]>;
  readonly count: number;
  readonly method: SamplingMethod;
  readonly seed: number;
}

/** A place in [0, 1) of a range → the value there, as text. */
type Range = (place: number) => string;

/** Decimal digits of a real number that is drawn, so that every machine has the same. */
const DIGITS = 6;

/**
 * The samples: for each, option → value. Latin hypercube (McKay, Beckman, Conover 1979): each range is cut into as many
 * parts as there are samples, and each part has one, in an order of its own. Whole numbers and lists are cut too: with
 * fewer values than samples each value comes equally often, up to one. Sobol: the sequence itself for seed 0, else with a digital shift.
 *
 * @throws DiagnosticError E0109 where a range is none, or there are more than a sequence has axes
 */
export function drawSamples({ ranges, count, method, seed }: Sampling): ReadonlyMap<string, string>[] {
  const random = uniformSource(seed);
  const sequence = method === 'sobol' ? sobolOf(ranges.size, count, seed) : undefined;
  const columns = [...ranges].map(([option, range], axis): [string, string[]] => {
    const valueAt = readRange(option, range);
    const places = sequence?.[axis];
    if (places !== undefined) return [option, Array.from(places, valueAt)];
    const parts = method === 'random' ? undefined : shuffled(count, random);
    return [
      option,
      Array.from({ length: count }, (_, k) => valueAt(parts === undefined ? random() : (parts[k]! + random()) / count)),
    ];
  });
  return Array.from({ length: count }, (_, k) => new Map(columns.map(([option, values]) => [option, values[k]!])));
}

/** @throws DiagnosticError E0109 */
function sobolOf(axes: number, count: number, seed: number): Float64Array[] {
  if (axes > MOST_AXES)
    fail(
      'E0109',
      `${axes} ranges are drawn by sobol; its sequence has ${MOST_AXES} axes, ${axes - MOST_AXES} too few`,
      undefined,
      'draw by latin-hypercube, or over fewer ranges',
    );
  const random = uniformSource(seed);
  const bits = (): number => Math.floor(random() * 2 ** 32);
  return sobolPlaces(axes, count, seed === 0 ? [] : Array.from({ length: axes }, bits));
}

function readRange(option: string, range: string | readonly string[]): Range {
  if (typeof range !== 'string') return (place) => range[Math.floor(place * range.length)]!;
  const [, from = '', to = '', scale] = /^(.+?)\.\.(.+?)(:log)?$/.exec(range) ?? [];
  const [low, high] = [from, to].map((text) => (text.trim() === '' ? NaN : Number(text))) as [number, number];
  const isLog = scale !== undefined;
  if (!(Number.isFinite(low) && Number.isFinite(high) && low <= high) || (isLog && low <= 0))
    fail(
      'E0109',
      `the range of ${option}, ${JSON.stringify(range.slice(0, 60))}, is not of the form 4..64${isLog ? ' with ends above 0' : ''}`,
      undefined,
      'give the smaller end first: 4..64 for whole numbers, 0.1..1.0 for others, with :log behind for a logarithmic scale; or values',
    );
  const isWhole = [from, to].every((end) => /^-?\d{1,15}$/.test(end));
  // A whole number owns the stretch up to the next one, so both ends are as likely as any other.
  const [start, end] = isWhole ? [low, high + 1] : [low, high];
  return (place) => {
    const value = isLog ? start * (end / start) ** place : start + (end - start) * place;
    return isWhole ? String(Math.min(high, Math.floor(value))) : String(Number(value.toPrecision(DIGITS)));
  };
}
