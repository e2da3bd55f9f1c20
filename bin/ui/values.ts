/** Values of options: checked, with a message that names what is accepted. */
import type { NamedRule } from '../../compiler/ir/named-rules.ts';
import { fail } from '../../isa/diagnostics.ts';
import { suggestion } from '../../isa/suggest.ts';

/** @throws DiagnosticError E0103 unless the text is a whole number within the limits */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    fail('E0103', `${flag(option)} ${shown(text)} is not a whole number from ${min} to ${max}`);
  return value;
}

/** @throws DiagnosticError E0103 unless the text is one of the words */
export function oneOf<const W extends string | number>(option: string, text: string, words: readonly W[]): W {
  const word = words.find((candidate) => String(candidate) === text);
  if (word === undefined)
    fail(
      'E0103',
      `${flag(option)} ${shown(text)} is not one of ${words.join(', ')}${suggestion(text.slice(0, 64), words.map(String))}`,
    );
  return word;
}

/** A finite number. @throws DiagnosticError E0103 */
export function finiteNumber(option: string, text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) fail('E0103', `${flag(option)} ${shown(text)} is not a number`);
  return value;
}

/** A number above zero. @throws DiagnosticError E0103 */
export function positiveNumber(option: string, text: string): number {
  const value = finiteNumber(option, text);
  if (value <= 0) fail('E0103', `${flag(option)} ${shown(text)} is not above zero`);
  return value;
}

/** Powers of ten of a second. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', -9],
  ['us', -6],
  ['µs', -6],
  ['ms', -3],
  ['s', 0],
]);

/** A time with a unit, in seconds; undefined where the text is none. */
export function secondsOf(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,15})?)([a-zµ]+)$/.exec(text) ?? [];
  const power = UNITS.get(unit);
  return power === undefined ? undefined : Number(`${digits}e${power}`);
}

/** A time from 0 on, in seconds. @throws DiagnosticError E0103 */
export function timeSeconds(option: string, text: string): number {
  return (
    secondsOf(text) ??
    fail(
      'E0103',
      `${flag(option)} ${shown(text)} is not a time`,
      undefined,
      'give a number with ns, us, ms or s: 5ms, 250us, 1.5s',
    )
  );
}

/** Powers of ten of a joule. */
const JOULE_UNITS: ReadonlyMap<string, number> = new Map([
  ['nJ', -9],
  ['uJ', -6],
  ['µJ', -6],
  ['mJ', -3],
  ['J', 0],
]);

/** An energy above zero, in joules. @throws DiagnosticError E0103 */
export function energyJoule(option: string, text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,15})?)([a-zA-Zµ]+)$/.exec(text) ?? [];
  const power = JOULE_UNITS.get(unit);
  const joule = power === undefined ? NaN : Number(`${digits}e${power}`);
  if (!(joule > 0))
    fail(
      'E0103',
      `${flag(option)} ${shown(text)} is not an energy above zero`,
      undefined,
      'give a number with nJ, uJ, mJ or J: 100uJ, 1.5mJ',
    );
  return joule;
}

/** `a..b` or `a`: whole numbers of which a is not above b. @throws DiagnosticError E0103 */
export function numberRange(option: string, text: string, max: number): { first: number; last: number } {
  const [, from, to = from] = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from ?? NaN), Number(to ?? NaN)];
  if (!(first <= last && last <= max))
    fail('E0103', `${flag(option)} ${shown(text)} is not a range a..b of numbers from 0 to ${max}`);
  return { first, last };
}

/** Numbers and ranges with commas, as 0,3,8..11. @returns the numbers, ascending, each once. @throws DiagnosticError E0103 */
export function numberList(option: string, text: string, max: number): number[] {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const { first, last } = numberRange(option, part, max);
    for (let number = first; number <= last; number++) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

const flag = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`);

/** `subtract`, `lif2=none`, or `lif2=none,subtract` with a value for all others: of nodes by name, or of all. */
export function perNode<V>(text: string, read: (text: string) => V): V | readonly NamedRule<V>[] {
  if (!text.includes('=') && !text.includes(',')) return read(text);
  const parts = text.split(',').map((part) => {
    const at = part.lastIndexOf('=');
    return { pattern: at < 0 ? '*' : part.slice(0, at), value: read(part.slice(at + 1)) };
  });
  // What is said of all others comes last, wherever it stands.
  return [...parts.filter(({ pattern }) => pattern !== '*'), ...parts.filter(({ pattern }) => pattern === '*')];
}
