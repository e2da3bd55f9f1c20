import type { ConvertRecord } from '../isa/index.ts';
import { formatCount, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

/** The readable form of a conversion: what chose the thresholds, and where they lie. */
export function renderConversionText(record: ConvertRecord, style: TextStyle): string {
  const { network, mode, window, threshold, per, calibrationSamples, layers, files } = record;
  const samples = calibrationSamples === 0 ? '' : ` from ${plural(calibrationSamples, 'calibration sample')}`;
  const right = { align: 'right' } as const;
  const rows = layers.map(({ name, channels, threshold: ends }) => [
    printable(name),
    ...(ends === null ? ['', 'read-out', ''] : [formatCount(channels), ...ends.map((end) => end.toPrecision(4))]),
  ]);
  return `${[
    `${colours(style).bold(printable(network))}: mode ${mode}, T = ${window}; thresholds ${threshold} per ${per}${samples}`,
    renderTable(
      [
        { title: 'layer', names: true },
        { title: 'channels', ...right },
        { title: 'lowest threshold', ...right },
        { title: 'highest', ...right },
      ],
      rows,
      style,
    ),
    '',
    `wrote ${files.map(printable).join(' and ')}`,
    `  next: snnc build ${printable(files[0]!)} -o chip.bin`,
  ].join('\n')}\n`;
}
