/** `snnc build` */
import { renderBuildText } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { pinsText } from '../ui/pin-file.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { buildTable } from '../../report/record-tables.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';
import { type BuildValues, readRequest, runBuild } from './build-request.ts';

export async function build(
  values: BuildValues & {
    readonly output: string;
    readonly csv: string | undefined;
    readonly 'emit-pins': string | undefined;
    readonly 'no-self-test': boolean;
  },
  io: Io,
): Promise<ExitCode> {
  const { output, json, quiet, 'emit-pins': emitted } = values;
  const outputs = outputPaths(json, output, ...named(values.csv), ...named(emitted));
  const request = await readRequest(values, io, { outputs, selfTest: !values['no-self-test'] });
  const { bytes, record, warnings, pins } = await runBuild(request, values, io);
  printDiagnostics(warnings, io);
  await publish(io, {
    json,
    record: () => record,
    text: (style) => (quiet ? '' : renderBuildText(record, style, output)),
    files: [
      { path: output, content: bytes },
      ...csvOutput(values.csv, () => buildTable(record)),
      ...named(emitted).map((path) => ({ path, content: pinsText(pins, path) })),
    ],
  });
  return EXIT.done;
}
