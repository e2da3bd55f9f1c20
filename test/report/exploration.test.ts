/** Reports of sweeps and tunings: what they show is what the records say, bounded, and safe. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { type SweepRecord, sweepRecord, type TuneRecord, tuneRecord } from '../../isa/index.ts';
import { typeOfTexts } from '../../report/data-table.ts';
import { compareRuns, csvText, sweepTable } from '../../report/index.ts';
import { renderCompareHtml } from '../../report/html/compare.ts';
import { factorsOf, spread } from '../../report/html/exploration/model.ts';
import { renderSweepHtml } from '../../report/html/sweep.ts';
import { renderTuneHtml } from '../../report/html/tune.ts';
import { parquetBytes } from '../../report/parquet.ts';
import { numbers } from '../bin/world.ts';
import { type Figures, runRecord } from './run-records.ts';
import { shownNumbers, wrongNumbers } from './shown-numbers.ts';

const HOSTILE = '</title><script>alert(1)</script>"\' &amp; \u0000\u202e\u2028';
const HASH = 'ab'.repeat(32);
const LIMIT_BYTES = 5_000_000;

/** A point of a plan of T × weight-bits × seed, whose figures are drawn. */
function point(k: number, name = 'net.onnx', partial = false): SweepRecord {
  const [a, b, c] = numbers(3, k + 1) as [number, number, number];
  const varied = { T: String(2 ** (k % 5)), 'weight-bits': ['8', 'auto:3'][k % 2]!, seed: String(k), name };
  const base = {
    ...{ format: 'snn-sweep/1' as const, tool: 'snnemu 0.0.0', point: k + 1, key: HASH, varied },
    options: { ...varied, target: 'edge', calibrate: name },
    inputs: [{ option: 'network', name, sha256: HASH, files: 1, bytes: 1234 }],
  };
  if (k % 7 === 6)
    return {
      ...base,
      outcome: {
        ...{ status: 'failed', stage: 'build', notes: [] },
        diagnostics: [{ code: 'E0306', message: `${name}: one neuron needs ${k} axons`, remedy: `use ${k}` }],
      },
    };
  return {
    ...base,
    outcome: {
      ...{ status: 'done', spikeDigest: HASH, notes: [], deadlineMissed: b > 0 ? 1 : 0, inferences: 40 },
      conversion: { mode: 'default', correct: 'none', window: 4, ticks: 6 },
      chip: { sha256: HASH, network: name, target: 'edge', window: 4, cores: 3 + (k % 9), neurons: 100 },
      accuracy: { top1: (1 + a) / 2, total: 40, ci95: [(1 + a) / 4, 1], floatTop1: 1, loss: (1 - a) / 2 },
      energy: { joulePerInference: 1e-6 * (2 + b), partial, assumed: false, range: null },
      latency: { medianSeconds: 1e-4 * (2 + c), worstSeconds: 1e-4 * (3 + c), medianCycles: 20_000 },
      ...{ synopsPerInference: 10, spikesPerInference: 20 },
    },
  };
}

const records = (count: number, name?: string, partial?: boolean): SweepRecord[] =>
  Array.from({ length: count }, (_, k) => sweepRecord.schema.parse(point(k, name, partial)));

const sweepHtml = (all: readonly SweepRecord[]): Promise<string> =>
  renderSweepHtml({
    records: all,
    axes: undefined,
    deadlines: all.map(({ outcome }) => (outcome.status === 'done' ? 2.5e-4 : undefined)),
    command: `snnemu sweep '${HOSTILE}'`,
  });

/** Without script, request, and names that were taken for markup. */
function expectSafe(html: string): void {
  expect(html).not.toMatch(/<script|<link|<img|src=|href="(?!#)|url\((?!#)/);
  for (const hidden of ['\u0000', '\u202e', '\u2028']) expect(html).not.toContain(hidden);
  expect(html.match(/ id="([^"]*)"/g)!.length).toBe(new Set(html.match(/ id="([^"]*)"/g)).size);
}

