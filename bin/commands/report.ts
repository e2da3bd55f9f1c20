/** `snnemu report` */
import { formatSi, printable, renderRunText } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { readRunRecord } from '../ui/records.ts';
import { runTable } from '../../report/record-tables.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';
import { htmlInputs, htmlOutputs, htmlRequest } from './html-report.ts';

interface ReportValues {
  readonly record: string;
  readonly output: string | undefined;
  readonly build: string | undefined;
  readonly 'per-tick': boolean;
  readonly csv: string | undefined;
  readonly json: string | undefined;
}

/** The reports of a run, from its record alone: text, or an HTML file. */
export async function report(values: ReportValues, io: Io): Promise<ExitCode> {
  const { record: path, output, build, csv, json } = values;
  const html = { html: output, build };
  await checkOutputs(io, outputPaths(json, ...named(output, csv)), [path, ...htmlInputs(html)]);
  const record = await readRunRecord(io, path);
  const files = await htmlOutputs(await htmlRequest(io, html, record.chip.sha256), record);
  const [file] = files;
  await publish(io, {
    json,
    record: () => record,
    text: (style) =>
      file === undefined
        ? renderRunText(record, style, { perTick: values['per-tick'] })
        : `wrote ${printable(file.path)}: ${formatSi(Buffer.byteLength(file.content as string), 'B')}\n`,
    files: [...files, ...csvOutput(csv, () => runTable(record))],
  });
  return EXIT.done;
}
