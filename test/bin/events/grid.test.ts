/** Which element of the input a pixel is. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OTHER_POLARITY, OUTSIDE, placesOf } from '../../../bin/events/grid.ts';
import type { EventOptions } from '../../../bin/events/options.ts';
import type { Shape } from '../../../isa/index.ts';

const STANDARD: EventOptions = {
  format: undefined,
  dtUs: 1000,
  fromUs: 'first event',
  polarity: undefined,
  values: 'count',
  axes: [],
  sensor: undefined,
  crop: undefined,
  downsample: 1,
};

const grid = (shape: Shape, options: Partial<EventOptions> = {}, sensor = { width: 40, height: 30 }) =>
  placesOf(shape, { ...STANDARD, ...options }, { sensor }, 'a.raw');

describe('from pixels to elements', () => {
  it('takes two channels as off and on, and one as both', () => {
    expect([0, 1].map((on) => grid([2, 30, 40]).elementOf(7, 3, on))).toEqual([127, 1327]);
    expect([0, 1].map((on) => grid([1, 30, 40]).elementOf(7, 3, on))).toEqual([127, 127]);
  });

  it('has a polarity for every wish', () => {
    const rows = {
      'off-on': [[2, 30, 40], 127, 1327, 1],
      'on-off': [[2, 30, 40], 1327, 127, 1],
      merge: [[1, 30, 40], 127, 127, 1],
      signed: [[1, 30, 40], 127, 127, -1],
      on: [[1, 30, 40], OTHER_POLARITY, 127, 1],
      off: [[1, 30, 40], 127, OTHER_POLARITY, 1],
    } as const;
    for (const [polarity, [shape, off, on, weight]] of Object.entries(rows)) {
      const made = grid(shape, { polarity: polarity as keyof typeof rows });
      expect([made.elementOf(7, 3, 0), made.elementOf(7, 3, 1), made.weightOf(0), made.weightOf(1)]).toEqual([
        off,
        on,
        weight,
        1,
      ]);
    }
  });

  it('swaps and mirrors in the order that is given, on a sensor that turns with it', () => {
    const turned = grid([1, 40, 30], { axes: ['swap', 'flip-x'] });
    expect(turned.elementOf(7, 3, 1)).toBe(7 * 30 + (30 - 1 - 3));
    const other = grid([1, 40, 30], { axes: ['flip-x', 'swap'] });
    expect(other.elementOf(7, 3, 1)).toBe((40 - 1 - 7) * 30 + 3);
    expect(grid([1, 30, 40], { axes: ['flip-y'] }).elementOf(7, 3, 1)).toBe((30 - 1 - 3) * 40 + 7);
  });

  it('adds up squares of what is cut out, and drops what lies outside', () => {
    fc.assert(
      fc.property(
        fc.nat(39),
        fc.nat(29),
        fc.record({
          x: fc.nat(20),
          y: fc.nat(20),
          width: fc.integer({ min: 1, max: 30 }),
          height: fc.integer({ min: 1, max: 30 }),
        }),
        fc.integer({ min: 1, max: 5 }),
        (x, y, crop, downsample) => {
          const [columns, rows] = [Math.ceil(crop.width / downsample), Math.ceil(crop.height / downsample)];
          const found = grid([1, rows, columns], { crop, downsample }).elementOf(x, y, 1);
          const [u, v] = [x - crop.x, y - crop.y];
          const inside = u >= 0 && v >= 0 && u < crop.width && v < crop.height;
          expect(found).toBe(inside ? Math.floor(v / downsample) * columns + Math.floor(u / downsample) : OUTSIDE);
        },
      ),
    );
    expect(grid([1, 10, 10]).elementOf(10, 3, 1)).toBe(OUTSIDE);
  });

  it('takes a vector as the frame of the sensor, channel by channel', () => {
    expect(grid([2400, 1, 1]).elementOf(7, 3, 1)).toBe(1327);
    expect(grid([1200, 1, 1]).elementOf(7, 3, 1)).toBe(127);
    expect(grid([600, 1, 1], { downsample: 2 }).elementOf(7, 3, 1)).toBe(300 + 23);
  });

  it('refuses inputs that no events become', () => {
    expect(() => grid([3, 30, 40])).toThrow(/E0603.*3 channels; events have one or two/);
    expect(() => grid([2, 30, 40], { polarity: 'merge' })).toThrow('E0603');
    expect(() => grid([1201, 1, 1])).toThrow(/neither one nor two channels of 40×30/);
    const unknown = { sensor: undefined };
    expect(() => placesOf([2400, 1, 1], { ...STANDARD, ...unknown }, {}, 'a.bin')).toThrow('--sensor 34x34');
    expect(() => placesOf([1, 30, 40], { ...STANDARD, axes: ['flip-x'] }, {}, 'a.bin')).toThrow(/E0103.*flip-x/);
  });
});
