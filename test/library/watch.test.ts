/** A watched inference is the inference: phase by phase it adds up to what `run` says. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inputSize } from '../../isa/index.ts';
import {
  build,
  type DiagnosticError,
  open,
  type OpenChip,
  run,
  samplesOf,
  watch,
  type WatchedPhase,
} from '../../library/index.ts';
import { tinyNetwork } from '../bin/world.ts';

const SHAPE = [1, 6, 6];
const recurrent = readFileSync(new URL('../../examples/populations/rhythm.net.json', import.meta.url));
const source = new TextEncoder().encode(JSON.stringify(tinyNetwork()));
const samples = (values: Uint8Array) => samplesOf(values, SHAPE);

let chips: readonly OpenChip[];
beforeAll(async () => {
  const calibrate = samples(Uint8Array.from({ length: 8 * 36 }, (_, k) => (k * 37) % 256));
  const of = async (settings: Parameters<typeof build>[1]): Promise<OpenChip> =>
    open((await build(source, { ...settings, calibrate })).bytes);
  chips = [
    await of({ mode: 'default', window: 4 }),
    await of({ mode: 'exact', code: 'graded', window: 8 }),
    await of({ mode: 'default', window: 3, target: 'loihi' }),
    // Input in every step, and a recurrent population.
    open((await build(recurrent, { fileName: 'rhythm.net.json' })).bytes),
  ];
});

async function watched(chip: OpenChip, values: Uint8Array | Float32Array, settings: Parameters<typeof watch>[2] = {}) {
  const phases: WatchedPhase[] = [];
  const steps = watch(chip, values, settings);
  for (let next = await steps.next(); ; next = await steps.next()) {
    if (next.done === true) return { phases, answer: next.value };
    phases.push(next.value);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe('watch', () => {
  it('adds up to what run gives: answer, cycles, energy, counts, links and layers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 2, 3),
        fc.uint8Array({ minLength: 36, maxLength: 36 }),
        async (which, bytes) => {
          const chip = chips[which]!;
          const size = inputSize(chip.chip.input);
          const values = which < 3 ? bytes : Float32Array.from({ length: size }, (_, k) => bytes[k % 36]! & 1);
          const now = (): number => 0;
          const { answer, phases } = await watched(chip, values, { now });
          const { record } = await run(chip, values, { now, float: false });
          expect(answer.record).toEqual(record);
          const { spent } = phases.at(-1)!;
          expect(spent).toMatchObject({
            spikes: record.counts.spikes,
            packets: record.counts.packets,
            synops: record.counts.synops,
          });
          expect(spent.latencyCycles).toBe(record.latency!.cyclesPerInference.max);
          expect(spent.energyJ).toBe(record.energy.jouleTotal);
          expect(spent.isPartial).toBe(record.energy.partial);
          const { east, west, north, south } = record.counts.linkHops;
          expect(sum(phases.map(({ hops }) => hops.length / 3))).toBe(east + west + north + south);
          record.perLayer.forEach(({ spikes }, layer) =>
            expect(sum(phases.map(({ fired }) => fired[layer]?.length ?? 0))).toBe(spikes),
          );
          expect(sum(phases.flatMap(({ cores }) => cores.map(({ synops }) => synops)))).toBe(record.counts.synops);
          for (const [k, phase] of phases.entries()) {
            const before = phases[k - 1];
            if (before !== undefined) expect(phase.startCycle).toBe(before.startCycle + before.cycles);
            expect(phase.spent.energyJ).toBeGreaterThanOrEqual(before?.spent.energyJ ?? 0);
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('tells potentials of the layers that are asked for, hops in the order of cycles between neighbours, and no more than asked', async () => {
    const values = new Uint8Array(36).fill(200);
    const [chip] = chips as [OpenChip];
    const { phases } = await watched(chip, values, { potentialsOf: [0] });
    const ticks = phases.filter(({ kind }) => kind === 'tick');
    expect(ticks).toHaveLength(chip.chip.ticks);
    for (const { potentials } of ticks) expect([...potentials.keys()]).toEqual([0]);
    const { width } = chip.chip.target.mesh;
    for (const { hops, cycles } of phases)
      for (let k = 0; k < hops.length; k += 3) {
        const [from, to, cycle] = hops.subarray(k, k + 3) as unknown as [number, number, number];
        expect([1, width]).toContain(Math.abs(from - to));
        expect(cycle).toBeLessThan(cycles);
        if (k > 0) expect(cycle).toBeGreaterThanOrEqual(hops[k - 1]!);
      }
    const few = await watched(chip, values, { mostHops: 1 });
    few.phases.forEach(({ hops, hopsLeftOut }, k) => {
      const all = phases[k]!.hops;
      expect([...hops]).toEqual([...all.subarray(0, 3)]);
      expect(hopsLeftOut).toBe(Math.max(0, all.length / 3 - 1));
    });
  });

  it('refuses a layer that is not there, and stops between two ticks', async () => {
    const [chip] = chips as [OpenChip];
    const values = new Uint8Array(36);
    const fault = await watched(chip, values, { potentialsOf: [99] }).catch((error: unknown) => error);
    expect((fault as DiagnosticError).diagnostics.map(({ code }) => code)).toEqual(['E0405']);
    const controller = new AbortController();
    const steps = watch(chip, values, { signal: controller.signal });
    await steps.next();
    controller.abort(new Error('enough'));
    await expect(
      (async () => {
        for (;;) if ((await steps.next()).done === true) return;
      })(),
    ).rejects.toThrow('enough');
  });
});
