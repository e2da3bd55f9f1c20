/** `--html` and `snnemu report`, and how the file looks in a browser. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import type { RunRecord } from '../../isa/index.ts';
import { itInChromium, launchChromium } from './chromium.ts';
import { type World, worldWithChip } from './world.ts';

let world: World;
let record: RunRecord;

beforeAll(async () => {
  world = await worldWithChip();
  await world.run(
    'snnc build net.json --calibrate images.npy --calibrate-limit 12 --mode default -T 8 -o chip.bin --json build.json --quiet',
  );
  const outcome = await world.run(
    'snnemu eval chip.bin --data images.npy --labels labels.txt --timing cycle --curve --raster 5 --probe hidden --probe-out p.npz --html report.html --build build.json --json run.json',
  );
  expect(outcome).toMatchObject({ exit: 0 });
  record = JSON.parse(Buffer.from(world.read('run.json')).toString()) as RunRecord;
});

afterAll(() => {
  world.remove();
});

describe('the record that reports are made from', () => {
  it('counts on cores and links what it counts in all', () => {
    const { counts, floorplan, raster, perLayer } = record;
    const { cores, links } = floorplan!;
    for (const name of ['spikes', 'synops', 'macs', 'packets'] as const)
      expect(cores.reduce((sum, core) => sum + core[name], 0)).toBe(counts[name]);
    const { east, west, north, south } = counts.linkHops;
    expect(links.reduce((sum, { packets }) => sum + packets, 0)).toBe(east + west + north + south);
    for (const [layer, { neurons }] of perLayer.entries()) {
      const parts = cores.flatMap((core) => core.layers).filter((part) => part.layer === layer);
      expect(parts.reduce((sum, part) => sum + part.neurons, 0)).toBe(neurons);
    }
    expect(raster!.index).toBe(5);
    for (const { neurons, shown, spikes } of raster!.layers)
      if (shown.length === neurons) expect(shown.reduce((sum, { ticks }) => sum + ticks.length, 0)).toBe(spikes);
  });

  it('gives the same report again, without compiler or emulator', async () => {
    const outcome = await world.run('snnemu report run.json --build build.json -o again.html');
    expect(outcome).toMatchObject({ exit: 0, stderr: '' });
    expect(world.read('again.html')).toEqual(world.read('report.html'));
    expect((await world.run('snnemu report run.json')).stdout).toContain('Energy');
  });

  it('reads records of earlier versions, which count what nothing can cause', async () => {
    const record = Buffer.from(world.read('run.json')).toString();
    world.write('earlier.json', record.replace(/"counts": {/, '"counts": { "saturations": 0,'));
    const outcome = await world.run('snnemu report earlier.json --build build.json -o earlier.html');
    expect(outcome).toMatchObject({ exit: 0, stderr: '' });
    expect(world.read('earlier.html')).toEqual(world.read('report.html'));
  });

  it('refuses the build record of another chip, and what is no record', async () => {
    world.write(
      'other.json',
      Buffer.from(world.read('run.json'))
        .toString()
        .replace(/"sha256": "../, '"sha256": "zz'),
    );
    for (const [line, exit, code] of [
      ['snnemu report other.json --build build.json -o x.html', 2, 'E0103'],
      ['snnemu report build.json -o x.html', 3, 'E0108'],
      ['snnemu report images.npy -o x.html', 3, 'E0108'],
    ] as const) {
      const outcome = await world.run(line);
      expect(outcome.stderr).toContain(code);
      expect(outcome.exit).toBe(exit);
    }
    expect(world.files()).not.toContain('x.html');
  });
});

describe('the report in a browser', () => {
  let browser: Browser | undefined;

  afterAll(async () => {
    await browser?.close();
  });

  itInChromium.each(['light', 'dark'] as const)('opens without complaint, every chart visible: %s', async (scheme) => {
    browser ??= await launchChromium();
    const page = await browser.newPage({ colorScheme: scheme, viewport: { width: 1200, height: 900 } });
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    const url = pathToFileURL(world.path('report.html')).href;
    await page.goto(url);
    expect(complaints).toEqual([]);
    expect(requests).toEqual([url]);
    const charts = await page.evaluate<{ width: number; height: number; marks: number }[]>(CHARTS);
    expect(charts.length).toBeGreaterThanOrEqual(11);
    for (const { width, height, marks } of charts) {
      expect(width).toBeGreaterThan(60);
      expect(height).toBeGreaterThan(20);
      expect(marks).toBeGreaterThan(2);
    }
    const folds = await page.locator('summary').count();
    const reached = new Set<string>();
    for (let presses = 0; presses < 300 && reached.size < folds; presses++) {
      await page.keyboard.press('Tab');
      const text = await page.evaluate<string | null>(
        "document.activeElement?.tagName === 'SUMMARY' ? document.activeElement.textContent : null",
      );
      if (text !== null) reached.add(text);
    }
    expect(reached.size).toBe(folds);
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open]').count()).toBeGreaterThan(0);
    expect(await contrast(page, 'body')).toBeGreaterThanOrEqual(4.5);
    expect(await contrast(page, '.note')).toBeGreaterThanOrEqual(4.5);
    expect(await contrast(page, 'summary')).toBeGreaterThanOrEqual(4.5);
    const folder = await mkdtemp(join(tmpdir(), 'snnc-report-'));
    const picture = await page.screenshot({ path: join(folder, `${scheme}.png`), fullPage: true });
    expect(picture.length).toBeGreaterThan(10_000);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(390);
    expect(await page.evaluate<string[]>(SCROLLS_UNSEEN)).toEqual([]);
    await page.close();
  });
});

/** Size of each chart, 0 where it is not seen, and how many marks it has. */
const CHARTS =
  '[...document.querySelectorAll("svg[role=img]")].map((chart) => ({ width: chart.getBoundingClientRect().width, height: chart.getBoundingClientRect().height, marks: chart.querySelectorAll("path, text, line, rect").length }))';

