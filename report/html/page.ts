/** What is around the sections of every report: one HTML file that needs nothing else, no script, no network, no font. */
import { html, Markup } from './markup.ts';
import type { Section } from './section.ts';
import { PATTERNS, STYLE } from './style.ts';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

interface Page {
  readonly title: Markup;
  /** Below the title: what it is a report of. */
  readonly lead: Markup;
  readonly sections: readonly Section[];
}

/** @returns a whole HTML document */
export const renderPage = ({ title, lead, sections }: Page): string =>
  html`${new Markup('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${new Markup(STYLE)}</style></head>
<body>${new Markup(PATTERNS)}
<header><h1>${title}</h1><p class="note">${lead}</p>
<nav aria-label="Sections"><ul>${sections.map(({ id, title: heading }) => html`<li><a href="#${id}">${heading}</a></li>`)}</ul></nav></header>
<main>${sections.map(({ id, title: heading, body }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>\n${body}</section>\n`)}</main>
</body></html>
`.text;
