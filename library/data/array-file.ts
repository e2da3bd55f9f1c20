/** An array in a file, whatever the format around it: a header, then elements of one type in C order. */
import { fail, type Place } from '../../isa/index.ts';
import { ByteStream, type Chunks } from './bytes.ts';
import { elementBytes, type ElementType } from './elements.ts';

export interface ArrayHeader {
  /** `IDX`, `.npy`; for messages. */
  readonly format: string;
  readonly element: ElementType;
  readonly shape: readonly number[];
  /** Bytes before the first element. */
  readonly headerBytes: number;
  /** Whether the first index changes fastest, as in Fortran; in C the last one does. */
  readonly lastAxisFirst?: boolean;
}

export interface ArrayFile extends ArrayHeader {
  readonly file: string;
  /** The array from a byte of its data on, the header not counted. The caller closes the stream. */
  open(dataOffset: number): Promise<ByteStream>;
}

/** Dimensions of an array, and more than any image needs. */
const MAX_DIMENSIONS = 8;
/** Elements of one sample that are held in memory at once. */
export const MAX_SAMPLE_ELEMENTS = 2 ** 24;

/** Where the bytes of an array come from: a plain file, or one that can only be inflated from its start. */
export interface ArrayBytes {
  readonly file: string;
  /** Bytes of header and data together; undefined where they are compressed. */
  readonly size?: number;
  readonly chunks: (offset: number) => Chunks;
  /** Whether `chunks` honours its offset; otherwise it always starts at 0. */
  readonly seekable: boolean;
}

/** @throws E0602 where the shape is impossible or the file has another size than it says; E0606 for too many dimensions */
export function arrayFile(header: ArrayHeader, bytes: ArrayBytes): ArrayFile {
  const place: Place = { file: bytes.file };
  const { shape, format, headerBytes } = header;
  if (shape.length === 0 || shape.length > MAX_DIMENSIONS)
    fail('E0606', `the ${format} array has ${shape.length} dimensions; 1 to ${MAX_DIMENSIONS} are read`, place);
  const dataBytes = elementCount(shape) * elementBytes(header.element);
  if (!Number.isSafeInteger(dataBytes))
    fail('E0602', `the ${format} header gives the impossible shape [${shape.join(', ')}]`, place);
  if (bytes.size !== undefined && bytes.size !== headerBytes + dataBytes)
    fail(
      'E0602',
      `the ${format} header gives the shape [${shape.join(', ')}], which takes ${headerBytes + dataBytes} bytes with the ` +
        `header; the file has ${bytes.size}`,
      { ...place, offset: Math.min(bytes.size, headerBytes + dataBytes) },
    );
  return {
    ...header,
    file: bytes.file,
    async open(dataOffset) {
      const at = headerBytes + dataOffset;
      if (bytes.seekable) return new ByteStream(bytes.chunks(at), bytes.file, at);
      const stream = new ByteStream(bytes.chunks(0), bytes.file);
      try {
        await stream.skip(at, 'what lies before the sample');
      } catch (error) {
        await stream.close();
        throw error;
      }
      return stream;
    },
  };
}

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);
