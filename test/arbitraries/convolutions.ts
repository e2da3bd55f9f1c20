/** Parts of convolutions. */
import fc from 'fast-check';

/** From 1 on. */
export const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** How far outputs, and how far taps, lie apart. */
export const steps = { strideY: size(3), strideX: size(3), dilationY: size(3), dilationX: size(3) };