describe('the report of a sweep', () => {
  it('shows figures of the records alone, whatever names say', async () => {
    for (const partial of [false, true]) {
      const all = records(60, HOSTILE, partial);
      const html = await sweepHtml(all);
      expectSafe(html);
      expect(shownNumbers(html).length).toBeGreaterThan(100);
      expect(wrongNumbers(html, all)).toEqual([]);
      for (const title of [
        'The answer',
        'All points at once',
        'What each option does',
        'Where the deadline binds',
        'Without a result',
        'Origin',
      ])
        expect(html).toContain(`>${title}</h2>`);
      expect(html).toContain(HASH);
      // Every picture has a text, or stands beside its numbers.
      for (const svg of html.match(/<svg [^>]*>/g)!)
        expect(svg).toMatch(/aria-hidden="true"|role="img" aria-labelledby/);
    }
  });

  it('is bounded for 10,000 points', async () => {
    const html = await sweepHtml(Array.from({ length: 10_000 }, (_, k) => point(k)));
    expect(html.length).toBeLessThan(LIMIT_BYTES / 4);
    expect(html).toContain('9,700 points more: -o and --csv of `snnemu sweep` have all of them');
    expect(html).toMatch(/500 points of 8,57\d points are drawn/);
  });

  it('says what is there where nothing has a result, or nothing varies', async () => {
    const failed = await sweepHtml([records(7)[6]!]);
    expect(failed).toContain('No point is on the front for certain');
    expect(failed).toContain('1 point of 1 have no result');
    const one = await sweepHtml(records(1));
    expect(one).toContain('1 point of 1 is on the front');
    expect(one).not.toContain('What each option does');
  });
});

describe('the report of a comparison', () => {
  const compared = (...figures: Figures[]) =>
    compareRuns(
      figures.map((one, k) => ({ file: `${HOSTILE}${k}.json`, record: runRecord(one) })),
      { tool: HOSTILE },
    );

  it('shows figures of the record alone, and all of them, whatever names say', async () => {
    const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const run = fc.record({
      ...{ network: fc.constantFrom('net', HOSTILE), window: fc.integer({ min: 1, max: 64 }), top1: some(share) },
      joule: fc.double({ min: 1e-9, max: 1, noNaN: true }),
      seconds: some(fc.double({ min: 1e-7, max: 1, noNaN: true })),
      partial: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 2, maxLength: 8 }), async (figures) => {
        const record = compared(...figures);
        const page = await renderCompareHtml(record, `snnemu compare '${HOSTILE}'`);
        expectSafe(page);
        expect(page).not.toMatch(/NaN|Infinity|undefined/);
        expect(wrongNumbers(page, record)).toEqual([]);
        const paths = new Set(shownNumbers(page).flatMap((one) => one.paths));
        for (const [k, { accuracy, latency, againstFirst }] of record.runs.entries()) {
          const own = ['energy.joulePerInference', 'chip.cores', ...(accuracy === null ? [] : ['accuracy.top1'])];
          const further = [
            ...(latency === null ? [] : ['latency.medianSeconds', 'latency.worstSeconds']),
            ...(againstFirst === null ? [] : ['againstFirst.energy.difference']),
          ];
          for (const path of [...own, ...further]) expect(paths).toContain(`runs.${k}.${path}`);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('says first who is on the front, what may be chance, and in what else the runs differ', async () => {
    const page = await renderCompareHtml(
      compared({ window: 4, top1: 0.5, joule: 1e-6 }, { window: 8, joule: 9e-6, top1: 0.4, network: 'letters' }),
      undefined,
    );
    expect(page).toContain('1 run of 2 is on the front');
    expect(page).toContain('The networks differ: ');
    expect(page).toContain('dominated by A');
    expect(page.indexOf('dominated by A')).toBeLessThan(page.indexOf('id="runs"'));
    expect(page).toContain('may be chance (intervals overlap)');
  });
});

describe('factors', () => {
  const explored = (values: readonly string[]) =>
    values.map((v, k) => ({
      ...{
        number: k + 1,
        mark: String(k + 1),
        settings: { v },
        figures: {},
        isPartial: false,
        standing: 'front' as const,
      },
      ...{ verdict: '', failure: undefined, deadline: undefined },
    }));

  it('give every point one level, and a place from 0 to 1', () => {
    const value = fc.oneof(
      fc.integer({ min: -50, max: 5000 }).map(String),
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: 1e-6, max: 1e6 }).map(String),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(value, { minLength: 1 }),
          fc.array(fc.integer({ min: 1, max: 1000 }).map(String), { minLength: 20 }),
        ),
        (values) => {
          const points = explored(values);
          for (const { levels, levelOf, placeOf } of factorsOf(points)) {
            expect(levels.length).toBeLessThanOrEqual(12);
            for (const one of points) {
              expect(levels[levelOf(one)]).toBeDefined();
              expect(placeOf(one)).toBeGreaterThanOrEqual(-1e-9);
              expect(placeOf(one)).toBeLessThanOrEqual(1 + 1e-9);
            }
          }
        },
      ),
    );
  });

  it('keeps what is named when points are thinned out', () => {
    const points = explored(Array.from({ length: 1000 }, (_, k) => String(k)));
    const thin = spread(points, 100, ({ number }) => number % 50 === 0);
    expect(thin.length).toBe(100);
    expect(thin.filter(({ number }) => number % 50 === 0).length).toBe(20);
    expect(thin.map(({ number }) => number)).toEqual([...thin.map(({ number }) => number)].sort((a, b) => a - b));
  });
});

