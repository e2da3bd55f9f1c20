/** The widths of the weights where layers have widths of their own, as a table. */
import type { BuildRecord } from '../isa/index.ts';
import { formatCount, formatPercent, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

const right = { align: 'right' } as const;

type Layer = BuildRecord['layers'][number];

const bitsOf = (layers: readonly Layer[]): number =>
  layers.reduce((sum, { weights, weightBits }) => sum + weights * weightBits, 0);

/** Whether there is something to tell: widths that differ, or were chosen. */
export const hasWidths = (layers: readonly Layer[]): boolean =>
  layers.some(({ sensitivity, weightBits }) => sensitivity !== undefined || weightBits !== layers[0]!.weightBits);

/** Which width every layer has, and what each width would cost it: the part of its potentials that rounding moves. */
export function renderWidthsText(layers: readonly Layer[], style: TextStyle): string {
  const weights = layers.reduce((sum, layer) => sum + layer.weights, 0);
  const mean = weights === 0 ? 0 : bitsOf(layers) / weights;
  const widths = [...new Set(layers.flatMap(({ sensitivity = [] }) => sensitivity.map((each) => each.weightBits)))];
  const loss = (layer: Layer, bits: number): string => {
    const found = layer.sensitivity?.find(({ weightBits }) => weightBits === bits);
    return found === undefined ? '' : formatPercent(found.loss, 2);
  };
  const columns = ['layer', 'weights', 'bits', ...widths.map((bits) => `lost at ${bits} bit`)];
  return [
    `${colours(style).bold('Widths of the weights')}: ${mean.toFixed(2)} bits on average, ${plural(Math.ceil(bitsOf(layers) / 8), 'byte')}${widths.length === 0 ? '' : '; lost: part of the potentials of a layer, in the mean square, that rounding moves'}`,
    renderTable(
      columns.map((title, k) => ({ title, ...(k > 0 ? right : { names: true }) })),
      layers.map((layer) => [
        printable(layer.name),
        formatCount(layer.weights),
        String(layer.weightBits),
        ...widths.map((bits) => loss(layer, bits)),
      ]),
      style,
    ),
  ].join('\n');
}
