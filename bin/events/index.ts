/** Opens recordings of event cameras. They are streamed: memory does not grow with their number of events. */
import { extname } from 'node:path';
import { fail } from '../../isa/index.ts';
import { ByteStream, type Chunks } from '../../library/data/bytes.ts';
import { fileChunks, fileSize } from '../data/bytes.ts';
import { EventSource, type OpenRecording } from './event-source.ts';
import { HEAD_BYTES } from './format.ts';
import { EVENT_FORMAT_NAMES, EVENT_FORMATS, type EventFormatName } from './formats/index.ts';

const extensionOf = (file: string): string => extname(file).slice(1).toLowerCase();

/**
 * The format of a recording, by its first bytes and, where these do not tell, its name.
 *
 * @returns undefined where it is no recording that is known
 * @throws DiagnosticError E0101 where there is no such file
 */
export async function eventFormatOf(file: string): Promise<EventFormatName | undefined> {
  await fileSize(file);
  const stream = new ByteStream(fileChunks(file), file);
  try {
    const head = await stream.peek(HEAD_BYTES);
    const extension = extensionOf(file);
    return EVENT_FORMAT_NAMES.find((name) => EVENT_FORMATS[name].recognises(head, extension));
  } finally {
    await stream.close();
  }
}

/**
 * @param format undefined: {@link eventFormatOf}
 * @param pipe where the bytes come from, if not from a file that can be read again; then the format must be known
 * @throws DiagnosticError E0101; E0601 where the format is not known, E0602 where the file is damaged, E0606 where it holds
 *   what is not read
 */
export async function openRecording(
  file: string,
  format: EventFormatName | undefined,
  pipe?: () => Chunks,
): Promise<OpenRecording> {
  const name = format ?? (await eventFormatOf(file));
  if (name === undefined)
    fail(
      'E0601',
      'the recording has no known format',
      { file },
      `name it: --event-format ${EVENT_FORMAT_NAMES.join(', ')}`,
    );
  if (pipe === undefined) await fileSize(file);
  else if (name === 'npz')
    fail('E0606', 'an archive is not read from a pipe: its arrays are read side by side', { file }, 'name a file');
  const source = new EventSource(file, pipe);
  try {
    return { ...(await EVENT_FORMATS[name].open(source)), source };
  } catch (error) {
    await source.close();
    throw error;
  }
}
