/** `--set path=value`: fields of a target on the command line. */
import { fail, merged, type Tree, valueAt } from '../../isa/index.ts';

const LONGEST_PATH = 100;
const LONGEST_VALUE = 10_000;

/** JSON where it is that, else a text: 1024, 2e9, [1,2], 28 nm. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/**
 * Settings as the fields of a target file.
 *
 * @throws DiagnosticError E0103 where one is no `path=value`, or a path is set twice
 */
export function settingsOf(settings: readonly string[]): Tree {
  return settings.reduce<Tree>((tree, setting) => {
    const at = setting.indexOf('=');
    const path = setting.slice(0, Math.max(at, 0)).trim();
    if (!/^[a-z]+(\.[a-z]+)*$/i.test(path) || path.length > LONGEST_PATH || setting.length > LONGEST_VALUE)
      fail(
        'E0103',
        `--set ${JSON.stringify(setting.slice(0, LONGEST_PATH))} is not path=value`,
        undefined,
        'name a field of a target and its value, as --set limits.neurons=1024',
      );
    const above = path.split('.').map((_, k, keys) => keys.slice(0, k + 1).join('.'));
    const before = valueAt(tree, path);
    const within = above.slice(0, -1).find((one) => isLeaf(valueAt(tree, one)));
    if (before !== undefined || within !== undefined)
      fail('E0103', `--set names ${within ?? path} twice`, { path }, 'set each field once');
    const value = valueOf(setting.slice(at + 1).trim());
    const branch = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    return merged(tree, branch as Tree);
  }, {});
}

const isLeaf = (value: unknown): boolean => value !== undefined && (typeof value !== 'object' || Array.isArray(value));
