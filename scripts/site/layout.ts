/** What all pages of the site have: navigation, search and looks. No script, no font and no picture comes from elsewhere. */
import { escapeHtml, type Rendered } from './markdown.ts';

/** A part of the navigation. */
export interface NavigationPart {
  readonly title: string;
  /** Paths in the site. */
  readonly pages: readonly { readonly path: string; readonly title: string }[];
}

/** The way from one page of the site to another. */
export function linkFrom(page: string, target: string): string {
  const from = page.split('/').slice(0, -1);
  const to = target.split('/');
  let common = 0;
  while (common < from.length && common < to.length - 1 && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}

/** The field of the search, which its program shows: without that it would do nothing. */
const searchForm = (path: string): string =>
  `<form id="search" role="search" data-root="${'../'.repeat(path.split('/').length - 1)}" hidden><label>Search <input type="search" autocomplete="off" spellcheck="false" placeholder="press /"></label><div class="found" hidden><p role="status"></p><ol></ol></div></form>`;

/**
 * @param path of the page in the site
 * @param parts of the navigation
 */
export function page(path: string, { title, html, sections }: Rendered, parts: readonly NavigationPart[]): string {
  const item = (one: NavigationPart['pages'][number]): string =>
    `<li><a href="${linkFrom(path, one.path)}"${one.path === path ? ' aria-current="page"' : ''}>${escapeHtml(one.title)}</a></li>`;
  const navigation = parts
    .map((part) => `<h2>${escapeHtml(part.title)}</h2>\n<ul>${part.pages.map(item).join('\n')}</ul>`)
    .join('\n');
  const within =
    sections.length < 3
      ? ''
      : `<details class="within"><summary>On this page</summary><ul>${sections
          .map((one) => `<li><a href="#${one.id}">${escapeHtml(one.title)}</a></li>`)
          .join('\n')}</ul></details>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}${title === 'snnc' ? '' : ' · snnc'}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${linkFrom(path, 'style.css')}">
<script defer src="${linkFrom(path, 'search.js')}"></script>
</head>
<body>
<header><a href="${linkFrom(path, 'index.html')}">snnc</a> ${searchForm(path)} <a class="pages" href="#pages">All pages</a></header>
<main>
${within}
${html}
</main>
<nav id="pages" aria-label="Pages">
${navigation}
</nav>
</body>
</html>
`;
}

export const STYLE = `:root {
  color-scheme: light dark;
  --ink: #1c2126; --paper: #ffffff; --quiet: #5b6670; --line: #d9dee3; --code: #f3f5f7; --link: #0b5cad; --mark: #e7f0fa;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #dfe4e8; --paper: #14181c; --quiet: #9aa5af; --line: #343c44; --code: #1e242a; --link: #7db8f0; --mark: #1d3247;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1280px; padding: 0 16px; color: var(--ink); background: var(--paper);
  font: 16px/1.55 system-ui, sans-serif; overflow-wrap: break-word;
}
header { padding: 12px 0; border-bottom: 1px solid var(--line); display: flex; gap: 4px 16px; align-items: baseline; justify-content: space-between; position: relative; }
#search label { color: var(--quiet); font-size: 0.94em; }
#search input {
  font: inherit; width: 16em; max-width: 38vw; padding: 4px 8px; color: var(--ink); background: var(--paper);
  border: 1px solid var(--quiet); border-radius: 6px;
}
.found {
  position: absolute; z-index: 1; right: 0; top: 100%; width: min(100%, 44rem); max-height: 80vh; overflow-y: auto; padding: 8px 16px;
  background: var(--paper); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 8px 24px rgb(0 0 0 / 0.25);
}
.found ol { list-style: none; margin: 0; padding: 0; }
.found p { margin: 0 0 8px; font-size: 0.88em; color: var(--quiet); }
.found a { display: block; padding: 2px 0; }
.found a span { color: var(--quiet); font-size: 0.88em; }
mark { background: var(--mark); color: inherit; font-weight: 600; }
header > a:first-child { font-weight: 700; color: var(--ink); }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
main { min-width: 0; padding-bottom: 48px; }
h1, h2, h3, h4 { line-height: 1.25; margin: 1.6em 0 0.5em; }
h1 { font-size: 1.8rem; margin-top: 0.8em; }
h2 { font-size: 1.35rem; }
h3 { font-size: 1.1rem; }
code, pre { font-family: ui-monospace, 'DejaVu Sans Mono', monospace; font-size: 0.875em; background: var(--code); }
code { padding: 0.1em 0.25em; border-radius: 3px; overflow-wrap: anywhere; }
pre { padding: 12px; border-radius: 6px; overflow-x: auto; line-height: 1.4; }
pre code { padding: 0; background: none; font-size: 1em; overflow-wrap: normal; }
/* A shadow at the edge behind which a table goes on. */
.wide {
  overflow-x: auto;
  background:
    linear-gradient(90deg, var(--paper) 30%, transparent) 0 0 / 2.5rem 100% no-repeat local,
    linear-gradient(270deg, var(--paper) 30%, transparent) 100% 0 / 2.5rem 100% no-repeat local,
    linear-gradient(90deg, light-dark(#0003, #000c), transparent) 0 0 / 0.7rem 100% no-repeat scroll,
    linear-gradient(270deg, light-dark(#0003, #000c), transparent) 100% 0 / 0.7rem 100% no-repeat scroll;
}
table { border-collapse: collapse; font-size: 0.92em; }
th, td { border: 1px solid var(--line); padding: 4px 10px; text-align: left; vertical-align: top; }
th { background: color-mix(in srgb, var(--quiet) 10%, transparent); }
td { min-width: 4em; }
img { max-width: 100%; height: auto; background: #ffffff; }
blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--quiet); }
.within { margin-top: 1em; color: var(--quiet); }
nav { border-top: 1px solid var(--line); padding: 8px 0 48px; font-size: 0.94em; }
nav h2 { font-size: 0.85rem; color: var(--quiet); margin: 1.2em 0 0.3em; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: 2px 8px; border-radius: 4px; }
nav a[aria-current] { background: var(--mark); }
@media (min-width: 900px) {
  body { display: grid; grid-template-columns: 230px minmax(0, 1fr); column-gap: 40px; }
  header { grid-column: 1 / -1; }
  nav { grid-column: 1; grid-row: 2; border-top: 0; }
  main { grid-column: 2; grid-row: 2; }
  .pages { display: none; }
}
`;
