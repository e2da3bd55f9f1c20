/**
 * Reports of real runs, by the programs as they are installed (dist/, made by `npm ci` or `npm run build`): everything that
 * a report can hold is in it, and every number is that of the run record.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type RunRecord, runRecord } from '../../isa/index.ts';
import { shownNumbers, wrongNumbers } from '../report/shown-numbers.ts';
import { itShared, sharedPath } from '../shared.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snnc-report-'));
const LARGEST_BYTES = 2_000_000;

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const call = (program: 'snnc' | 'snnemu', line: string): Promise<unknown> =>
  run(process.execPath, [join(root, 'dist', 'bundle', `${program}.js`), ...line.split(' ')], { cwd: folder });
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

const FLOORPLAN = ['layers', 'load', 'memory', 'spikes', 'synops', 'links'].map((map) => `chart-floorplan-${map}`);
const CHARTS = ['chart-energy-parts', 'chart-energy-layers', 'chart-latency-ticks', ...FLOORPLAN, 'chart-raster'];

/** Checks what every report of a run has; returns its record and its document. */
function checked(name: string, charts: readonly string[]): { readonly record: RunRecord; readonly html: string } {
  const record = runRecord.schema.parse(JSON.parse(text(`${name}.json`)));
  const html = text(`${name}.html`);
  expect(Buffer.byteLength(html)).toBeLessThan(LARGEST_BYTES);
  expect(html).not.toMatch(/<script|<link|src="(?!data:image\/png;base64,)|href="(?!#)/i);
  for (const id of charts) expect(html).toContain(`<figure id="${id}">`);
  expect(wrongNumbers(html, record)).toEqual([]);
  expect(followed(record, html)).toBeCloseTo(record.energy.jouleTotal, 12);
  return { record, html };
}

/** The sum of the joules that the report leads back to a count and a figure with its source. */
function followed({ energy, counts }: RunRecord, html: string): number {
  const shown = new Set(shownNumbers(html).flatMap(({ paths }) => paths));
  for (const name of ['synops', 'macs', 'synapseBitsRead', 'spikes', 'packets', 'routerTraversals'] as const)
    expect(shown).toContain(`counts.${name}`);
  expect(energy.parts.find(({ event }) => event === 'synop')!.count).toBe(counts.synops);
  let sum = 0;
  energy.parts.forEach(({ count, jouleEach, joule, source }, k) => {
    if (count === 0 || count === null || jouleEach === null || joule === null) return;
    for (const name of ['count', 'jouleEach', 'joule']) expect(shown).toContain(`energy.parts.${k}.${name}`);
    expect(joule).toBeCloseTo(count * jouleEach, 18);
    const row = html.split('\n').find((line) => line.includes(`"energy.parts.${k}.joule"`))!;
    expect(row).toContain(`href="#source-energy-${k}"`);
    const behind = html.split('\n').find((line) => line.includes(`id="source-energy-${k}"`))!;
    expect(unescaped(behind)).toContain(source);
    sum += joule;
  });
  return sum;
}

const unescaped = (html: string): string =>
  html.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
  );

/** The potentials that a report lists for a probe, and the ticks in which it says that the neuron fired. */
function listed(html: string, probe: number): { potential: number[]; fired: number[] } {
  const rows = html.split('\n').filter((row) => row.includes(`"probes.${probe}.potential.`));
  return {
    potential: rows.map((row) => Number(/<data value="(-?\d+)"/.exec(row)![1])),
    fired: rows.flatMap((row, tick) => (row.includes('fires') ? [tick] : [])),
  };
}

describe('reports of real runs', () => {
  it('run: potentials and spikes of probes are what the probe file says, tick by tick', async () => {
    copyFileSync(join(root, 'examples', 'lines.net.json'), join(folder, 'lines.net.json'));
    await call('snnc', 'build lines.net.json -T 16 --json build.json -o lines.bin --quiet');
    const probes = '--probe edges:0,3,3 --probe edges --probe 1 --probe-out probes.json';
    await call('snnemu', `run lines.bin ${probes} --build build.json --json lines.json --html lines.html`);
    const { record, html } = checked('lines', [...CHARTS, 'chart-probe-0', 'chart-probe-15']);
    type Trace = { probe: string; potential: number[]; spikes: number[] };
    const { traces } = JSON.parse(text('probes.json')) as { traces: (Trace & { sample: number })[] };
    const trace = traces.find(({ probe, sample }) => probe === 'edges:0,3,3' && sample === 0)!;
    expect(new Set(trace.potential).size).toBeGreaterThan(1);
    expect(listed(html, 0)).toEqual({
      potential: trace.potential,
      fired: trace.spikes.flatMap((spike, tick) => (spike === 1 ? [tick] : [])),
    });
    expect(record.probes).toHaveLength(16);
    expect(record.probes!.some(({ spikes }) => spikes.includes(1))).toBe(true);
    record.probes!.forEach(({ potential, spikes, threshold }, k) => {
      expect(listed(html, k).potential).toEqual(potential);
      expect(listed(html, k).fired).toHaveLength(spikes.filter((spike) => spike === 1).length);
      if (threshold !== null)
        expect(html).toContain(`threshold ${String(threshold).replace(/\B(?=(\d{3})+$)/g, ',')}<`);
    });
  });

  itShared('eval of a deep network: one file of at most 2 MB with everything, each joule followed', async () => {
    const data = (name: string): string => sharedPath('data', 'cifar10', name)!;
    const model = sharedPath('models', 'cifar10_resnet20_th.onnx')!;
    const options = `--calibrate ${data('calibration-1k.bin')} --calibrate-limit 16 --mode default -T 4 --map layers --place hilbert --ledger-samples 4 --no-self-test`;
    const preprocessing = '--scale 255 --mean 0.4914,0.4822,0.4465 --std 0.2470,0.2435,0.2616';
    await call('snnc', `build ${model} ${options} ${preprocessing} --json deep-build.json -o deep.bin --quiet`);
    const shown =
      '--curve --probe fc/Gemm --probe-out deep.npz --build deep-build.json --html deep.html --json deep.json';
    await call('snnemu', `eval deep.bin --data ${data('test-2k.bin')} --limit 3 --no-float --timing cycle ${shown}`);
    const charts = [...CHARTS, 'chart-accuracy', 'chart-ledger', 'chart-probe-9'];
    const { record, html } = checked('deep', charts);
    expect(record.perLayer).toHaveLength(20);
    expect(record.energy.assumed.length).toBeGreaterThan(0);
    for (const { name } of record.perLayer) expect(html).toContain(name);
  });
});
