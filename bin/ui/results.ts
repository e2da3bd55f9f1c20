/** Where results go: text for people, JSON for programs, files. */
import type { PublishedRecord } from '../../isa/index.ts';
import type { TextStyle } from '../../report/colours.ts';
import { csvText, type DataTable } from '../../report/data-table.ts';
import { wrapText } from '../../report/wrap.ts';
import { type Io, styleOf } from './io.ts';
import { checkOutputs, type Output, writeOutputs } from './files.ts';

/** `--json` alone or with "-": stdout, and then nothing else is printed there. */
export const isJsonOnStdout = (json: string | undefined): boolean => json === '' || json === '-';

/** The files that a command will write. */
export const outputPaths = (json: string | undefined, ...files: readonly string[]): string[] =>
  json === undefined || isJsonOnStdout(json) ? [...files] : [...files, json];

interface Shown {
  /** What is printed where `--json` does not take stdout. */
  readonly text: (style: TextStyle) => string;
  /** The text is a file as it stands, whose lines are not broken. */
  readonly verbatim?: boolean;
  readonly files?: readonly Output[];
}

interface Recorded extends Shown {
  /** Value of `--json`. */
  readonly json: string | undefined;
  /** What `--json` writes. */
  readonly record: () => PublishedRecord | readonly PublishedRecord[];
}

/** Commands without `--json` have no record. */
type Results = Recorded | (Shown & { readonly json?: never; readonly record?: never });

/** The files that are asked for: paths that are there. */
export const named = (...paths: readonly (string | undefined)[]): string[] =>
  paths.filter((path) => path !== undefined);

/** The file of `--csv`, where it is asked for. */
export const csvOutput = (csv: string | undefined, table: () => DataTable): Output[] =>
  csv === undefined ? [] : [{ path: csv, content: csvText(table()) }];

/** Checks early that the JSON file can be written. */
export const checkJsonOutput = (io: Io, json: string | undefined, inputs: readonly string[]): Promise<void> =>
  checkOutputs(io, outputPaths(json), inputs);

/**
 * Writes the files of a command, then prints its result.
 *
 * @throws DiagnosticError E0102; then nothing has been printed, and no file has changed
 */
export async function publish(io: Io, { json, record, text, verbatim, files = [] }: Results): Promise<void> {
  const document = record === undefined || json === undefined ? '' : `${JSON.stringify(record(), null, 2)}\n`;
  const outputs = [...files];
  if (json !== undefined && !isJsonOnStdout(json)) outputs.push({ path: json, content: document });
  await writeOutputs(io, outputs);
  const style = styleOf(io.stdout, io);
  if (isJsonOnStdout(json)) io.stdout.write(document);
  else io.stdout.write(verbatim === true ? text(style) : wrapText(text(style), style));
}
