/** Arrays whose first index changes fastest (Fortran, Matlab), turned so that the last one does. */
import { fail } from '../../isa/index.ts';
import { type ArrayFile, elementCount } from './array-file.ts';
import { ByteStream, type Chunks } from './bytes.ts';
import { elementBytes } from './elements.ts';

/** A sample lies all over such an array, so it is held whole. */
const MAX_TURNED_BYTES = 2 ** 29;

/**
 * The array with its elements in the order of C. It is read whole when it is first opened, and kept.
 *
 * @throws E0606 for arrays of more than 512 MiB
 */
export function inOrderOfC(array: ArrayFile): ArrayFile {
  const { shape, element, file } = array;
  const size = elementBytes(element);
  const bytes = elementCount(shape) * size;
  if (bytes > MAX_TURNED_BYTES)
    fail(
      'E0606',
      `an array of ${bytes} bytes in Fortran order is not read; at most ${MAX_TURNED_BYTES} are`,
      { file },
      'store numpy.ascontiguousarray(array)',
    );
  let turned: Promise<Uint8Array> | undefined;
  const read = async (): Promise<Uint8Array> => {
    const stream = await array.open(0);
    try {
      return turn(await stream.read(bytes, 'the array'), shape, size);
    } finally {
      await stream.close();
    }
  };
  return {
    ...array,
    async open(dataOffset) {
      const whole = await (turned ??= read());
      return new ByteStream(chunkOf(whole.subarray(dataOffset)), file, array.headerBytes + dataOffset);
    },
  };
}

async function* chunkOf(bytes: Uint8Array): Chunks {
  yield await Promise.resolve(bytes);
}

function turn(bytes: Uint8Array, shape: readonly number[], size: number): Uint8Array {
  const turned = new Uint8Array(bytes.length);
  // Elements from one index of an axis to the next, as stored.
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < bytes.length; to += size) {
    for (let byte = 0; byte < size; byte++) turned[to + byte] = bytes[from * size + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return turned;
}
