/** The site of the documents: complete, without a link that leads nowhere, and readable on a telephone. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { snnc } from '../../bin/commands/snnc.ts';
import { snnemu } from '../../bin/commands/snnemu.ts';
import { builtinTargets, DIAGNOSTICS } from '../../isa/index.ts';
import { linkFrom } from '../../scripts/site/layout.ts';
import { brokenLinks } from '../../scripts/site/links.ts';
import { renderMarkdown } from '../../scripts/site/markdown.ts';
import { documentsOf, makeSite } from '../../scripts/site/pages.ts';
import { referencePages } from '../../scripts/site/reference.ts';
import { referenceSections } from '../../scripts/site/sections.ts';
import { type Entry, search } from '../../web/site/rank.ts';
import { itInChromium, launchChromium } from '../bin/chromium.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const files = makeSite(root, { reference: await referencePages(), files: new Map(), navigation: [] });
const textOf = (path: string): string => files.get(path) as string;

describe('the site', () => {
  it('has a page for each document, and no link that leads nowhere', () => {
    const pages = documentsOf(root).map((path) =>
      path === 'docs/index.md' ? 'index.html' : `${path.slice(0, -3)}.html`,
    );
    expect(pages.filter((path) => !files.has(path))).toEqual([]);
    expect(pages).toContain('examples/train/README.html');
    expect(brokenLinks(files)).toEqual([]);
  });

  it('leads from the first page to every other one', () => {
    const reached = new Set<string>();
    const waiting = ['index.html'];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      for (const [, link] of textOf(path).matchAll(/<a [^>]*?href="([^"#]+)/g)) {
        const target = new URL(link!, `file:///${path}`).pathname.slice(1);
        if (target.endsWith('.html') && files.has(target)) waiting.push(target);
      }
    }
    expect([...files.keys()].filter((path) => path.endsWith('.html') && !reached.has(path))).toEqual([]);
  });

  it('has every document of docs/ in the navigation', () => {
    const navigation = textOf('index.html').split('<nav')[1]!;
    const absent = documentsOf(root)
      .filter((path) => path.startsWith('docs/') && path !== 'docs/index.md')
      .filter((path) => !navigation.includes(`href="${path.slice(0, -3)}.html"`));
    expect(absent).toEqual([]);
  });

  it('has all commands, messages and targets on the pages that are made from the code', () => {
    for (const program of [snnc, snnemu])
      for (const { name, options } of program.commands) {
        const page = textOf(`reference/${program.name}.html`);
        expect(page).toContain(`id="${program.name}-${name}"`);
        expect(Object.keys(options).filter((option) => !page.includes(`-${option}`))).toEqual([]);
      }
    for (const code of Object.keys(DIAGNOSTICS))
      expect(textOf('reference/messages.html')).toContain(`id="${code.toLowerCase()}"`);
    const targets = textOf('reference/targets.html');
    for (const [name, { energy }] of builtinTargets()) {
      const words = energy.synop.source.split(/[^\w ]/)[0]!;
      expect({ name, isThere: targets.includes(`<h2 id="${name}">`) && targets.includes(words) }).toEqual({
        name,
        isThere: true,
      });
    }
    expect(textOf('reference/operators.html')).toContain('<td>BatchNormalization</td>');
  });

  itInChromium('needs no scrolling sideways at 390 pixels, in light and dark, and asks for nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snnc-site-'));
    const browser = await launchChromium();
    try {
      const asked: string[] = [];
      const shown = ['index.html', 'spec/isa.html', 'reference/targets.html', 'examples/library/sweep.mjs.html'];
      for (const path of ['style.css', ...shown]) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), textOf(path));
      }
      const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
      page.on('request', (request) => asked.push(request.url()));
      const colours = new Set<string>();
      for (const path of shown) {
        await page.goto(pathToFileURL(join(folder, path)).href);
        expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 390]);
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        colours.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      }
      expect(colours.size).toBe(2);
      expect(asked.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the search', () => {
  const entries = (): Entry[] => {
    const context = { globalThis: {} as { snncSections: Entry[] } };
    runInNewContext(textOf('search-index.js'), context);
    return context.globalThis.snncSections;
  };

  it('knows every section of every page, at an address that is there', () => {
    const found = entries();
    const pages = [...files.keys()].filter((path) => path.endsWith('.html'));
    expect(pages.filter((path) => !found.some((entry) => entry.path.split('#')[0] === path))).toEqual([]);
    const links = found.map(({ path }) => `<a href="${path}">x</a>`).join('');
    expect(brokenLinks(new Map([...files, ['all.html', links]]))).toEqual([]);
    for (const { page, heading, text } of found) {
      expect(page).not.toBe('');
      expect(heading).not.toBe('');
      expect(text).not.toMatch(/<\/(?:a|p|td|code)>|&(?:amp|lt|gt|quot);/);
    }
  });

  it.each([
    ['E0301', 'reference/messages.html#e0301'],
    ['km1', 'docs/glossary.html#km1'],
    ['how to add a neuron', 'CONTRIBUTING.html#how-to-add-a-neuron'],
    ['snnemu stream', 'reference/snnemu.html#snnemu-stream'],
    ['<chip>', 'reference/'],
  ])('leads from %s to %s', (query, path) => {
    expect(search(entries(), query)[0]?.path).toMatch(new RegExp(`^${path}`));
  });

  it('has the functions of the library, by their names', () => {
    const html =
      '<div class="col-content"><h1>Function build</h1><p>Networks to <code>chips</code></p></div><div class="col-sidebar">other</div>';
    const api = new Map([
      ['api/functions/build.html', html],
      ['api/index.html', html],
      ['api/assets/style.css', 'h1 {}'],
    ]);
    expect(referenceSections(api)).toEqual([
      { path: 'api/functions/build.html', page: 'Function build', heading: 'build', text: 'Networks to chips' },
    ]);
  });

  itInChromium('goes by keys alone, from a folder, and says what it found to who does not see it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'snnc-site-'));
    const browser = await launchChromium();
    try {
      for (const path of ['style.css', 'search.js', 'search-index.js', 'docs/tune.html', 'reference/messages.html']) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), textOf(path));
      }
      const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', ({ message }) => complaints.push(message));
      await page.goto(pathToFileURL(join(folder, 'docs', 'tune.html')).href);
      const field = page.getByRole('searchbox', { name: 'Search' });
      await page.keyboard.press('/');
      await page.keyboard.type('xyzzy (');
      await page.getByRole('status').getByText('Nothing has all of these words.').waitFor();
      await page.keyboard.press('Escape');
      expect(await page.getByRole('status').isVisible()).toBe(false);
      await field.fill('e0301');
      await page
        .getByRole('status')
        .getByText(/^\d+ sections?$/)
        .waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await page.locator('mark').first().textContent()).toBe('E0301');
      await page.keyboard.press('ArrowDown');
      expect(await page.evaluate('document.activeElement.textContent')).toMatch(/^E0301/);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await page.waitForURL(/reference\/messages\.html#e0301$/);
      await page.getByRole('heading', { name: 'E0301' }).waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the check of the links', () => {
  const page = (html: string) =>
    new Map([
      ['a/b.html', `<h1 id="top">b</h1>${html}`],
      ['c.html', '<p id="one&amp;two">'],
    ]);
  it.each([
    ['<a href="../c.html">c</a> <a href="#top">top</a> <a class="x" href="https://example.org">out</a>', []],
    ['<a href="c.html">c</a>', ['a/b.html: c.html is not there']],
    ['<a href="../c.html#none">c</a>', ['a/b.html: ../c.html#none has no such anchor']],
    ['<a href="#none">c</a>', ['a/b.html: #none has no such anchor']],
    ['<img alt="" src="https://example.org/x.png">', ['a/b.html: https://example.org/x.png is loaded from elsewhere']],
    ['<script src="//example.org/x.js"></script>', ['a/b.html: //example.org/x.js is loaded from elsewhere']],
    ['<script>text = `<a href="#${id}">`</script>', []],
    ['<img src="none.svg">', ['a/b.html: none.svg is not there']],
  ])('%s', (html, faults) => {
    expect(brokenLinks(page(html))).toEqual(faults);
  });

  it('names a link of a document whose file, or whose heading, is not there', () => {
    const links = '[a](none.md) [b](../docs/tune.md#none) [c](../docs/tune.md#limits) [d](../examples/mnist)';
    const reference = new Map([['reference/x.md', `# X\n\n${links}\n`]]);
    const found = brokenLinks(makeSite(root, { reference, files: new Map(), navigation: [] }));
    expect(found).toEqual([
      'reference/x.html: none.md is not there',
      'reference/x.html: ../docs/tune.html#none has no such anchor',
    ]);
  });
});

describe('a page', () => {
  it('has the anchors of GitHub, and numbers those that come again', () => {
    const { html, title, sections } = renderMarkdown('# A `b` c\n\n## Mode `x`: y\n\n## Mode x y\n', String);
    expect(title).toBe('A b c');
    expect(sections.map(({ id }) => id)).toEqual(['mode-x-y', 'mode-x-y-1']);
    expect(html).toContain('<h1 id="a-b-c">');
  });

  it('takes no HTML out of a document', () => {
    expect(renderMarkdown('a <script>b</script>', String).html).not.toContain('<script>');
  });

  it.each([
    ['index.html', 'docs/tune.html', 'docs/tune.html'],
    ['docs/tune.html', 'docs/sweep.html', 'sweep.html'],
    ['docs/tune.html', 'style.css', '../style.css'],
    ['spec/decisions/1.html', 'spec/isa.html', '../isa.html'],
  ])('from %s to %s is %s', (from, to, link) => {
    expect(linkFrom(from, to)).toBe(link);
  });
});
