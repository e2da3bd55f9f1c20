/** Headers of lines of text before binary events. */
import type { ByteStream } from '../../library/data/bytes.ts';
import type { EventSource } from './event-source.ts';

/** The preferences of a recorder may stand in a header. */
const LONGEST_HEADER = 2 ** 22;
const FIRST_LOOK = 256;

/**
 * The lines that begin with a mark, up to one that does not or one that says that it is the last. What follows is the next
 * byte of the stream.
 *
 * @throws DiagnosticError E0602 where the header is longer than any
 */
export async function readHeaderLines(
  source: EventSource,
  stream: ByteStream,
  begins: string,
  isLast: (line: string) => boolean,
): Promise<string[]> {
  const lines: string[] = [];
  for (let line = await nextLine(source, stream, begins); line !== undefined;) {
    lines.push(line);
    if (isLast(line)) break;
    line = await nextLine(source, stream, begins);
  }
  return lines;
}

async function nextLine(source: EventSource, stream: ByteStream, begins: string): Promise<string | undefined> {
  for (let length = FIRST_LOOK; ; length *= 2) {
    if (stream.position + length > LONGEST_HEADER)
      source.damaged(`the header has more than ${LONGEST_HEADER} bytes`, stream.position);
    const seen = await stream.peek(length);
    for (let k = 0; k < begins.length; k++) if (seen[k] !== begins.charCodeAt(k)) return undefined;
    const end = seen.indexOf(0x0a);
    if (end >= 0)
      return Buffer.from(await stream.readUpTo(end + 1))
        .toString('latin1')
        .trimEnd();
    if (seen.length < length) source.damaged('the header does not end', stream.position + seen.length);
  }
}
