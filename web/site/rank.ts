/** Which sections of the site have the words that are looked for, the best first. */

/** A section of a page. */
export interface Entry {
  /** From the root of the site, with the anchor. */
  readonly path: string;
  /** Title of the page. */
  readonly page: string;
  /** Of the section; that of the page where it is what stands before the first one. */
  readonly heading: string;
  readonly text: string;
}

/** What a word counts for where it begins a word, by place; inside of a word it counts for one. */
const HEADING = 40;
const PAGE = 15;
const TEXT = 2;
/** A heading that is the word, and nothing else. */
const WHOLE_HEADING = 60;
/** More occurrences in a text than these do not make it better. */
const MOST_COUNTED = 5;

const isPartOfWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** How often a word stands in a text: where one of its words begins, and anywhere else. Both in small letters. */
function occurrences(text: string, word: string): { readonly starts: number; readonly inside: number } {
  let [starts, inside] = [0, 0];
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (isPartOfWord(text[at - 1])) inside++;
    else starts++;
  }
  return { starts, inside };
}

/** Words of a query, in small letters. */
export const wordsOf = (query: string): string[] => query.toLowerCase().split(/\s+/).filter(Boolean);

function scoreOf({ page, heading, text }: Entry, words: readonly string[]): number {
  const [inPage, inHeading, inText] = [page, heading, text].map((one) => one.toLowerCase()) as [string, string, string];
  let sum = 0;
  for (const word of words) {
    const [title, head, body] = [inPage, inHeading, inText].map((one) => occurrences(one, word));
    const score =
      (inHeading === word ? WHOLE_HEADING : 0) +
      (head!.starts > 0 ? HEADING : 0) +
      (title!.starts > 0 ? PAGE : 0) +
      TEXT * Math.min(MOST_COUNTED, body!.starts) +
      (head!.inside + title!.inside + body!.inside > 0 ? 1 : 0);
    // All of the words have to be there.
    if (score === 0) return 0;
    sum += score;
  }
  return sum;
}

/** Sections that have every word of a query, the best first; equal ones in the order of `entries`. */
export function search(entries: readonly Entry[], query: string): Entry[] {
  const words = wordsOf(query);
  if (words.length === 0) return [];
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}

const BEFORE = 50;
const LENGTH = 160;

/** The part of a text around the first of the words that it has, cut at blanks. */
export function excerpt(text: string, words: readonly string[]): string {
  const small = text.toLowerCase();
  const found = words.map((word) => small.indexOf(word)).filter((at) => at >= 0);
  const middle = found.length === 0 ? 0 : Math.min(...found);
  const from = middle <= BEFORE ? 0 : text.indexOf(' ', middle - BEFORE) + 1;
  const start = from > middle ? middle : from;
  const end = start + LENGTH >= text.length ? text.length : Math.max(middle + 1, text.lastIndexOf(' ', start + LENGTH));
  return `${start > 0 ? '… ' : ''}${text.slice(start, end)}${end < text.length ? ' …' : ''}`;
}
