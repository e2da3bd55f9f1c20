import type { LedgerRecord } from '../isa/index.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatPercent, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';
import { shortenNames } from './wrap.ts';

export const TERMS = [
  'unevenness',
  'rounding',
  'clipping',
  'inherited',
  'total',
] as const satisfies readonly (keyof LedgerRecord['layers'][number]['terms'])[];

const right = { align: 'right' } as const;

/** The ledger as a table per layer, the stations on the way to the chip, and what to do where much is lost. */
export function renderLedgerText(ledger: LedgerRecord, style: TextStyle): string {
  const chalk = colours(style);
  const lines = [
    `errors of the spiking layers on ${plural(ledger.samples, 'calibration sample')}, root mean square in % of the activations`,
    layerTable(ledger, style),
    stationTable(ledger, style),
    ...ledger.advice.map((advice) => `  ${chalk.yellow('advice')} ${shortenNames(printable(advice), style)}`),
  ];
  return lines.join('\n');
}

function layerTable({ layers }: LedgerRecord, style: TextStyle): string {
  return renderTable(
    [
      { title: 'layer', names: true },
      { title: 'threshold', ...right },
      { title: 'clipped', ...right },
      { title: 'rate', ...right },
      ...TERMS.map((title) => ({ title, ...right })),
      { title: 'expected', ...right },
    ],
    layers.map((layer) => {
      const { threshold, rounding, activationRms } = layer;
      const relative = (value: number) => (activationRms > 0 ? formatPercent(value / activationRms, 1) : '–');
      return [
        printable(layer.layer),
        threshold === null ? '–' : range(threshold.min, threshold.max),
        threshold === null ? '–' : formatPercent(layer.clippedShare, 1),
        threshold === null ? '–' : layer.rate.toFixed(3),
        ...TERMS.map((term) => relative(layer.terms[term].rms)),
        // The closed form speaks about what is neither silent nor saturated: scaled to what was measured there.
        rounding === null || rounding.measured.rms === 0
          ? '–'
          : relative((layer.terms.rounding.rms * rounding.expected.rms) / rounding.measured.rms),
      ];
    }),
    style,
    LEFT_OUT_FIRST.ledger,
  );
}

const range = (min: number, max: number): string =>
  min === max ? min.toPrecision(3) : `${min.toPrecision(3)}…${max.toPrecision(3)}`;

function stationTable({ stations, samples, labelled }: LedgerRecord, style: TextStyle): string {
  const row = (title: string, { correct, agreeing, difference }: LedgerRecord['stations']['ann'], first: boolean) => [
    title,
    labelled === 0 ? '–' : `${formatCount(correct)} of ${formatCount(labelled)}`,
    labelled === 0 ? '–' : formatPercent(correct / labelled, 1),
    labelled === 0 || first ? '–' : lostPoints(stations.ann.correct - correct, labelled),
    first ? '–' : `${formatCount(agreeing)} of ${formatCount(samples)}`,
    first ? '–' : formatPercent(difference, 1),
  ];
  return renderTable(
    [
      { title: 'form of the network', words: true },
      { title: 'right', ...right },
      { title: 'accuracy', ...right },
      { title: 'points lost', ...right },
      { title: 'same answer as before', ...right },
      { title: 'outputs differ by', ...right },
    ],
    [
      row('conventional', stations.ann, true),
      row('spiking, in floating point', stations.spiking, false),
      row('spiking, in integers (the chip)', stations.integer, false),
    ],
    style,
    LEFT_OUT_FIRST.stations,
  );
}

/** Against the conventional network; negative where more is right. */
const lostPoints = (fewer: number, of: number): string => (fewer === 0 ? '0.0' : ((100 * fewer) / of).toFixed(1));
