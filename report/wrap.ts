/** Lines and names that fit the terminal. */
import stringWidth from 'string-width';
import type { TextStyle } from './colours.ts';
import { printable } from './format.ts';

/** What a broken line is indented by, beyond its beginning. */
const HANGING = 4;
/** Names in a sentence. */
const LONGEST_NAME = 40;
/** A word of a sentence that may be a name. */
const LONGEST_WORD = 60;

/** A blank at which a line may end: not between a number and its unit. */
const BREAK = / (?!(?:%|[afpnµmkMGT]?(?:J|s|B|Hz|W)|KiB|MiB)(?:[\s,;:.)]|$))|(?<!\d) /;

/** Columns that a text takes, without its colours. */
export const textWidth = (text: string): number => stringWidth(text);

/**
 * The text within `width` columns: its middle gives way to an ellipsis, since names that converters write begin and end with
 * what tells them apart.
 */
export function shortenMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const characters = [...text];
  const room = Math.max(0, width - 1);
  const head = taken(characters, Math.ceil(room / 2));
  const tail = taken(characters.reverse(), room - textWidth(head));
  return `${head}…${[...tail].reverse().join('')}`;
}

/** As many of the characters as have room. */
function taken(characters: readonly string[], room: number): string {
  let text = '';
  for (const character of characters) {
    if (textWidth(text + character) > room) break;
    text += character;
  }
  return text;
}

/** A name from a file, as it stands in a sentence. */
export const nameText = (name: string, { fits }: TextStyle): string =>
  fits === true ? shortenMiddle(printable(name), LONGEST_NAME) : printable(name);

/** A sentence about names: words that no line has room for are shortened in the middle. */
export const shortenNames = (text: string, { fits }: TextStyle): string =>
  fits === true ? text.replace(/\S+/g, (word) => shortenMiddle(word, LONGEST_WORD)) : text;

/**
 * The words in lines of at most `width` columns. A longer word has a line of its own.
 *
 * @param cut the middle of longer words gives way
 */
export function foldWords(text: string, width: number, cut = false): string[] {
  const lines: string[] = [];
  for (const each of text.split(BREAK)) {
    const word = cut ? shortenMiddle(each, width) : each;
    const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
    if (lines.length === 0 || textWidth(longer) > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => line.trimEnd());
}

/**
 * The text with lines of at most `style.width` columns, where it is to fit: longer ones are broken at blanks, and go on further
 * to the right than they began. What has no blank, such as a path, stays whole, so that it can be copied.
 */
export function wrapText(text: string, { fits, width }: TextStyle): string {
  if (fits !== true) return text;
  return text
    .split('\n')
    .map((line) => (textWidth(line) <= width ? line : wrapLine(line, width)))
    .join('\n');
}

function wrapLine(line: string, width: number): string {
  const words = line.trimStart();
  const indent = line.length - words.length;
  const hanging = ' '.repeat(indent + HANGING);
  const [first = '', ...rest] = foldWords(words, Math.max(1, width - indent));
  const further = foldWords(rest.join(' '), Math.max(1, width - hanging.length));
  return [line.slice(0, indent) + first, ...further.map((part) => hanging + part)].join('\n');
}
