/** Splits assembly text into lines and JSON values, and says where something was wrong. */
import { fail } from '../diagnostics.ts';

/** One statement: its words, without comment. */
export interface Line {
  readonly number: number;
  readonly words: readonly string[];
  /** The line without comment. */
  readonly text: string;
}

export class LineReader {
  readonly #lines: readonly string[];
  readonly #file: string | undefined;
  #at = 0;

  constructor(text: string, file: string | undefined) {
    this.#lines = text.split('\n');
    this.#file = file;
  }

  /** Number of the last line. */
  get lastLine(): number {
    return this.#lines.length;
  }

  /** The next line that is not empty. */
  next(): Line | undefined {
    while (this.#at < this.#lines.length) {
      const text = stripComment(this.#lines[this.#at]!, false).text.trim();
      this.#at++;
      if (text !== '') return { number: this.#at, words: text.split(/\s+/), text };
    }
    return undefined;
  }

  /** The JSON value that starts behind the directive of `line` and may go on over the following lines. */
  json(line: Line): unknown {
    const parts: string[] = [];
    let depth = 0;
    this.#at = line.number - 1;
    for (let first = true; this.#at < this.#lines.length && (first || depth > 0); first = false) {
      const raw = this.#lines[this.#at]!;
      const { text, depthChange } = stripComment(first ? raw.trimStart().slice(line.words[0]!.length) : raw, true);
      parts.push(text);
      depth += depthChange;
      this.#at++;
    }
    try {
      return JSON.parse(parts.join('\n')) as unknown;
    } catch {
      return this.fault(line.number, `${line.words[0]} is not followed by one JSON value`);
    }
  }

  /** Refuses the text at a line. */
  fault(line: number, message: string): never {
    const place = this.#file === undefined ? { line } : { file: this.#file, line };
    return fail(
      'E0501',
      message,
      place,
      'See spec/isa.md for the assembly language, or disassemble a chip for an example.',
    );
  }
}

/** The text before a semicolon; in JSON, semicolons and brackets in strings do not count. */
function stripComment(raw: string, isJson: boolean): { text: string; depthChange: number } {
  let depthChange = 0;
  let inString = false;
  for (let k = 0; k < raw.length; k++) {
    const char = raw[k];
    if (inString) {
      if (char === '\\') k++;
      else if (char === '"') inString = false;
    } else if (char === ';') return { text: raw.slice(0, k), depthChange };
    else if (isJson && char === '"') inString = true;
    else if (char === '{' || char === '[') depthChange++;
    else if (char === '}' || char === ']') depthChange--;
  }
  return { text: raw, depthChange };
}
