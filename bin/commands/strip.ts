/** `snnc strip` */
import { encodeChip } from '../../isa/index.ts';
import { formatCount, plural } from '../../report/index.ts';
import { readChipFile } from '../ui/chip-file.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { publish } from '../ui/results.ts';

export async function strip(
  { chip: path, output }: { readonly chip: string; readonly output: string },
  io: Io,
): Promise<ExitCode> {
  await checkOutputs(io, [output]);
  const { chip, bytes } = await readChipFile(io, path);
  const { selfTest: _selfTest, graph: _graph, ...needed } = chip;
  const content = encodeChip(needed);
  await publish(io, {
    text: () => `${output}: ${formatCount(bytes.length)} → ${plural(content.length, 'byte')}\n`,
    files: [{ path: output, content }],
  });
  return EXIT.done;
}
