/** Levels of single layers: a T of its own for a layer whose staircase has to be finer, or may be coarser, than that of the others. */
import { fail, option } from '../isa/index.ts';
import { type ConversionMode, CONVERSIONS, modesThat } from './conversions.ts';
import type { FloatLayer } from './ir/layers.ts';
import { byName, type NamedRule, rulesText } from './ir/named-rules.ts';

/**
 * T per layer; undefined where all layers have that of the network, as the read-out always has.
 *
 * @throws DiagnosticError E0103 where a rule decides for no layer that fires, or layers of the mode have no windows of their own
 */
export function layerWindows(
  { layers }: { readonly layers: readonly Pick<FloatLayer, 'name'>[] },
  asked: {
    readonly mode: ConversionMode;
    readonly window: number;
    readonly levels?: readonly NamedRule<number>[] | undefined;
  },
): readonly number[] | undefined {
  const { mode, window, levels } = asked;
  if (levels === undefined) return undefined;
  const text = option('levels', rulesText(levels));
  if (!CONVERSIONS[mode].order.integratesFirst) {
    const modes = option('mode', modesThat(({ order }) => order.integratesFirst).join(' or '));
    fail('E0103', `${text} is of ${modes}, not of ${mode}`, undefined, `use ${modes}`);
  }
  const names = layers.slice(0, -1).map(({ name }) => name);
  return [...byName(names, levels, text).map((own) => own ?? window), window];
}
