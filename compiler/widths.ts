/** Widths of the weights of single layers, as they are asked for: by name, or by what a weight has on average. */
import { option, type StoredBits } from '../isa/index.ts';
import { byName, type NamedRule, rulesText } from './ir/named-rules.ts';

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

/** Widths that rules give to layers. @throws DiagnosticError E0103 where a rule decides for no layer */
export const namedWidths = (
  names: readonly string[],
  rules: readonly NamedRule<StoredBits>[],
  rest: StoredBits,
): StoredBits[] => byName(names, rules, option('weightBits', rulesText(rules))).map((bits) => bits ?? rest);
