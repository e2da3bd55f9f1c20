/** `snnc disasm` and `snnc asm` */
import { assemble, DiagnosticError, disassemble, encodeChip, fail, verifyChip } from '../../isa/index.ts';
import { plural } from '../../report/index.ts';
import { readChipFile } from '../ui/chip-file.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs, readInput } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { publish } from '../ui/results.ts';

const LARGEST_TEXT_BYTES = 2 ** 29 - 1;

export async function disasm(
  { chip: path, core }: { readonly chip: string; readonly core: number | undefined },
  io: Io,
): Promise<ExitCode> {
  const options = core === undefined ? {} : { core };
  const { chip } = await readChipFile(io, path);
  io.stdout.write(disassemble(chip, options));
  return EXIT.done;
}

export async function asm(
  { program: path, output }: { readonly program: string; readonly output: string },
  io: Io,
): Promise<ExitCode> {
  await checkOutputs(io, [output], [path]);
  const chip = assemble(decode(await readInput(io, path, LARGEST_TEXT_BYTES), path), path);
  const errors = verifyChip(chip);
  if (errors.length > 0)
    throw new DiagnosticError(errors.map((error) => ({ ...error, place: { file: path, ...error.place } })));
  const content = encodeChip(chip);
  await publish(io, {
    text: () => `${output}: ${plural(chip.cores.length, 'core')}, ${plural(content.length, 'byte')}\n`,
    files: [{ path: output, content }],
  });
  return EXIT.done;
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail('E0501', 'the file is not text (UTF-8)', { file });
  }
}
