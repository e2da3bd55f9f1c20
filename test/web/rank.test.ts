/** What the search of the site finds, and what it shows of it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Entry, excerpt, search, wordsOf } from '../../web/site/rank.ts';

const word = fc.constantFrom('tick', 'ticks', 'core', 'V', 'E0301', '--deadline', '(', 'µJ', 'encore');
const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));
const entry: fc.Arbitrary<Entry> = fc.record({ path: fc.uuid(), page: text, heading: text, text });
const allOf = ({ page, heading, text: body }: Entry): string => `${page} ${heading} ${body}`.toLowerCase();

describe('search', () => {
  it('finds each section that has every word, once, and no other', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.array(word, { minLength: 1, maxLength: 3 }), (entries, words) => {
        const found = search(entries, words.join('  '));
        const expected = entries.filter((one) => words.every((each) => allOf(one).includes(each.toLowerCase())));
        expect(new Set(found)).toEqual(new Set(expected));
        expect(found.length).toBe(expected.length);
      }),
    );
  });

  it('puts a heading before a title, that before a text, and the beginning of a word before its middle', () => {
    const of = (path: string, parts: Partial<Entry>): Entry => ({ path, page: 'a', heading: 'b', text: 'c', ...parts });
    const entries = [
      of('inside', { text: 'an encore' }),
      of('often', { text: 'core '.repeat(100) }),
      of('text', { text: 'the cores' }),
      of('page', { page: 'A core' }),
      of('among', { heading: 'the core of it' }),
      of('heading', { heading: 'Core' }),
    ];
    const order = search(entries, 'core').map(({ path }) => path);
    expect(order).toEqual(['heading', 'among', 'page', 'often', 'text', 'inside']);
    expect(search(entries, ' ')).toEqual([]);
  });
});

describe('excerpt', () => {
  it('is a part of the text with the first word in it, no longer than needed', () => {
    fc.assert(
      fc.property(text, fc.string(), word, (before, middle, query) => {
        const whole = `${before} ${middle} ${query} ${before}`;
        const shown = excerpt(whole, wordsOf(query));
        const part = shown.replace(/^… /, '').replace(/ …$/, '');
        expect(whole).toContain(part);
        expect(part.length).toBeLessThanOrEqual(Math.max(240, middle.length + 160));
        const first = whole.toLowerCase().indexOf(query.toLowerCase());
        expect(whole.indexOf(part)).toBeLessThanOrEqual(first);
        expect(part.toLowerCase()).toContain(query.toLowerCase());
      }),
    );
  });
});
