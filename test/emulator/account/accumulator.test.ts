import { describe, expect, it } from '@jest/globals';
import { Emulator, RunAccumulator, type RunOptions } from '../../../emulator/index.ts';
import { barrierCycles, type Chip, type RunRecord, runRecord, SpikeDigest } from '../../../isa/index.ts';
import { sampleChip, tinyTarget } from '../../isa/chips.ts';

const file = { sha256: 'ab'.repeat(32), file: 'chip.bin', bytes: 1234 };
const inputs = [5, 3, -2, 0].map((value) => Int16Array.from({ length: 16 }, (_, k) => (k % 3 === 0 ? value : 1)));

function recordOf(more: Partial<RunOptions> = {}, labels: readonly (number | undefined)[] = []): RunRecord {
  const chip = more.chip ?? sampleChip();
  const options: RunOptions = { tool: 'test 1', file, timing: 'cycle', outputs: 'readouts', ...more, chip };
  const emulator = new Emulator(chip, { timing: options.timing });
  const accumulator = new RunAccumulator(options);
  inputs.forEach((input, index) => {
    const label = labels[index];
    accumulator.add({ index, ...(label !== undefined && { label, floatOutputs: [0, 1, 0] }) }, emulator.infer(input));
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
      expect(runRecord.schema.parse(record)).toEqual(record);
      expect(record.latency === undefined).toBe(timing === 'none');
      expect(record.energy.partial).toBe(timing === 'none');
    }
  });

  it('reports the outputs that were asked for', () => {
    const emulator = new Emulator(sampleChip(), { timing: 'none' });
    const expected = inputs.map((input, index) => {
      const { predicted, readout } = emulator.infer(input);
      const { output, window } = sampleChip();
      const values = Array.from(readout, (v) => (v * output.step) / window);
      return { index, predicted, name: output.labels[predicted], readout: [...readout], values };
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

  describe('what bound the inferences', () => {
    const tickCycles = { value: 60, unit: 'cycles', kind: 'assumed', source: 'test' } as const;
    const target = tinyTarget();
    const fixed = sampleChip({ ...target, timing: { ...target.timing, tickCycles } });
    const timings = (chip: Chip) => {
      const emulator = new Emulator(chip, { timing: 'cycle' });
      return inputs.map((input) => structuredClone(emulator.infer(input).timing!));
    };
    const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
    const totalOf = (parts: readonly { integrateCycles: number; updateCycles: number }[]) => [
      sum(parts.map(({ integrateCycles }) => integrateCycles)),
      sum(parts.map(({ updateCycles }) => updateCycles)),
    ];

    it.each([sampleChip(), fixed])('adds up by core, by layer and by tick', (chip) => {
      const { latency } = recordOf({ chip });
      const all = timings(chip);
      const { bound, critical, perLayer, perTick } = latency!;
      const busy = [bound.integrate, bound.update];
      expect(totalOf(critical!)).toEqual(busy);
      expect(totalOf(perLayer!)).toEqual(busy);
      expect(perLayer!.map(({ name }) => name)).toEqual(['conv1', 'conv2', 'sum', 'out']);
      for (const core of critical!) {
        expect(totalOf(core.layers)).toEqual([core.integrateCycles, core.updateCycles]);
        expect(core.tile).toBe(core.core);
        expect(core.ticks).toBe(
          sum(all.map(({ tickBounds }) => tickBounds.core.filter((c) => c === core.core).length)),
        );
      }
      const longest = critical!.map(({ integrateCycles, updateCycles }) => integrateCycles + updateCycles);
      expect(longest).toEqual(longest.toSorted((a, b) => b - a));
      for (const cause of ['integrate', 'update', 'network', 'barrier', 'wait'] as const)
        expect(sum(perTick.map((tick) => tick.bound![cause]))).toBe(bound[cause]);
      perTick.forEach(({ critical: most, bound: split }, tick) => {
        expect(sum(Object.values(split!))).toBe(sum(all.map(({ tickCycles: cycles }) => cycles[tick]!)));
        expect(split!.barrier).toBe(inputs.length * barrierCycles(chip.target));
        const cores = all.map(({ tickBounds }) => tickBounds.core[tick]!);
        const count = (core: number): number => cores.filter((c) => c === core).length;
        if (most === undefined) expect(count(-1)).toBe(inputs.length);
        else {
          expect(most.inferences).toBe(count(most.core));
          for (const core of cores) if (core >= 0) expect(count(core)).toBeLessThanOrEqual(most.inferences);
        }
      });
    });

    it('names the longest inference, the first of equals, with its own split', () => {
      const all = timings(fixed);
      const most = Math.max(...all.map(({ cycles }) => cycles));
      const index = all.findIndex(({ cycles }) => cycles === most);
      const { worst } = recordOf({ chip: fixed }).latency!;
      expect(worst).toMatchObject({ index, cycles: most, seconds: most / 1e8, bound: all[index]!.bound });
      const cyclesOf = (core: number): number =>
        sum(
          all[index]!.criticalShares.filter((share) => share.core === core).map(
            ({ integrateCycles, updateCycles }) => integrateCycles + updateCycles,
          ),
        );
      expect(worst!.critical!.cycles).toBe(Math.max(...[0, 1, 3].map(cyclesOf)));
      expect(cyclesOf(worst!.critical!.core)).toBe(worst!.critical!.cycles);
    });

    it('counts overruns only where ticks have a fixed length', () => {
      const all = timings(fixed);
      expect(recordOf().latency!.fixedTick).toBeUndefined();
      const record = recordOf({ chip: fixed });
      expect(record.latency!.fixedTick).toEqual({
        cycles: 60,
        overrunTicks: sum(all.map(({ overrunTicks }) => overrunTicks)),
        overrunCycles: sum(all.map(({ overrunCycles }) => overrunCycles)),
      });
      expect(record.latency!.fixedTick!.overrunTicks).toBeGreaterThan(0);
      expect(record.latency!.bound.wait).toBeGreaterThan(0);
      expect(runRecord.schema.parse(record)).toEqual(record);
    });

    it('holds inferences against a deadline: those that take longer miss it, those that just do it do not', () => {
      const all = timings(fixed).map(({ cycles }) => cycles);
      const most = Math.max(...all);
      for (const cycles of [0, ...all, ...all.map((each) => each - 1), most + 1]) {
        const deadline = { cycles, seconds: cycles / 1e8 };
        const record = recordOf({ chip: fixed, deadline });
        const missed = all.filter((each) => each > cycles).length;
        const worst = { index: all.indexOf(most), cycles: most, excessCycles: most - cycles };
        expect(record.deadline).toEqual({ ...deadline, missed, ...(missed > 0 && { worst }) });
        expect(runRecord.schema.parse(record)).toEqual(record);
      }
      expect(recordOf({ chip: fixed }).deadline).toBeUndefined();
      expect(recordOf({ timing: 'none', deadline: { cycles: 1, seconds: 1 } }).deadline).toBeUndefined();
    });

    it('records of earlier versions, without all this, are still read', () => {
      const { latency, ...record } = recordOf();
      const { worst: _, critical: __, perLayer: ___, perTick, bound, ...rest } = latency!;
      const { wait: ____, ...boundBefore } = bound;
      const ticksBefore = perTick.map(({ median, p99, max }) => ({ median, p99, max }));
      const before = { ...record, latency: { ...rest, bound: boundBefore, perTick: ticksBefore } };
      expect(runRecord.schema.parse(before)).toEqual({
        ...before,
        latency: { ...before.latency, bound: { ...boundBefore, wait: 0 } },
      });
    });
  });
});
