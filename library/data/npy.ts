/** The .npy format, versions 1 to 3: signature, version, length, a Python dictionary as text, elements. */
import { fail, type Place } from '../../isa/index.ts';
import type { ArrayHeader } from './array-file.ts';
import type { ByteStream } from './bytes.ts';
import { ELEMENT_NAMES, type ElementType } from './elements.ts';

const SIGNATURE = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** NumPy itself refuses longer headers. */
const MAX_HEADER_BYTES = 10_000;

/** Whether the first bytes are those of a .npy file. */
export const looksLikeNpy = (head: Uint8Array): boolean => SIGNATURE.every((byte, k) => head[k] === byte);

/**
 * @throws E0602 where the header is cut off or cannot be read; E0606 for element types and versions that are not read
 */
export async function readNpyHeader(stream: ByteStream, file: string): Promise<ArrayHeader> {
  const place: Place = { file };
  const { text, headerBytes } = await readNpyText(stream, file);
  const order = /'fortran_order'\s*:\s*(True|False)\b/.exec(text);
  if (order === null) fail('E0602', 'the .npy header cannot be read', { ...place, offset: 10 });
  const lastAxisFirst = order[1] === 'True';
  return { format: '.npy', element: element(text, place), shape: npyShape(text, place), headerBytes, lastAxisFirst };
}

/**
 * The dictionary that says what the elements are, as text; the stream then stands at the first of them.
 *
 * @throws E0602, E0606
 */
export async function readNpyText(
  stream: ByteStream,
  file: string,
): Promise<{ readonly text: string; readonly headerBytes: number }> {
  const place: Place = { file };
  const start = await stream.read(8, 'the .npy signature');
  if (!looksLikeNpy(start)) fail('E0602', 'the array does not start with the .npy signature', place);
  const version = start[6]!;
  if (version < 1 || version > 3) fail('E0606', `.npy version ${version} is not read; 1 to 3 are`, place);
  const lengthBytes = version === 1 ? 2 : 4;
  const field = await stream.read(lengthBytes, 'the .npy header');
  const length = field.reduce((sum, byte, k) => sum + byte * 256 ** k, 0);
  if (length > MAX_HEADER_BYTES)
    fail('E0602', `the .npy header claims ${length} bytes; at most ${MAX_HEADER_BYTES} are read`, { file, offset: 8 });
  const text = new TextDecoder('latin1').decode(await stream.read(length, 'the .npy header'));
  return { text, headerBytes: 8 + lengthBytes + length };
}

function element(text: string, place: Place): ElementType {
  const descr = /'descr'\s*:\s*(?:'([^']*)'|(\[))/.exec(text);
  if (descr === null) fail('E0602', 'the .npy header cannot be read', { ...place, offset: 10 });
  const type = /^([<>|=])?(.*)$/s.exec(descr[1] ?? '[…]')!;
  const name = ELEMENT_NAMES.find((known) => known === type[2]);
  if (name === undefined)
    fail('E0606', `.npy elements of type ${type[2]!.slice(0, 40)} are not read`, place, 'use uint8 or float32');
  return { name, littleEndian: type[1] !== '>' };
}

/** @throws E0602 */
export function npyShape(text: string, place: Place): number[] {
  const match = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text);
  if (match === null) fail('E0602', 'the .npy header has no readable shape', { ...place, offset: 10 });
  const sizes = match[1]!
    .split(',')
    .map((size) => size.replace('L', '').trim())
    .filter((size) => size !== '');
  if (!sizes.every((size) => /^\d+$/.test(size) && Number.isSafeInteger(Number(size))))
    fail('E0602', `the .npy header has the impossible shape (${match[1]!.slice(0, 80)})`, { ...place, offset: 10 });
  return sizes.map(Number);
}
