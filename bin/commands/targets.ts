/** `snnc targets` */
import { basename } from 'node:path';
import {
  areaText,
  builtinTargets,
  constraintText,
  coreCount,
  fail,
  figureChanges,
  type LoadedTarget,
  newTarget,
  refusalOf,
  type Target,
} from '../../isa/index.ts';
import {
  formatCount,
  formatSi,
  LEFT_OUT_FIRST,
  plural,
  printable,
  renderTable,
  type TextStyle,
} from '../../report/index.ts';
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
  readonly set: readonly string[] | undefined;
  readonly json: string | undefined;
}

const STANDARD_BASE = 'edge';
const STANDARD_OUTPUT = 'my-target.json';

export async function targets(values: TargetsValues, io: Io): Promise<ExitCode> {
  const { name, json, set } = values;
  if (values.new) return startTarget(values, io);
  if (values.output !== undefined || values.force)
    fail('E0107', '--output and --force belong to --new', undefined, 'add --new, or leave them out');
  await checkJsonOutput(io, json, []);
  if (name === undefined) {
    if (set !== undefined)
      fail('E0107', '--set needs a target to change', undefined, 'name it: snnc targets edge --set …');
    const all = [...builtinTargets().values()];
    await publish(io, { json, record: () => all, text: (style) => list(all, style) });
    return EXIT.done;
  }
  const loaded = await readTarget(io, name, set);
  const { target } = loaded;
  await publish(io, { json, record: () => target, text: () => `${JSON.stringify(target, null, 2)}\n`, verbatim: true });
  printChanges(loaded, io);
  printRefusal(target, io);
  return EXIT.done;
}

/** What follows from the changes, each figure with its arithmetic; the JSON on stdout stays a target file. */
function printChanges(loaded: LoadedTarget, io: Io): void {
  const { target, base } = loaded;
  if (base === undefined) return;
  const value = (figure: number | null, unit: string): string =>
    figure === null ? 'unknown' : unit === 'cycles' ? plural(figure, 'cycle') : formatSi(figure, unit);
  for (const { path, before, after, unit, kind, source } of figureChanges(base, target)) {
    const old = before === undefined ? 'none' : value(before, unit);
    const now = value(after, unit);
    printNote(`${path}: ${before === after ? `${now} as before` : `${old} -> ${now}`}, ${kind}: ${source}`, io);
  }
  const area = areaText(loaded);
  if (area !== undefined) printNote(`area: ${area}`, io);
}

/** `--new`: a target file that loads as it is. */
async function startTarget({ name, output, force, set, json }: TargetsValues, io: Io): Promise<ExitCode> {
  const path = output ?? STANDARD_OUTPUT;
  const inputs = name !== undefined && isTargetFile(name) ? [name] : [];
  await checkOutputs(io, outputPaths(json, path), inputs);
  if (!force) await refuseExisting(io, path, '--force replaces it; -o names another file');
  const { target: base } = await readTarget(io, name ?? STANDARD_BASE, set);
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
    LEFT_OUT_FIRST.targets,
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
