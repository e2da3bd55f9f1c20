/** Views of arrays against arrays that are really moved. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  broadcastDims,
  broadcastView,
  contiguous,
  indicesOf,
  isWhole,
  reshapedView,
  slicedView,
  transposedView,
} from '../../../compiler/read/onnx/strided.ts';

const sizeOf = (dims: readonly number[]): number => dims.reduce((product, length) => product * length, 1);
const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });

/** Every place of an array of these dimensions, row after row. */
function placesOf(dims: readonly number[]): number[][] {
  return dims.reduce<number[][]>(
    (places, length) => places.flatMap((place) => Array.from({ length }, (_, k) => [...place, k])),
    [[]],
  );
}
const flat = (dims: readonly number[], place: readonly number[]): number =>
  place.reduce((index, k, axis) => index * dims[axis]! + k, 0);

describe('views', () => {
  it('transpose and slice as their definitions say', () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), fc.integer({ min: -2, max: 2 }), (dims, seed, at, step) => {
        const order = [...dims.keys()].sort((a, b) => ((a * 7 + seed) % 5) - ((b * 7 + seed) % 5) || a - b);
        const turned = transposedView(contiguous(dims), order);
        const expected = placesOf(turned.dims).map((place) =>
          flat(
            dims,
            dims.map((_, axis) => place[order.indexOf(axis)]!),
          ),
        );
        expect([...indicesOf(turned)]).toEqual(expected);

        const axis = at % dims.length;
        const length = dims[axis]!;
        const stride = step === 0 ? 1 : step;
        const start = stride < 0 ? length - 1 : 0;
        const count = Math.ceil(length / Math.abs(stride));
        const cut = slicedView(contiguous(dims), axis, start, stride, count);
        expect([...indicesOf(cut)]).toEqual(
          placesOf(cut.dims).map((place) => flat(dims, place.with(axis, start + stride * place[axis]!))),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('reshape what they can without moving anything, and keep the order', () => {
    fc.assert(
      fc.property(shape, fc.nat(), (dims, seed) => {
        const order = [...dims.keys()].sort((a, b) => ((a * 3 + seed) % 4) - ((b * 3 + seed) % 4) || a - b);
        const view = transposedView(contiguous(dims), order);
        const whole = sizeOf(dims);
        for (const wanted of [[whole], [1, whole], [...view.dims, 1], [view.dims[0]!, whole / view.dims[0]!]]) {
          const reshaped = reshapedView(view, wanted);
          if (reshaped !== undefined) expect([...indicesOf(reshaped)]).toEqual([...indicesOf(view)]);
          if (isWhole(view, whole)) expect(reshaped).toBeDefined();
        }
      }),
      { numRuns: 200 },
    );
  });

  it('repeat what is broadcast', () => {
    const dims = broadcastDims([2, 1, 3], [4, 1])!;
    expect(dims).toEqual([2, 4, 3]);
    expect([...indicesOf(broadcastView(contiguous([2, 1, 3]), dims)!)]).toEqual(
      placesOf(dims).map(([a, , c]) => a! * 3 + c!),
    );
    expect(broadcastDims([2], [3])).toBeUndefined();
    expect(broadcastView(contiguous([2]), [3])).toBeUndefined();
  });
});
