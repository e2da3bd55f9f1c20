/** The documents of the repository as pages, and what they link to. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { linkFrom, type NavigationPart, page, STYLE } from './layout.ts';
import type { SiteFiles } from './links.ts';
import { escapeHtml, type Rendered, renderMarkdown } from './markdown.ts';
import { referenceSections, searchScripts, sectionsOf } from './sections.ts';

/** What the site has beside the documents. */
export interface Additions {
  /** Pages that are made from the code: path in the repository, where they would lie, to Markdown. */
  readonly reference: ReadonlyMap<string, string>;
  /** Files that are there as they are, such as the reference of the library, and what the navigation says of them. */
  readonly files: SiteFiles;
  readonly navigation: readonly NavigationPart[];
}

const START = 'docs/index.md';
/** Files whose text is shown on a page. */
const TEXT = /\.(mjs|ts|py|asm|json|txt)$/;

/** Documents of the repository, as paths in it. */
export const documentsOf = (root: string): string[] => [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...['docs', 'spec', 'spec/decisions'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
  ...readdirSync(join(root, 'examples'))
    .map((name) => `examples/${name}/README.md`)
    .filter((path) => existsSync(join(root, path))),
];

/** Makes the site: documents first, then whatever they, and what they link to, link to. */
export function makeSite(root: string, additions: Additions): SiteFiles {
  return new SiteMaker(root, additions).make();
}

class SiteMaker {
  readonly #root: string;
  readonly #additions: Additions;
  readonly #documents: ReadonlyMap<string, string>;
  readonly #files = new Map<string, string | Uint8Array>([['style.css', STYLE]]);
  readonly #rendered = new Map<string, Rendered>();
  /** Of pages that are linked to, and are still to be made. */
  readonly #waiting: (() => void)[] = [];

  constructor(root: string, additions: Additions) {
    this.#root = root;
    this.#additions = additions;
    const texts = documentsOf(root).map((path) => [path, readFileSync(join(root, path), 'utf8')] as const);
    this.#documents = new Map([...texts, ...additions.reference]);
  }

  make(): SiteFiles {
    for (const [path, text] of this.#documents)
      this.#rendered.set(
        this.#pageOf(path),
        renderMarkdown(text, (link) => this.#resolve(path, link)),
      );
    while (this.#waiting.length > 0) this.#waiting.shift()!();
    const navigation = this.#navigation();
    for (const [path, rendered] of this.#rendered) this.#files.set(path, page(path, rendered, navigation));
    for (const [path, content] of this.#additions.files) this.#files.set(path, content);
    for (const [path, content] of this.#searching()) this.#files.set(path, content);
    return this.#files;
  }

  /** Where pages have the same words, those for users come first, then the reference, the specification, and what was changed. */
  #searching(): ReadonlyMap<string, string> {
    const order = ['index.html', 'README', 'docs/', 'reference/', 'api/', 'examples/', 'spec/', ''];
    const placeOf = ({ path }: { readonly path: string }): number => order.findIndex((start) => path.startsWith(start));
    const entries = [
      ...[...this.#rendered].flatMap(([path, rendered]) => sectionsOf(path, rendered)),
      ...referenceSections(this.#additions.files),
    ];
    return searchScripts(entries.sort((a, b) => placeOf(a) - placeOf(b)));
  }

  #pageOf(document: string): string {
    return document === START ? 'index.html' : document.replace(/\.md$/, '.html');
  }

  /** What a link of a document becomes on its page. What does not exist stays as it is: the check of the links names it. */
  #resolve(document: string, link: string): string {
    if (/^[a-z][a-z+.-]*:/i.test(link) || link.startsWith('#')) return link;
    const [path = '', anchor] = link.split('#');
    const target = posix.normalize(posix.join(posix.dirname(document), path)).replace(/\/$/, '');
    const found = this.#targetOf(target);
    if (found === undefined) return link;
    return `${linkFrom(this.#pageOf(document), found)}${anchor === undefined ? '' : `#${anchor}`}`;
  }

  /** Where a path of the repository is in the site; undefined where it does not exist. */
  #targetOf(path: string): string | undefined {
    if (this.#documents.has(path)) return this.#pageOf(path);
    if (this.#documents.has(`${path}/README.md`)) return this.#pageOf(`${path}/README.md`);
    const file = join(this.#root, path);
    if (path.startsWith('..') || !existsSync(file)) return undefined;
    if (statSync(file).isDirectory()) return this.#once(`${path}/index.html`, () => this.#listing(path));
    if (TEXT.test(path)) return this.#once(`${path}.html`, () => source(path, readFileSync(file, 'utf8')));
    this.#files.set(path, readFileSync(file));
    return path;
  }

  /** A page that is made because something links to it. */
  #once(path: string, make: () => Rendered): string {
    if (!this.#rendered.has(path)) {
      this.#rendered.set(path, { title: path, html: '', sections: [] });
      this.#waiting.push(() => this.#rendered.set(path, make()));
    }
    return path;
  }

  /** What is in a folder: documents by their titles, texts by their names. */
  #listing(folder: string): Rendered {
    const own = `${folder}/index.html`;
    const rows = readdirSync(join(this.#root, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() || folder === 'spec')
      .map(({ name }) => {
        const path = `${folder}/${name}`;
        const isShown = this.#documents.has(path) || TEXT.test(name) || !name.includes('.');
        const target = isShown ? this.#targetOf(path) : undefined;
        const title = this.#rendered.get(this.#pageOf(path))?.title;
        const words = `${escapeHtml(name)}${title === undefined || title === '' ? '' : `: ${escapeHtml(title)}`}`;
        return `<li>${target === undefined ? words : `<a href="${linkFrom(own, target)}">${words}</a>`}</li>`;
      });
    return { title: folder, html: `<h1>${escapeHtml(folder)}/</h1>\n<ul>${rows.join('\n')}</ul>`, sections: [] };
  }

  /** The lists of the first document, as it groups them; what is made from the code, behind. */
  #navigation(): NavigationPart[] {
    const parts = this.#documents.get(START)!.split(/^## /m).slice(1);
    const listed = parts.flatMap((part) => {
      const [title = '', ...lines] = part.split('\n');
      const pages = lines.flatMap((line) => {
        const [, words, link] = /^- \[([^\]]+)\]\(([^)#]+)\)/.exec(line) ?? [];
        const target = link && this.#targetOf(posix.normalize(posix.join('docs', link)));
        return target === undefined || target === '' ? [] : [{ title: words!, path: target }];
      });
      return pages.length === 0 ? [] : [{ title, pages }];
    });
    const made = [...this.#additions.reference.keys()].map((path) => {
      const own = this.#pageOf(path);
      return { path: own, title: this.#rendered.get(own)!.title };
    });
    const start = [
      { path: 'index.html', title: 'Start' },
      { path: 'README.html', title: 'README' },
      { path: 'CONTRIBUTING.html', title: 'Contributing' },
    ];
    return [
      { title: 'snnc', pages: start },
      ...listed,
      { title: 'From the code', pages: made },
      ...this.#additions.navigation,
    ];
  }
}

function source(path: string, text: string): Rendered {
  const html = `<h1>${escapeHtml(path)}</h1>\n<pre><code>${escapeHtml(text)}</code></pre>`;
  return { title: path, html, sections: [] };
}

/** All files of a folder, by their path below `under`; none where it is not there. */
export function filesBelow(folder: string, under: string): Map<string, string | Uint8Array> {
  if (!existsSync(folder)) return new Map();
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    paths.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = readFileSync(path);
      const name = posix.join(under, path.slice(folder.length + 1));
      return [name, name.endsWith('.html') ? content.toString() : new Uint8Array(content)];
    }),
  );
}
