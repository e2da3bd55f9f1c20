/** What of the input a record shows: as it came, and a bounded part of it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inputRasterOf } from '../../../emulator/account/raster.ts';
import { shapeSize } from '../../../isa/index.ts';
import { Draws } from '../../arbitraries/random.ts';

type Input = Parameters<typeof inputRasterOf>[0];
const inputOf = (shape: [number, number, number], ticks?: number, stepTicks?: number): Input => ({
  shape,
  ...(ticks && { ticks }),
  ...(stepTicks && { stepTicks }),
});

describe('what is shown of an input', () => {
  it('is when its elements sent, and what all of them did', () => {
    const sizes = [
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 9 }),
    ] as const;
    fc.assert(
      fc.property(
        fc.tuple(...sizes),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(),
        (shape, steps, stepTicks, seed) => {
          const draws = new Draws(seed);
          const size = shapeSize(shape);
          const payloads = Array.from({ length: size * steps }, () => (draws.chance(0.3) ? draws.between(-2, 3) : 0));
          const shown = draws.between(1, steps * stepTicks + 2);
          const raster = inputRasterOf(inputOf(shape, steps, stepTicks), payloads, shown)!;
          expect(raster.elements).toBe(size);
          expect(raster.packets).toBe(payloads.filter((payload) => payload !== 0).length);
          expect(raster.payload).toBe(payloads.reduce((sum, payload) => sum + Math.abs(payload), 0));
          expect(raster.shown.length).toBe(Math.min(size, 128));
          for (const { element, ticks } of raster.shown)
            expect(ticks).toEqual(
              Array.from({ length: steps }, (_, step) => step)
                .filter((step) => step * stepTicks < shown && payloads[step * size + element] !== 0)
                .map((step) => step * stepTicks),
            );
        },
      ),
    );
  });

  it('is nothing where input comes once', () => {
    expect(inputRasterOf(inputOf([1, 2, 2]), [1, 0, 1, 0], 5)).toBeUndefined();
  });

  it('is at most 20,000 packets', () => {
    const raster = inputRasterOf(inputOf([2, 20, 20], 400), new Int16Array(800 * 400).fill(2), 400)!;
    expect(raster.shown.reduce((sum, { ticks }) => sum + ticks.length, 0)).toBe(32 * 400);
    expect(raster.payload).toBe(2 * 800 * 400);
  });
});
