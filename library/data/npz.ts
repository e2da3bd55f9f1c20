/** One array of a .npz archive (a ZIP file of .npy files), inflated no further than it is read. */
import { Unzip, type UnzipDecoder, type UnzipDecoderConstructor, UnzipInflate, UnzipPassThrough } from 'fflate';
import { fail } from '../../isa/index.ts';
import type { ByteSource, Chunks, NamedBytes } from './bytes.ts';

const ZIP_SIGNATURE = 0x504b0304;
/** Compressed bytes inflated at once; deflate makes at most about a thousand times as many of them. */
const STEP_BYTES = 1024;
const NAMES_SHOWN = 20;
/** Names that are kept; an archive of data has a handful. */
const MOST_NAMES = 2 ** 16;

/** Whether the first bytes are those of a ZIP archive. */
export const looksLikeZip = (head: Uint8Array): boolean =>
  head.length >= 4 && new DataView(head.buffer, head.byteOffset, 4).getUint32(0) === ZIP_SIGNATURE;

/**
 * The bytes of an array of the archive.
 *
 * @param name of the array, with or without `.npy`; undefined = the first array (the only one: {@link requireOneArray})
 * @throws E0606 where there is no such array or its compression is not read; E0602 where the archive is damaged
 */
export async function* npzChunks({ file, chunks }: NamedBytes, name: string | undefined): Chunks {
  const names: string[] = [];
  const ready: Uint8Array[] = [];
  const state = { found: false, complete: false };
  const unzip = new Unzip((entry) => {
    const wanted = !state.found && isWanted(entry.name, name);
    if (names.length < NAMES_SHOWN) names.push(entry.name);
    if (wanted) state.found = true;
    entry.ondata = (error, data, final) => {
      if (!wanted) return;
      if (error !== null) fail('E0602', `the archive is damaged: ${error.message}`, { file });
      ready.push(data);
      if (final) state.complete = true;
    };
    if (wanted && entry.compression !== 0 && entry.compression !== 8)
      fail('E0606', `${entry.name} is compressed by method ${entry.compression}; stored and deflated are read`, {
        file,
      });
    // An entry that is not started would be collected in memory: all are, but only the wanted one is decoded.
    if (entry.compression !== 0 && entry.compression !== 8)
      unzip.register(selective(entry.compression, () => undefined));
    entry.start();
  });
  unzip.register(selective(0, (entry) => (isWanted(entry, name) ? new UnzipPassThrough() : undefined)));
  unzip.register(selective(8, (entry) => (isWanted(entry, name) ? new UnzipInflate() : undefined)));
  for await (const chunk of chunks()) {
    for (let at = 0; at < chunk.length; at += STEP_BYTES) {
      unzip.push(chunk.subarray(at, at + STEP_BYTES));
      yield* ready;
      if (state.complete) return;
      ready.length = 0;
    }
  }
  if (!state.found)
    fail(
      'E0606',
      name === undefined ? 'the archive holds no .npy array' : `the archive has no array ${name}`,
      { file },
      names.length > 0 ? `it holds ${names.join(', ')}` : undefined,
    );
}

/** Names of the arrays of an archive, without `.npy`; of very many, the first. */
export async function npzArrays({ chunks }: Pick<NamedBytes, 'chunks'>): Promise<string[]> {
  const names: string[] = [];
  const unzip = new Unzip((entry) => {
    if (entry.name.endsWith('.npy') && names.length < MOST_NAMES) names.push(entry.name.slice(0, -'.npy'.length));
    entry.ondata = () => undefined;
    if (entry.compression !== 0 && entry.compression !== 8)
      unzip.register(selective(entry.compression, () => undefined));
    entry.start();
  });
  unzip.register(selective(0, () => undefined));
  unzip.register(selective(8, () => undefined));
  for await (const chunk of chunks()) unzip.push(chunk);
  return names;
}

/**
 * Refuses an archive of several arrays of which none was named: which of them was meant nobody knows.
 *
 * @throws E0606 listing them
 */
export async function requireOneArray(source: ByteSource): Promise<void> {
  const names = await npzArrays(source);
  if (names.length <= 1) return;
  const shown = names.slice(0, NAMES_SHOWN);
  fail(
    'E0606',
    `the archive holds ${names.length} arrays: ${shown.join(', ')}${names.length > shown.length ? ', …' : ''}`,
    { file: source.file },
    `name one of them: ${source.memberSpec(names[0]!)}`,
  );
}

const isWanted = (entry: string, name: string | undefined): boolean =>
  name === undefined ? entry.endsWith('.npy') : entry === name || entry === `${name}.npy`;

/** A decoder that decodes the wanted entry and drops the bytes of all others. */
function selective(
  compression: number,
  decoderOf: (entry: string) => UnzipDecoder | undefined,
): UnzipDecoderConstructor {
  return class implements UnzipDecoder {
    static compression = compression;
    ondata: UnzipDecoder['ondata'] = () => undefined;
    readonly #inner: UnzipDecoder | undefined;

    constructor(entry: string) {
      this.#inner = decoderOf(entry);
    }

    push(chunk: Uint8Array, final: boolean): void {
      if (this.#inner === undefined) return;
      this.#inner.ondata = this.ondata;
      this.#inner.push(chunk, final);
    }
  };
}
