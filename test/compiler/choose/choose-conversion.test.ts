import { describe, expect, it } from '@jest/globals';
import { type BuildOptions, CODES } from '../../../compiler/index.ts';
import { codesFor, countings } from '../../../compiler/choose/candidates.ts';
import { LossAccount } from '../../../compiler/choose/loss.ts';
import { builtinTargets, readChip, type Target } from '../../../isa/index.ts';
import { build, TEST_OPTIONS } from '../../arbitraries/builds.ts';
import { conv, dense, relu, tensor } from '../misfits.ts';

const edge = builtinTargets().get('edge')!;
const spikesOnly: Target = { ...edge, widths: { ...edge.widths, packetBits: 0 } };
const signsOnly: Target = { ...edge, widths: { ...edge.widths, packetBits: 1 } };

const NETWORK = {
  json: JSON.stringify({
    format: 'snn-net/1',
    input: { shape: [1, 6, 6] },
    layers: [
      conv('first', 3, 1, { bias: tensor(3) }),
      relu('one'),
      conv('second', 3, 3, { bias: tensor(3) }),
      relu('two'),
      { name: 'flat', op: 'flatten' },
      dense('last', 4, 108),
    ],
  }),
  inputShape: [1, 6, 6],
  seed: 3,
} as const;

const choosing = (more: Partial<BuildOptions> = {}, target = edge): BuildOptions => ({
  ...{ ...TEST_OPTIONS, target, calibrationLimit: 40, ledgerSamples: 0 },
  choose: { maxLossPoints: 0.5, objective: 'energy', fixed: [] },
  ...more,
});

describe('a choice by measurement', () => {
  it('takes a code whose packets carry counts where they can, and says why', async () => {
    const { record, bytes } = await build(NETWORK, choosing());
    const taken = record.candidates!.find(({ verdict }) => verdict === 'taken')!;
    expect(taken).toMatchObject({ mode: 'exact', code: 'graded' });
    expect(record.conversion).toMatchObject({ mode: 'exact', code: 'graded', window: taken.window });
    const { options } = readChip(bytes).provenance;
    expect(options).toMatchObject({ mode: 'exact', code: 'graded', window: taken.window });
    const energies = record.candidates!.map(({ estimatedEnergyJ }) => estimatedEnergyJ);
    expect(energies).toEqual(energies.toSorted((a, b) => a - b));
    // Nothing that was run to the end, loses no more than it may and is clearly cheaper was passed over.
    for (const { verdict, lossPoints, samples, estimatedEnergyJ } of record.candidates!)
      if (verdict !== 'taken' && samples === taken.samples && lossPoints <= 0.5)
        expect(estimatedEnergyJ).toBeGreaterThan(taken.estimatedEnergyJ / 1.09);
  });

  it('takes nothing that packets cannot carry, and is the same every time', async () => {
    const [first, second] = [
      await build(NETWORK, choosing({}, spikesOnly)),
      await build(NETWORK, choosing({}, spikesOnly)),
    ];
    expect(first.record.candidates!.every(({ code }) => code !== 'graded')).toBe(true);
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
    expect(second.record.candidates).toEqual(first.record.candidates);
  });

  it('keeps what was asked for', async () => {
    const { record } = await build(
      NETWORK,
      choosing({
        window: 5,
        code: 'unary',
        choose: { maxLossPoints: 100, objective: 'latency', fixed: ['window', 'code'] },
      }),
    );
    expect(record.candidates!.length).toBeGreaterThan(1);
    for (const { window, code } of record.candidates!) expect({ window, code }).toEqual({ window: 5, code: 'unary' });
    const latencies = record.candidates!.map(({ estimatedLatencySeconds }) => estimatedLatencySeconds);
    expect(latencies).toEqual(latencies.toSorted((a, b) => a - b));
  });

  it('builds what loses least where everything loses too much, and warns', async () => {
    const { record, warnings } = await build(
      NETWORK,
      // Nothing can lose as little.
      choosing({ window: 1, choose: { maxLossPoints: -101, objective: 'energy', fixed: ['window'] } }),
    );
    const taken = record.candidates!.find(({ verdict }) => verdict === 'taken')!;
    expect(taken.lossPoints).toBe(Math.min(...record.candidates!.map(({ lossPoints }) => lossPoints)));
    expect(warnings.map(({ code }) => code)).toContain('W0310');
  });

  it('tries every way of counting in all codes that can say it, and none twice', () => {
    for (const target of [edge, spikesOnly, signsOnly])
      for (const fixed of [[], ['window'], ['correct'], ['window', 'correct']] as const) {
        const options = choosing({ choose: { maxLossPoints: 1, objective: 'energy', fixed } }, target);
        const all = countings(options);
        expect(new Set(all.map((counting) => JSON.stringify(counting))).size).toBe(all.length);
        expect(all.some(({ mode }) => mode === 'signed')).toBe(target === signsOnly);
        for (const counting of all)
          for (const code of codesFor(counting, options)) {
            if (CODES[code].needsCounts) expect(counting.mode).toBe('exact');
            if (target !== edge) expect(CODES[code].payload(counting.window)).toBe(1);
          }
      }
  });
});

describe('the loss of a candidate', () => {
  it('is paired: what both get wrong is no loss, what it gets right is a gain', () => {
    const account = new LossAccount();
    account.add(0, [1, 0], [1, 0]);
    account.add(0, [0, 1], [0, 1]);
    account.add(0, [1, 0], [0, 1]);
    account.add(0, [0, 1], [1, 0]);
    expect(account.loss).toMatchObject({ samples: 4, points: 0 });
    expect(account.loss.standardErrorPoints).toBeCloseTo((100 * Math.sqrt(0.5)) / 2, 10);
    expect(account.loss.difference).toBeCloseTo(1, 12);
  });

  it('without labels is what differs, and of one output the sign decides', () => {
    const account = new LossAccount();
    account.add(-1, [0.2], [5]);
    account.add(-1, [0.2], [-0.1]);
    expect(account.loss.points).toBe(50);
  });
});
