/** Events as arrays of NumPy: .npz with one array each for t, x, y, p, or one array with named fields or four columns. */
import { fail } from '../../../isa/index.ts';
import type { ByteStream } from '../../../library/data/bytes.ts';
import { namedFile } from '../../data/bytes.ts';
import { npyShape, readNpyText } from '../../../library/data/npy.ts';
import { looksLikeZip, npzArrays } from '../../../library/data/npz.ts';
import { looksLikeNpy } from '../../../library/data/npy.ts';
import {
  LARGEST_COORDINATE,
  LARGEST_TIME_US,
  nameEvents,
  type Role,
  ROLES,
  roleOf,
  US_PER_SECOND,
} from '../columns.ts';
import { EventBlock, type EventBlocks, type Recording } from '../event-block.ts';
import type { EventSource } from '../event-source.ts';
import type { EventFormat } from '../format.ts';
import { type Field, fieldsOf, type NumberType } from './npy-fields.ts';

/** As many as have room in a block. */
const EVENTS_AT_ONCE = 8192;
const NAMES_SHOWN = 20;

export const npz: EventFormat = {
  title: 'arrays of t, x, y, p (.npz)',
  extensions: ['npz'],
  recognises: (head) => looksLikeZip(head) && (isNamedEvents(firstName(head)) || hasFields(head)),
  async open(source) {
    const names = await npzArrays(namedFile(source.file));
    const wanted = names.filter((name) => roleOf(name) !== undefined);
    if (nameEvents(wanted)) return fromArrays(source, wanted);
    if (names.length === 1) return fromArray(source, source.member(names[0]!));
    return fail(
      'E0606',
      `the archive holds ${names.length === 0 ? 'no array' : names.slice(0, NAMES_SHOWN).join(', ')}: not one array each for t, x, y and p`,
      { file: source.file },
      'name the arrays t, x, y, p, or store one array with these fields',
    );
  },
};

export const npy: EventFormat = {
  title: 'an array with fields t, x, y, p (.npy)',
  extensions: ['npy'],
  recognises: (head) => looksLikeNpy(head) && hasFields(head),
  open: (source) => fromArray(source, source.stream()),
};

const hasFields = (head: Uint8Array): boolean => /'descr'\s*:\s*\[/.test(Buffer.from(head).toString('latin1'));

/** Of the first file in an archive. */
function firstName(head: Uint8Array): string {
  const length = (head[26] ?? 0) + 256 * (head[27] ?? 0);
  return Buffer.from(head.subarray(30, 30 + length)).toString('latin1');
}

const isNamedEvents = (name: string): boolean => name.endsWith('.npy') && roleOf(name.slice(0, -4)) !== undefined;

/** A stream of records, and which of their fields are wanted. */
interface Track {
  readonly stream: ByteStream;
  readonly recordBytes: number;
  readonly columns: readonly { readonly role: Role; readonly type: NumberType; readonly offset: number }[];
}

async function fromArrays(source: EventSource, names: readonly string[]): Promise<Recording> {
  const tracks: Track[] = [];
  let events: number | undefined;
  for (const name of names) {
    const stream = source.member(name);
    const { text } = await readNpyText(stream, source.file);
    const place = { file: source.file, path: name };
    const { fields, recordBytes } = fieldsOf(text, place);
    const shape = npyShape(text, place);
    if (shape.length !== 1 || fields.length !== 1 || fields[0]!.name !== '')
      fail('E0606', `the array ${name} of the shape [${shape.join(', ')}] is not one number an event`, place);
    if (events !== undefined && shape[0] !== events)
      fail('E0602', `the array ${name} has ${shape[0]} elements, the one before it ${events}`, place);
    events = shape[0]!;
    tracks.push({ stream, recordBytes, columns: [{ role: roleOf(name)!, type: fields[0]!.type, offset: 0 }] });
  }
  return recordingOf(source, tracks, events!);
}

async function fromArray(source: EventSource, stream: ByteStream): Promise<Recording> {
  const place = { file: source.file };
  const { text } = await readNpyText(stream, source.file);
  const { fields, recordBytes } = fieldsOf(text, place);
  const shape = npyShape(text, place);
  const remedy = 'store one array with fields t, x, y, p, or of the shape [events, 4]';
  if (fields.length === 1 && fields[0]!.name === '') {
    if (shape.length !== 2 || shape[1] !== ROLES.length)
      fail('E0606', `an array of the shape [${shape.join(', ')}] is no recording`, place, remedy);
    const { type } = fields[0]!;
    const columns = ROLES.map((role, k) => ({ role, type, offset: k * recordBytes }));
    const assumed = 'the columns of the array as t, x, y, p';
    return recordingOf(source, [{ stream, recordBytes: ROLES.length * recordBytes, columns }], shape[0]!, assumed);
  }
  const named = fields.filter(({ name }) => roleOf(name) !== undefined);
  if (!nameEvents(named.map(({ name }) => name)) || shape.length !== 1)
    fail(
      'E0606',
      `the array of the shape [${shape.join(', ')}] has the fields ${fields
        .map(({ name }) => name)
        .join(', ')
        .slice(0, 80)}`,
      place,
      remedy,
    );
  const columns = named.map(({ name, type, offset }: Field) => ({ role: roleOf(name)!, type, offset }));
  return recordingOf(source, [{ stream, recordBytes, columns }], shape[0]!);
}

function recordingOf(source: EventSource, tracks: readonly Track[], events: number, assumed?: string): Recording {
  const time = tracks.flatMap(({ columns }) => columns).find(({ role }) => role === 't')!;
  const seconds = time.type.isFloat;
  const said = [
    ...(assumed === undefined ? [] : [assumed]),
    seconds ? 'times are floating-point numbers, taken as seconds' : 'times are whole numbers, taken as microseconds',
  ];
  return { assumed: said, blocks: blocks(source, tracks, events, seconds ? US_PER_SECOND : 1) };
}

async function* blocks(source: EventSource, tracks: readonly Track[], events: number, unitUs: number): EventBlocks {
  const block = new EventBlock();
  for (let done = 0; done < events;) {
    const count = Math.min(EVENTS_AT_ONCE, events - done);
    for (const { stream, recordBytes, columns } of tracks) {
      const bytes = await stream.read(count * recordBytes, `events ${done} to ${done + count - 1} of ${events}`);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (const { role, type, offset } of columns)
        for (let k = 0, at = offset; k < count; k++, at += recordBytes)
          put(block, k, { role, value: type.read(view, at), unitUs }, source);
    }
    block.count = count;
    done += count;
    yield block;
  }
}

function put(
  block: EventBlock,
  at: number,
  { role, value, unitUs }: { readonly role: Role; readonly value: number; readonly unitUs: number },
  source: EventSource,
): void {
  if (role === 'p') block.on[at] = value > 0 ? 1 : 0;
  else if (role === 't') {
    const timeUs = Math.round(value * unitUs);
    if (!(Math.abs(timeUs) <= LARGEST_TIME_US))
      fail(
        'E0602',
        `an event has the time ${value}`,
        { file: source.file },
        'store finite times of less than 2^53 microseconds',
      );
    block.timesUs[at] = timeUs;
  } else {
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_COORDINATE)
      fail(
        'E0602',
        `an event has ${role} = ${value}`,
        { file: source.file },
        `x and y are whole numbers from 0 to ${LARGEST_COORDINATE}`,
      );
    block[role][at] = value;
  }
}
