/** Streams of events as text, a line each, read piece by piece: only the piece at hand lies in memory. */
import { createReadStream } from 'node:fs';
import { fail } from '../../isa/index.ts';
import { printable, shorten } from '../../report/index.ts';
import { pathOf, refuseReading } from './files.ts';
import type { Io } from './io.ts';

/** An event; or the word that a tick has come, and all ticks before it are complete. */
export interface EventLine {
  /** From 1. */
  readonly line: number;
  readonly tick: number;
  /** Absent where the line names a tick alone. */
  readonly element?: number;
  readonly payload: number;
}

const CHUNK_BYTES = 2 ** 13;
const LONGEST_LINE = 256;
const SHOWN = 40;
const NATURAL = /^\d{1,15}$/;
const WHOLE = /^-?\d{1,15}$/;

/**
 * `tick element payload`, `tick element` (payload 1) or `tick`, separated by blanks; ticks never descend. Empty lines and
 * what follows a `#` are skipped. What has come is handed out at once, so that a pipe can be followed.
 *
 * @throws DiagnosticError E0101 where the file cannot be read, E0708 with the line
 */
export async function* readEventLines(io: Io, path: string): AsyncGenerator<readonly EventLine[], void, void> {
  const parser = new LineParser(path);
  try {
    const stream = createReadStream(pathOf(io, path), { highWaterMark: CHUNK_BYTES, signal: io.signal });
    for await (const chunk of stream) yield parser.parse((chunk as Buffer).toString('latin1'));
  } catch (error) {
    io.signal.throwIfAborted();
    refuseReading(path, error);
  }
  yield parser.end();
}

class LineParser {
  readonly #file: string;
  /** What has come of a line whose end has not. */
  #rest = '';
  #line = 0;
  #tick = 0;

  constructor(file: string) {
    this.#file = file;
  }

  parse(text: string): readonly EventLine[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    const found = this.#parseAll(lines);
    if (this.#rest.length > LONGEST_LINE) this.#refuseLong(this.#rest, this.#line + 1);
    return found;
  }

  /** The last line need not end. */
  end(): readonly EventLine[] {
    return this.#parseAll([this.#rest]);
  }

  #parseAll(lines: readonly string[]): readonly EventLine[] {
    const found: EventLine[] = [];
    for (const text of lines) {
      this.#line++;
      const event = this.#parseLine(text);
      if (event !== undefined) found.push(event);
    }
    return found;
  }

  #parseLine(text: string): EventLine | undefined {
    if (text.length > LONGEST_LINE) this.#refuseLong(text, this.#line);
    const comment = text.indexOf('#');
    const words = (comment < 0 ? text : text.slice(0, comment)).split(/[ \t\r]+/).filter((word) => word !== '');
    if (words.length === 0) return undefined;
    const [tick = '', element, payload = '1'] = words;
    const good = NATURAL.test(tick) && (element === undefined || NATURAL.test(element)) && WHOLE.test(payload);
    if (!good || words.length > 3) this.#refuse(text, this.#line, 'no event');
    const number = Number(tick);
    if (number < this.#tick) this.#refuse(text, this.#line, `tick ${number} after tick ${this.#tick}`);
    this.#tick = number;
    const event = { line: this.#line, tick: number, payload: Number(payload) };
    return element === undefined ? event : { ...event, element: Number(element) };
  }

  #refuseLong(text: string, line: number): never {
    return this.#refuse(text, line, `a line of more than ${LONGEST_LINE} bytes`);
  }

  #refuse(text: string, line: number, what: string): never {
    return fail(
      'E0708',
      `${what}: "${printable(shorten(text.trim(), SHOWN))}"`,
      { file: this.#file, line },
      'a line is "tick element payload" or "tick element", or a tick alone to say that it has come; ticks never descend',
    );
  }
}
