/** What the search of the site finds: the sections of all pages, as text. */
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Entry } from '../../web/site/rank.ts';
import type { SiteFiles } from './links.ts';
import type { Rendered } from './markdown.ts';

/** Characters of a section that are looked through; only sources and long tables have more. */
const MOST_CHARACTERS = 12_000;

/** Text of a part of a page. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<(script|style|svg)\b[^]*?<\/\1>/g, ' ')
    // Names within a line stay one word.
    .replaceAll(/<\/?(?:code|a|strong|em|b|i|span|mark|wbr)\b[^>]*>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The sections of a page: each heading with what stands below it, up to the next one. */
export function sectionsOf(path: string, { title, html }: Rendered): Entry[] {
  const entries: Entry[] = [];
  const add = (anchor: string, heading: string, part: string): void => {
    const text = textOf(part).slice(0, MOST_CHARACTERS);
    if (text === '' && entries.length > 0) return;
    entries.push({ path: anchor === '' ? path : `${path}#${anchor}`, page: title, heading, text });
  };
  // Of each heading: level, anchor, words, and what is below it.
  const [before = '', ...parts] = html.split(/<h([1-4])(?: id="([^"]*)")?>([^]*?)<\/h\1>/);
  if (textOf(before) !== '') add('', title, before);
  for (let k = 0; k < parts.length; k += 4)
    add(parts[k] === '1' ? '' : (parts[k + 1] ?? ''), textOf(parts[k + 2] ?? ''), parts[k + 3] ?? '');
  return entries;
}

/** Pages of the reference of the library: one entry each, by the name of what it is about. */
export function referenceSections(files: SiteFiles): Entry[] {
  return [...files].flatMap(([path, html]) => {
    const name = /^api\/\w+\/([\w.]+)\.html$/.exec(path)?.[1];
    if (name === undefined || typeof html !== 'string') return [];
    const content = /<div class="col-content">([^]*?)<div class="col-sidebar">/.exec(html)?.[1] ?? '';
    const page = textOf(/<h1[^>]*>([^]*?)<\/h1>/.exec(content)?.[1] ?? name);
    const text = textOf(content.split('</h1>').at(-1)!).slice(0, MOST_CHARACTERS);
    return [{ path, page, heading: name, text }];
  });
}

/** The scripts of the search: the program, and what there is to find. */
export function searchScripts(entries: readonly Entry[]): Map<string, string> {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../../web/site/search.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    logLevel: 'error',
  });
  return new Map([
    ['search.js', outputFiles[0]!.text],
    ['search-index.js', `globalThis.snncSections=${JSON.stringify(entries)};\n`],
  ]);
}
