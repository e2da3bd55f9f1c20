/** `snnc targets` */
import { basename } from 'node:path';
import { builtinTargets, constraintText, coreCount, fail, newTarget, refusalOf, type Target } from '../../isa/index.ts';
import { formatCount, formatSi, printable, renderTable, type TextStyle } from '../../report/index.ts';
import { isTargetFile, readTarget } from '../ui/chip-file.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { checkOutputs, refuseExisting } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printNote } from '../ui/messages.ts';
import { checkJsonOutput, outputPaths, publish } from '../ui/results.ts';

export interface TargetsValues {
  readonly name: string | undefined;
  readonly new: boolean;
  readonly output: string | undefined;
  readonly force: boolean;
  readonly json: string | undefined;
}

const STANDARD_BASE = 'edge';
const STANDARD_OUTPUT = 'my-target.json';

export async function targets(values: TargetsValues, io: Io): Promise<ExitCode> {
  const { name, json } = values;
  if (values.new) return startTarget(values, io);
  if (values.output !== undefined || values.force)
    fail('E0107', '--output and --force belong to --new', undefined, 'add --new, or leave them out');
  await checkJsonOutput(io, json, []);
  if (name === undefined) {
    const all = [...builtinTargets().values()];
    await publish(io, { json, record: () => all, text: (style) => list(all, style) });
    return EXIT.done;
  }
  const target = await readTarget(io, name);
  await publish(io, { json, record: () => target, text: () => `${JSON.stringify(target, null, 2)}\n` });
  printRefusal(target, io);
  return EXIT.done;
}

/** `--new`: a target file that loads as it is. */
async function startTarget({ name, output, force, json }: TargetsValues, io: Io): Promise<ExitCode> {
  const path = output ?? STANDARD_OUTPUT;
  const inputs = name !== undefined && isTargetFile(name) ? [name] : [];
  await checkOutputs(io, outputPaths(json, path), inputs);
  if (!force) await refuseExisting(io, path, '--force replaces it; -o names another file');
  const base = await readTarget(io, name ?? STANDARD_BASE);
  const started = newTarget(base, basename(path).replace(/(\.target)?\.json$/, '') || base.name);
  const content = `${JSON.stringify(started, null, 2)}\n`;
  await publish(io, {
    json,
    record: () => started,
    text: () =>
      `wrote ${printable(path)}, with the figures of ${printable(base.name)}\nbuild for it: snnc build net.onnx --target ${printable(path)} -o chip.bin\n`,
    files: [{ path, content }],
  });
  printRefusal(base, io);
  return EXIT.done;
}

/** The JSON on stdout stays a target file; that it is for comparison only is said beside it. */
function printRefusal(target: Target, io: Io): void {
  const refusal = refusalOf(target);
  if (refusal !== undefined) printNote(`${refusal.code}: ${refusal.message}; ${refusal.remedy!}`, io);
}

function list(found: readonly Target[], style: TextStyle): string {
  const right = { align: 'right' } as const;
  const table = renderTable(
    [
      { title: 'target' },
      { title: 'built for' },
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
      refusalOf(target) === undefined ? 'yes' : 'no, E0317',
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
  const descriptions = found.map((target) =>
    [
      `${target.name}: ${printable(target.description)} (${target.process}; energies: ${energyKinds(target)})`,
      ...(target.constraints ?? []).map((constraint) => `  not built for: ${printable(constraintText(constraint))}`),
    ].join('\n'),
  );
  return `${table}\n\n${descriptions.join('\n')}\n\nsnnc targets <name> prints one as a target file; snnc targets --new starts one of your own\n`;
}

/** How the energies of a target are known, without those that are part of others. */
function energyKinds({ energy, staticPower }: Target): string {
  const figures = [...Object.values(energy), ...(staticPower === undefined ? [] : [staticPower])];
  const stated = figures.filter((figure) => figure !== undefined && figure.value !== 0);
  return ['published', 'derived', 'assumed', 'unknown']
    .map((kind) => [kind, stated.filter((figure) => figure?.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}
