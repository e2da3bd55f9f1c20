/** The bytes of a recording, as its reader asks for them, and what it has to say of them. */
import { diagnostic, type Diagnostic, fail } from '../../isa/index.ts';
import { ByteStream, type Chunks } from '../../library/data/bytes.ts';
import { npzChunks } from '../../library/data/npz.ts';
import { fileChunks, namedFile } from '../data/bytes.ts';
import type { Recording } from './event-block.ts';

export class EventSource {
  readonly file: string;
  /** What was found at the end of a recording that ends inside of an event or packet. */
  cutShort: Diagnostic | undefined;
  /** Events without a time, a row or a column of their own, since what says it lies before the recording began. */
  incomplete = 0;
  /** Events that the recorder itself marked as invalid. */
  invalid = 0;
  readonly #open: ByteStream[] = [];
  readonly #chunks: () => Chunks;

  /** @param chunks the bytes from the start on; those of the file if absent */
  constructor(file: string, chunks: () => Chunks = () => fileChunks(file)) {
    this.file = file;
    this.#chunks = chunks;
  }

  /** From the start of the file on. */
  stream(): ByteStream {
    return this.#opened(this.#chunks());
  }

  /** An array of an archive. */
  member(name: string): ByteStream {
    return this.#opened(npzChunks(namedFile(this.file), name));
  }

  /** What stands before the end is a recording all the same. */
  endsInside(what: string, bytesLeft: number, offset: number): void {
    this.cutShort ??= diagnostic(
      'W0704',
      `the recording ends inside of ${what}: its last ${bytesLeft} bytes are no event`,
      { file: this.file, offset },
      'take the whole file; the events before are read',
    );
  }

  /** @throws DiagnosticError E0602 */
  damaged(message: string, offset: number, remedy = 'take an undamaged copy of the recording'): never {
    return fail('E0602', message, { file: this.file, offset }, remedy);
  }

  async close(): Promise<void> {
    for (const stream of this.#open) await stream.close();
  }

  #opened(chunks: Chunks): ByteStream {
    const stream = new ByteStream(chunks, this.file);
    this.#open.push(stream);
    return stream;
  }
}

/** A recording that is open, with what its reader says of it meanwhile. The caller closes the source. */
export interface OpenRecording extends Recording {
  readonly source: EventSource;
}
