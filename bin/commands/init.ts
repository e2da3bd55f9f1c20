/** `snnc init` */
import { basename } from 'node:path';
import { newNet } from '../../compiler/index.ts';
import { printable } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs, refuseExisting } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { publish } from '../ui/results.ts';

export interface InitValues {
  readonly output: string;
  readonly force: boolean;
}

/**
 * Writes a net.json that builds as it is, with comments that say what to change.
 *
 * @throws DiagnosticError E0102 where the file cannot be written, or is there
 */
export async function init({ output, force }: InitValues, io: Io): Promise<ExitCode> {
  await checkOutputs(io, [output]);
  if (!force) await refuseExisting(io, output, '--force replaces it; -o names another file');
  const name = basename(output).replace(/(\.net)?\.json$/, '') || 'net';
  await publish(io, {
    text: () =>
      `wrote ${printable(output)}, a network of three layers with comments\n` +
      `build it: snnc build ${printable(output)} -o chip.bin\nrun it: snnemu run chip.bin\n`,
    files: [{ path: output, content: `${JSON.stringify(newNet(name), null, 2)}\n` }],
  });
  return EXIT.done;
}
