/** The terms that summaries show, each in three lines and with the page that says more. */
import { CONVERSION_TERMS } from './conversion.ts';
import { COST_TERMS } from './cost.ts';
import { MACHINE_TERMS } from './machine.ts';
import { MAPPING_TERMS } from './mapping.ts';
import type { Term } from './term.ts';

export type { Term };

export const GLOSSARY: readonly Term[] = [...MACHINE_TERMS, ...CONVERSION_TERMS, ...MAPPING_TERMS, ...COST_TERMS];

/** The term of that name, or of another form of it; case and the sign between words do not matter. */
export const findTerm = (text: string): Term | undefined => {
  const wanted = plain(text);
  return GLOSSARY.find(({ term, also = [] }) => [term, ...also].some((name) => plain(name) === wanted));
};

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');

/** What a summary says of the terms in it. */
export const termsLine = (first: string, ...others: readonly string[]): string =>
  `  terms: snnc explain ${first} (or ${others.join(', ')}; all: terms)`;
