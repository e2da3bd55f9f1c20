/** The page in a real browser: one file, opened from a folder, that asks for nothing. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { sha256Of } from '../../isa/index.ts';
import { itInChromium, launchChromium } from '../bin/chromium.ts';
import { images, tinyNetwork, World } from '../bin/world.ts';

const world = new World();
const root = fileURLToPath(new URL('../../', import.meta.url));
const examples = join(root, 'examples', 'mnist');
const node = (...words: string[]) => promisify(execFile)(process.execPath, words, { cwd: world.folder });
let browser: Browser | undefined;
let address: string;
beforeAll(async () => {
  await node(join(root, 'scripts/build-web.mjs'), world.path('page.html'));
  address = pathToFileURL(world.path('page.html')).href;
});
afterAll(async () => {
  await browser?.close();
  world.remove();
});

interface Opened {
  readonly page: Page;
  /** What the page complained of, and what it asked for beside itself. */
  readonly complaints: string[];
}

async function opened(
  link = '',
  size = { width: 1280, height: 900 },
  colorScheme: 'light' | 'dark' = 'light',
): Promise<Opened> {
  browser ??= await launchChromium();
  const page = await browser.newPage({ viewport: size, colorScheme });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('request', (request) => {
    if (!request.url().startsWith('blob:') && request.url() !== address) complaints.push(request.url());
  });
  await page.goto(address + link);
  await page.getByText(/Ready: build/).waitFor();
  return { page, complaints };
}

const status = (page: Page): Promise<string | null> => page.textContent('#status');

/** Gives the page a small network with its samples, as somebody does who chooses files. */
async function giveSmallNetwork(page: Page, which: 'all' | 'without samples' = 'all'): Promise<void> {
  const json = { mimeType: 'application/json', name: 'net.json', buffer: Buffer.from(JSON.stringify(tinyNetwork())) };
  const samples = { mimeType: 'application/octet-stream', name: 'images.npy', buffer: Buffer.from(images(24)) };
  const labels = {
    mimeType: 'text/plain',
    name: 'labels.txt',
    buffer: Buffer.from(Array.from({ length: 24 }, (_, k) => k % 3).join('\n')),
  };
  await page.setInputFiles('#network-file', json);
  await page.getByText(/net.json: choose samples/).waitFor();
  await page.setInputFiles('#calibration-file', samples);
  if (which !== 'all') return;
  await page.setInputFiles('#data-file', [samples, labels]);
  await page.getByText('Samples: images.npy, with labels.txt').waitFor();
}

async function built(page: Page, press = '#build'): Promise<void> {
  await page.click(press);
  await page.getByText(/^Built in|^Refused/).waitFor({ timeout: 120_000 });
}

