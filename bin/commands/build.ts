/** `snnc build` */
import { renderBuildText } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { outputPaths, publish } from '../ui/results.ts';
import { type BuildValues, readRequest, runBuild } from './build-request.ts';

export async function build(
  values: BuildValues & { readonly output: string; readonly 'no-self-test': boolean },
  io: Io,
): Promise<ExitCode> {
  const { output, json, quiet } = values;
  const outputs = outputPaths(json, output);
  const request = await readRequest(values, io, { outputs, selfTest: !values['no-self-test'] });
  const { bytes, record, warnings } = await runBuild(request, values, io);
  printDiagnostics(warnings, io);
  await publish(io, {
    json,
    record: () => record,
    text: (style) => (quiet ? '' : renderBuildText(record, style, output)),
    files: [{ path: output, content: bytes }],
  });
  return EXIT.done;
}
