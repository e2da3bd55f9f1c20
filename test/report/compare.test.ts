import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareRecord, type RunRecord } from '../../isa/index.ts';
import { compareRuns, MOST_COMPARED, renderCompareText } from '../../report/index.ts';
import { type Figures, runRecord } from './run-records.ts';

const named = (records: readonly RunRecord[]) => records.map((record, k) => ({ file: `out/run${k}.json`, record }));
const compared = (...figures: Figures[]) => compareRuns(named(figures.map(runRecord)), { tool: 'test' });
const statuses = (record: ReturnType<typeof compared>) => record.runs.map(({ standing }) => standing.status);

describe('compareRuns', () => {
  it('calls runs by what tells them apart, else by their files', () => {
    const labels = (...figures: Figures[]) => compared(...figures).runs.map(({ label }) => label);
    expect(labels({ window: 8 }, { window: 16 })).toEqual(['T = 8', 'T = 16']);
    expect(labels({ target: 'edge' }, { target: 'loihi', window: 16 })).toEqual(['edge T = 8', 'loihi T = 16']);
    expect(labels({}, {})).toEqual(['run0', 'run1']);
    const [one, other] = [runRecord(), runRecord()];
    const label = (...files: string[]) =>
      compareRuns(
        [one, other].map((record, k) => ({ file: files[k]!, record })),
        { tool: '' },
      ).runs.map((run) => run.label);
    expect(label('a/x.json', 'b/x.json')).toEqual(['a/x.json', 'b/x.json']);
    expect(label('x.json', 'x.json')).toEqual(['x.json (1)', 'x.json (2)']);
  });

  it('a partial energy dominates nothing for certain, and may be dominated', () => {
    const partial = { joule: 1e-6, partial: true, window: 2 };
    expect(statuses(compared({ joule: 2e-6, window: 1 }, partial))).toEqual(['undecided', 'undecided']);
    expect(statuses(compared({ joule: 1e-6, top1: 0.6 }, partial))).toEqual(['front', 'dominated']);
    expect(statuses(compared({ joule: 1e-6, top1: 0.4 }, partial))).toEqual(['undecided', 'front']);
    expect(statuses(compared({ joule: 2e-6, top1: 0.6 }, { ...partial, top1: 0.4 }))).toEqual(['front', 'undecided']);
  });

  it('runs that lack an axis are outside of its front; an axis that nobody has is none', () => {
    const untimed = { seconds: undefined, window: 4 };
    const mixed = compared({}, untimed);
    expect(mixed.axes).toEqual(['accuracy', 'energy', 'latency']);
    expect(statuses(mixed)).toEqual(['front', 'outside']);
    expect(mixed.runs[1]!.standing.missing).toEqual(['latency']);
    expect(mixed.runs[1]!.againstFirst!.latency).toBeNull();
    expect(renderCompareText(mixed, { color: false, width: 110 })).toContain('not timed');
    expect(compared(untimed, { ...untimed, top1: undefined }).axes).toEqual(['accuracy', 'energy']);
    expect(compared({ ...untimed, top1: undefined }, { ...untimed, top1: undefined }).axes).toEqual(['energy']);
  });

  it('pairs accuracies where both list the same samples, else compares intervals', () => {
    const right = [1, 1] as const;
    const wrong = [0, 1] as const;
    const outputs = (ofSeven: readonly [number, number]) => [...Array.from({ length: 7 }, () => ofSeven), right, wrong];
    const chance = (...figures: Figures[]) => compared(...figures).runs[1]!.againstFirst!.accuracy!.chance;
    expect(chance({ outputs: outputs(right) }, { outputs: outputs(wrong) })).toEqual({
      method: 'mcnemar',
      firstOnly: 7,
      thisOnly: 0,
      pValue: 2 / 128,
      beyondChance: true,
    });
    const shifted = outputs(wrong).map(([predicted, label]) => [predicted, label + 1] as const);
    for (const other of [{}, { outputs: shifted }, { outputs: outputs(wrong).slice(1) }])
      expect(chance({ outputs: outputs(right) }, other)).toEqual({ method: 'intervals', beyondChance: false });
    expect(chance({ ci95: [0.1, 0.4] }, { ci95: [0.5, 0.6] })).toEqual({ method: 'intervals', beyondChance: true });
  });

  it('an accuracy that may be chance does not hide that another run costs less', () => {
    const [right, wrong] = [[1, 1] as const, [0, 1] as const];
    const outputs = (correct: number) => Array.from({ length: 20 }, (_, k) => (k < correct ? right : wrong));
    const cheap = { window: 4, joule: 1e-6, top1: 0.5, outputs: outputs(10) };
    const dear = (correct: number) => ({ window: 8, joule: 2e-6, top1: correct / 20, outputs: outputs(correct) });
    const standing = (...figures: Figures[]) => compared(...figures).runs.map((run) => run.standing);
    expect(standing(cheap, dear(12))).toMatchObject([
      { status: 'front', byChance: [] },
      { status: 'front', byChance: ['A'] },
    ]);
    expect(renderCompareText(compared(cheap, dear(12)), { color: false, width: 110 })).toMatch(
      /B {2}T = 8 {2}on the front; that it is more accurate than A may be chance\n/,
    );
    // Ten samples that only the second recognises are more than chance.
    expect(standing(cheap, dear(20))).toMatchObject([{ byChance: [] }, { status: 'front', byChance: [] }]);
    // A run that is better in something else stays there by itself; a dominated one is dominated anyway.
    expect(standing({ ...cheap, seconds: 1 }, dear(12))[1]).toMatchObject({ status: 'front', byChance: [] });
    expect(standing(cheap, dear(12), { ...dear(12), window: 9, joule: 3e-6 })[2]).toMatchObject({
      status: 'dominated',
      byChance: [],
    });
    // A lower bound wins nothing, by chance neither.
    expect(standing({ ...cheap, partial: true }, dear(12))[1]).toMatchObject({ byChance: [] });
    expect(
      compareRuns(named([cheap, dear(12)].map(runRecord)), { tool: '', axes: ['energy'] }).runs[1]!.standing,
    ).toEqual({ status: 'dominated', dominatedBy: ['A'], perhapsBy: [], byChance: [], missing: [] });
  });

  it('says which energies rest on assumed figures, and how far they reach', () => {
    const [a, b] = [runRecord(), runRecord({ window: 4 })];
    const range = { lowJoulePerInference: 0.5e-6, highJoulePerInference: 3e-6 };
    const energy = {
      ...b.energy,
      assumed: ['synop'],
      sensitivity: { formula: '', deciding: [], range, oneAtATime: [] },
    };
    const record = compareRuns(named([a, { ...b, energy }]), { tool: '' });
    expect(record.runs.map((run) => run.energy)).toMatchObject([
      { assumed: false, range: null },
      { assumed: true, range },
    ]);
    const text = renderCompareText(record, { color: false, width: 110 });
    expect(text).toContain('assumed figures are in the energy of B: 0.50 to 3.00 times what is shown');
    expect(renderCompareText(compared({}, {}), { color: false, width: 110 })).not.toContain('assumed figures');
  });

  it('says in what else runs differ', () => {
    const outputs = [[0, 0]] as const;
    expect(compared({ outputs }, { outputs, window: 4, target: 'loihi' }).warnings).toEqual([]);
    expect(compared({}, { network: 'letters', inferences: 11 }).warnings).toEqual([
      'the networks differ: digits, letters',
      'the numbers of samples differ: 10, 11',
    ]);
    expect(compared({ outputs }, {}).warnings).toEqual([expect.stringContaining('by intervals')]);
  });

  it('any records: the schema is followed, and the text is finite, plain and has every run', () => {
    const anything = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    const figures = fc.record({
      window: fc.nat(4),
      network: fc.constantFrom('digits', '\u001b[31mletters\n'),
      top1: fc.option(anything, { nil: undefined }),
      ci95: fc.tuple(anything, anything),
      joule: anything,
      partial: fc.boolean(),
      seconds: fc.option(anything, { nil: undefined }),
      inferences: fc.nat(3),
    });
    const width = fc.integer({ min: 40, max: 200 });
    const runs = fc.array(figures, { minLength: 2, maxLength: MOST_COMPARED });
    fc.assert(
      fc.property(runs, width, (all, columns) => {
        const records = all.map((one) => withFigures(runRecord(), one));
        const record = compareRuns(named(records), { tool: 'test' });
        expect(record.runs.map(({ mark }) => mark).join('')).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ'.slice(0, all.length));
        const text = renderCompareText(record, { color: false, width: columns });
        // eslint-disable-next-line no-control-regex -- what must not be there
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
        for (const { mark, energy } of record.runs)
          expect(text).toMatch(new RegExp(`^  ${mark}  .*J${energy.partial ? ' partial' : ''}  `, 'm'));
      }),
      { numRuns: 40 },
    );
  });

  it('the record follows its schema', () => {
    const record = compared({}, { seconds: undefined, partial: true }, { top1: undefined, joule: 0 });
    expect(compareRecord.schema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });
});

/** Also figures that no run has, but a file may. */
function withFigures(base: RunRecord, figures: Figures): RunRecord {
  const { accuracy: _a, latency: _l, ...rest } = base;
  const {
    joule = 0,
    partial = false,
    window = 1,
    network = '',
    top1,
    ci95 = [0, 1],
    seconds,
    inferences = 1,
  } = figures;
  const summary = { median: seconds ?? 0, p99: seconds ?? 0, max: seconds ?? 0 };
  return {
    ...rest,
    inferences,
    chip: { ...base.chip, window, network },
    energy: { ...base.energy, joulePerInference: joule, partial },
    ...(top1 !== undefined && { accuracy: { correct: 1, total: 1, top1, ci95 } }),
    ...(seconds !== undefined && { latency: { ...base.latency!, secondsPerInference: summary } }),
  };
}
