/** `snnemu compare` */
import {
  COMPARISON_AXES,
  type ComparisonAxis,
  diagnostic,
  fail,
  type RunRecord,
  runRecordSchema,
} from '../../isa/index.ts';
import { compareRuns, MOST_COMPARED, type NamedRun, renderCompareText, shorten } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { readInput } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { checkJsonOutput, publish } from '../ui/results.ts';
import { oneOf } from '../ui/values.ts';

export interface CompareValues {
  readonly records: readonly string[];
  readonly front: string | undefined;
  readonly json: string | undefined;
}

/** A million outputs and their names fit. */
const LARGEST_RECORD_BYTES = 2 ** 27;
const LONGEST_FORMAT = 40;

export async function compare({ records: files, front, json }: CompareValues, io: Io): Promise<ExitCode> {
  const axes = front === undefined ? undefined : parseAxes(front);
  if (files.length < 2 || files.length > MOST_COMPARED)
    fail(
      'E0107',
      `${files.length} records are given; 2 to ${MOST_COMPARED} are compared`,
      undefined,
      'snnemu eval --json writes them',
    );
  await checkJsonOutput(io, json, files);
  const runs: NamedRun[] = [];
  for (const file of files) runs.push({ file, record: await readRunRecord(io, file) });
  const record = compareRuns(runs, { tool: `snnemu ${io.version}`, ...(axes && { axes }) });
  await publish(io, { json, record: () => record, text: (style) => renderCompareText(record, style) });
  printDiagnostics(
    record.warnings.map((warning) => diagnostic('W0702', warning)),
    io,
  );
  return EXIT.done;
}

/** @throws DiagnosticError E0103 */
function parseAxes(text: string): ComparisonAxis[] {
  const axes = text.split(',').map((word) => oneOf('front', word, COMPARISON_AXES));
  const twice = axes.find((axis, k) => axes.indexOf(axis) < k);
  if (twice !== undefined) fail('E0103', `--front names ${twice} twice`);
  return axes;
}

/**
 * The record of a run.
 *
 * @throws DiagnosticError E0101 where it cannot be read, E0108 where it is none
 */
async function readRunRecord(io: Io, file: string): Promise<RunRecord> {
  const remedy = '`snnemu run` and `snnemu eval` write run records with --json';
  const content = parseJson(await readInput(io, file, LARGEST_RECORD_BYTES), file, remedy);
  const format = typeof content === 'object' && content !== null && 'format' in content ? content.format : undefined;
  if (format !== 'snn-run/1') {
    const found = format === undefined ? 'nothing' : shorten(JSON.stringify(format), LONGEST_FORMAT);
    fail('E0108', `the format of the record is not "snn-run/1"; the file says ${found}`, { file }, remedy);
  }
  const { success, data, error } = runRecordSchema.safeParse(content);
  if (success) return data;
  const [issue] = error.issues;
  const path = pathText(issue?.path ?? []);
  return fail(
    'E0108',
    `the run record does not follow spec/run-record.schema.json: ${issue?.message ?? ''}`,
    { file, ...(path !== '' && { path }) },
    remedy,
  );
}

function parseJson(bytes: Uint8Array, file: string, remedy: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    return fail(
      'E0108',
      `the record is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      { file },
      remedy,
    );
  }
}

/** `outputs[3].label` */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
