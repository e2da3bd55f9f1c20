/** Reads the values of a line: numbers, `field=value` pairs, label references. */
import type { RecordField } from '../fields.ts';
import type { Line, LineReader } from './lines.ts';
import { ADDRESS_FIELDS, FIELD_NAMES, parsePorts, TYPE_RANGES } from './syntax.ts';

const NUMBER = /^(?:-?\d{1,16}|0x[0-9a-f]{1,8})$/i;
const LABEL = /^[A-Za-z_]\w{0,63}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** A value as written: a number, text (digests), or the name of a label. */
export type Value = number | string | { readonly label: string };

/** A whole number in min..max. */
export function readNumber(
  text: string,
  [min, max]: readonly [number, number],
  line: Line,
  reader: LineReader,
): number {
  const value = NUMBER.test(text) ? Number(text) + 0 : NaN;
  if (!(value >= min && value <= max))
    reader.fault(line.number, `"${shorten(text)}": a whole number in ${min}..${max} is expected`);
  return value;
}

/** All words behind the directive as whole numbers in a range. */
export const readNumbers = (line: Line, range: readonly [number, number], reader: LineReader): number[] =>
  line.words.slice(1).map((text) => readNumber(text, range, line, reader));

/** Appends without spreading: a line may hold more values than a call takes arguments. */
export function append(to: number[], values: readonly number[]): void {
  for (const value of values) to.push(value);
}

/** Splits `name=value` words; every name once. */
export function readPairs(line: Line, reader: LineReader): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const word of line.words.slice(1)) {
    const equals = word.indexOf('=');
    if (equals < 1) reader.fault(line.number, `"${shorten(word)}": field=value is expected`);
    const name = word.slice(0, equals);
    if (pairs.has(name)) reader.fault(line.number, `${shorten(name)} is given twice`);
    pairs.set(name, word.slice(equals + 1));
  }
  return pairs;
}

/** Takes the value of a field out of the pairs of a line. */
export function takePair(pairs: Map<string, string>, name: string, line: Line, reader: LineReader): string {
  const text = pairs.get(name);
  if (text === undefined) return reader.fault(line.number, `${line.words[0]} needs ${name}=`);
  pairs.delete(name);
  return text;
}

/** Refuses fields that nobody has taken. */
export function expectNoMore(pairs: ReadonlyMap<string, string>, line: Line, reader: LineReader): void {
  for (const name of pairs.keys()) reader.fault(line.number, `${line.words[0]} has no field ${shorten(name)}`);
}

/** Reads all fields of a row. */
export function readRow(fields: readonly RecordField[], line: Line, reader: LineReader): Record<string, Value> {
  const pairs = readPairs(line, reader);
  const row: Record<string, Value> = {};
  for (const field of fields)
    row[field.name] = readField(field, takePair(pairs, field.name, line, reader), line, reader);
  expectNoMore(pairs, line, reader);
  return row;
}

function readField(field: RecordField, text: string, line: Line, reader: LineReader): Value {
  if (field.type === 'sha256') {
    if (!SHA256.test(text))
      reader.fault(line.number, `${field.name}: 64 hexadecimal digits in lower case are expected`);
    return text;
  }
  if (ADDRESS_FIELDS.has(field.name) && text.startsWith('@')) return readLabel(text, line, reader);
  const ports = field.name === 'ports' ? parsePorts(text) : undefined;
  const named = FIELD_NAMES[field.name]?.indexOf(text) ?? -1;
  if (named >= 0) return named;
  return ports ?? readNumber(text, TYPE_RANGES[field.type], line, reader);
}

/** `@name` */
export function readLabel(text: string, line: Line, reader: LineReader): { readonly label: string } {
  const label = text.slice(1);
  if (!isLabel(label)) reader.fault(line.number, `"${shorten(text)}": @ and the name of a label are expected`);
  return { label };
}

export const isLabel = (text: string): boolean => LABEL.test(text);

const SHOWN = 40;
/** Quotes of the text in messages stay short. */
export const shorten = (text: string): string => (text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`);
