/** Events as text (.csv, .txt): a line each, with time, column, row and polarity. */
import { fail } from '../../../isa/index.ts';
import { printable, shorten } from '../../../report/index.ts';
import type { ByteStream } from '../../../library/data/bytes.ts';
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

const PIECE_BYTES = 2 ** 13;
const LONGEST_LINE = 256;
const SHOWN = 40;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** A time with one of these is in seconds. */
const FRACTION = /[.e]/i;

export const text: EventFormat = {
  title: 'text, "t x y p" a line (.csv, .txt)',
  extensions: ['csv', 'txt'],
  recognises(head, extension) {
    return (extension === 'csv' || extension === 'txt') && firstLayout(head) !== undefined;
  },
  async open(source) {
    const stream = source.stream();
    const head = Buffer.from(await stream.peek(PIECE_BYTES)).toString('latin1');
    const rows = head
      .split('\n')
      .map(wordsOf)
      .filter((words) => words.length > 0);
    const layout = rows[0] === undefined ? undefined : layoutOf(rows[0]);
    if (layout === undefined)
      fail(
        'E0602',
        `the first line is no event: "${printable(shorten((rows[0] ?? []).join(' '), SHOWN))}"`,
        { file: source.file, line: 1 },
        'a line is "t x y p", or the first line names these columns',
      );
    const time = (layout.named ? rows[1] : rows[0])?.[layout.roles.indexOf('t')] ?? '';
    return recordingOf(source, stream, layout, FRACTION.test(time));
  },
};

function firstLayout(head: Uint8Array): Layout | undefined {
  const lines = Buffer.from(head).toString('latin1').split('\n');
  const first = lines.map(wordsOf).find((words) => words.length > 0);
  return first === undefined ? undefined : layoutOf(first);
}

/** Whether text that can be events has four columns without names, as a table of features has. */
export const isPlainTable = (head: Uint8Array): boolean => firstLayout(head)?.named === false;

interface Layout {
  /** By column. */
  readonly roles: readonly (Role | undefined)[];
  /** Whether the first line names the columns, and is no event. */
  readonly named: boolean;
}

/** Blanks, commas, semicolons and tabs separate; what follows a # is skipped, but for names of columns. */
function wordsOf(line: string): string[] {
  const mark = line.indexOf('#');
  const before = (mark < 0 ? line : line.slice(0, mark)).trim();
  const named = before === '' && mark >= 0 ? split(line.slice(mark + 1)) : [];
  return nameEvents(named) ? named : split(before);
}

const split = (part: string): string[] => part.split(/[\s,;]+/).filter((word) => word !== '');

/** Undefined where the line is neither an event nor says what the columns are. */
function layoutOf(words: readonly string[]): Layout | undefined {
  if (nameEvents(words)) return { roles: words.map(roleOf), named: true };
  return words.length === ROLES.length && words.every((word) => NUMBER.test(word))
    ? { roles: ROLES, named: false }
    : undefined;
}

function recordingOf(source: EventSource, stream: ByteStream, layout: Layout, seconds: boolean): Recording {
  return {
    assumed: [
      ...(layout.named ? [] : ['the columns of the text as t, x, y, p']),
      seconds ? 'times have fractions, taken as seconds' : 'times are whole numbers, taken as microseconds',
    ],
    blocks: blocks(stream, new LineParser(source, layout, seconds ? US_PER_SECOND : 1)),
  };
}

async function* blocks(stream: ByteStream, parser: LineParser): EventBlocks {
  const { block } = parser;
  let rest = '';
  for (let ended = false; !ended;) {
    const piece = await stream.readUpTo(PIECE_BYTES);
    ended = piece.length === 0;
    const lines = (rest + Buffer.from(piece).toString('latin1')).split('\n');
    // The last line need not end.
    rest = ended ? '' : lines.pop()!;
    for (const line of lines) {
      parser.take(line);
      if (block.hasRoom()) continue;
      yield block;
      block.count = 0;
    }
    if (rest.length > LONGEST_LINE) parser.refuse(rest, 1, `a line of more than ${LONGEST_LINE} bytes`);
  }
  yield block;
}

class LineParser {
  readonly block = new EventBlock();
  readonly #source: EventSource;
  readonly #columns: Readonly<Record<Role, number>>;
  readonly #words: number;
  readonly #unitUs: number;
  #names: boolean;
  #line = 0;

  constructor(source: EventSource, { roles, named }: Layout, unitUs: number) {
    this.#source = source;
    const [t, x, y, p] = ROLES.map((role) => roles.indexOf(role)) as [number, number, number, number];
    this.#columns = { t, x, y, p };
    this.#words = roles.length;
    this.#names = named;
    this.#unitUs = unitUs;
  }

  take(line: string): void {
    this.#line++;
    if (line.length > LONGEST_LINE) this.refuse(line, 0, `a line of more than ${LONGEST_LINE} bytes`);
    const words = wordsOf(line);
    if (words.length === 0) return;
    if (this.#names) {
      this.#names = false;
      return;
    }
    const { t, x, y, p } = this.#columns;
    const value = (at: number): number => {
      const word = words[at] ?? '';
      return NUMBER.test(word) ? Number(word) : this.refuse(line, 0, 'no event');
    };
    if (words.length !== this.#words) this.refuse(line, 0, `${words.length} columns instead of ${this.#words}`);
    const timeUs = Math.round(value(t) * this.#unitUs);
    if (!(Math.abs(timeUs) <= LARGEST_TIME_US)) this.refuse(line, 0, 'a time of more than 2^53 microseconds');
    this.block.add(timeUs, this.#coordinate(value(x), line), this.#coordinate(value(y), line), value(p) > 0 ? 1 : 0);
  }

  #coordinate(value: number, line: string): number {
    if (Number.isInteger(value) && value >= 0 && value <= LARGEST_COORDINATE) return value;
    return this.refuse(line, 0, `x and y are whole numbers from 0 to ${LARGEST_COORDINATE}`);
  }

  /** @param ahead lines behind the last one that was taken */
  refuse(line: string, ahead: number, what: string): never {
    return fail(
      'E0602',
      `${what}: "${printable(shorten(line.trim(), SHOWN))}"`,
      { file: this.#source.file, line: this.#line + ahead },
      'a line is "t x y p", or the first line names these columns',
    );
  }
}
