/** Labels of a data set in a file of their own. */
import { fail } from '../../isa/index.ts';
import { type ArrayFile, elementCount } from './array-file.ts';
import { ByteStream, type Chunks } from './bytes.ts';
import type { AnswerFile } from './dataset.ts';
import { elementBytes, labelValue } from './elements.ts';

/** Longest line of a text file of labels; a class needs far less. */
const MAX_LINE_BYTES = 64;
const NEWLINE = 0x0a;

/** Labels of a vector; one that is not a whole number is E0604. @throws E0606 for other shapes */
export function arrayLabels(array: ArrayFile): AnswerFile {
  const { file, element, shape } = array;
  const count = elementCount(shape);
  if (count !== shape[0])
    fail('E0606', `labels of the shape [${shape.join(', ')}] are not read`, { file }, 'store one label per sample');
  const bytes = elementBytes(element);
  return {
    count,
    kind: 'label',
    async *values(start) {
      const stream = await array.open(start * bytes);
      try {
        for (let index = start; index < count; index++) {
          const place = { file, offset: stream.position };
          const label = labelValue(await stream.read(bytes, `label ${index} of ${count}`), element, place);
          yield { label };
        }
      } finally {
        await stream.close();
      }
    },
  };
}

/**
 * Labels as text, one number per line; empty lines at the end are allowed. The text is read once to count and check.
 *
 * @param chunks the text from its start, whenever it is called
 * @throws E0604 naming the first line that is not a class
 */
export async function textLabels(file: string, chunks: () => Chunks): Promise<AnswerFile> {
  let count = 0;
  for await (const _label of lines(file, chunks)) count++;
  return {
    count,
    kind: 'label',
    async *values(start) {
      let index = 0;
      for await (const label of lines(file, chunks)) if (index++ >= start) yield { label };
    },
  };
}

async function* lines(file: string, chunks: () => Chunks): AsyncGenerator<number> {
  const stream = new ByteStream(chunks(), file);
  const decoder = new TextDecoder();
  let pending: number[] = [];
  let line = 0;
  let lastText = 0;
  try {
    for (let ended = false; !ended;) {
      const chunk = await stream.readUpTo(4096);
      ended = chunk.length === 0;
      // The end of the file ends its last line.
      for (const byte of ended ? Uint8Array.of(NEWLINE) : Uint8Array.from(chunk)) {
        if (byte !== NEWLINE) {
          if (pending.length < MAX_LINE_BYTES) pending.push(byte);
          continue;
        }
        line++;
        const text = decoder.decode(Uint8Array.from(pending)).trim();
        pending = [];
        if (text === '') continue;
        if (lastText !== line - 1) fail('E0604', 'a line without a label', { file, line: line - 1 });
        if (!/^\d{1,9}$/.test(text)) fail('E0604', `${JSON.stringify(text)} is not a class`, { file, line });
        lastText = line;
        yield Number(text);
      }
    }
  } finally {
    await stream.close();
  }
}
