/** The binary CIFAR-10 layout: records of a label byte and 3 × 32 × 32 bytes, planes R, G, B. It has no signature. */
import { fail } from '../../isa/index.ts';
import { type ByteSource, ByteStream } from './bytes.ts';
import type { RawDataset } from './dataset.ts';

const SHAPE = [3, 32, 32] as const;
const RECORD_BYTES = 1 + 3 * 32 * 32;
const CLASSES = 10;
/** Records whose label is looked at to tell the format. */
const PROBED = 16;

/** Whether size and first labels are those of CIFAR-10. Only sensible once all formats with a signature are ruled out. */
export async function looksLikeCifar({ file, size, chunks }: ByteSource): Promise<boolean> {
  if (size === 0 || size % RECORD_BYTES !== 0) return false;
  const stream = new ByteStream(chunks(), file);
  try {
    for (let record = 0; record < Math.min(PROBED, size / RECORD_BYTES); record++)
      if ((await stream.read(RECORD_BYTES, 'a record'))[0]! >= CLASSES) return false;
    return true;
  } finally {
    await stream.close();
  }
}

/** Samples and labels; a later label that is no class is E0602. */
export function cifarDataset({ file, size, chunks }: ByteSource): RawDataset {
  const count = size / RECORD_BYTES;
  return {
    count,
    shape: SHAPE,
    description: `CIFAR-10 binary, ${count} × [${SHAPE.join(', ')}] of u1`,
    async *values(start, end) {
      const offset = start * RECORD_BYTES;
      const stream = new ByteStream(chunks(offset), file, offset);
      try {
        for (let index = start; index < end; index++) {
          const place = { file, offset: stream.position };
          const record = await stream.read(RECORD_BYTES, `record ${index} of ${count}`);
          const label = record[0]!;
          if (label >= CLASSES) fail('E0602', `record ${index} has the label ${label}; CIFAR-10 has 0 to 9`, place);
          yield { values: Uint8Array.from(record.subarray(1)), label };
        }
      } finally {
        await stream.close();
      }
    },
  };
}
