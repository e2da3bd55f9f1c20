/** The readable form of a comparison: tables, and a picture of the front. */
import type { ChanceRecord, ComparedRun, CompareRecord, ComparisonAxis } from '../isa/index.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatPercent, formatSi, plural, printable } from './format.ts';
import { renderScatter, type ScatterAxis } from './scatter-text.ts';
import { heading, renderTable, type TextStyle } from './table.ts';
import { shortenMiddle } from './wrap.ts';

const LONGEST_LABEL = 32;
const NONE = '–';
const right = { align: 'right' } as const;

export const AXIS_TEXT = {
  accuracy: { name: 'accuracy', better: 'accuracy up' },
  energy: { name: 'energy per inference', better: 'energy down' },
  latency: { name: 'median latency', better: 'latency down' },
} as const satisfies Record<ComparisonAxis, { readonly name: string; readonly better: string }>;

export function renderCompareText(record: CompareRecord, style: TextStyle): string {
  const sections = [
    runsSection(record, style),
    differencesSection(record, style),
    frontSection(record, style),
    pictureSection(record, style),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

export const labelOf = ({ label }: ComparedRun): string => shortenMiddle(printable(label), LONGEST_LABEL);
export const joules = (value: number, partial: boolean): string =>
  `${formatSi(value, 'J')}${partial ? ' partial' : ''}`;
const quantity = (value: number): string => formatSi(value, '').trimEnd();

function runsSection({ runs }: CompareRecord, style: TextStyle): string {
  const rows = runs.map((run) => {
    const { accuracy, energy, latency } = run;
    return [
      run.mark,
      labelOf(run),
      accuracy === null ? NONE : formatPercent(accuracy.top1),
      accuracy === null ? NONE : `${formatPercent(accuracy.ci95[0])} to ${formatPercent(accuracy.ci95[1])}`,
      typeof accuracy?.loss !== 'number' ? NONE : signed(accuracy.loss * 100, (value) => value.toFixed(2), ''),
      joules(energy.joulePerInference, energy.partial),
      latency === null ? 'not timed' : formatSi(latency.medianSeconds, 's'),
      latency === null ? NONE : formatSi(latency.worstSeconds, 's'),
      quantity(run.synopsPerInference),
      quantity(run.spikesPerInference),
      formatCount(run.chip.cores),
    ];
  });
  const columns = [
    { title: '' },
    { title: 'run', names: true },
    { title: 'accuracy', ...right },
    { title: '95 % interval' },
    { title: 'loss', ...right },
    { title: 'energy' },
    { title: 'latency', ...right },
    { title: 'worst', ...right },
    { title: 'synops', ...right },
    { title: 'spikes', ...right },
    { title: 'cores', ...right },
  ];
  const networks = [...new Set(runs.map(({ chip }) => printable(chip.network)))].join(', ');
  const sizes = [...new Set(runs.map(({ inferences }) => plural(inferences, 'sample')))].join(', ');
  return [
    `${heading(plural(runs.length, 'run'), style)} of ${networks}, ${sizes}; energy, median latency, synops and spikes per inference`,
    renderTable(columns, rows, style, LEFT_OUT_FIRST.runs),
    '  loss: accuracy of the conventional network on the same samples minus that of the chip, in points',
    ...(runs.some(({ energy }) => energy.partial)
      ? ['  partial: something of the energy is unknown or was not counted, so the figure is a lower bound']
      : []),
    ...assumedLines(runs).map((line) => `  ${line}`),
    ...(runs.some(({ latency }) => latency === null) ? ['  not timed: run with --timing none'] : []),
    ...(runs.some(({ accuracy }) => accuracy === null) ? ['  no accuracy: run without labels'] : []),
  ].join('\n');
}

/** That energies rest on figures nobody has published, and how far they reach; nothing where none does. */
export function assumedLines(runs: readonly ComparedRun[]): string[] {
  const assumed = runs.filter(({ energy }) => energy.assumed);
  if (assumed.length === 0) return [];
  const ratios = assumed.flatMap(({ energy: { range, joulePerInference: each } }) =>
    range === null || each <= 0
      ? []
      : [[range.lowJoulePerInference / each, range.highJoulePerInference / each] as const],
  );
  const [low, high] = [Math.min(...ratios.map(([least]) => least)), Math.max(...ratios.map(([, most]) => most))];
  const reach =
    ratios.length === 0 ? '' : `: ${low.toFixed(2)} to ${high.toFixed(2)} times what is shown, as far as known`;
  return [`assumed figures are in the energy of ${assumed.map(({ mark }) => mark).join(', ')}${reach}`];
}

function differencesSection({ runs }: CompareRecord, style: TextStyle): string {
  const [first] = runs;
  if (first === undefined || runs.length < 2) return '';
  const rows = runs.flatMap(({ mark, againstFirst: found }) => {
    if (found === null) return [];
    const { accuracy, energy, energyPartial, latency, synops, spikes, cores } = found;
    return [
      [
        mark,
        accuracy === null ? NONE : signed(accuracy.difference * 100, (value) => value.toFixed(2)),
        accuracy === null ? '' : chanceText(accuracy.chance),
        energy === null
          ? NONE
          : `${signed(energy.difference, (value) => formatSi(value, 'J'))}${energyPartial ? ' partial' : ''}`,
        `${relative(energy)}${energy !== null && energyPartial ? ' partial' : ''}`,
        latency === null ? NONE : signed(latency.difference, (value) => formatSi(value, 's')),
        relative(latency),
        relative(synops),
        relative(spikes),
        cores === null ? NONE : signed(cores.difference, formatCount),
      ],
    ];
  });
  const columns = [
    { title: '' },
    { title: 'accuracy', ...right },
    { title: 'chance?', words: true },
    { title: 'energy', ...right },
    { title: '', ...right },
    { title: 'latency', ...right },
    { title: '', ...right },
    { title: 'synops', ...right },
    { title: 'spikes', ...right },
    { title: 'cores', ...right },
  ];
  const paired = runs.some(({ againstFirst }) => againstFirst?.accuracy?.chance.method === 'mcnemar');
  return [
    `${heading(`Against ${first.mark}`, style)} (${labelOf(first)}); accuracy in points`,
    renderTable(columns, rows, style, LEFT_OUT_FIRST.differences),
    ...(runs.some(({ againstFirst }) => againstFirst?.energyPartial === true)
      ? ['  partial: the difference of what is known of the two energies']
      : []),
    ...(paired
      ? [`  chance?: samples that only ${first.mark} : only the run recognises, and p of the exact McNemar test`]
      : []),
  ].join('\n');
}

export function chanceText(chance: ChanceRecord): string {
  const verdict = chance.beyondChance ? 'more than chance' : 'may be chance';
  if (chance.method === 'intervals') return `${verdict} (intervals ${chance.beyondChance ? 'apart' : 'overlap'})`;
  const { firstOnly, thisOnly, pValue } = chance;
  return `${verdict} (${formatCount(firstOnly)} : ${formatCount(thisOnly)}, p = ${pValue < 0.001 ? pValue.toExponential(1) : pValue.toFixed(3)})`;
}

export function signed(value: number, format: (size: number) => string, plus = '+'): string {
  const text = format(Math.abs(value));
  if (value === 0) return text;
  return `${value < 0 ? '−' : plus}${text}`;
}

export const relative = (change: { readonly ratio: number | null } | null): string =>
  typeof change?.ratio !== 'number' ? '' : signed((change.ratio - 1) * 100, (value) => `${value.toFixed(1)} %`);

function frontSection({ runs, axes }: CompareRecord, style: TextStyle): string {
  const partial = axes.includes('energy') && runs.some(({ energy }) => energy.partial);
  return [
    `${heading('Pareto front', style)} of ${axes.map((axis) => AXIS_TEXT[axis].better).join(', ')}`,
    renderTable(
      [{ title: '' }, { title: 'run', names: true }, { title: '', words: true }],
      runs.map((run) => [run.mark, labelOf(run), standingText(run)]),
      style,
    ),
    ...(partial
      ? [
          '  a partial energy is a lower bound: its run dominates no other for certain, and is dominated where even the bound is no less than the energy of another',
        ]
      : []),
  ].join('\n');
}

export function standingText({ standing, energy }: ComparedRun): string {
  const { status, dominatedBy, perhapsBy, byChance, missing } = standing;
  const chance = byChance.length === 0 ? '' : `; that it is more accurate than ${byChance.join(', ')} may be chance`;
  const perhaps = perhapsBy.length === 0 ? '' : `perhaps dominated by ${perhapsBy.join(', ')}`;
  switch (status) {
    case 'front':
      return `on the front${chance}`;
    case 'undecided':
      return `open: ${perhaps}, as ${energy.partial ? 'its' : 'their'} energy is partial${chance}`;
    case 'dominated':
      return `dominated by ${dominatedBy.join(', ')}${perhaps === '' ? '' : `; ${perhaps}`}`;
    case 'outside':
      return `outside: no ${missing.join(', no ')}`;
  }
}

/** The plane of the first two axes. */
function pictureSection({ runs, axes }: CompareRecord, style: TextStyle): string {
  const [up, across] = axes;
  if (up === undefined || across === undefined) return '';
  const drawn = runs.filter(({ standing }) => standing.status !== 'outside');
  const scatter = (axis: ComparisonAxis): ScatterAxis => ({
    values: drawn.map((run) => valueOf(run, axis) ?? 0),
    largerIsBetter: axis === 'accuracy',
    format: axis === 'accuracy' ? formatPercent : (value) => formatSi(value, axis === 'energy' ? 'J' : 's'),
  });
  const isBound = ({ energy }: ComparedRun): boolean => (up === 'energy' || across === 'energy') && energy.partial;
  const arrow = across === 'energy' ? '→' : '↓';
  const lines = renderScatter(
    drawn.map((run) => {
      const { mark, standing } = run;
      const letter = standing.status === 'dominated' ? mark.toLowerCase() : mark;
      const signs = `${standing.status === 'undecided' ? '?' : ''}${isBound(run) ? arrow : ''}`;
      return { mark: `${letter}${signs}`, label: labelOf(run), certain: !isBound(run) };
    }),
    scatter(across),
    scatter(up),
    style.width,
  );
  if (lines.length === 0) return '';
  const legend = [
    'capital letter: no run dominates it',
    'small: dominated',
    ...(drawn.some(({ standing }) => standing.status === 'undecided') ? ['?: open'] : []),
    ...(drawn.some(isBound) ? [`${arrow}: at least this energy`] : []),
    ...(drawn.length < runs.length ? ['runs outside of the front are not drawn'] : []),
  ];
  return [
    `${heading(`${AXIS_TEXT[up].name} against ${AXIS_TEXT[across].name}`, style)}: better is up and to the left`,
    ...lines,
    `  ${legend.join('; ')}`,
  ].join('\n');
}

export function valueOf({ accuracy, energy, latency }: ComparedRun, axis: ComparisonAxis): number | undefined {
  if (axis === 'accuracy') return accuracy?.top1;
  return axis === 'energy' ? energy.joulePerInference : latency?.medianSeconds;
}
