/** Latency as text: how long, what bound it, which cores and layers the ticks waited for. */
import type { BoundRecord, LatencyRecord, RunRecord } from '../isa/index.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatCount, formatPercent, formatSi, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';
import { nameText } from './wrap.ts';

/** Critical cores, and layers, that are listed. */
const LISTED_CORES = 5;
const LISTED_LAYERS = 5;

const right = { align: 'right' } as const;

/** @param perTick with a table of all ticks */
export function renderLatency(record: RunRecord, style: TextStyle, perTick: boolean): string {
  const { latency } = record;
  const { bold } = colours(style);
  if (latency === undefined) return `${bold('Latency')} not computed (--timing cycle)`;
  const { cyclesPerInference: cycles, secondsPerInference: seconds, bound } = latency;
  const statistic = (title: string, name: 'median' | 'p99' | 'max'): string[] => [
    title,
    formatCount(cycles[name]),
    formatSi(seconds[name], 's'),
  ];
  return [
    `${bold('Latency')} ${bold(formatSi(seconds.median, 's'))} per inference, ${formatSi(latency.inferencesPerSecond, '').trimEnd()} inferences/s`,
    renderTable(
      [{ title: '' }, { title: 'cycles', ...right }, { title: 'time', ...right }],
      [statistic('median', 'median'), statistic('99 %', 'p99'), statistic('worst', 'max')],
      style,
    ),
    `  bound by ${boundText(bound)}`,
    ...worstLine(record, latency, style),
    ...fixedTickLine(record, latency, style),
    ...deadlineLine(record, style),
    ...criticalLines(latency, style),
    ...(perTick ? [bold('Ticks'), tickTable(record, latency, style)] : []),
  ].join('\n');
}

const sumOf = (bound: Partial<BoundRecord>): number => Object.values(bound).reduce((sum, part) => sum + part, 0);

const share = (part: number, total: number): string => formatPercent(total === 0 ? 0 : part / total, 1);

/** The causes with their shares, the largest first; without those that never occurred. */
function boundText(bound: BoundRecord): string {
  const total = sumOf(bound);
  return Object.entries(bound)
    .filter(([, part]) => part > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([cause, part]) => `${cause} ${share(part, total)}`)
    .join(', ');
}

/** Where there are several, how the longest inference differs from all. */
function worstLine({ inferences }: RunRecord, { worst }: LatencyRecord, style: TextStyle): string[] {
  if (worst === undefined || inferences < 2) return [];
  const { index, bound, critical } = worst;
  const core =
    critical === undefined
      ? ''
      : `; core ${critical.core} ${share(critical.cycles, worst.cycles)} (${nameText(critical.layer, style)})`;
  return [`  worst (sample ${formatCount(index)}) bound by ${boundText(bound)}${core}`];
}

function fixedTickLine({ ticks, inferences }: RunRecord, { fixedTick }: LatencyRecord, style: TextStyle): string[] {
  if (fixedTick === undefined) return [];
  const { cycles, overrunTicks, overrunCycles } = fixedTick;
  const length = `  ticks of ${plural(cycles, 'cycle')}: `;
  if (overrunTicks === 0) return [`${length}none took longer`];
  const overrun = `${formatCount(overrunTicks)} of ${formatCount(ticks * inferences)} took longer, by ${plural(overrunCycles, 'cycle')} in all`;
  return [length + colours(style).yellow(overrun)];
}

function deadlineLine({ deadline, inferences, latency }: RunRecord, style: TextStyle): string[] {
  if (deadline === undefined) return [];
  const { seconds, cycles, missed, worst } = deadline;
  const chalk = colours(style);
  const longest = worst === undefined ? undefined : latency?.worst;
  const by =
    longest === undefined
      ? ''
      : `, sample ${formatCount(longest.index)} by ${formatSi((worst!.excessCycles / longest.cycles) * longest.seconds, 's')}`;
  const verdict =
    missed === 0
      ? chalk.green('met')
      : chalk.red(`missed by ${formatCount(missed)} of ${plural(inferences, 'inference')}${by}`);
  return [`  deadline ${formatSi(seconds, 's')} (${plural(cycles, 'cycle')}): ${verdict}`];
}

/** What has to be split to make ticks shorter. */
function criticalLines({ critical, perLayer, bound }: LatencyRecord, style: TextStyle): string[] {
  if (critical === undefined || critical.length === 0) return [];
  const total = sumOf(bound);
  const rows = critical
    .slice(0, LISTED_CORES)
    .map(({ core, tile, ticks, integrateCycles, updateCycles, layers }) => [
      String(core),
      String(tile),
      ...[ticks, integrateCycles, updateCycles].map(formatCount),
      share(integrateCycles + updateCycles, total),
      layers.map(({ name }) => printable(name)).join(', '),
    ]);
  const columns = [
    { title: 'critical core', ...right },
    { title: 'tile', ...right },
    { title: 'ticks', ...right },
    { title: 'integrate', ...right },
    { title: 'update', ...right },
    { title: 'of all cycles', ...right },
    { title: 'layers', words: true },
  ];
  const layers = (perLayer ?? [])
    .map(({ name, integrateCycles, updateCycles }) => ({ name, cycles: integrateCycles + updateCycles }))
    .filter(({ cycles }) => cycles > 0)
    .sort((a, b) => b.cycles - a.cycles)
    .slice(0, LISTED_LAYERS)
    .map(({ name, cycles }) => `${nameText(name, style)} ${share(cycles, total)}`);
  return [renderTable(columns, rows, style, LEFT_OUT_FIRST.criticalCores), `  critical layers: ${layers.join(', ')}`];
}

function tickTable({ inferences }: RunRecord, { perTick, fixedTick }: LatencyRecord, style: TextStyle): string {
  const causes = ['integrate', 'update', 'network', 'barrier', ...(fixedTick ? (['wait'] as const) : [])] as const;
  const rows = perTick.map(({ median, p99, max, bound, critical }, tick) => {
    const total = sumOf(bound ?? {});
    return [
      String(tick),
      ...[median, p99, max].map(formatCount),
      ...causes.map((cause) => (bound === undefined ? '' : share(bound[cause], total))),
      critical === undefined ? '' : String(critical.core),
      critical === undefined ? '' : share(critical.inferences, inferences),
    ];
  });
  const titles = ['tick', 'median', '99 %', 'worst', ...causes, 'critical core', 'in'];
  return renderTable(
    titles.map((title) => ({ title, ...right })),
    rows,
    style,
    LEFT_OUT_FIRST.ticks,
  );
}