describe('the table of a sweep', () => {
  it('is the same as Parquet, with types', async () => {
    const all = records(40, 'a,"b"');
    const table = sweepTable(all, undefined);
    const bytes = parquetBytes(table, { tool: 'snnemu 0.0.0' });
    const file = bytes.buffer.slice(0, bytes.byteLength) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    const back = rows.map((row) => table.columns.map(({ name }) => row[name] as string | number | bigint | null));
    const plain = back.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
    expect(csvText({ columns: table.columns, rows: plain })).toBe(csvText(table));
    const { schema, key_value_metadata: about } = parquetMetadata(file);
    const types = new Map(schema.map(({ name, type, converted_type: converted }) => [name, converted ?? type]));
    expect(types.get('energyJ')).toBe('DOUBLE');
    expect(types.get('cores')).toBe('INT64');
    expect(types.get('option:T')).toBe('INT64');
    expect(types.get('option:weight-bits')).toBe('UTF8');
    expect(types.get('energyPartial')).toBe('BOOLEAN');
    expect(about).toEqual([{ key: 'tool', value: 'snnemu 0.0.0' }]);
  });

  it('has whole numbers as Parquet however they were typed', async () => {
    const spelt = fc
      .tuple(fc.integer({ min: -999, max: 999 }), fc.constantFrom('', '.0', '.', 'e0', 'e2'))
      .map(([whole, more]) => `${whole}${more}`);
    await fc.assert(
      fc.asyncProperty(fc.array(spelt, { minLength: 1, maxLength: 8 }), async (texts) => {
        const type = typeOfTexts(texts);
        const bytes = parquetBytes({ columns: [{ name: 'scale', type }], rows: texts.map((text) => [text]) });
        const rows = await parquetReadObjects({ file: bytes.buffer.slice(0, bytes.byteLength) as ArrayBuffer });
        expect(rows.map(({ scale }) => Number(scale))).toEqual(texts.map((text) => Number(text) + 0));
      }),
      { numRuns: 20 },
    );
  });
});

describe('the report of a tuning', () => {
  const interval = (mean: number) => ({ mean, low: mean - 1, high: mean + 1 });
  const tuned = (point: number, verdict: TuneRecord['points'][number]['verdict']): TuneRecord['points'][number] => ({
    ...{ point, varied: { T: String(2 * point), name: HOSTILE }, verdict, samples: verdict === 'failed' ? 0 : 64 },
    ...{ lossPoints: interval(point), energyJ: interval(1e-6 * point), energyPartial: false },
    ...{ latency: { meanSeconds: 1e-4 * point, worstSeconds: 2e-4 * point }, cores: 8, front: 'undecided' },
    ...(verdict === 'failed' && { front: 'outside', diagnostics: [{ code: 'E0306', message: HOSTILE }] }),
  });
  const record = (answer: boolean): TuneRecord =>
    tuneRecord.schema.parse({
      ...{
        format: 'snn-tune/1',
        tool: 'snnc 0.0.0',
        network: `folder/${HOSTILE}`,
        objective: 'energy',
        confidence: 0.95,
      },
      limits: { loss: 2, latency: 5e-4, energy: 1e-3, cores: 9 },
      samples: { available: 64, rounds: [64], measured: 192 },
      points: [
        tuned(1, answer ? 'taken' : 'beyond energy'),
        tuned(2, 'costs more'),
        tuned(3, 'beyond latency'),
        tuned(4, 'failed'),
      ],
      answer: answer
        ? {
            point: 1,
            chipSha256: HASH,
            file: HOSTILE,
            probabilities: { loss: 0.9, energy: 1, latency: 0.95 },
            notes: [HOSTILE],
          }
        : null,
      second: answer ? { point: 2, extraCost: 0.5 } : null,
      prices: answer
        ? [
            { limit: 'loss', point: 2, needed: 3.5, saves: 0.25 },
            { limit: 'latency', point: 1, needed: 1, saves: 0 },
          ]
        : [],
      relax: answer ? [] : [{ limit: 'energy', point: 1, needed: 2e-6 }],
      together: [],
    });

  it('says what was taken and what limits cost, or what would do', async () => {
    for (const answer of [true, false]) {
      const about = { command: 'snnc tune', inputs: [], common: { mode: 'exact' } };
      const html = await renderTuneHtml({ record: record(answer), ...about });
      expectSafe(html);
      expect(wrongNumbers(html, record(answer))).toEqual([]);
      expect(html).toContain(answer ? 'Taken: point 1' : 'No point of 4 keeps all limits');
      expect(html).toContain(answer ? 'Second: point 2' : 'This alone would do: --energy 2.000 µJ');
      if (answer) expect(html).toMatch(/It costs <data[^>]*>25\.0 %<\/data> of energy/);
      expect(html).toContain('Where the deadline binds');
    }
  });
});
