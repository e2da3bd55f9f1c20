/**
 * Writes docs/glossary.md from the terms that `snnc explain` knows. With --check it writes nothing and fails where the file is
 * stale.
 *
 *     npm run glossary
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GLOSSARY, type Term } from '../report/index.ts';

const path = new URL('../docs/glossary.md', import.meta.url);

/** The page in Markdown. */
export function glossaryPage(terms: readonly Term[]): string {
  const key = ({ term }: Term): string => term.toLowerCase();
  const sorted = terms.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const sections = sorted.map(({ term, also = [], lines, page }) => {
    const others = also.length === 0 ? '' : `*Also: ${also.join(', ')}.* `;
    const [document = '', anchor] = page.split('#');
    const link = `${posix.relative('docs', document)}${anchor === undefined ? '' : `#${anchor}`}`;
    return `## ${term}\n\n${lines.map(escaped).join('\n')}\n\n${others}More: [${document}](${link})\n`;
  });
  return `# Glossary\n\nThe terms of summaries and reports, as \`snnc explain <term>\` prints them; \`npm run glossary\` makes this page from the code.\n\n${sections.join('\n')}`;
}

/** What would mean something in Markdown. */
const escaped = (text: string): string =>
  text
    .split('`')
    .map((part, k) => (k % 2 === 1 ? part : part.replaceAll(/[*_<[\]]/g, (sign) => `\\${sign}`)))
    .join('`');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = glossaryPage(GLOSSARY);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error('docs/glossary.md is not what report/terms/ holds: npm run glossary renews it');
    process.exitCode = 1;
  }
}
