/** Accuracy against T, with intervals. */
import type { RunRecord } from '../../isa/index.ts';
import { formatCount, formatPercent, formatSi } from '../format.ts';
import { answersBody, errorsBody } from './answers.ts';
import { placesBody } from './places.ts';
import { PLOT_PIXELS, renderChart } from './chart.ts';
import { DATA } from './looks.ts';
import { figure, fold, html, type Markup, note, table } from './markup.ts';
import type { ReportSource, Section } from './section.ts';

/** Points that are drawn and listed at most; the last one always is. */
const MOST_POINTS = 256;
/** Of a table that stands open beside the chart. */
const ROWS_BESIDE = 10;

export async function accuracySection({ record }: ReportSource): Promise<Section> {
  if (record.regression !== undefined) return { id: 'accuracy', title: 'Errors', body: html`${errorsBody(record)}` };
  if (record.places !== undefined)
    return { id: 'accuracy', title: 'Accuracy', body: html`${placesBody(record.places)}` };
  return { id: 'accuracy', title: 'Accuracy', body: html`${await accuracyBody(record)}${answersBody(record)}` };
}

async function accuracyBody({ accuracy, events }: ReportSource['record']): Promise<Markup> {
  if (accuracy === undefined) return note('The samples had no labels, so there is no accuracy.');
  const { byT = [], floatTop1, top1, ci95, total } = accuracy;
  const float =
    floatTop1 === undefined
      ? ''
      : html` The conventional network has ${figure('accuracy.floatTop1', floatTop1, formatPercent(floatTop1))} on the same samples.`;
  const said = html`<p>${figure('accuracy.top1', top1, formatPercent(top1))} of ${figure('accuracy.total', total, formatCount(total))} samples, with a 95 % interval (Wilson score) of ${figure('accuracy.ci95.0', ci95[0], formatPercent(ci95[0]))} to ${figure('accuracy.ci95.1', ci95[1], formatPercent(ci95[1]))}.${float}</p>\n`;
  if (byT.length === 0) return said;
  const step = Math.ceil(byT.length / MOST_POINTS);
  const points = byT.map((point, k) => ({ ...point, k })).filter(({ k }) => (byT.length - 1 - k) % step === 0);
  const chart = await curveChart(points, { floatTop1, top1, dtUs: events?.dtUs });
  const rows = points.map(({ T, top1: value, ci95: [low, high], k }) => [
    figure(`accuracy.byT.${k}.T`, T, String(T)),
    ...(events === undefined ? [] : [formatSi((T * events.dtUs) / 1e6, 's')]),
    figure(`accuracy.byT.${k}.top1`, value, formatPercent(value)),
    figure(`accuracy.byT.${k}.ci95.0`, low, formatPercent(low)),
    figure(`accuracy.byT.${k}.ci95.1`, high, formatPercent(high)),
  ]);
  const times = events === undefined ? [] : ['since the first step began'];
  const columns = ['T', ...times, 'accuracy', '95 % from', 'to'].map((title) => ({ title, number: true }));
  const list = table('Accuracy after T ticks', columns, rows);
  const beside =
    rows.length <= ROWS_BESIDE
      ? list
      : fold(`Accuracy against ${events === undefined ? 'T' : 'time'} as a table`, list);
  return html`${said}<div class="row">${chart}<div>${beside}</div></div>`;
}

/** Share of the height of the chart that a label above a line needs. */
const LABEL_ROOM = 0.08;

type Curve = NonNullable<NonNullable<RunRecord['accuracy']>['byT']>;

interface Ends {
  readonly floatTop1: number | undefined;
  readonly top1: number;
  /** Length of a step, where the samples are recordings of events: the curve is then one against time. */
  readonly dtUs: number | undefined;
}

/** The curve with its band, and the conventional network as a line across. */
function curveChart(points: Curve, { floatTop1, top1, dtUs }: Ends): Promise<Markup> {
  // A curve between 95 and 99 % is flat on an axis from 0 on.
  const least = points.reduce((low, { ci95: [from] }) => Math.min(low, from), floatTop1 ?? 1);
  const floor = Math.min(0.9, Math.max(0, Math.floor(least * 10) / 10));
  const above = floatTop1 !== undefined && (1 - floatTop1) / (1 - floor) < LABEL_ROOM;
  const said = dtUs === undefined ? 'after T ticks of the read-out’s window' : 'by the time since the first step began';
  const at = (T: number): number => (dtUs === undefined ? T : (T * dtUs) / 1000);
  return renderChart({
    id: 'chart-accuracy',
    title: `Accuracy ${said}${floor > 0 ? `; the axis begins at ${formatPercent(floor, 0)}` : ''}`,
    description: `A line from ${formatPercent(points[0]!.top1)} at T = ${points[0]!.T} to ${formatPercent(points.at(-1)!.top1)} at T = ${points.at(-1)!.T}, within the band of its 95 % interval.`,
    spec: {
      width: PLOT_PIXELS,
      height: 240,
      data: { values: points.map(({ T, top1: value, ci95: [low, high] }) => ({ T: at(T), value, low, high })) },
      layer: [
        {
          mark: { type: 'area', color: DATA, opacity: 0.25 },
          encoding: {
            x: {
              field: 'T',
              type: 'quantitative',
              title: dtUs === undefined ? 'T, ticks' : 'milliseconds',
              scale: { nice: false },
              axis: dtUs === undefined ? { tickMinStep: 1, format: 'd' } : { tickCount: 6 },
            },
            y: {
              field: 'low',
              type: 'quantitative',
              title: 'accuracy',
              axis: { format: '.0%' },
              scale: { domain: [floor, 1] },
            },
            y2: { field: 'high' },
          },
        },
        {
          mark: { type: 'line', color: DATA, point: points.length <= 64 && { color: DATA, size: 25 } },
          encoding: {
            x: { field: 'T', type: 'quantitative' },
            y: { field: 'value', type: 'quantitative' },
          },
        },
        ...(floatTop1 === undefined ? [] : conventional(floatTop1, floatTop1 < top1 || above)),
      ],
    },
  });
}

/** @param isBelow whether the chip ends above it, or there is no room above */
const conventional = (accuracy: number, isBelow: boolean) => [
  {
    data: { values: [{ float: accuracy }] },
    mark: { type: 'rule' as const, strokeDash: [6, 4] },
    encoding: { y: { field: 'float', type: 'quantitative' as const } },
  },
  {
    data: { values: [{ float: accuracy, text: 'conventional network' }] },
    mark: {
      type: 'text' as const,
      align: 'right' as const,
      baseline: 'middle' as const,
      dy: isBelow ? 10 : -9,
    },
    encoding: {
      x: { value: PLOT_PIXELS - 4 },
      y: { field: 'float', type: 'quantitative' as const },
      text: { field: 'text' },
    },
  },
];
