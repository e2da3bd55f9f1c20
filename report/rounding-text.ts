/** What rounding changes in a network that was trained as a spiking one, as text. */
import type { RoundingRecord } from '../isa/index.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatPercent, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';
import { shortenNames } from './wrap.ts';

const TITLES = {
  activations: 'activations alone',
  weights: 'weights alone',
  leaks: 'leaks alone',
  potentials: 'thresholds alone',
  input: 'input alone',
  chip: 'on the chip',
} as const satisfies Record<RoundingRecord['stations'][number]['rounded'], string>;

const signed = (count: number): string => `${count > 0 ? '+' : count < 0 ? '−' : ''}${formatCount(Math.abs(count))}`;

const right = { align: 'right' } as const;

/** A table with a row for each kind of number and population, and what it changes. */
export function renderRoundingText(
  { samples, populations, stations, advice }: RoundingRecord,
  style: TextStyle,
): string {
  const rows = stations.flatMap(({ rounded, answersChanged, populations: differences }) =>
    differences.map(({ spikesChanged, countsMoved, spikesMore, potentialRms, potentialMax }, p) => {
      const { name, spikes } = populations[p]!;
      return [
        p === 0 ? TITLES[rounded] : '',
        p === 0 ? `${formatCount(answersChanged)} of ${formatCount(samples)}` : '',
        printable(name),
        spikes === 0 ? '–' : `${formatCount(spikesChanged)} of ${formatCount(spikes)}`,
        spikes === 0 ? '–' : formatPercent(spikesChanged / spikes, 1),
        spikes === 0 ? '–' : formatCount(countsMoved),
        spikes === 0 ? '–' : signed(spikesMore),
        potentialRms.toPrecision(2),
        potentialMax.toPrecision(2),
      ];
    }),
  );
  const table = renderTable(
    [
      { title: 'rounded' },
      { title: 'answers changed', ...right },
      { title: 'population', names: true },
      { title: 'spikes changed', ...right },
      { title: 'share', ...right },
      { title: 'counts', ...right },
      { title: 'sum', ...right },
      { title: 'V, rms', ...right },
      { title: 'V, most', ...right },
    ],
    rows,
    style,
    LEFT_OUT_FIRST.rounding,
  );
  const title = colours(style).bold(`rounding, measured on ${plural(samples, 'sample')} against floating point`);
  const advised = advice.map((line) => `\n  ${shortenNames(line, style)}`).join('');
  return `${title}; V in units of the mean threshold, counts of spikes by neuron and sample\n${table}${advised}`;
}
