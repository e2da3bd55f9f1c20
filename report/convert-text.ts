import { formatCount, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

/** What the summary of a conversion says. */
export interface ConversionSummary {
  readonly network: string;
  readonly mode: string;
  readonly window: number;
  readonly threshold: string;
  readonly per: string;
  readonly calibrationSamples: number;
  readonly layers: readonly {
    readonly name: string;
    /** Number of thresholds; 0 for the read-out. */
    readonly channels: number;
    /** Lowest and highest, in units of the activation; null for the read-out. */
    readonly threshold: readonly [low: number, high: number] | null;
  }[];
  readonly files: readonly string[];
}

/** The readable form of a conversion: what chose the thresholds, and where they lie. */
export function renderConversionText(summary: ConversionSummary, style: TextStyle): string {
  const { network, mode, window, threshold, per, calibrationSamples, layers, files } = summary;
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
        { title: 'layer' },
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
