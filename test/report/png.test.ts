import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { encodePng } from '../../report/html/png.ts';

const pixels = fc
  .record({
    channels: fc.constantFrom(1 as const, 3 as const),
    height: fc.integer({ min: 1, max: 20 }),
    width: fc.integer({ min: 1, max: 20 }),
  })
  .chain((size) => {
    const length = size.channels * size.height * size.width;
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({ ...size, bytes }));
  });

describe('encodePng', () => {
  it('writes what another reader reads as the same pixels', () => {
    fc.assert(
      fc.property(pixels, (picture) => {
        const { channels, height, width, bytes } = picture;
        const read = PNG.sync.read(Buffer.from(encodePng(picture)));
        expect([read.height, read.width]).toEqual([height, width]);
        for (let k = 0; k < height * width; k++)
          for (let c = 0; c < 3; c++) expect(read.data[4 * k + c]).toBe(bytes[channels * k + (channels === 3 ? c : 0)]);
      }),
      { numRuns: 30 },
    );
  });
});
