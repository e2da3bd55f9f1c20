/** The terms of the summaries: three lines each, pages that exist, and no two under one name. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findTerm, GLOSSARY } from '../../report/terms/index.ts';

/** The anchor of a heading, as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchorsOf = (document: string): string[] =>
  [...readFileSync(document, 'utf8').matchAll(/^#+ (.*)$/gm)].map((match) => anchorOf(match[1]!));

describe('terms', () => {
  it.each(GLOSSARY.map((entry) => [entry.term, entry] as const))(
    '%s has three short lines and a page',
    (_term, entry) => {
      for (const line of entry.lines) expect(line.length).toBeLessThanOrEqual(80);
      const [document = '', anchor] = entry.page.split('#');
      expect(existsSync(document)).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(document)).toContain(anchor);
    },
  );

  it('have names of their own, and are found by each of them', () => {
    const names = GLOSSARY.flatMap(({ term, also = [] }) => [term, ...also]).map((name) => name.toLowerCase());
    expect(names.filter((name, k) => names.indexOf(name) !== k)).toEqual([]);
    for (const entry of GLOSSARY)
      for (const name of [entry.term, ...(entry.also ?? [])]) expect(findTerm(name.toUpperCase())).toBe(entry);
    expect(findTerm('Soft-Reset')?.term).toBe('soft reset');
    expect(findTerm('')).toBeUndefined();
  });
});
