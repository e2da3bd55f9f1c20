/** All parts of an evaluation, in their order. */
import { type EvalPart, fail, type Place } from '../../isa/index.ts';
import { printable } from '../../report/index.ts';

export interface NamedPart {
  readonly file: string;
  readonly head: EvalPart;
}

/** Numbers that a message lists at most. */
const LISTED = 8;

/**
 * @param sha256 of the chip file
 * @param tool whose results they must be
 * @returns the parts in the order of their samples
 * @throws DiagnosticError E0723 where they are of different evaluations, or of another chip; E0724 where not each is there once
 */
export function wholeOf(parts: readonly NamedPart[], sha256: string, tool: string): NamedPart[] {
  const [first] = parts as readonly [NamedPart, ...NamedPart[]];
  if (first.head.tool !== tool)
    different({ file: first.file }, `it was made by ${printable(first.head.tool)}, and this is ${tool}`);
  if (first.head.chipSha256 !== sha256)
    different(
      { file: first.file },
      `it is of the chip file with SHA-256 ${printable(first.head.chipSha256.slice(0, 16))}…, not of that with ${sha256.slice(0, 16)}…`,
    );
  for (const { file, head } of parts.slice(1)) {
    const path = firstDifference(commonOf(first.head), commonOf(head), '');
    if (path !== undefined) different({ file, path }, `it differs from ${first.file}`);
  }
  const byNumber = new Map<number, NamedPart>();
  for (const part of parts) {
    const other = byNumber.get(part.head.part);
    if (other !== undefined)
      fail(
        'E0724',
        `part ${part.head.part} of ${part.head.of} is there twice, also as ${other.file}`,
        { file: part.file },
        'name each part once',
      );
    byNumber.set(part.head.part, part);
  }
  const numbers = Array.from({ length: first.head.of }, (_, k) => k + 1);
  const missing = numbers.filter((number) => !byNumber.has(number));
  if (missing.length > 0) {
    const listed = missing.slice(0, LISTED).join(', ') + (missing.length > LISTED ? ', …' : '');
    fail(
      'E0724',
      `of ${first.head.of} parts ${missing.length === 1 ? `part ${listed} is` : `${missing.length} are`} missing${missing.length === 1 ? '' : `: ${listed}`}`,
      undefined,
      `compute ${missing.length === 1 ? 'it' : 'them'}: --part ${missing[0]!}/${first.head.of}`,
    );
  }
  return numbers.map((number) => byNumber.get(number)!);
}

const different = (place: Place, why: string): never =>
  fail(
    'E0723',
    `the parts are not of one evaluation: ${why}`,
    place,
    'compute all parts with the same chip file, data, options and version',
  );

/** What all parts must agree in: not where the files lie. */
function commonOf({ part: _, first: _first, end: _end, origin, ...common }: EvalPart): object {
  return {
    ...common,
    inputs: origin?.inputs.map(({ option, sha256 }) => ({ option, sha256 })),
    asked: askedOf(origin),
  };
}

/** Options that change what comes out, beside the names of inputs. */
function askedOf(origin: EvalPart['origin']): object | undefined {
  if (origin === undefined) return undefined;
  const names = new Set(origin.inputs.map(({ option }) => option));
  return Object.fromEntries(Object.entries(origin.options).filter(([name]) => !names.has(name)));
}

/** Path of the first member in which two values differ, in the order of the first one. */
function firstDifference(a: unknown, b: unknown, path: string): string | undefined {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b ? undefined : path;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const name of names) {
    const found = firstDifference(
      (a as Record<string, unknown>)[name],
      (b as Record<string, unknown>)[name],
      path === '' ? name : `${path}.${name}`,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}
