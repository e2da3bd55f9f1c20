/** `snnc targets` */
import { builtinTargets, coreCount, type Target } from '../../isa/index.ts';
import { formatCount, formatSi, printable, renderTable, type TextStyle } from '../../report/index.ts';
import { readTarget } from '../ui/chip-file.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import type { Io } from '../ui/io.ts';
import { checkJsonOutput, publish } from '../ui/results.ts';

export async function targets(
  { name, json }: { readonly name: string | undefined; readonly json: string | undefined },
  io: Io,
): Promise<ExitCode> {
  await checkJsonOutput(io, json, []);
  const found = name === undefined ? [...builtinTargets().values()] : [await readTarget(io, name)];
  const record = () => (name === undefined ? found : found[0]);
  await publish(io, {
    json,
    record,
    text: (style) => (name === undefined ? list(found, style) : `${JSON.stringify(record(), null, 2)}\n`),
  });
  return EXIT.done;
}

function list(found: readonly Target[], style: TextStyle): string {
  const right = { align: 'right' } as const;
  const table = renderTable(
    [
      { title: 'target' },
      { title: 'chips' },
      { title: 'mesh' },
      { title: 'cores', ...right },
      { title: 'neurons/core', ...right },
      { title: 'axons/core', ...right },
      { title: 'synapses/core', ...right },
      { title: 'V bits', ...right },
      { title: 'weight bits' },
      { title: 'clock', ...right },
    ],
    found.map((target) => [
      target.name,
      `${target.chips?.width ?? 1}×${target.chips?.height ?? 1}`,
      `${target.mesh.width}×${target.mesh.height}×${target.coresPerTile}`,
      formatCount(coreCount(target)),
      formatCount(target.limits.neurons),
      formatCount(target.limits.axons),
      formatSi(target.limits.synapseBits, 'bit'),
      String(target.widths.vBits),
      target.widths.weightBits.join(', '),
      formatSi(target.timing.clockHz.value, 'Hz'),
    ]),
    style,
  );
  const descriptions = found.map((target) => `${target.name}: ${printable(target.description)} (${target.process})`);
  return `${table}\n\n${descriptions.join('\n')}\n\nsnnc targets <name> prints one as a target file\n`;
}
