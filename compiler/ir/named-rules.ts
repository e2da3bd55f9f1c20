/** Values by the names of layers, as they are asked for. */
import { fail } from '../../isa/index.ts';

/** A value for all layers whose names match: `*` stands for any characters. */
export interface NamedRule<V> {
  readonly pattern: string;
  readonly value: V;
}

/** Rules as the command line writes them. */
export const rulesText = (rules: readonly NamedRule<number | string>[]): string =>
  rules.map(({ pattern, value }) => `${pattern}=${value}`).join();

/** Whether a name matches: every part between stars in order, the first at the start and the last at the end. */
function matches(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return name === pattern;
  const last = rest.pop()!;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

/**
 * Per name what the rules say; undefined where none matches.
 *
 * @throws DiagnosticError E0103 where a rule decides for no layer
 */
export function byName<V>(names: readonly string[], rules: readonly NamedRule<V>[], asked: string): (V | undefined)[] {
  const deciding = names.map((name) => rules.findIndex(({ pattern }) => matches(name, pattern)));
  const idle = rules.findIndex((_, r) => !deciding.includes(r));
  if (idle >= 0)
    fail(
      'E0103',
      `${asked}: "${rules[idle]!.pattern}" decides for no layer; the layers are ${names.map((name) => `"${name}"`).join(', ')}`,
      undefined,
      'name a layer as it is called there, or with * for a part of its name; of several that match, the first decides',
    );
  return deciding.map((r) => rules[r]?.value);
}
