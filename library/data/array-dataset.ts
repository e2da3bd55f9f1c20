/** Samples of an array file: the first axis counts them, or the whole array is one. */
import { fail } from '../../isa/index.ts';
import { type ArrayFile, elementCount, MAX_SAMPLE_ELEMENTS } from './array-file.ts';
import { elementBytes, sampleValues, typeNote } from './elements.ts';
import type { RawDataset } from './dataset.ts';
import type { Batch } from './shapes.ts';

/** @throws E0606 for empty or oversized samples */
export function arrayDataset(array: ArrayFile, { count, shape }: Batch): RawDataset {
  const { file, element } = array;
  const elements = elementCount(shape);
  if (elements < 1 || elements > MAX_SAMPLE_ELEMENTS)
    fail('E0606', `a sample of the shape [${shape.join(', ')}] is not read; 1 to ${MAX_SAMPLE_ELEMENTS} elements are`, {
      file,
    });
  const sampleBytes = elements * elementBytes(element);
  const note = typeNote(element);
  return {
    count,
    ...(note !== undefined && { notes: [note] }),
    shape,
    description: `${array.format}, ${count} × [${shape.join(', ')}] of ${element.name}`,
    async *values(start, end) {
      const stream = await array.open(start * sampleBytes);
      try {
        for (let index = start; index < end; index++) {
          const place = { file, offset: stream.position };
          const bytes = await stream.read(sampleBytes, `sample ${index} of ${count}`);
          yield { values: sampleValues(bytes, element, place) };
        }
      } finally {
        await stream.close();
      }
    },
  };
}
