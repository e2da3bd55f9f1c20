/** A sum from which something is missing is never shown without the word "partial", whatever shows it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareWithAnn, computeEnergy } from '../../emulator/index.ts';
import { builtinTargets, ENERGY_EVENTS, type RunRecord, type Target } from '../../isa/index.ts';
import { renderFront } from '../../report/html/front.ts';
import { renderHtmlReport } from '../../report/html/index.ts';
import { compareRuns, formatSi, renderCompareText, renderRunText } from '../../report/index.ts';
import { runRecords } from '../arbitraries/run-records.ts';

const STYLE = { color: false, width: 160 };

/** Few built-in targets know all of their figures, and none of them happens often by chance: one in two is made so. */
const complete: fc.Arbitrary<Target> = fc.constantFrom(...builtinTargets().values()).map((target) => {
  const energy = { ...target.energy };
  for (const event of ENERGY_EVENTS)
    if (energy[event]?.value === null) energy[event] = { unit: 'J', value: 1e-12, kind: 'assumed', source: 'a test' };
  const { staticPower: _, ...others } = target;
  return { ...others, energy };
});

/** Built-in targets of which some figures are not known. */
const incomplete: fc.Arbitrary<Target> = fc
  .tuple(
    fc.constantFrom(...builtinTargets().values()),
    fc.subarray([...ENERGY_EVENTS]),
    fc.constantFrom(undefined, null, 1e-3),
  )
  .map(([base, hidden, power]) => {
    const { staticPower: _, ...target } = base;
    const energy = { ...target.energy };
    for (const event of hidden)
      if (energy[event] !== undefined)
        energy[event] = { unit: 'J', value: null, kind: 'unknown', source: 'not published' };
    const kind = power === null ? ('unknown' as const) : ('assumed' as const);
    return {
      ...target,
      energy,
      ...(power !== undefined && { staticPower: { unit: 'W' as const, value: power, kind, source: 'a test' } }),
    };
  });

/** A run on either kind of target, with or without cycles. */
const runs: fc.Arbitrary<RunRecord> = fc
  .tuple(runRecords, fc.oneof(complete, incomplete), fc.boolean())
  .map(([{ latency, ...record }, target, isTimed]) => {
    const cycles = isTimed ? 1_000_003 : null;
    const counts = isTimed ? record.counts : { ...record.counts, activeCoreCycles: null, idleCoreCycles: null };
    const energy = computeEnergy(counts, record.inferences, target, cycles);
    const comparison = compareWithAnn({ annMacs: 1_000_001, annWeights: 1001, annActivations: 2002 }, energy);
    const chip = { ...record.chip, target: target.name };
    // A record that contradicts itself is no excuse.
    return { ...record, chip, counts, comparison, energy: { ...energy, partial: false }, ...(isTimed && { latency }) };
  });

/** Whether anything of the sum is missing, by its parts alone. */
const isMissing = ({ energy }: RunRecord): boolean => energy.parts.some(({ joule }) => joule === null);

/** Sums over all parts that a report may show, as it shows them. */
function sumsOf({ energy }: RunRecord): string[] {
  const { range, oneAtATime } = energy.sensitivity!;
  const ends = [range, ...oneAtATime].flatMap((one) => [one.lowJoulePerInference, one.highJoulePerInference]);
  return [energy.joulePerInference, energy.jouleTotal, ...ends].map((joule) => formatSi(joule, 'J'));
}

/** Lines with a sum, and whether they call it partial. */
const speaking = (lines: readonly string[], sums: readonly string[]): boolean[] =>
  lines
    .filter((line) => sums.some((sum) => line.split(/(?<![\d.]) ?(?=\d)/).some((piece) => piece.startsWith(sum))))
    .map((line) => line.includes('partial'));

/** Blocks of a document without its charts; lines about one part, one layer or the conventional network are left out. */
const blocksOf = (html: string): string[] =>
  html
    .replace(/<svg role="img".*?<\/svg>/gs, '')
    .split(/<(?:\/tr|\/p|\/dd|\/figcaption|\/h[123]|\/caption)>/)
    .filter((block) => !/data-(?:path|product|mean)="(?:energy\.parts|perLayer|comparison)\./.test(block))
    .map((block) => block.replace(/<[^>]*>/g, ''));

const isAboutAPart = (line: string): boolean => / = {2,}/.test(line) || /^ {2}(?:arithmetic|sram|dram) /.test(line);

describe('reports of runs on targets with unknown figures', () => {
  it('text and HTML: every sum is called partial where it is, and only there', async () => {
    const seen = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(runs, async (record) => {
        const missing = isMissing(record);
        seen.add(missing);
        const sums = sumsOf(record);
        const text = renderRunText(record, STYLE).split('\n');
        const html = blocksOf(await renderHtmlReport({ record, ledger: undefined }));
        for (const lines of [text.filter((line) => !isAboutAPart(line)), html]) {
          const said = speaking(lines, sums);
          expect(said.length).toBeGreaterThan(0);
          expect(new Set(said)).toEqual(new Set([missing]));
        }
      }),
      { numRuns: 12, seed: 7 },
    );
    expect(seen).toEqual(new Set([true, false]));
  });

  it('comparison: table, differences and picture', async () => {
    await fc.assert(
      fc.asyncProperty(runs, runs, async (a, b) => {
        const record = compareRuns(
          [a, b].map((one, k) => ({ file: `${k}.json`, record: one })),
          { tool: 'test' },
        );
        const text = renderCompareText(record, STYLE).split('\n');
        const [first, difference] = [
          text.findIndex((line) => line === ''),
          text.findIndex((line) => line.startsWith('Against')),
        ];
        expect(first).toBeGreaterThan(0);
        for (const [k, run] of [a, b].entries()) {
          const row = text.slice(0, first).find((line) => line.startsWith(`  ${'AB'[k]!}  `))!;
          expect(row).toContain(formatSi(run.energy.joulePerInference, 'J'));
          expect(row.includes('partial')).toBe(isMissing(run));
          expect(record.runs[k]!.energy.partial).toBe(isMissing(run));
        }
        const row = text.slice(difference).find((line) => line.startsWith('  B  '))!;
        expect(row.includes('partial')).toBe(isMissing(a) || isMissing(b));
        // What is known of a sum never wins by what is missing of it.
        for (const { standing } of record.runs)
          for (const mark of standing.dominatedBy) expect(isMissing([a, b]['AB'.indexOf(mark)]!)).toBe(false);
        const svg = (await renderFront(record))!;
        const cells = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, cell]) => cell!);
        for (const run of [a, b]) {
          const cell = formatSi(run.energy.joulePerInference, 'J') + (isMissing(run) ? ' partial' : '');
          expect(cells).toContain(cell);
        }
        expect(cells.some((cell) => cell.startsWith('partial, →'))).toBe(isMissing(a) || isMissing(b));
      }),
      { numRuns: 20, seed: 7 },
    );
  });
});
