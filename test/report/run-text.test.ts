import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { compareWithAnn, computeEnergy } from '../../emulator/index.ts';
import { builtinTargets } from '../../isa/index.ts';
import { formatCount, formatSi, renderRunText, wrapText } from '../../report/index.ts';
import { runRecords } from '../arbitraries/run-records.ts';

/** Every record fills a whole page, so fewer of them do. */
const RUNS = { numRuns: 25 };
const plain = { color: false, width: 120 };
/** Cells of the lines of a text: columns are two or more blanks apart. */
const cells = (text: string): string[][] => text.split('\n').map((line) => line.trim().split(/ {2,}/));

describe('renderRunText', () => {
  it('shows the numbers of the record, each event beside its count, figure and energy', () => {
    fc.assert(
      fc.property(runRecords, (record) => {
        const text = renderRunText(record, plain);
        const lines = cells(text);
        for (const { event, count, jouleEach, joule } of record.energy.parts) {
          const line = lines.find((row) => row[0] === event);
          if (count === 0) expect(line).toBeUndefined();
          else
            expect(line!.slice(1, 6)).toEqual([
              count === null ? 'not counted' : formatCount(count),
              'x',
              jouleEach === null ? 'unknown' : formatSi(jouleEach, 'J'),
              '=',
              joule === null ? 'unknown' : formatSi(joule, 'J'),
            ]);
        }
        const { spikes, spikePayload } = record.counts;
        expect(text.includes(`with payloads of ${formatCount(spikePayload!)} in all`)).toBe(spikes !== spikePayload);
        for (const layer of record.perLayer) {
          const payload = spikes === spikePayload ? [] : [layer.spikePayload!];
          expect(lines).toContainEqual([
            layer.name,
            ...[layer.neurons, layer.cores, layer.spikes, ...payload, layer.synops, layer.macs].map(formatCount),
            layer.rate.toFixed(4),
          ]);
        }
        const { cyclesPerInference: cycles, secondsPerInference: seconds } = record.latency!;
        expect(lines).toContainEqual(['median', formatCount(cycles.median), formatSi(seconds.median, 's')]);
        expect(lines).toContainEqual(['99 %', formatCount(cycles.p99), formatSi(seconds.p99, 's')]);
        expect(lines).toContainEqual(['worst', formatCount(cycles.max), formatSi(seconds.max, 's')]);
        const share = (part: number): string => {
          const all = Object.values(record.latency!.bound).reduce((sum, each) => sum + each, 0);
          return `${((all === 0 ? 0 : part / all) * 100).toFixed(1)} %`;
        };
        for (const [cause, part] of Object.entries(record.latency!.bound))
          if (part > 0) expect(text).toContain(`${cause} ${share(part)}`);
        record.latency!.critical!.slice(0, 5).forEach((core) => {
          expect(lines).toContainEqual([
            String(core.core),
            String(core.tile),
            ...[core.ticks, core.integrateCycles, core.updateCycles].map(formatCount),
            share(core.integrateCycles + core.updateCycles),
            'conv1',
          ]);
        });
        record.outputs.slice(0, 10).forEach(({ index, predicted, label }) => {
          const verdict = predicted === label ? 'right' : 'wrong';
          expect(lines).toContainEqual([formatCount(index), String(predicted), String(label), verdict]);
        });
        expect(text).toContain(`${formatSi(record.energy.joulePerInference, 'J')} per inference`);
        // The share of one sample says no more than its line above.
        const { top1, correct, total } = record.accuracy!;
        const accuracy = `${(top1 * 100).toFixed(2)} % (${formatCount(correct)} of ${formatCount(total)}`;
        expect(text.includes(accuracy)).toBe(total > 1);
        expect(text).toContain(record.spikeDigest);
      }),
      RUNS,
    );
  });

  it('marks partial and assumed sums, and only those', () => {
    fc.assert(
      fc.property(runRecords, ({ energy, ...record }) => {
        const text = renderRunText({ ...record, energy }, plain);
        const [line = ''] = text.split('\n').filter((row) => row.startsWith('Energy'));
        const missing = energy.parts.some(({ joule }) => joule === null);
        expect(line.includes('partial')).toBe(energy.partial || missing);
        expect(line.includes('assumed figures')).toBe(energy.assumed.length > 0);
        expect(text.includes('assumed, not published: synop')).toBe(energy.assumed.length > 0);
      }),
      RUNS,
    );
  });

  it('says "partial" in every line with an energy of the chip where a figure is unknown', () => {
    const targets = [...builtinTargets().values()];
    fc.assert(
      fc.property(
        runRecords,
        fc.constantFrom(...targets),
        fc.option(fc.record({ annWeights: fc.nat(10_000_000), annActivations: fc.nat(10_000_000) }), {
          nil: undefined,
        }),
        (record, target, moved) => {
          const cycles = 1_000_003;
          const energy = computeEnergy(record.counts, record.inferences, target, cycles);
          // A record that contradicts itself is no excuse.
          const claimed = { ...energy, partial: false };
          const comparison = compareWithAnn({ annMacs: 1_000_001, ...moved }, energy);
          const text = renderRunText({ ...record, energy: claimed, comparison }, { color: false, width: 160 });
          const { sensitivity } = energy;
          const totals = [
            energy.joulePerInference,
            energy.jouleTotal,
            ...[sensitivity!.range, ...sensitivity!.oneAtATime].flatMap((ends) => [
              ends.lowJoulePerInference,
              ends.highJoulePerInference,
            ]),
          ];
          const partTables = (line: string): boolean =>
            / = {2,}/.test(line) || /^ {2}(arithmetic|sram|dram) /.test(line);
          const lines = text.split('\n').filter((line) => !partTables(line));
          const speaking = lines.filter((line) => totals.some((joule) => line.includes(formatSi(joule, 'J'))));
          expect(speaking.length).toBeGreaterThan(0);
          for (const line of speaking)
            if (energy.partial) expect(line).toContain('partial');
            else expect(line).not.toContain('partial');
          for (const { name, larger } of comparison.baselines!) {
            const line = text.split('\n').find((row) => row.startsWith(`  ${name} `))!;
            expect(line).toContain(larger);
            expect(line.includes('partial')).toBe(energy.partial);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps every line within the width, and colours only where asked', () => {
    fc.assert(
      // The digest of the spikes has 64 digits.
      fc.property(runRecords, fc.integer({ min: 76, max: 160 }), fc.boolean(), (record, width, perTick) => {
        const style = { color: false, width, fits: true };
        const text = wrapText(renderRunText(record, style, { perTick }), style);
        expect(text.split('\n').filter((line) => stringWidth(line) > width)).toEqual([]);
        expect(text).not.toContain('\u001b');
        const coloured = renderRunText(record, { color: true, width });
        expect(coloured).toContain('\u001b[1m');
      }),
      RUNS,
    );
  });

  it('text of a hostile file cannot steer the terminal', () => {
    const [record] = fc.sample(runRecords, 1);
    const text = renderRunText({ ...record!, chip: { ...record!.chip, network: 'a\u001b]0;title\u0007b' } }, plain);
    expect(text).toContain('a\uFFFD]0;title\uFFFDb');
  });

  it('shows worst case, ticks and deadline where the record has them', () => {
    const [record] = fc.sample(runRecords, 1);
    const bound = { integrate: 10, update: 20, network: 30, barrier: 40, wait: 0, host: 100 };
    const tick = { median: 7, p99: 8, max: 1234, bound, critical: { core: 5, inferences: 3 } };
    const latency = {
      ...record!.latency!,
      worst: { index: 7, cycles: 200, seconds: 2e-6, bound, critical: { core: 5, tile: 2, layer: 'fc', cycles: 30 } },
      perTick: [{ median: 1, p99: 2, max: 3 }, tick],
      perLayer: [{ name: 'fc', integrateCycles: 3, updateCycles: 4 }],
      critical: [],
    };
    const withAll = {
      ...record!,
      inferences: 4,
      ticks: 2,
      latency: { ...latency, fixedTick: { cycles: 1000, overrunTicks: 3, overrunCycles: 240 } },
      deadline: { seconds: 1e-6, cycles: 100, missed: 2, worst: { index: 7, cycles: 200, excessCycles: 100 } },
    };
    const text = renderRunText(withAll, plain, { perTick: true });
    expect(text).toContain(
      'worst (sample 7) bound by host 50.0 %, barrier 20.0 %, network 15.0 %, update 10.0 %, integrate 5.0 %; core 5 15.0 % (fc)',
    );
    expect(text).toContain('ticks of 1,000 cycles: 3 of 8 took longer, by 240 cycles in all');
    expect(text).toContain('deadline 1.000 µs (100 cycles): missed by 2 of 4 inferences, sample 7 by 1.000 µs');
    expect(cells(text)).toContainEqual(['0', '1', '2', '3']);
    expect(cells(text)).toContainEqual([
      '1',
      '7',
      '8',
      '1,234',
      '5.0 %',
      '10.0 %',
      '15.0 %',
      '20.0 %',
      '0.0 %',
      '5',
      '75.0 %',
    ]);
    const short = renderRunText({ ...withAll, inferences: 1 }, plain);
    expect(short).not.toContain('Ticks');
    expect(short).not.toContain('worst (sample');
    const { deadline: _, ...open } = { ...withAll, latency };
    expect(renderRunText(open, plain)).not.toMatch(/deadline|ticks of/);
    expect(renderRunText({ ...open, deadline: { seconds: 1, cycles: 9, missed: 0 } }, plain)).toContain('cycles): met');
  });
});
