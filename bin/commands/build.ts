/** `snnc build` */
import { renderBuildText } from '../../report/index.ts';
import { fail } from '../../isa/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { pinsText } from '../ui/pin-file.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { buildTable } from '../../report/record-tables.ts';
import { isJsonFile, type JsonFile } from '../ui/option-kinds.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';
import { type BuildValues, readRequest, runBuild } from './build-request.ts';

export async function build(
  given: Omit<BuildValues, 'place'> & {
    readonly place: BuildValues['place'] | JsonFile;
    readonly output: string;
    readonly csv: string | undefined;
    readonly 'emit-pins': string | undefined;
    readonly 'no-self-test': boolean;
  },
  io: Io,
): Promise<ExitCode> {
  const values = withPins(given);
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

/** `--place pins.json` is `--pin pins.json`, with the usual placement of what is not pinned. @throws DiagnosticError E0107 */
function withPins<G extends { readonly place: BuildValues['place'] | JsonFile; readonly pin: string | undefined }>(
  given: G,
): Omit<G, 'place' | 'pin'> & Pick<BuildValues, 'place' | 'pin'> {
  const { place, pin } = given;
  if (!isJsonFile(place)) return { ...given, place, pin };
  if (pin === undefined) return { ...given, place: 'anneal', pin: place };
  return fail('E0107', `--place ${place} and --pin ${pin} both are files of pins`, undefined, 'leave one of them out');
}
