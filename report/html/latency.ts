/** How long an inference took, tick by tick, and what it waited for. */
import type { LatencyRecord, RunRecord } from '../../isa/index.ts';
import { formatCount, formatMean, formatPercent, formatSi } from '../format.ts';
import { COUNT_LABELS, PLOT_PIXELS, renderChart } from './chart.ts';
import { fillOf, legendOf, swatchOf, WORK_OF_CAUSE, worksIn } from './looks.ts';
import { type Content, figure, firstRows, fold, html, note, perInference, table } from './markup.ts';
import type { ReportSource, Section } from './section.ts';

const CAUSES = ['integrate', 'update', 'network', 'barrier', 'wait'] as const;
/** Bars of the chart; of longer inferences a bar is several ticks. */
const MOST_BARS = 128;
const MOST_TICKS = 192;
const MOST_CORES = 10;

export async function latencySection({ record }: ReportSource): Promise<Section> {
  const { latency } = record;
  return {
    id: 'latency',
    title: 'Latency',
    body:
      latency === undefined
        ? note('Not computed: --timing cycle models the network cycle by cycle.')
        : html`<div class="row beside">${await ticksChart(record, latency)}<div>${statistics(record, latency)}</div></div>${ticksTable(record, latency)}${criticalCores(record, latency)}`,
  };
}

function statistics(
  { inferences }: RunRecord,
  { cyclesPerInference, secondsPerInference, bound, inferencesPerSecond }: LatencyRecord,
): Content {
  const rows = (
    [
      ['median', 'median'],
      ['99 %', 'p99'],
      ['worst', 'max'],
    ] as const
  ).map(([title, name]) => [
    title,
    figure(`latency.cyclesPerInference.${name}`, cyclesPerInference[name], formatCount(cyclesPerInference[name])),
    figure(`latency.secondsPerInference.${name}`, secondsPerInference[name], formatSi(secondsPerInference[name], 's')),
  ]);
  const columns = [{ title: 'inference' }, { title: 'cycles', number: true }, { title: 'time', number: true }];
  const total = Object.values(bound).reduce((sum, part) => sum + part, 0);
  const causes = [...CAUSES, 'host' as const].map((cause) => [
    html`${swatchOf(cause === 'host' ? 'network' : WORK_OF_CAUSE[cause])} ${cause}`,
    perInference([`latency.bound.${cause}`], bound[cause], inferences, formatMean),
    total === 0 ? '' : formatPercent(bound[cause] / total, 1),
  ]);
  const causeColumns = [{ title: 'bound by' }, { title: 'cycles', number: true }, { title: 'share', number: true }];
  return html`${table('Cycles and time per inference', columns, rows)}<p>${figure('latency.inferencesPerSecond', inferencesPerSecond, formatMean(inferencesPerSecond))} inferences per second.</p>
${table('Mean cycles of an inference by what bound them; host: reset, input and read-out', causeColumns, causes)}`;
}

function ticksTable({ inferences }: RunRecord, { perTick }: LatencyRecord): Content {
  if (perTick.length === 0 || inferences === 0) return '';
  const { shown, more } = firstRows(perTick, MOST_TICKS);
  const rows = shown.map(({ median, p99, max, bound, critical }, tick) => [
    String(tick),
    figure(`latency.perTick.${tick}.median`, median, formatCount(median)),
    figure(`latency.perTick.${tick}.p99`, p99, formatCount(p99)),
    figure(`latency.perTick.${tick}.max`, max, formatCount(max)),
    ...CAUSES.map((cause) =>
      bound === undefined
        ? ''
        : perInference([`latency.perTick.${tick}.bound.${cause}`], bound[cause], inferences, formatMean),
    ),
    critical === undefined ? '' : figure(`latency.perTick.${tick}.critical.core`, critical.core, String(critical.core)),
  ]);
  const columns = ['tick', 'median', '99 %', 'worst', ...CAUSES, 'critical core'].map((title, k) => ({
    title,
    number: k > 0,
  }));
  return fold('Latency per tick as a table', [
    table('Cycles per tick; then their mean by what bound them', columns, rows),
    more === '' ? '' : note(more),
  ]);
}

async function ticksChart({ inferences }: RunRecord, { perTick }: LatencyRecord): Promise<Content> {
  if (perTick.length === 0 || inferences === 0) return '';
  const bars = barsOf(perTick, inferences);
  if (bars.length === 0) return '';
  const works = worksIn(bars.map(({ work }) => work));
  const together = Math.ceil(perTick.length / MOST_BARS);
  return renderChart({
    id: 'chart-latency-ticks',
    title: `Mean cycles per tick, by what bound them${together === 1 ? '' : ` (a bar is the mean of ${together} ticks)`}`,
    description: `A bar for each of ${Math.ceil(perTick.length / together)} positions in the inference, made of the cycles in which integration, update, network, barrier or waiting decided.`,
    key: legendOf(works),
    spec: {
      width: PLOT_PIXELS,
      height: 240,
      data: { values: bars },
      mark: { type: 'bar' },
      encoding: {
        x: { field: 'tick', type: 'ordinal', title: 'tick', axis: { labelAngle: 0, labelOverlap: true } },
        y: {
          field: 'cycles',
          type: 'quantitative',
          title: 'cycles',
          stack: 'zero',
          axis: { labelExpr: COUNT_LABELS, tickCount: 6 },
        },
        order: { field: 'order', type: 'quantitative' },
        fill: fillOf('work', works),
      },
    },
  });
}

function barsOf(perTick: LatencyRecord['perTick'], inferences: number) {
  const together = Math.ceil(perTick.length / MOST_BARS);
  return Array.from({ length: Math.ceil(perTick.length / together) }, (_, bar) => {
    const ticks = perTick.slice(bar * together, (bar + 1) * together);
    return CAUSES.flatMap((cause, order) => {
      const cycles = ticks.reduce((sum, { bound }) => sum + (bound?.[cause] ?? 0), 0) / inferences / ticks.length;
      const tick = bar * together;
      return cycles === 0 ? [] : [{ tick, work: WORK_OF_CAUSE[cause], order, cycles }];
    });
  }).flat();
}

function criticalCores({ inferences }: RunRecord, { critical = [] }: LatencyRecord): Content {
  if (critical.length === 0) return '';
  const rows = critical.slice(0, MOST_CORES).map(({ core, tile, ticks, integrateCycles, updateCycles, layers }, k) => [
    figure(`latency.critical.${k}.core`, core, String(core)),
    figure(`latency.critical.${k}.tile`, tile, String(tile)),
    perInference([`latency.critical.${k}.ticks`], ticks, inferences, formatMean),
    perInference([`latency.critical.${k}.integrateCycles`], integrateCycles, inferences, formatMean),
    perInference([`latency.critical.${k}.updateCycles`], updateCycles, inferences, formatMean),
    layers
      .slice(0, 8)
      .map(({ name }) => name)
      .join(', '),
  ]);
  const columns = [
    ...['core', 'tile', 'ticks', 'integrate', 'update'].map((title) => ({ title, number: true })),
    { title: 'layers' },
  ];
  return fold(
    'Critical cores: what has to be split to make ticks shorter',
    table('Cores that ticks waited for, with ticks and cycles per inference as the critical one', columns, rows),
  );
}
