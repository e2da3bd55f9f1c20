/** The chip beside the conventional network with each memory: energies of an inference, with the range of the chip's. */
import type { RunRecord } from '../../isa/index.ts';
import { hasConventional, isPartial } from '../energy-text.ts';
import { formatSi } from '../format.ts';
import { BARS_PIXELS, renderChart, unitFor } from './chart.ts';
import { CONVENTIONAL, DATA } from './looks.ts';
import { type Content, note } from './markup.ts';
import { BASELINE_NAMES } from './verdicts.ts';

/** A chart of it; '' where there is no conventional network. */
export async function alternativesChart({ energy, comparison, chip }: RunRecord): Promise<Content> {
  const { baselines = [] } = comparison;
  if (!hasConventional(comparison) || baselines.length === 0) return '';
  const partial = isPartial(energy);
  const own = energy.joulePerInference;
  const { lowJoulePerInference: low, highJoulePerInference: high } = energy.sensitivity?.range ?? {
    lowJoulePerInference: own,
    highJoulePerInference: own,
  };
  const largest = Math.max(high, own, ...baselines.map(({ joulePerInference }) => joulePerInference));
  if (!(largest > 0)) return '';
  const { scale, unit } = unitFor(largest, 'J');
  const chipName = partial ? 'the chip (partial)' : 'the chip';
  const bars = [
    { name: chipName, joule: own, end: high },
    ...baselines.map(({ name, joulePerInference: joule }) => ({ name: BASELINE_NAMES[name], joule, end: joule })),
  ].map(({ name, joule, end }) => ({ name, value: joule * scale, end: end * scale, text: formatSi(joule, 'J') }));
  const y = { field: 'name', type: 'nominal' as const, sort: bars.map(({ name }) => name), title: null };
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    title: `${unit} per inference`,
    scale: { domain: [0, largest * scale * 1.3] },
    axis: { tickCount: 6 },
  };
  return renderChart({
    id: 'chart-alternatives',
    title: `Energy per inference: the chip beside the conventional network${partial ? '; that of the chip is partial' : ''}`,
    description: `Bars: ${bars.map(({ name, text }) => `${name} ${text}`).join(', ')}. A line over the first from ${formatSi(low, 'J')} to ${formatSi(high, 'J')}, its range${partial ? ' (partial)' : ''}.`,
    spec: {
      width: BARS_PIXELS,
      height: { step: 30 },
      encoding: { y, x },
      layer: [
        { data: { values: bars.slice(0, 1) }, mark: { type: 'bar', color: DATA } },
        {
          data: { values: bars.slice(1) },
          mark: { type: 'bar', ...CONVENTIONAL, strokeDash: [...CONVENTIONAL.strokeDash] },
        },
        ...(low < high ? rangeMarks(chipName, [low * scale, high * scale]) : []),
        {
          data: { values: bars },
          mark: { type: 'text', align: 'left', dx: 5 },
          encoding: { x: { ...x, field: 'end' }, text: { field: 'text' } },
        },
      ],
    },
    below: note(
      `${low < high ? 'The line is the range of the chip as its figures vary. ' : ''}Processes: the conventional network 45 nm, the chip ${chip.process}.`,
    ),
  });
}

/** A line from end to end, with a stroke at either. */
const rangeMarks = (name: string, [low, high]: readonly [number, number]) => [
  {
    data: { values: [{ name, value: low, high }] },
    mark: { type: 'rule' as const, strokeWidth: 2, color: 'var(--ink)' },
    encoding: { x2: { field: 'high' } },
  },
  {
    data: { values: [low, high].map((value) => ({ name, value })) },
    mark: { type: 'tick' as const, thickness: 2, size: 12, color: 'var(--ink)' },
  },
];
