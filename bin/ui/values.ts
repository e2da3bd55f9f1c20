/** Values of options: checked, with a message that names what is accepted. */
import { fail } from '../../isa/index.ts';
import { suggestion } from './suggest.ts';

/** @throws DiagnosticError E0103 unless the text is a whole number within the limits */
export function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    fail('E0103', `${flag(option)} ${shown(text)} is not a whole number from ${min} to ${max}`);
  return value;
}

/** @throws DiagnosticError E0103 unless the text is one of the words */
export function oneOf<const W extends string>(option: string, text: string, words: readonly W[]): W {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined)
    fail(
      'E0103',
      `${flag(option)} ${shown(text)} is not one of ${words.join(', ')}${suggestion(text.slice(0, 64), words)}`,
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

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

const flag = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`);
