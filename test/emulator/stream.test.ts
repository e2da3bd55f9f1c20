/** Chips without an end: any number of ticks, states that carry over, memory that does not grow. */
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { ChipStream, Emulator, KERNEL_KINDS, ParallelEmulator, type StreamEvent } from '../../emulator/index.ts';
import { assemble, disassemble, verifyChip } from '../../isa/index.ts';
import { shownWork } from '../differential/state-work.ts';
import { InterleavedMachine } from '../interleaved/machine.ts';
import { sampleChip } from '../isa/chips.ts';
import { EndlessReference, endlessChip, eventSource, payloadsOf } from '../programs/endless.ts';

const LONG = 100_000;
const cases = KERNEL_KINDS.flatMap((kernels) => [false, true].map((recurring) => ({ kernels, recurring })));
const code = (found: string): unknown =>
  expect.objectContaining({ diagnostics: [expect.objectContaining({ code: found })] });

/** Bytes of all areas that are not on the heap of JavaScript: planes, schedulers, the memory of the kernels. */
const areas = (): number => process.memoryUsage().arrayBuffers;

describe('a stream', () => {
  it.each(cases)(
    `has after ${LONG} ticks the state of plain integers, and the memory of ten ($kernels, recurring $recurring)`,
    ({ kernels, recurring }) => {
      const chip = endlessChip({ recurring });
      expect(verifyChip(chip)).toEqual([]);
      const stream = new ChipStream(chip, { timing: 'none', kernels });
      const reference = new EndlessReference({ recurring });
      const next = eventSource(7);
      let spikes = 0;
      let small = 0;
      let wrong = 0;
      for (let tick = 0; tick < LONG; tick++) {
        const events = next();
        const fired = reference.step(events);
        const answer = stream.step(events);
        if (answer.length !== fired.length || answer.some((element, k) => element !== fired[k])) wrong++;
        spikes += fired.length;
        if (tick === 10) small = areas();
        if (tick % 9973 === 0 || tick === LONG - 1) {
          expect([...stream.potential(0)]).toEqual(reference.hidden);
          expect([...stream.potential(1)]).toEqual(reference.out);
        }
      }
      expect(wrong).toBe(0);
      expect(spikes).toBeGreaterThan(LONG / 20);
      expect(stream.tick).toBe(LONG);
      // What checks the potentials makes a few small arrays of its own.
      expect(areas() - small).toBeLessThan(64 * 1024);
      expect(stream.reset()).toEqual({ ticks: LONG });
      expect(stream.layers()[1]!.spikes).toBe(spikes);
    },
  );

  it.each(cases)(
    'is the same on the interleaved machine, cycle by cycle ($kernels, recurring $recurring)',
    ({ kernels, recurring }) => {
      const chip = endlessChip({ recurring });
      const ticks = 60;
      const next = eventSource(11);
      const events = Array.from({ length: ticks }, next);
      const expected = InterleavedMachine.infer(chip, events.flatMap(payloadsOf), ticks);
      const stream = new ChipStream(chip, { timing: 'cycle', kernels });
      for (let tick = 0; tick < ticks; tick++) {
        expect(stream.step(events[tick]!)).toEqual(expected.host[tick]);
        for (let layer = 0; layer < 2; layer++)
          expect([...stream.potential(layer)]).toEqual(expected.potentials[tick]![layer]);
      }
      expect(expected.host.flat().length).toBeGreaterThan(0);
      const { cycles, resetCycles, inputCycles, bound, overrunTicks, overrunCycles, tickCycles } = expected.timing;
      expect(stream.reset()).toEqual({
        ticks,
        timing: {
          ...{ cycles, resetCycles, inputCycles, bound, overrunTicks, overrunCycles },
          longestTickCycles: Math.max(...tickCycles),
        },
      });
      // Without event mode there is nothing to lose.
      const { lostEvents, ...counts } = expected.counts;
      expect(lostEvents).toBe(0);
      const { betweenChips: _, ...linkHops } = counts.linkHops;
      expect(stream.counts()).toEqual({ ...counts, ...shownWork({ ...chip, ticks }), linkHops });
      expect(stream.layers()).toEqual(expected.layers);
    },
  );

  it.each(KERNEL_KINDS)('begins anew after a reset, also one with packets under way, on %s kernels', (kernels) => {
    const stream = new ChipStream(endlessChip({ recurring: true }), { timing: 'cycle', kernels });
    const run = (ticks: number): (readonly number[])[] => {
      const next = eventSource(3);
      return Array.from({ length: ticks }, () => [...stream.step(next())]);
    };
    expect(stream.reset()).toBeUndefined();
    const first = run(40);
    const end = stream.reset();
    expect(end?.ticks).toBe(40);
    const counts = stream.counts();
    expect(run(40)).toEqual(first);
    expect(stream.reset()).toEqual(end);
    expect(stream.counts().spikes).toBe(2 * counts.spikes);
    expect(stream.counts().idleCoreCycles).toBe(2 * counts.idleCoreCycles!);
    expect(first.flat().length).toBeGreaterThan(0);
  });

  it('refuses what is no event of the chip, and goes on as if it had not been there', () => {
    const chip = endlessChip({ recurring: false });
    const [stream, other] = [0, 1].map(() => new ChipStream(chip, { timing: 'none' })) as [ChipStream, ChipStream];
    const good: StreamEvent = { element: 0, payload: 3 };
    const bad: [string, StreamEvent][] = [
      ['E0708', { element: 3, payload: 1 }],
      ['E0708', { element: -1, payload: 1 }],
      ['E0708', { element: 0.5, payload: 1 }],
      ['E0708', { element: 0, payload: 1 }],
      ['E0701', { element: 1, payload: 4 }],
      ['E0701', { element: 1, payload: 0.5 }],
    ];
    for (const [found, event] of bad) {
      expect(() => stream.step([good, event])).toThrow(code(found));
      stream.step([good]);
      other.step([good]);
    }
    expect(stream.potential(0)).toEqual(other.potential(0));
    expect(stream.tick).toBe(bad.length);
  });
});

describe('what runs inferences', () => {
  it('refuses a chip without an end, and a stream one that has an end', async () => {
    const chip = endlessChip({ recurring: false });
    expect(() => new Emulator(chip, { timing: 'none' })).toThrow(code('E0707'));
    const samples = Readable.from([{ payloads: new Int16Array(3) }]);
    const parallel = new ParallelEmulator(chip, { timing: 'none', workers: 1, curve: false });
    await expect(parallel.infer(samples).next()).rejects.toEqual(code('E0707'));
    expect(() => new ChipStream(sampleChip(), { timing: 'none' })).toThrow(code('E0707'));
  });
});

describe('the text of a chip without an end', () => {
  it('is that of the same chip', () => {
    const chip = endlessChip({ recurring: true });
    expect(disassemble(chip)).toContain('.chip ticks=0 window=0');
    expect(assemble(disassemble(chip))).toEqual(chip);
  });
});
