/** Files with a meaning: chips, targets, class names. */
import { builtinTargets, fail, type LoadedTarget, loadTarget, parseJsonFile } from '../../isa/index.ts';
import { type OpenChip, open } from '../../library/open.ts';
import { readInput } from './files.ts';
import type { Io } from './io.ts';
import { settingsOf } from './settings.ts';
import { suggestion } from '../../isa/suggest.ts';

const LARGEST_TARGET_BYTES = 2 ** 20;
const LARGEST_NAMES_BYTES = 2 ** 20;

export type ChipFile = Pick<OpenChip, 'chip' | 'bytes' | 'sha256'>;

/** @throws DiagnosticError E0101, E0401..E0406 */
export async function readChipFile(io: Io, path: string): Promise<ChipFile> {
  return open(await readInput(io, path), path);
}

/** Whether a target is named by its file: names of targets have neither folders nor extensions. */
export const isTargetFile = (name: string): boolean => /[./\\]/.test(name);

/**
 * A built-in target, or a target file.
 *
 * @param settings of `--set`, as they were typed
 * @throws DiagnosticError E0103 where the settings are none, E0104 where there is neither, E0105 where the file is not a
 *   target, E0110 where the figures cannot follow what was changed
 */
export async function readTarget(
  io: Io,
  name: string,
  settings: readonly string[] | undefined = undefined,
): Promise<LoadedTarget> {
  const builtin = builtinTargets();
  const known = builtin.get(name);
  const set = settings === undefined ? undefined : settingsOf(settings);
  if (known !== undefined) return loadTarget({ builtin: known }, set);
  if (!isTargetFile(name))
    fail(
      'E0104',
      `there is no target "${name}"${suggestion(name.slice(0, 64), builtin.keys())}`,
      undefined,
      `name one of ${[...builtin.keys()].join(', ')}, or a target file (with its extension)`,
    );
  const bytes = await readInput(io, name, LARGEST_TARGET_BYTES);
  return loadTarget({ json: parseJson(bytes, name), file: name }, set);
}

function parseJson(bytes: Uint8Array, file: string): unknown {
  const parsed = parseJsonFile(bytes);
  if ('value' in parsed) return parsed.value;
  return fail(
    'E0105',
    `the target file is not JSON: ${parsed.fault}`,
    { file },
    '`snnc targets edge` prints one that is valid',
  );
}

/** Names of classes, one a line; empty lines at the end do not count. */
export async function readNames(io: Io, path: string): Promise<string[]> {
  const bytes = await readInput(io, path, LARGEST_NAMES_BYTES);
  const names = new TextDecoder().decode(bytes).trimEnd().split(/\r?\n/);
  const empty = names.findIndex((name) => name.trim() === '');
  if (empty >= 0) fail('E0103', 'a line of the class names is empty', { file: path, line: empty + 1 });
  return names.map((name) => name.trim());
}