describe('the page', () => {
  itInChromium(
    'writes the chip of snnc build for the digits of the example, runs it, and asks for nothing',
    async () => {
      const { page, complaints } = await opened('#mode=default&T=2&scale=255&calibrate-limit=4');
      const command = (await page.textContent('#command'))!;
      const calibration = join(examples, 'calibration-images-idx3-ubyte.gz');
      const words = command
        .replace('snnc build mnist_cnn_th.onnx', `snnc build ${join(examples, 'mnist_cnn_th.onnx')}`)
        .replace('calibration-images-idx3-ubyte.gz', calibration);
      // The program as it is installed: its name and version are part of the file.
      await Promise.all([built(page), node(join(root, 'dist/bundle/snnc.js'), ...words.split(' ').slice(1))]);
      expect(await status(page)).toMatch(/run on 40 samples: row 1/);
      expect(await page.textContent('#sha256')).toBe(sha256Of(world.read('chip.bin')));
      const run = await world.run(
        `snnemu run chip.bin --input ${join(examples, 'digits-images-idx3-ubyte.gz')}#0 --json run.json`,
      );
      expect(run.exit).toBe(0);
      const record = JSON.parse(readFileSync(world.path('run.json'), 'utf8')) as {
        latency: { cyclesPerInference: { max: number } };
      };
      const cycles = String(record.latency.cyclesPerInference.max).replace(/\B(?=(\d{3})+$)/, ',');
      expect(await page.textContent('#latency-end')).toContain(`${cycles} cycles`);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  itInChromium(
    'shows the phases by keys, with names for who does not see them, at every width, in both schemes',
    async () => {
      const { page, complaints } = await opened('', { width: 390, height: 844 }, 'dark');
      await giveSmallNetwork(page);
      await page.focus('#build');
      await page.keyboard.press('Enter');
      await page.getByText(/^Built in/).waitFor({ timeout: 120_000 });
      await page.focus('#play');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.id')).toBe('back');
      await page.focus('#phase');
      await page.keyboard.press('End');
      await page.getByText(/^read-out, /).waitFor();
      const names = await page.evaluate<string[]>(
        `[...document.querySelectorAll('canvas, button, input, select, progress, [role]')]
        .filter((one) => one.checkVisibility())
        .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || (one.labels ?? []).length > 0)).map((one) => one.id)`,
      );
      expect(names).toEqual([]);
      expect(await page.getAttribute('#mesh', 'aria-label')).toMatch(
        /^Mesh of 8 by 8 tiles, \d+ cores? in use. read-out: /,
      );
      expect(await page.getAttribute('#phase', 'aria-valuetext')).toBe('read-out');
      expect(await page.textContent('#answer')).toMatch(/^\S+$/);
      for (const width of [390, 768, 1280, 3840]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      }
      const paper = (): Promise<string> => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      expect(await paper()).toBe('rgb(17, 21, 26)');
      await page.selectOption('#theme', 'light');
      expect(await paper()).toBe('rgb(255, 255, 255)');
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  itInChromium(
    'draws the flits that are under way, from the input to the read-out, and compares the chips that were built',
    async () => {
      const { page, complaints } = await opened();
      await giveSmallNetwork(page);
      await built(page, '#several');
      await page.getByText(/row 4 below/).waitFor({ timeout: 120_000 });
      expect(await page.locator('#trade tr').count()).toBe(4);
      expect(await page.getAttribute('#scatter svg', 'aria-label')).toMatch(
        /^Accuracy over energy of 4 chips: chip 1 /,
      );
      // Moment by moment, whatever the machine's speed.
      const moments = await page.evaluate<{ phase: number; dots: number; underWay: number }[]>(`(async () => {
      const { stage } = snncPage, { playback } = stage, seen = [];
      // What the page asked for comes first in a frame.
      const frame = () => new Promise(requestAnimationFrame);
      playback.isPlaying = false;
      for (let phase = 0; phase < playback.phases.length; phase++)
        for (const share of [0.3, 0.6, 1]) {
          playback.position = { phase, share };
          stage.refresh();
          await frame();
          seen.push({ phase, dots: stage.frame.dots, underWay: stage.frame.flitsUnderWay });
        }
      return seen;
    })()`);
      expect(moments.length).toBeGreaterThan(20);
      for (const { dots, underWay } of moments) expect(dots).toBe(underWay);
      expect(moments.filter(({ dots }) => dots > 0).length).toBeGreaterThan(0);
      // All have arrived when a phase ends.
      expect(moments.filter((_, k) => k % 3 === 2).map(({ dots }) => dots)).toEqual(
        moments.filter((_, k) => k % 3 === 2).map(() => 0),
      );
      // Outputs lie on both sides of zero, each as long as its value.
      const lengths = await page.evaluate<{ value: number; from: number; length: number }[]>(`(() => {
        const whole = document.querySelector('#classes i').parentElement;
        return [...whole.querySelectorAll('i')].map((bar) => ({
          value: Number(bar.nextElementSibling.textContent.replaceAll(',', '')),
          from: parseFloat(bar.style.marginLeft),
          length: parseFloat(bar.style.width),
        }));
      })()`);
      const longest =
        Math.max(...lengths.map(({ value }) => value), 0) - Math.min(...lengths.map(({ value }) => value), 0);
      const zero = (-100 * Math.min(...lengths.map(({ value }) => value), 0)) / longest;
      for (const { value, from, length } of lengths) {
        expect(length).toBeCloseTo((100 * Math.abs(value)) / longest, 0);
        expect(value < 0 ? from + length : from).toBeCloseTo(zero, 0);
      }
      // What is changed is built at once, the newest settings alone.
      await page.evaluate(`(() => {
        const T = document.getElementById('set-T');
        for (const value of ['5', '6', '7']) {
          T.value = value;
          T.dispatchEvent(new Event('input', { bubbles: true }));
          T.dispatchEvent(new Event('change', { bubbles: true }));
        }
      })()`);
      await page.getByText(/row 5 below/).waitFor({ timeout: 120_000 });
      expect(await page.locator('#trade tr').last().textContent()).toContain('T 7');
      await page.uncheck('#at-once');
      await page.selectOption('#set-weight-bits', '4');
      expect(await status(page)).toMatch(/row 5 below/);
      // A chip that was built elsewhere.
      world.write('net.json', JSON.stringify(tinyNetwork()));
      world.write('images.npy', images(24));
      expect((await world.run('snnc build net.json --calibrate images.npy -T 5 -o elsewhere.bin')).exit).toBe(0);
      await page.setInputFiles('#network-file', world.path('elsewhere.bin'));
      await page.getByText('elsewhere.bin is open; it was run on 24 samples.').waitFor({ timeout: 120_000 });
      expect(await page.textContent('#sha256')).toBe(sha256Of(world.read('elsewhere.bin')));
      await page.getByRole('button', { name: 'take the settings of chip 2' }).click();
      expect(await page.inputValue('#set-T')).toBe('8');
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  itInChromium('refuses as the commands do, keeps what it had, and draws what the pointer draws', async () => {
    const { page, complaints } = await opened('#T=9&colour=red');
    expect(await page.textContent('#faults')).toBe('The link: "colour" is no setting.');
    await page.setInputFiles('#network-file', {
      name: 'broken.onnx',
      mimeType: 'text/plain',
      buffer: Buffer.from('no network'),
    });
    await page.getByText(/broken.onnx: choose samples/).waitFor();
    await built(page);
    expect(await page.textContent('#faults')).toMatch(/E\d{4}/);
    await page.fill('#set-T', '0');
    await page.click('#build');
    await page.getByText('"0" is no whole number').waitFor();
    await page.click('#clear');
    const drawn = `document.getElementById('pad').toDataURL()`;
    const blank = await page.evaluate<string>(drawn);
    const pad = (await page.locator('#pad').boundingBox())!;
    await page.mouse.move(pad.x + 40, pad.y + 40);
    await page.mouse.down();
    await page.mouse.move(pad.x + 90, pad.y + 120, { steps: 4 });
    await page.mouse.up();
    expect(await page.textContent('#sample-label')).toBe('drawn here');
    const before = await page.evaluate<string>(drawn);
    expect(before).not.toBe(blank);
    await page.focus('#pad');
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', ' ']) await page.keyboard.press(key);
    await page.focus('#clear');
    expect(await page.evaluate<string>(drawn)).not.toBe(before);
    // Another network than the example's: its digits are not samples of that.
    await page.fill('#set-T', '4');
    await giveSmallNetwork(page, 'without samples');
    await built(page);
    expect(await status(page)).toMatch(/^Built in .* give samples of the shape 1 × 6 × 6 to run it\.$/);
    expect(await page.textContent('#chip-facts')).toMatch(/cores? in use/);
    expect(await page.textContent('#answer')).toBe('–');
    // A spiking network, dropped on the box; its steps are those of the field.
    const graph = readFileSync(new URL('../compiler/read/nir/lif.nir', import.meta.url));
    const dropped = await page.evaluateHandle(`(() => {
      const dropped = new DataTransfer();
      const bytes = Uint8Array.from(atob('${graph.toString('base64')}'), (one) => one.charCodeAt(0));
      dropped.items.add(new File([bytes], 'lif.nir'));
      return dropped;
    })()`);
    await page.dispatchEvent('#network-box', 'drop', { dataTransfer: dropped });
    await page.getByText(/lif.nir: choose samples/).waitFor();
    await page.click('#calibration-none');
    await page.fill('#set-T', '12');
    await built(page);
    // The second layer is a tick behind.
    expect(await page.textContent('#chip-facts')).toMatch(/^lif on edge: .* 13 ticks, .* W0308 [^.]*\./);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
