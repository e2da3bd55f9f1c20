import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MOST_PICTURE_SIDE, MOST_PICTURES, type PictureRecord, type RunRecord, runRecord } from '../../isa/index.ts';
import { renderHtmlReport } from '../../report/html/index.ts';
import { runRecords } from '../arbitraries/run-records.ts';
import { shownNumbers, wrongNumbers } from './shown-numbers.ts';

const HOSTILE = '</title><script>alert(1)</script><img src=x onerror=alert(2)>"\' &amp; \u0000\u202e\u2028\u2029 ]]>';
const LIMIT_BYTES = 2_000_000;

const layers = (count: number, name: string): RunRecord['perLayer'] =>
  Array.from({ length: count }, (_, k) => ({
    name: `${name}${k}`,
    neurons: 1000 + k,
    cores: 2,
    spikes: 3000 + k,
    synops: 90_000 + k,
    macs: k,
    rate: 0.1,
  }));

/** A picture that no compression makes small. */
function picture(index: number): PictureRecord {
  const random = pureRandom(index);
  const bytes = Uint8Array.from({ length: 3 * MOST_PICTURE_SIDE ** 2 }, () => random());
  const pixels = Buffer.from(bytes).toString('base64');
  return { index, label: 3, predicted: 8, channels: 3, height: MOST_PICTURE_SIDE, width: MOST_PICTURE_SIDE, pixels };
}

/** Bytes of a linear congruential generator. */
function pureRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}

/** A record with everything in it, as large as its parts may be. */
function largest(record: RunRecord, name: string, side: number): RunRecord & { probes: unknown } {
  const used = {
    neurons: 900,
    axons: 700,
    axonGroups: 3,
    synapseBits: 60_001,
    programWords: 77,
    parameters: 66,
    sinkRows: 5,
    sinkListWords: 0,
  };
  const limits = Object.fromEntries(Object.keys(used).map((key) => [key, 100_000])) as typeof used;
  const summary = { median: 12_345, p99: 23_456, max: 34_567 };
  const bound = { integrate: 1001, update: 202, network: 33, barrier: 4, wait: 5, host: 6 };
  return {
    ...record,
    chip: { ...record.chip, network: name, file: name, target: name, process: name },
    outputs: Array.from({ length: 5000 }, (_, index) => ({ index, predicted: index % 10, label: 3, name })),
    accuracy: {
      correct: 1,
      total: 3,
      top1: 1 / 3,
      ci95: [0.06, 0.79],
      floatTop1: 0.5,
      perClass: Array.from({ length: 10 }, (_, k) => ({ class: k, name, total: 100, correct: 90, predicted: 100 })),
      confusion: Array.from({ length: 100 }, (_, k) => ({
        label: Math.floor(k / 10),
        predicted: k % 10,
        count: k % 11 === 0 ? 90 : 1,
      })),
      wrong: Array.from({ length: 1000 }, (_, k) => k),
      pictures: Array.from({ length: MOST_PICTURES }, (_, k) => picture(k)),
      byT: Array.from({ length: 1000 }, (_, k) => ({
        T: k + 1,
        top1: k / 1000,
        ci95: [k / 2000, 1] as [number, number],
      })),
    },
    energy: { ...record.energy, parts: record.energy.parts.map((part) => ({ ...part, source: name.repeat(20) })) },
    perLayer: layers(300, name),
    latency: {
      ...record.latency!,
      perTick: Array.from({ length: 1000 }, () => ({ ...summary, bound, critical: { core: 1, inferences: 2 } })),
    },
    floorplan: {
      mesh: { width: side, height: side },
      coresPerTile: 1,
      deadTiles: [0],
      limits,
      cores: Array.from({ length: side * side }, (_, core) => ({
        core,
        tile: core,
        layers: [{ layer: core % 300, neurons: 900 }],
        used,
        spikes: core,
        synops: 2 * core,
        macs: 1,
        packets: 7,
      })),
      links: Array.from({ length: side * side - side }, (_, from) => ({ from, to: from + side, packets: from + 1 })),
    },
    raster: {
      index: 3,
      ticks: 40,
      layers: Array.from({ length: 20 }, (_, k) => ({
        name: `${name}${k}`,
        neurons: 1000,
        spikes: 5000,
        firstTick: k,
        shown: Array.from({ length: 50 }, (_, neuron) => ({ neuron, ticks: Array.from({ length: 20 }, (_, t) => t) })),
      })),
    },
    probes: Array.from({ length: 16 }, () => ({
      layer: name,
      channel: 1,
      y: 2,
      x: 3,
      threshold: 50,
      potential: Array.from({ length: 1000 }, (_, t) => t % 50),
      spikes: Array.from({ length: 1000 }, (_, t) => (t % 50 === 0 ? 1 : 0)),
    })),
  };
}

