import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildChip, CONVERSION_MODES, type BuildOptions } from '../../../../compiler/index.ts';
import { chosenRounding } from '../../../../compiler/passes/quantise/rounding.ts';
import { builtinTargets } from '../../../../isa/index.ts';
import { build, buildThatFits, requestOf, TEST_OPTIONS } from '../../../arbitraries/builds.ts';
import { arbitraryNetwork, type RandomNetwork } from '../../../arbitraries/networks.ts';

const edge = builtinTargets().get('edge')!;
const OPTIONS: BuildOptions = {
  ...TEST_OPTIONS,
  target: edge,
  rounding: 'second-order',
  calibrationLimit: 16,
  ledgerSamples: 16,
};

const SMALL: RandomNetwork = {
  json: JSON.stringify({
    format: 'snn-net/1',
    input: { shape: [2, 4, 4] },
    layers: [
      {
        name: 'conv',
        op: 'conv',
        weight: { shape: [3, 2, 3, 3], data: Array.from({ length: 54 }, (_, k) => ((k * 37) % 101) / 101 - 0.45) },
        padding: 1,
      },
      { name: 'act', op: 'relu' },
      { name: 'flat', op: 'flatten' },
      {
        name: 'scores',
        op: 'dense',
        weight: { shape: [3, 48], data: Array.from({ length: 144 }, (_, k) => ((k * 53) % 97) / 97 - 0.5) },
      },
    ],
  }),
  inputShape: [2, 4, 4],
  seed: 5,
};

describe('rounding of second order', () => {
  it('moves what a network computes less than rounding to nearest does, in chips that pass every check', async () => {
    let [nearest, fedBack, networks] = [0, 0, 0];
    await fc.assert(
      fc.asyncProperty(
        arbitraryNetwork,
        fc.constantFrom<1 | 2 | 4>(1, 2, 4),
        fc.constantFrom(...CONVERSION_MODES),
        async (net, weightBits, mode) => {
          const options = { ...OPTIONS, weightBits, mode };
          const { record, chip } = await buildThatFits(net, edge, options);
          expect(record.conversion.rounding).toBe('second-order');
          expect(chip.provenance.options.rounding).toBe('second-order');
          const other = await buildThatFits(net, edge, { ...options, rounding: 'nearest' });
          expect(other.record.conversion.rounding).toBeUndefined();
          networks++;
          fedBack += Math.min(2, record.ledger!.stations.integer.difference);
          nearest += Math.min(2, other.record.ledger!.stations.integer.difference);
        },
      ),
      { numRuns: 16 },
    );
    expect(networks).toBe(16);
    expect(fedBack).toBeLessThan(0.85 * nearest);
  });

  it('gives the same bytes again', async () => {
    const options = { ...OPTIONS, weightBits: 2 } as const;
    const [first, second] = [await build(SMALL, options), await build(SMALL, options)];
    expect(Buffer.from(first.bytes).equals(Buffer.from(second.bytes))).toBe(true);
    const nearest = await build(SMALL, { ...options, rounding: 'nearest' });
    expect(Buffer.from(first.bytes).equals(Buffer.from(nearest.bytes))).toBe(false);
  });

  it('is what narrow weights get where there are samples enough; wider ones keep their bytes', async () => {
    expect(chosenRounding({ rounding: undefined, weightBits: 4 }, 32)).toBe('second-order');
    expect(chosenRounding({ rounding: undefined, weightBits: 4 }, 31)).toBe('nearest');
    expect(chosenRounding({ rounding: undefined, weightBits: 8 }, 64)).toBe('nearest');
    expect(chosenRounding({ rounding: 'second-order', weightBits: 8 }, 1)).toBe('second-order');
    const many = { ...OPTIONS, rounding: undefined, calibrationLimit: 40 };
    expect((await build(SMALL, { ...many, weightBits: 4 })).record.conversion.rounding).toBe('second-order');
    expect((await build(SMALL, many)).record.conversion.rounding).toBeUndefined();
  });

  it('is refused without samples, and stops where it is asked to', async () => {
    const { calibration: _, ...bare } = requestOf(
      { ...SMALL, json: SMALL.json.replace('"op":"relu"', '"op":"relu","max":1') },
      { ...OPTIONS, ledgerSamples: 0 },
    );
    await expect(buildChip(bare, { now: () => 0 })).rejects.toThrow(/E0301.*rounding/);
    const stop = new AbortController();
    const build = buildChip(requestOf(SMALL, OPTIONS), {
      now: () => 0,
      signal: stop.signal,
      onProgress: (pass) => {
        if (pass === 'quantise-weights') stop.abort(new Error('asked to stop'));
      },
    });
    await expect(build).rejects.toThrow('asked to stop');
  });

  it('is refused for populations, which are not converted', async () => {
    const populations = {
      format: 'snn-net/1',
      input: { shape: 1, steps: 4, payload: { min: 0, max: 1 } },
      populations: [{ name: 'a', shape: 1, neuron: 'if', threshold: 1, compare: 'ge', reset: { kind: 'subtract' } }],
      connections: [{ from: 'input', to: 'a', op: 'one-to-one', weight: 1 }],
      output: { population: 'a', decode: 'count' },
    };
    const net = { ...SMALL, json: JSON.stringify(populations) };
    await expect(buildChip(requestOf(net, OPTIONS), { now: () => 0 })).rejects.toThrow(
      /E0103.*`rounding: second-order` is about the conversion/,
    );
  });
});
