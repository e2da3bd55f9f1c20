import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CODINGS, sendsSpikes } from '../../../bin/data/codings.ts';
import { encodedDataset } from '../../../bin/data/encode.ts';
import type { EncodeOptions } from '../../../bin/data/encode-account.ts';
import type { Dataset } from '../../../bin/data/index.ts';
import { uniformSource } from '../../../bin/ui/random.ts';
import { DiagnosticError, type Sample } from '../../../isa/index.ts';

/** A data set of these samples. */
const dataOf = (samples: readonly (Float32Array | Uint8Array)[]): Dataset => ({
  ...{ count: samples.length, shape: [samples[0]!.length], labelled: false, targeted: false, notes: [] },
  description: 'numbers',
  async *samples({ start = 0, limit = Infinity } = {}) {
    for (let index = start; index < Math.min(samples.length, start + limit); index++)
      yield await Promise.resolve({ index, shape: [samples[0]!.length], values: samples[index]! });
  },
});

const options = (more: Partial<EncodeOptions> = {}): EncodeOptions => ({
  ...{ coding: 'delta', steps: 10, max: 1, spike: 1, negative: true, seed: 1 },
  randomOf: (seed, sample) => uniformSource(1000 * seed + sample),
  ...more,
});

async function encode(samples: readonly (Float32Array | Uint8Array)[], more: Partial<EncodeOptions>) {
  const data = encodedDataset(dataOf(samples), options(more));
  const made: Sample[] = [];
  for await (const sample of data.samples()) made.push(sample);
  return { made, record: data.encoding!.record(), faults: data.encoding!.faults() };
}

/** Spikes of one element, step by step. */
async function train(value: number, more: Partial<EncodeOptions>): Promise<number[]> {
  const { made } = await encode([Float32Array.of(value)], more);
  expect(made[0]!.shape).toEqual([more.steps ?? 10, 1]);
  return [...made[0]!.values];
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
const unit = fc.float({ min: 0, max: 1, noNaN: true });
const steps = fc.integer({ min: 1, max: 40 });

describe('codings of values without time', () => {
  it('constant: the value in every step', async () => {
    expect(await train(-0.25, { coding: 'constant', steps: 3 })).toEqual([-0.25, -0.25, -0.25]);
  });

  it('ttfs: one spike, the earlier the larger the value, and none for 0', async () => {
    await fc.assert(
      fc.asyncProperty(unit, unit, steps, async (a, b, T) => {
        const [first, second] = await Promise.all([a, b].map((value) => train(value, { coding: 'ttfs', steps: T })));
        expect(total(first!)).toBe(a === 0 ? 0 : 1);
        if (a > b && b > 0) expect(first!.indexOf(1)).toBeLessThanOrEqual(second!.indexOf(1));
      }),
    );
    expect(await train(1, { coding: 'ttfs', steps: 5 })).toEqual([1, 0, 0, 0, 0]);
    expect(await train(0.5, { coding: 'ttfs', steps: 5 })).toEqual([0, 0, 1, 0, 0]);
    expect(await train(1e-6, { coding: 'ttfs', steps: 5 })).toEqual([0, 0, 0, 0, 1]);
  });

  it('delta: ⌊T·x + ½⌋ spikes of its sign, as evenly as steps allow', async () => {
    await fc.assert(
      fc.asyncProperty(unit, fc.boolean(), steps, async (x, below, T) => {
        const spikes = await train(below ? -x : x, { coding: 'delta', steps: T });
        const sent = spikes.map((spike) => (below ? 0 - spike : spike));
        expect(sent.every((spike) => spike === 0 || spike === 1)).toBe(true);
        for (let t = 1; t <= T; t++) expect(total(sent.slice(0, t))).toBe(Math.floor(t * x + 0.5));
      }),
    );
  });

  it('poisson: a spike in a step with the probability x, the same ones for a seed and a sample', async () => {
    const samples = Array.from({ length: 200 }, () => Float32Array.of(0.3, 0, 1));
    const { made, record } = await encode(samples, { coding: 'poisson', steps: 50 });
    const of = (element: number): number[] =>
      made.map(({ values }) => total([...values].filter((_, k) => k % 3 === element)));
    expect(total(of(1))).toBe(0);
    expect(new Set(of(2))).toEqual(new Set([50]));
    // 10,000 draws: a mean of 3,000, a standard deviation of 46.
    expect(Math.abs(total(of(0)) - 3000)).toBeLessThan(5 * 46);
    // Of 50 draws a sample: a variance of 10.5.
    const mean = total(of(0)) / 200;
    const variance = total(of(0).map((count) => (count - mean) ** 2)) / 199;
    expect(variance).toBeGreaterThan(7);
    expect(variance).toBeLessThan(15);
    expect(record).toMatchObject({ coding: 'poisson', steps: 50, seed: 1, nonZero: 400, limited: 0, max: 1 });
    expect(record.spikes).toBe(total(made.map(({ values }) => total([...values]))));
    const again = encodedDataset(dataOf(samples), options({ coding: 'poisson', steps: 50 }));
    for await (const { index, values } of again.samples({ start: 7, limit: 2 }))
      expect(values).toEqual(made[index]!.values);
    const other = await encode(samples, { coding: 'poisson', steps: 50, seed: 2 });
    expect(other.made[0]!.values).not.toEqual(made[0]!.values);
  });

  it('takes 255 of bytes for 1 where no largest value is named, and counts what lies beyond one', async () => {
    const bytes = await encode([Uint8Array.of(255, 51, 0)], { steps: 10, max: undefined });
    expect([0, 1, 2].map((k) => total([...bytes.made[0]!.values].filter((_, at) => at % 3 === k)))).toEqual([10, 2, 0]);
    expect(bytes.record).toEqual({ coding: 'delta', steps: 10, nonZero: 2, max: 255, limited: 0, spikes: 12 });
    const loud = await encode([Float32Array.of(3, 0.5)], { steps: 4, max: 2 });
    expect(loud.record).toMatchObject({ max: 2, limited: 1, spikes: 5 });
    expect(loud.faults.map(({ code }) => code)).toEqual(['W0707']);
  });

  it('sends the value that stands for a spike', async () => {
    for (const coding of CODINGS.filter(sendsSpikes))
      expect(await train(1, { coding, steps: 1, spike: 0.25 })).toEqual([0.25]);
  });

  it.each([
    ['poisson', true],
    ['ttfs', true],
    ['delta', false],
  ] as const)('%s has no spikes below 0 where the input takes them: %s', async (coding, negative) => {
    const refused = encode([Float32Array.of(0.5), Float32Array.of(0, -0.5)], { coding, negative });
    await expect(refused).rejects.toThrow(DiagnosticError);
    await expect(refused).rejects.toThrow('sample 1 has -0.5, element 1');
  });
});
