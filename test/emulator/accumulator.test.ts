import { describe, expect, it } from '@jest/globals';
import { Emulator, RunAccumulator, type RunOptions } from '../../emulator/index.ts';
import { type RunRecord, runRecordSchema, SpikeDigest } from '../../isa/index.ts';
import { sampleChip } from '../isa/chips.ts';

const file = { sha256: 'ab'.repeat(32), file: 'chip.bin', bytes: 1234 };
const inputs = [5, 3, -2, 0].map((value) => Int16Array.from({ length: 16 }, (_, k) => (k % 3 === 0 ? value : 1)));

function recordOf(more: Partial<RunOptions> = {}, labels: readonly (number | undefined)[] = []): RunRecord {
  const chip = sampleChip();
  const options: RunOptions = { tool: 'test 1', chip, file, timing: 'cycle', outputs: 'readouts', ...more };
  const emulator = new Emulator(chip, { timing: options.timing });
  const accumulator = new RunAccumulator(options);
  inputs.forEach((input, index) => {
    const label = labels[index];
    accumulator.add({ index, ...(label !== undefined && { label, floatPredicted: 1 }) }, emulator.infer(input));
  });
  return accumulator.finish({
    counts: emulator.counts(),
    layers: emulator.layers(),
    host: { seconds: 2, peakRssBytes: 1000 },
    selfTest: { samples: 2, exact: true },
  });
}

describe('RunAccumulator', () => {
  it('writes records that follow the schema, with and without timing', () => {
    for (const timing of ['cycle', 'none'] as const) {
      const record = recordOf({ timing }, [0, 1, 2, 0]);
      expect(runRecordSchema.parse(record)).toEqual(record);
      expect(record.latency === undefined).toBe(timing === 'none');
      expect(record.energy.partial).toBe(timing === 'none');
    }
  });

  it('reports the outputs that were asked for', () => {
    const emulator = new Emulator(sampleChip(), { timing: 'none' });
    const expected = inputs.map((input, index) => {
      const { predicted, readout } = emulator.infer(input);
      return { index, predicted, name: sampleChip().output.labels[predicted], readout: [...readout] };
    });
    expect(recordOf().outputs).toEqual(expected);
    expect(recordOf({ outputs: 'predictions' }).outputs).toEqual(
      expected.map(({ index, predicted, name }) => ({ index, predicted, name })),
    );
    expect(recordOf({ outputs: 'none' }).outputs).toEqual([]);
  });

  it('counts hits among labelled samples only', () => {
    const { outputs } = recordOf();
    const [a, b, c] = outputs.map(({ predicted }) => predicted) as [number, number, number];
    const { accuracy } = recordOf({}, [a, b, (c + 1) % 3, undefined]);
    expect(accuracy).toMatchObject({ correct: 2, total: 3, top1: 2 / 3 });
    expect(accuracy!.floatTop1).toBe([a, b, (c + 1) % 3].filter((label) => label === 1).length / 3);
    expect(recordOf().accuracy).toBeUndefined();
  });

  it('sums cycles, and gives each statistic in cycles and seconds', () => {
    const record = recordOf();
    const emulator = new Emulator(sampleChip(), { timing: 'cycle' });
    const digest = new SpikeDigest();
    const cycles = inputs.map((input) => {
      const inference = emulator.infer(input);
      digest.add(inference);
      return inference.timing!.cycles;
    });
    const total = cycles.reduce((sum, each) => sum + each, 0);
    const latency = record.latency!;
    expect(Object.values(latency.bound).reduce((sum, part) => sum + part, 0)).toBe(total);
    expect(latency.cyclesPerInference).toEqual({
      median: cycles.toSorted((a, b) => a - b)[1],
      p99: Math.max(...cycles),
      max: Math.max(...cycles),
    });
    expect(latency.secondsPerInference.max).toBe(Math.max(...cycles) / 1e8);
    expect(latency.inferencesPerSecond).toBeCloseTo((4 * 1e8) / total, 6);
    expect(latency.perTick).toHaveLength(7);
    expect(record.spikeDigest).toBe(digest.hex());
  });

  it('relates spikes to neurons and window', () => {
    const record = recordOf();
    expect(record.perLayer.map(({ neurons, cores }) => [neurons, cores])).toEqual([
      [32, 1],
      [8, 1],
      [8, 1],
      [3, 1],
    ]);
    for (const { rate, spikes, neurons } of record.perLayer) expect(rate).toBe(spikes / (neurons * 4 * 4));
    expect(record.chip).toMatchObject({ cores: 3, coresTotal: 4, neurons: 51, window: 4, bytes: 1234 });
    expect(record.host.synopsPerSecond).toBe(record.counts.synops / 2);
  });
});