/** Tables that scroll without a word that says so, wherever they stand. */
const SCROLLS_UNSEEN =
  '(() => { for (const one of document.querySelectorAll("details")) one.open = true; return [...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1 && !one.previousElementSibling?.matches(".hint")).map((one) => one.getAttribute("aria-label")); })()';

/** A4 without the margins of Chromium's own dialogue, in CSS pixels. */
const PAPER = { width: 718, height: 1047 };

describe('the report on paper', () => {
  itInChromium('is light, opens all folds, cuts nothing off, and breaks into pages', async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ colorScheme: 'dark', viewport: PAPER });
      await page.goto(pathToFileURL(world.path('report.html')).href);
      const onScreen = await page.evaluate<string>(COLOURS);
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await page.evaluate<string>(COLOURS)).toBe('rgb(255, 255, 255) rgb(27, 31, 36)');
      expect(onScreen).not.toBe('rgb(255, 255, 255) rgb(27, 31, 36)');
      expect(await contrast(page, '.note')).toBeGreaterThanOrEqual(4.5);
      expect(await page.locator('nav').isVisible()).toBe(false);
      expect(await page.locator('details').count()).toBeGreaterThan(10);
      expect(await page.evaluate<string[]>(FOLDED)).toEqual([]);
      expect(await page.evaluate<string[]>(CUT_OFF)).toEqual([]);
      expect(await page.locator('h2').first().textContent()).toBe('The answer');
      expect(await page.evaluate<string[]>(TOO_HIGH)).toEqual([]);
      const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
      expect(pdf.startsWith('%PDF-')).toBe(true);
      const pages = pdf.match(/\/Type\s*\/Page\b/g) ?? [];
      expect(pages.length).toBeGreaterThan(3);
      expect(pages.length).toBeLessThan(20);
    } finally {
      await browser.close();
    }
  });
});

const COLOURS = '[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color].join(" ")';
/** Tables in folds that are not to be seen. */
const FOLDED =
  '[...document.querySelectorAll("details table")].filter((one) => !one.checkVisibility() || one.getBoundingClientRect().height < 10).map((one) => one.caption?.textContent)';
/** Elements that reach beyond the page, or whose content reaches beyond them and is hidden. */
const CUT_OFF =
  '[...document.querySelectorAll("body *")].filter((one) => one.closest("svg.patterns, desc") === null && one.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map((one) => one.outerHTML.slice(0, 80))';
/** What must not be torn, and is higher than a page. */
const TOO_HIGH =
  '[...document.querySelectorAll("figure svg, tr")].filter((one) => one.getBoundingClientRect().height > 1000).map((one) => one.outerHTML.slice(0, 80))';

/** Contrast of the text of the first such element with the page (WCAG 2.2, relative luminance). */
async function contrast(page: Awaited<ReturnType<Browser['newPage']>>, selector: string): Promise<number> {
  const colours = await page.evaluate<string[]>(
    `[getComputedStyle(document.querySelector('${selector}')).color, getComputedStyle(document.body).backgroundColor]`,
  );
  const [text, paper] = colours.map((colour) => {
    const [r, g, b] = [...colour.matchAll(/\d+/g)].map(([digits]) => {
      const part = Number(digits) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  });
  return (Math.max(text!, paper!) + 0.05) / (Math.min(text!, paper!) + 0.05);
}