const [sample] = fc.sample(runRecords, { numRuns: 1, seed: 1 });

describe('renderHtmlReport', () => {
  it('shows the numbers of the record and their products, exactly', async () => {
    await fc.assert(
      fc.asyncProperty(runRecords, async (record) => {
        const html = await renderHtmlReport({ record, ledger: undefined });
        expect(wrongNumbers(html, record)).toEqual([]);
        const paths = new Set(shownNumbers(html).flatMap((one) => one.paths));
        for (const path of ['energy.jouleTotal', 'energy.joulePerInference', 'accuracy.top1', 'chip.cores'])
          expect(paths).toContain(path);
        record.energy.parts.forEach(({ count, joule }, k) => {
          if (count !== 0 && joule !== null)
            for (const name of ['count', 'jouleEach', 'joule']) expect(paths).toContain(`energy.parts.${k}.${name}`);
        });
      }),
      { numRuns: 3 },
    );
  });

  it('shows the work on states where the record counts it; records of earlier versions do not, and are read', async () => {
    const html = await renderHtmlReport({ record: sample!, ledger: undefined });
    expect(html).toContain('data-path="counts.stateBitsRead"');
    const { stateBitsRead: _, stateBitsWritten: __, parameterBitsRead: ___, ...rest } = sample!.counts;
    const { vectorAdds: ____, multiplierBits: _____, ...counts } = rest;
    const { counts: read } = runRecord.schema.parse({ ...sample!, counts });
    expect(read).toEqual(counts);
    const earlier = await renderHtmlReport({ record: { ...sample!, counts: read }, ledger: undefined });
    for (const name of ['stateBitsRead', 'vectorAdds', 'multiplierBits'])
      expect(earlier).not.toContain(`counts.${name}`);
  });

  it('shows of recordings of events what became of them, what one cost, accuracy by time, and what came in', async () => {
    const events = {
      ...{ recordings: 3, dtUs: 500, steps: 40, longestUs: 21_000, events: 9000, used: 8000 },
      ...{ outsideTime: 700, outsideFrame: 300, otherPolarity: 0, merged: 4, incomplete: 0, invalid: 0, cutShort: 0 },
    };
    const full = largest(sample!, 'net', 4);
    const counts = { ...full.counts, spikes: 16_000, spikePayload: 24_000 };
    const input = { elements: 8, packets: 2, payload: 5, shown: [{ element: 3, ticks: [1, 4] }] };
    const record: RunRecord = { ...full, counts, events, raster: { ...full.raster!, input } };
    const html = await renderHtmlReport({ record, ledger: undefined });
    expect(wrongNumbers(html, record)).toEqual([]);
    const paths = new Set(shownNumbers(html).flatMap((one) => one.paths));
    for (const path of ['events.used', 'events.outsideTime', 'events.outsideFrame', 'raster.input.packets'])
      expect(paths).toContain(path);
    expect(paths).not.toContain('events.otherPolarity');
    expect(html).toContain('<dd>2.000</dd><dd>with payloads of 3.000</dd>');
    expect(html).toContain('Accuracy by the time since the first step began');
    expect(html).toContain('>500.0 ms</td>');
    expect(html).toContain('Input and spikes of sample 3 by tick');
    const others = await renderHtmlReport({ record: full, ledger: undefined });
    for (const text of ['id="events"', 'milliseconds', 'Input and spikes']) expect(others).not.toContain(text);
  });

  it('says that there is no conventional network where the chip file names no operation of one', async () => {
    const { source } = sample!.comparison;
    const record = { ...sample!, comparison: { annMacs: 0, annJoule: 0, source } };
    const html = await renderHtmlReport({ record, ledger: undefined });
    expect(html).toContain('the chip file names no operation of one');
    expect(html).not.toContain('data-path="comparison.annMacs"');
  });

  it('answers first: whether the deadline is met, and more or less energy than every alternative', async () => {
    const latency = { ...sample!.latency!, secondsPerInference: { median: 0.001, p99: 0.003, max: 0.004 } };
    const answered = async (more: Partial<RunRecord>): Promise<string> => {
      const html = await renderHtmlReport({ record: { ...sample!, latency, ...more }, ledger: undefined });
      return html.slice(html.indexOf('<h2'), html.indexOf('</ul>', html.indexOf('<h2'))).replace(/<[^>]*>/g, '');
    };
    const deadline = {
      seconds: 0.002,
      cycles: 400_000,
      missed: 1,
      worst: { index: 7, cycles: 800_000, excessCycles: 9 },
    };
    const missed = await answered({ deadline });
    expect(missed).toMatch(/^The answer\s*✗Deadline missed1 of \d+ inferences? took longer than 2\.000 ms/);
    expect(missed).toContain('the longest, sample 7, took 4.000 ms, 2.000 ms too long');
    const met = await answered({ deadline: { seconds: 0.005, cycles: 1_000_000, missed: 0 } });
    expect(met).toMatch(/^The answer\s*✓Deadline met.*took 4\.000 ms, 80\.0 % of the 5\.000 ms allowed/);
    expect(await answered({})).toMatch(/^The answer\s*–No deadline was set/);
    const [base] = sample!.comparison.baselines ?? [];
    const baseline = {
      name: 'sram',
      assumption: 'a',
      parts: [],
      joulePerInference: 1,
      factor: 0.5,
      robust: true,
      ...base,
    };
    for (const [larger, robust, title] of [
      ['chip', true, 'More energy than the conventional network'],
      ['conventional', true, 'Less energy than the conventional network'],
      ['chip', false, 'Energy: undecided against weights in SRAM'],
    ] as const) {
      const baselines = [{ ...baseline, name: 'sram' as const, larger, robust }];
      const comparison = { ...sample!.comparison, annMacs: 5, baselines };
      expect(await answered({ comparison })).toContain(title);
    }
  });

  it('says "partial" with every total from which something is missing', async () => {
    const energy = { ...sample!.energy, partial: true };
    const html = await renderHtmlReport({ record: { ...sample!, energy }, ledger: undefined });
    const totals = [...html.matchAll(/data-path="energy\.joule(?:Total|PerInference)">[^<]*<\/data>(.{0,40})/gs)];
    expect(totals.length).toBeGreaterThan(2);
    for (const [, after] of totals) expect(after).toContain('partial');
  });

  it.each([
    ['plain names', 'layer', 24],
    ['hostile names on a large mesh', HOSTILE, 64],
  ])('is one bounded document without scripts or references: %s', async (_, name, side) => {
    const record = largest(sample!, name, side);
    const html = await renderHtmlReport({ record, ledger: null });
    expect(Buffer.byteLength(html)).toBeLessThan(LIMIT_BYTES);
    expect(html).not.toMatch(
      /<script|<iframe|<link|javascript:|\son\w+=(?=[^<]*>)|src="(?!data:image\/png;base64,)|href="(?!#)/i,
    );
    for (const word of ['\u0000', '\u202e', '\u2028', '\u2029', 'NaN', 'Infinity', 'undefined'])
      expect(html.replace(/base64,[^"]*"/g, '')).not.toContain(word);
    expect(html).toContain("default-src 'none'");
    expect(wrongNumbers(html, record)).toEqual([]);
    const charts = html.split('<svg role="img"').slice(1);
    expect(charts.length).toBeGreaterThanOrEqual(12);
    for (const chart of charts)
      expect(chart).toMatch(/^[^>]*><title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/);
  });

  it.each([1, 3, 4, 40])(
    'counts ticks of %i along axes in whole numbers, and shows the part of the mesh in use',
    async (ticks) => {
      const whole = largest(sample!, 'layer', 8);
      const [core] = whole.floorplan!.cores;
      const probe = (whole.probes as { potential: number[] }[])[0]!;
      const record = {
        ...whole,
        floorplan: { ...whole.floorplan!, cores: [{ ...core!, tile: 2 }], links: [{ from: 2, to: 10, packets: 3 }] },
        raster: { ...whole.raster!, ticks, layers: whole.raster!.layers.slice(0, 2) },
        probes: [{ ...probe, potential: probe.potential.slice(0, ticks) }],
      } as RunRecord;
      const html = await renderHtmlReport({ record, ledger: undefined });
      const chart = (id: string): string => html.split(`id="${id}"`)[1]!.split('</figure>')[0]!;
      const numbers = (id: string, last: number): number[] =>
        [...chart(id).matchAll(/<text[^>]*>([\d.]+)<\/text>/g)]
          .map((match) => Number(match[1]))
          .filter((n) => n <= last);
      expect(numbers('chart-raster', ticks).filter((n) => !Number.isInteger(n))).toEqual([]);
      expect(numbers('chart-raster', ticks)).toContain(0);
      expect(numbers('chart-probe-0', ticks).filter((n) => !Number.isInteger(n))).toEqual([]);
      expect(html).toContain('Shown are x = 1 to 4 and y = 0 to 3: beyond, nothing lies and no packet passed.');
      expect(numbers('chart-floorplan-load', 8)).toEqual([1, 2, 3, 4, 3, 2, 1, 0]);
    },
  );

  it('is the same each time', async () => {
    const source = { record: sample!, ledger: undefined };
    expect(await renderHtmlReport(source)).toBe(await renderHtmlReport(source));
  });
});
