/** What `snnemu sweep` writes: lines of JSON, tables and a report, by what is asked for. */
import { extname } from 'node:path';
import type { ComparisonAxis, SweepRecord } from '../../isa/index.ts';
import { csvText, sweepTable } from '../../report/index.ts';
import { parseDeadline } from '../ui/deadline.ts';
import { commandText } from '../ui/command-text.ts';
import type { Output } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { csvOutput, named } from '../ui/results.ts';

export interface SweepResultValues {
  readonly output: string | undefined;
  readonly csv: string | undefined;
  readonly html: string | undefined;
  readonly front: readonly ComparisonAxis[] | undefined;
}

/** The files that are asked for. */
export const sweepResultPaths = ({ output, csv, html }: SweepResultValues): string[] => named(output, csv, html);

/** Their contents. `-o` takes its format from the ending of the name; any other is lines of JSON. */
export async function sweepResults(
  records: readonly SweepRecord[],
  { output, csv, html, front }: SweepResultValues,
  io: Io,
): Promise<Output[]> {
  const files: Output[] = [];
  const table = sweepTable(records, front);
  if (output !== undefined) {
    const ending = extname(output).toLowerCase();
    if (ending === '.parquet') {
      const { parquetBytes } = await import('../../report/parquet.ts');
      files.push({
        path: output,
        content: parquetBytes(table, { tool: `snnemu ${io.version}`, command: commandText(io) ?? '' }),
      });
    } else if (ending === '.csv') files.push({ path: output, content: csvText(table) });
    else files.push({ path: output, content: records.map((record) => `${JSON.stringify(record)}\n`).join('') });
  }
  files.push(...csvOutput(csv, () => table));
  if (html !== undefined) {
    const { renderSweepHtml } = await import('../../report/html/sweep.ts');
    const report = { records, axes: front, deadlines: records.map(deadlineOf), command: commandText(io) };
    files.push({ path: html, content: await renderSweepHtml(report) });
  }
  return files;
}

/** Seconds of the deadline of a point, where it was judged. */
function deadlineOf({ options, outcome }: SweepRecord): number | undefined {
  const text = options['eval.deadline'];
  if (typeof text !== 'string' || outcome.status !== 'done' || outcome.latency === null) return undefined;
  const { medianCycles, medianSeconds } = outcome.latency;
  return parseDeadline(text, medianSeconds > 0 ? medianCycles / medianSeconds : 1e9).seconds;
}
