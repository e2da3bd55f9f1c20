import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pictureOf, takesImages, WrongPictures } from '../../bin/commands/wrong-pictures.ts';
import { type Chip, MOST_PICTURE_SIDE, MOST_PICTURES, type RunRecord } from '../../isa/index.ts';

const chipOf = (shape: readonly number[], ticks?: number): Chip =>
  ({ input: { shape, ...(ticks !== undefined && { ticks }) } }) as unknown as Chip;
const withAccuracy = { accuracy: { correct: 0, total: 9, top1: 0, ci95: [0, 1] } } as unknown as RunRecord;

describe('pictures of samples that were not recognised', () => {
  it.each([
    [[1, 28, 28], undefined, true],
    [[3, 32, 32], 1, true],
    [[2, 34, 34], undefined, false],
    [[784, 1, 1], undefined, false],
    [[1, 1, 100], undefined, false],
    [[1, 28, 28], 10, false],
  ])('input %j in %j ticks is an image: %j', (shape, ticks, expected) => {
    expect(takesImages(chipOf(shape, ticks))).toBe(expected);
  });

  it('are of the first wrong ones alone, with label, answer and pixels, however many run at once', () => {
    const sample = fc.record({
      label: fc.option(fc.nat(3), { nil: undefined }),
      predicted: fc.nat(3),
      value: fc.nat(255),
    });
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (samples, ahead) => {
        const pictures = new WrongPictures(chipOf([1, 2, 2]));
        const show = (index: number): void => {
          const one = samples[index];
          if (one === undefined) return;
          const values = new Uint8Array(4).fill(one.value);
          pictures.show({ index, shape: [2, 2], values, ...(one.label !== undefined && { label: one.label }) });
        };
        for (let k = 0; k < ahead; k++) show(k);
        samples.forEach(({ predicted }, k) => {
          pictures.judge(predicted);
          show(k + ahead);
        });
        const wrong = samples.flatMap(({ label, predicted, value }, index) =>
          label === undefined || label === predicted ? [] : [{ index, label, predicted, value }],
        );
        const kept = pictures.addTo(withAccuracy).accuracy!.pictures ?? [];
        expect(kept.map(({ index, label, predicted, pixels }) => ({ index, label, predicted, pixels }))).toEqual(
          wrong.slice(0, MOST_PICTURES).map(({ value, ...rest }) => ({
            ...rest,
            pixels: Buffer.alloc(4, value).toString('base64'),
          })),
        );
      }),
    );
  });

  it('put the channels of a pixel side by side, from black to white', () => {
    const values = Float32Array.of(0, 1, 0.5, 0.5, 1, 0);
    expect([...pictureOf(values, [3, 1, 2]).bytes]).toEqual([0, 128, 255, 255, 128, 0]);
    expect([...pictureOf(Float32Array.of(-2, 0, 2, 6), [1, 2, 2]).bytes]).toEqual([0, 64, 128, 255]);
    expect([...pictureOf(Float32Array.of(7, 7, 7, 7), [1, 2, 2]).bytes]).toEqual([128, 128, 128, 128]);
  });

  it('are small, whatever the image', () => {
    const { height, width, bytes } = pictureOf(new Uint8Array(3 * 100 * 150).fill(9), [3, 100, 150]);
    expect(Math.max(height, width)).toBeLessThanOrEqual(MOST_PICTURE_SIDE);
    expect(new Set(bytes)).toEqual(new Set([9]));
    expect(bytes).toHaveLength(3 * height * width);
  });
});
