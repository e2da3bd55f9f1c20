import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { resetRun } from '../../../emulator/machine/reset-run.ts';
import { ARITHMETIC_LOOPS } from '../../../emulator/plain/kernels/arithmetic.ts';
import { type FireRun, fireRun } from '../../../emulator/plain/kernels/fire.ts';
import { newTally } from '../../../emulator/plain/tally.ts';
import { addCurrent } from '../../../emulator/plain/ops/current.ts';

const cases = fc.record({
  first: fc.nat(3),
  potentials: fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 }),
  /** Whether V was the same at the end of the last update. */
  unchanged: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
  thresholds: fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 5 }),
  updateLanes: fc.integer({ min: 1, max: 9 }),
  activeCycles: fc.integer({ min: 1, max: 4 }),
  idleCycles: fc.integer({ min: 1, max: 3 }),
  start: fc.nat(100),
  strict: fc.boolean(),
});

describe('update kernels', () => {
  it('FIRE costs, counts and schedules each step as spec/timing.md says', () => {
    fc.assert(
      fc.property(cases, (c) => {
        const count = c.potentials.length;
        const v = Int32Array.from([...Array<number>(c.first).fill(99), ...c.potentials]);
        const before = Int32Array.from(v);
        const previous = v.map((potential, n) =>
          n >= c.first && c.unchanged[n - c.first]! ? potential : potential + 1,
        );
        const run: FireRun = {
          ...c,
          count,
          parameters: Int32Array.from(c.thresholds),
          address: 0,
          period: c.thresholds.length,
          tree: 7,
          subtracts: true,
          resets: undefined,
        };
        const tally = { ...newTally(count), cycles: c.start };
        fireRun(v, previous, run, tally);

        const threshold = (k: number): number => c.thresholds[k % c.thresholds.length]!;
        const fires = c.potentials.map((p, k) => (c.strict ? p > threshold(k) : p >= threshold(k)));
        const active = fires.map((fire, k) => fire || !c.unchanged[k]!);
        let cycles = c.start;
        const packets: { index: number; cycle: number }[] = [];
        for (let step = 0; step < count; step += c.updateLanes) {
          const neurons = Array.from({ length: Math.min(c.updateLanes, count - step) }, (_, j) => step + j);
          const spikes = neurons.filter((k) => fires[k]);
          spikes.forEach((index, j) => packets.push({ index, cycle: cycles + j }));
          const anyActive = neurons.some((k) => active[k]);
          cycles += Math.max(anyActive ? c.activeCycles : c.idleCycles, spikes.length);
        }
        expect(tally.cycles).toBe(cycles);
        expect(tally.packets).toBe(packets.length);
        expect([...tally.index.subarray(0, packets.length)]).toEqual(packets.map(({ index }) => index));
        expect([...tally.cycle.subarray(0, packets.length)]).toEqual(packets.map(({ cycle }) => cycle));
        expect(tally.active).toBe(active.filter(Boolean).length);
        expect(tally.idle).toBe(count - tally.active);
        c.potentials.forEach((potential, k) => {
          expect(v[c.first + k]).toBe(fires[k] ? potential - threshold(k) : potential);
          expect(previous[c.first + k]).toBe(v[c.first + k]);
        });
        expect([...v.subarray(0, c.first)]).toEqual([...before.subarray(0, c.first)]);
      }),
    );
  });

  it('BIAS, CURRENT and RESET touch their run alone and repeat their parameters', () => {
    fc.assert(
      fc.property(
        fc.nat(4),
        fc.nat(12),
        fc.array(fc.integer(), { minLength: 1, maxLength: 4 }),
        (first, count, values) => {
          const size = first + count + 2;
          const parameters = Int32Array.from([123, ...values]);
          const v = new Int32Array(size).fill(1);
          const current = Int32Array.from({ length: size }, (_, n) => n);
          const inside = (n: number): boolean => n >= first && n < first + count;
          const parameter = (n: number): number => values[(n - first) % values.length]!;
          const run = { first, count, address: 1, period: values.length };
          ARITHMETIC_LOOPS.add(v, v, { values: parameters, address: 1, period: values.length }, run);
          addCurrent(v, current, first, count);
          v.forEach((potential, n) => {
            expect(potential).toBe(inside(n) ? (1 + parameter(n) + n) | 0 : 1);
          });
          resetRun(v, current, parameters, run);
          v.forEach((potential, n) => {
            expect([potential, current[n]]).toEqual(inside(n) ? [parameter(n), 0] : [1, n]);
          });
        },
      ),
    );
  });
});
