import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addConvolutionPatch, type ConvolutionTile, tapsOfAxon } from '../../../emulator/plain/kernels/conv.ts';
import { addDenseRow } from '../../../emulator/plain/kernels/dense.ts';
import { addPackedRows, packedLength, packRows, STATE_PADDING } from '../../../emulator/plain/kernels/packed.ts';
import { newPullScratch, pullConvolution } from '../../../emulator/plain/kernels/pull.ts';
import { size, steps } from '../../arbitraries/convolutions.ts';
import { seededRandom } from '../../arbitraries/random.ts';

/** Weights without order, or all the same extreme one. */
function weightsOf(seed: number, count: number, extreme: number | undefined): Int8Array {
  const random = seededRandom(seed);
  return Int8Array.from({ length: count }, () => extreme ?? Math.floor(random() * 256) - 128);
}

/** State whose sums wrap around, so that arithmetic modulo 2^32 is seen. */
function stateOf(seed: number, count: number): Int32Array {
  const random = seededRandom(seed + 1);
  return Int32Array.from({ length: count }, () => Math.floor(random() * 2 ** 32) | 0);
}

const weighted = { extreme: fc.constantFrom(-128, 127, undefined), seed: fc.nat() };

describe('packed rows', () => {
  it('add up as rows one by one do, however many, and leave the neighbours alone', () => {
    const cases = fc.record({
      ...weighted,
      rows: size(20),
      count: fc.oneof(size(20), size(70)),
      gap: fc.nat(3),
      base: fc.nat(5),
      first: fc.nat(3),
      shift: fc.nat(31),
      events: fc.oneof(fc.constantFrom(0, 1, 31, 32, 33, 64, 257, 258, 600), fc.nat(80)),
    });
    fc.assert(
      fc.property(cases, ({ extreme, seed, rows, count, gap, base, first, shift, events }) => {
        const random = seededRandom(seed + 2);
        const stride = count + gap;
        const weights = weightsOf(seed, base + rows * stride, extreme);
        const heard = Array.from({ length: events }, () => Math.floor(random() * rows));
        const length = packedLength(count);
        const expected = stateOf(seed, first + count + STATE_PADDING);
        const state = expected.slice();
        for (const row of heard) addDenseRow(expected, first, count, weights, base + row * stride, 1 << shift);
        const starts = Int32Array.from([...heard.map((row) => row * length), 7]);
        const packed = packRows(weights, base, rows, stride, count);
        addPackedRows(state, first, { rows: packed, length, starts, shift }, events);
        expect(state).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a convolution that is pulled', () => {
  const geometry = {
    outHeight: size(5),
    outWidth: size(5),
    outChannels: fc.oneof(size(9), fc.constantFrom(16, 20, 33)),
    inHeight: size(6),
    inWidth: size(6),
    inChannels: size(5),
    kernelHeight: size(4),
    kernelWidth: size(4),
    ...steps,
    offsetY: fc.integer({ min: -4, max: 6 }),
    offsetX: fc.integer({ min: -4, max: 6 }),
  };

  it('adds what pushing its events one by one does, and finds as many taps', () => {
    const cases = fc.record({
      ...weighted,
      geometry: fc.record(geometry),
      gap: fc.nat(3),
      first: fc.nat(3),
      shift: fc.nat(31),
      density: fc.constantFrom(0, 0.01, 0.2, 1),
      times: size(4),
    });
    fc.assert(
      fc.property(cases, ({ extreme, seed, geometry: g, gap, first, shift, density, times }) => {
        const random = seededRandom(seed + 2);
        const runStride = g.outChannels + gap;
        const runs = g.inChannels * g.kernelHeight * g.kernelWidth;
        const weights = weightsOf(seed, 3 + runs * runStride, extreme);
        const tile: ConvolutionTile = { ...g, first, groups: 1, weights, base: 3, runStride, mirrored: undefined };
        const axons = g.inHeight * g.inWidth * g.inChannels;
        const heard = Array.from({ length: axons }, (_, axon) => axon)
          .filter(() => random() < density)
          .flatMap((axon) => Array<number>(1 + Math.floor(random() * times)).fill(axon));
        const expected = stateOf(seed, first + g.outHeight * g.outWidth * g.outChannels + STATE_PADDING);
        const state = expected.slice();
        const taps = heard.map((axon) => addConvolutionPatch(expected, tile, axon, 1 << shift));
        const packed = { rows: packRows(weights, 3, runs, runStride, g.outChannels), shift };
        const scratch = newPullScratch(axons, heard.length);
        const spikes = { repeated: Int32Array.from([...heard, 0]), repeats: heard.length };
        const pulled = pullConvolution(state, tile, packed, spikes, scratch);
        expect(state).toEqual(expected);
        expect(heard.map((axon) => tapsOfAxon(tile, axon))).toEqual(taps);
        expect(pulled).toBe(taps.reduce((sum, count) => sum + count, 0));
      }),
      { numRuns: 300 },
    );
  });
});
