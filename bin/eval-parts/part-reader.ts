/** Reads a part of an evaluation line by line. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { z } from 'zod';
import { type EvalEnd, evalEnd, type EvalPart, evalPart, type EvalSample, evalSample, fail } from '../../isa/index.ts';
import { pathOf, refuseReading } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';

/** A line holds a sample: some bytes for each of its spikes, ticks and outputs. */
const LONGEST_LINE = 2 ** 28;

const REMEDY = 'compute that part again: `snnemu eval --part`';

/** @throws DiagnosticError E0725 for what is no such file */
export async function readHead(io: Io, file: string): Promise<EvalPart> {
  for await (const line of lines(io, file)) return parsed(line, evalPart.schema, file, 1);
  return damaged(file, 'it is empty');
}

/**
 * The samples of a part.
 *
 * @returns behind the last one: what they amount to
 * @throws DiagnosticError E0725 where a line is none of such a file, or lines are missing
 */
export async function* readPart(io: Io, file: string, head: EvalPart): AsyncGenerator<EvalSample, EvalEnd, void> {
  const wanted = head.end - head.first;
  let number = 0;
  let end: EvalEnd | undefined;
  // To the last byte, behind which the sums of what is packed are checked.
  for await (const line of lines(io, file)) {
    number++;
    if (number === 1) continue;
    const samples = number - 2;
    if (end !== undefined) damaged(file, 'there are lines behind its last one', number);
    if (samples === wanted) {
      end = parsed(line, evalEnd, file, number);
      continue;
    }
    const sample = parsed(line, evalSample, file, number);
    if (sample.index !== head.first + samples)
      damaged(file, `sample ${sample.index} is in the place of sample ${head.first + samples}`);
    yield sample;
  }
  if (end === undefined) return damaged(file, `it ends behind ${Math.max(0, number - 1)} of ${wanted} samples`);
  return end.samples === wanted ? end : damaged(file, `it tells of ${end.samples} samples and has ${wanted}`);
}

const damaged = (file: string, why: string, line?: number): never =>
  fail('E0725', `no whole part of an evaluation: ${why}`, { file, ...(line !== undefined && { line }) }, REMEDY);

/** The value as it is written: a schema would put its members in an order of its own. */
function parsed<T>(text: string, schema: z.ZodType<T>, file: string, line: number): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return damaged(file, 'a line is not JSON', line);
  }
  const { error } = schema.safeParse(value);
  if (error === undefined) return value as T;
  const [issue] = error.issues;
  return damaged(file, `${issue!.path.map(String).join('.')}: ${issue!.message}`, line);
}

async function* lines(io: Io, file: string): AsyncGenerator<string, void, void> {
  const raw = createReadStream(pathOf(io, file));
  const inflated = createGunzip();
  raw.on('error', (error) => inflated.destroy(error));
  raw.pipe(inflated);
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  try {
    for await (const chunk of inflated as AsyncIterable<Uint8Array>) {
      io.signal.throwIfAborted();
      const [first, ...rest] = decoder.decode(chunk, { stream: true }).split('\n') as [string, ...string[]];
      parts.push(first);
      length += first.length;
      if (length > LONGEST_LINE) damaged(file, 'a line is longer than any can be');
      for (const next of rest) {
        yield parts.join('');
        parts = [next];
        length = next.length;
      }
    }
  } catch (error) {
    refuse(file, error);
  } finally {
    raw.destroy();
    inflated.destroy();
  }
}

function refuse(file: string, error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('Z_')) damaged(file, 'what is packed is damaged or cut short');
  return refuseReading(file, error);
}
