/** E04xx and E05xx: chip files and assembly. */
import { type Chip, encodeChip, readChip, SIGNATURE } from '../../../isa/index.ts';
import type { Examples } from '../example.ts';

const inspect = (change: (chip: Uint8Array) => Uint8Array, says: string, line = 'snnc inspect example.bin') => ({
  line,
  files: (chip: Uint8Array) => ({ 'example.bin': change(Uint8Array.from(chip)) }),
  says,
});
const changed = (change: (chip: Chip) => Chip, says: string, line?: string) =>
  inspect((bytes) => encodeChip(change(readChip(bytes, 'chip.bin'))), says, line);

export const chips: Examples<'E04' | 'E05'> = {
  E0401: { line: 'snnc inspect net.json', says: 'does not start with the signature of a chip file' },
  E0402: inspect((bytes) => bytes.with(SIGNATURE.length, 9), 'format version 9.2 is newer'),
  E0403: inspect((bytes) => bytes.subarray(0, 100), 'the file ends after 100 of'),
  E0404: inspect(
    (bytes) => bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1),
    'the checksum of a section does not match',
  ),
  E0405: changed(
    (chip) => ({ ...chip, cores: chip.cores.map((core) => ({ ...core, tickHandler: 60_000 })) }),
    'belong to no handler',
  ),
  E0406: changed(
    (chip) => ({ ...chip, target: { ...chip.target, widths: { ...chip.target.widths, vBits: 26 } } }),
    'V of neuron',
  ),
  E0407: changed(({ graph: _, ...chip }) => chip, 'the chip file has no graph', 'snnemu diff example.bin'),
  E0501: { line: 'snnc asm labels.txt -o x.bin', says: 'a directive that may stand here is expected' },
};
