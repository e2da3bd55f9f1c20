/** `snnemu compare` */
import { type CompareRecord, type ComparisonAxis, diagnostic, fail } from '../../isa/index.ts';
import { compareRuns, MOST_COMPARED, type NamedRun, renderCompareText } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import { commandText } from '../ui/command-text.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { readRunRecord } from '../ui/records.ts';
import { compareTable } from '../../report/record-tables.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';

export interface CompareValues {
  readonly records: readonly string[];
  readonly front: readonly ComparisonAxis[] | undefined;
  readonly svg: string | undefined;
  readonly html: string | undefined;
  readonly csv: string | undefined;
  readonly json: string | undefined;
}

/** Several are read at once; a million outputs and their names fit. */
const LARGEST_RECORD_BYTES = 2 ** 27;

export async function compare(
  { records: files, front: axes, svg, html, csv, json }: CompareValues,
  io: Io,
): Promise<ExitCode> {
  if (files.length < 2 || files.length > MOST_COMPARED)
    fail(
      'E0107',
      `${files.length} records are given; 2 to ${MOST_COMPARED} are compared`,
      undefined,
      'snnemu eval --json writes them',
    );
  await checkOutputs(io, outputPaths(json, ...named(svg, html, csv)), files);
  const runs: NamedRun[] = [];
  for (const file of files) runs.push({ file, record: await readRunRecord(io, file, LARGEST_RECORD_BYTES) });
  const record = compareRuns(runs, { tool: `snnemu ${io.version}`, ...(axes && { axes }) });
  await publish(io, {
    json,
    record: () => record,
    text: (style) => renderCompareText(record, style),
    files: [
      ...(svg === undefined ? [] : [{ path: svg, content: await picture(record) }]),
      ...(html === undefined ? [] : [{ path: html, content: await page(record, io) }]),
      ...csvOutput(csv, () => compareTable(record)),
    ],
  });
  printDiagnostics(
    record.warnings.map((warning) => diagnostic('W0702', warning)),
    io,
  );
  return EXIT.done;
}

async function page(record: CompareRecord, io: Io): Promise<string> {
  const { renderCompareHtml } = await import('../../report/html/compare.ts');
  return renderCompareHtml(record, commandText(io));
}

/** @throws DiagnosticError E0107 where there is nothing to draw */
async function picture(record: CompareRecord): Promise<string> {
  const { renderFront } = await import('../../report/html/front.ts');
  const drawn = await renderFront(record);
  if (drawn !== undefined) return drawn;
  return fail(
    'E0107',
    '--svg draws two axes, and no run has both',
    undefined,
    'name two of accuracy, energy and latency that the records tell: --front accuracy,energy',
  );
}
