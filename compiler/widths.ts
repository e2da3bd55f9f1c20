/** Widths of the weights of single layers, as they are asked for: by name, or by what a weight has on average. */
import { fail, option, type StoredBits } from '../isa/index.ts';

/** A value for all layers whose names match: `*` stands for any characters. */
export interface NamedRule<V> {
  readonly pattern: string;
  readonly value: V;
}

/** `stored`: every weight once, which is memory; `read`: as often as an inference reads it, which is energy. */
export type AverageOf = 'stored' | 'read';

/** Widths of the weights by layer: named, or chosen. */
export type LayerWidths =
  /** The first rule that matches decides; a layer that none matches has the width of the network. */
  | { readonly kind: 'named'; readonly rules: readonly NamedRule<StoredBits>[] }
  /** Bits that a weight of the network has on average, at most: each counted as often as `of` says. */
  | { readonly kind: 'average'; readonly bits: number; readonly of: AverageOf }
  /** Per layer: what was chosen before. */
  | { readonly kind: 'given'; readonly bits: readonly StoredBits[] };

/** Widths as the command line writes them. */
export const widthsText = (widths: LayerWidths): string => {
  if (widths.kind === 'average') return `${widths.of === 'stored' ? 'auto' : 'read'}:${widths.bits}`;
  if (widths.kind === 'given') return widths.bits.join();
  return rulesText(widths.rules);
};

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

/** Widths that rules give to layers. @throws DiagnosticError E0103 where a rule decides for no layer */
export const namedWidths = (
  names: readonly string[],
  rules: readonly NamedRule<StoredBits>[],
  rest: StoredBits,
): StoredBits[] => byName(names, rules, option('weightBits', rulesText(rules))).map((bits) => bits ?? rest);
