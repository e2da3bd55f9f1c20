/** The library in a browser, bundled from what is installed (dist/): it makes the chip that the program writes, and runs it alike. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect } from '@jest/globals';
import { build as bundle } from 'esbuild';
import { encodeChip, type RunRecord, sha256Of } from '../../isa/index.ts';
import { type BuildSettings, evaluate, open, renderReport, samplesOf } from '../../library/index.ts';
import { itInChromium, launchChromium } from '../bin/chromium.ts';
import { World } from '../bin/world.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const example = (name: string): string => join(root, 'examples', 'mnist', name);
/** IDX files begin with 16 bytes (images) or 8 (labels). */
const idx = (name: string, header: number): Uint8Array =>
  new Uint8Array(gunzipSync(readFileSync(example(name))).subarray(header));
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const PIXELS = 28 * 28;
const CALIBRATION = 4;
const DIGITS = 2;
const LINE = `--scale 255 --mean 0 --std 1 --mode default -T 2 --map layers --place hilbert --calibrate-limit ${CALIBRATION} --ledger-samples 1`;
const settings: BuildSettings = {
  fileName: 'mnist_cnn_th.onnx',
  preprocessing: { scale: 255, mean: [0], std: [1] },
  mode: 'default',
  window: 2,
  assignment: 'layers',
  placement: { method: 'hilbert', seed: 0 },
  calibrationLimit: CALIBRATION,
  ledgerSamples: 1,
};
const calibration = idx('calibration-images-idx3-ubyte.gz', 16).subarray(0, CALIBRATION * PIXELS);
const calibrationLabels = idx('calibration-labels-idx1-ubyte.gz', 8).subarray(0, CALIBRATION);
const digits = idx('digits-images-idx3-ubyte.gz', 16).subarray(0, DIGITS * PIXELS);
const labels = idx('digits-labels-idx1-ubyte.gz', 8).subarray(0, DIGITS);

/** The line of docs/library.md. */
async function bundled(): Promise<string> {
  const { outputFiles } = await bundle({
    stdin: { contents: `export * from 'snnc';`, resolveDir: root },
    bundle: true,
    platform: 'browser',
    external: ['@colors/colors'],
    format: 'iife',
    globalName: 'snnc',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

interface InBrowser {
  /** The chip file, base64. */
  readonly chip: string;
  readonly record: RunRecord;
  readonly text: string;
  /** Of a table: values and label of its samples. */
  readonly rows: readonly (readonly number[])[];
  /** Sum and label of the first samples of compressed files. */
  readonly read: readonly (readonly number[])[];
  readonly refusal: readonly string[];
  readonly stopped: string;
}

interface Observed {
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

/** What the page does; it gets bytes, and gives bytes back. */
const PROGRAM = `async ({ network, calibration, calibrationLabels, digits, labels, settings, stored }) => {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const shape = [1, 28, 28];
  const built = await snnc.build(bytes(network), { ...settings, calibrate: snnc.samplesOf(bytes(calibration), shape, calibrationLabels) });
  const chip = snnc.open(built.bytes);
  const samples = snnc.samplesOf(bytes(digits), shape, labels);
  const record = await snnc.evaluate(chip, samples);
  const table = await snnc.readSamples(new TextEncoder().encode('a,label,b\\n1,ant,2\\n3,bee,4\\n'), { name: 'a.csv' });
  const rows = [];
  for await (const { values, label } of table.samples) rows.push([...values, label]);
  const files = await snnc.readSamples(bytes(stored.images), { shape, labels: bytes(stored.labels) });
  const read = [];
  for await (const { values, label } of files.samples) if (read.push([values.reduce((sum, value) => sum + value), label]) === 2) break;
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('too late')));
  const many = Array.from({ length: 1000 }, () => samples[0]);
  const stopped = await snnc.evaluate(chip, many, { signal: controller.signal }).catch((error) => error.message);
  const refusal = await snnc.build(new TextEncoder().encode('{\\n"a": 1,\\n}')).catch(({ diagnostics }) => diagnostics.map(({ code, message }) => code + ' ' + message));
  let text = '';
  for (const byte of built.bytes) text += String.fromCharCode(byte);
  return { chip: btoa(text), record, rows, read, text: await snnc.renderReport(record), refusal, stopped };
}`;

const world = new World();
afterAll(() => {
  world.remove();
});

/** Builds and evaluates in a page of its own. */
async function inBrowser(bundling: Promise<string>): Promise<InBrowser & Observed> {
  const browser = await launchChromium();
  try {
    world.write('snnc.js', await bundling);
    const page = await browser.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(basename(request.url())));
    world.write('page.html', '<!doctype html><meta charset="utf-8"><script src="snnc.js"></script>');
    await page.goto(pathToFileURL(world.path('page.html')).href);
    const input = {
      network: base64(readFileSync(example('mnist_cnn_th.onnx'))),
      calibration: base64(calibration),
      calibrationLabels: [...calibrationLabels],
      digits: base64(digits),
      labels: [...labels],
      settings,
      stored: {
        images: base64(readFileSync(example('digits-images-idx3-ubyte.gz'))),
        labels: base64(readFileSync(example('digits-labels-idx1-ubyte.gz'))),
      },
    };
    const outcome = await page.evaluate<InBrowser>(`(${PROGRAM})(${JSON.stringify(input)})`);
    return { ...outcome, complaints, requests };
  } finally {
    await browser.close();
  }
}

describe('the library in a browser', () => {
  itInChromium('builds the chip that snnc build writes, and runs it as Node does, asking no network', async () => {
    const words = `build ${example('mnist_cnn_th.onnx')} --calibrate ${example('calibration-images-idx3-ubyte.gz')} ${LINE} -o chip.bin --quiet`;
    const [there] = await Promise.all([
      inBrowser(bundled()),
      promisify(execFile)(process.execPath, [join(root, 'dist', 'bundle', 'snnc.js'), ...words.split(' ')], {
        cwd: world.folder,
      }),
    ]);
    expect(there.complaints).toEqual([]);
    expect(there.requests).toEqual(['page.html', 'snnc.js']);

    const file = open(Buffer.from(there.chip, 'base64'));
    const written = world.read('chip.bin');
    const { provenance } = open(written).chip;
    // The name of the program is part of the file.
    expect({ ...file.chip.provenance, tool: '' }).toEqual({ ...provenance, tool: '' });
    expect(sha256Of(encodeChip({ ...file.chip, provenance }))).toBe(sha256Of(written));

    const here = await evaluate(file, samplesOf(digits, [1, 28, 28], labels));
    expect(there.record.chip.sha256).toBe(file.sha256);
    expect(there.record.spikeDigest).toBe(here.spikeDigest);
    expect(there.record.energy).toEqual(here.energy);
    expect({ ...there.record, host: here.host }).toEqual(here);
    expect(there.text).toContain('Energy');
    expect(there.text).toBe(await renderReport({ ...here, host: there.record.host }));
    expect(there.refusal).toEqual([expect.stringMatching(/^E\d+ .*line 3, column 1/)]);
    expect(there.rows).toEqual([
      [1, 2, 0],
      [3, 4, 1],
    ]);
    const sumOf = (k: number): number => digits.subarray(k * PIXELS, (k + 1) * PIXELS).reduce((sum, v) => sum + v, 0);
    expect(there.read).toEqual([0, 1].map((k) => [sumOf(k), labels[k]]));
    expect(there.stopped).toBe('too late');
  });
});
