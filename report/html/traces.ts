/** What neurons did in time: the spikes of a sample, and the membrane potentials of probes. */
import type { ProbeRecord, RasterRecord } from '../../isa/index.ts';
import { formatCount, plural } from '../format.ts';
import { COUNT_LABELS, PLOT_PIXELS, renderChart } from './chart.ts';
import { clean, type Content, figure, firstRows, fold, html, note, table } from './markup.ts';
import { axisNames, MOST_LAYERS, type ReportSource, type Section } from './section.ts';

const MOST_PROBES = 16;
/** Of a trace: drawn, and listed. */
const MOST_PROBE_TICKS = 256;
const MOST_PROBE_ROWS = 96;
/** Spikes, and rows, that are drawn, whatever the record holds. */
const MOST_SPIKES = 10_000;
const MOST_ROWS = 480;
const ROW_PIXELS = 2;
/** Of an axis along which ticks are counted. */
const WHOLE_TICKS = { tickMinStep: 1, format: 'd' };

/** undefined where the record shows the spikes of no sample. */
export async function rasterSection({ record: { raster } }: ReportSource): Promise<Section | undefined> {
  if (raster === undefined || raster.layers.length === 0) return undefined;
  return {
    id: 'raster',
    title: 'Spikes of a sample',
    body: html`<div class="row beside">${await rasterChart(raster)}<div>${rasterTable(raster)}</div></div>`,
  };
}

async function rasterChart(raster: RasterRecord): Promise<Content> {
  const { input, layers: all } = raster;
  // What comes in stands above the layers that hear it.
  const above = input === undefined ? [] : [{ name: 'input', shown: input.shown }];
  const layers = [...above, ...all.slice(0, MOST_LAYERS)];
  const names = axisNames(layers.map(({ name }) => name));
  const { points, places, rows: row } = strokesOf(layers, names);
  const x = {
    type: 'quantitative' as const,
    scale: { domain: [-0.5, Math.max(1, raster.ticks) - 0.5], nice: false, zero: false },
    axis: WHOLE_TICKS,
  };
  const y = { type: 'quantitative' as const, axis: null, scale: { domain: [Math.max(1, row), 0], nice: false } };
  const total = raster.layers.reduce((sum, { spikes }) => sum + spikes, 0);
  return renderChart({
    id: 'chart-raster',
    title: `${input === undefined ? 'Spikes' : 'Input and spikes'} of sample ${raster.index} by tick`,
    description: `A row for each of ${row} ${input === undefined ? '' : 'elements of the input and '}neurons of ${plural(layers.length - above.length, 'layer')}, with a stroke where it fired; the sample has ${formatCount(total)} spikes in all. A table gives the spikes of each layer.`,
    spec: {
      width: PLOT_PIXELS,
      height: Math.max(160, ROW_PIXELS * row),
      layer: [
        {
          data: { values: points },
          mark: {
            type: 'line',
            strokeWidth: Math.min(6, Math.max(1, 280 / Math.max(1, raster.ticks))),
            invalid: 'break-paths-show-domains',
          },
          encoding: {
            x: { field: 'tick', title: 'tick', ...x },
            y: { field: 'row', ...y },
            order: { field: 'order', type: 'quantitative' },
          },
        },
        {
          data: { values: places },
          mark: { type: 'rule', color: 'var(--line)' },
          encoding: { y: { field: 'row', ...y } },
        },
        {
          data: { values: places },
          mark: { type: 'text', align: 'right', baseline: 'middle', dx: -6 },
          encoding: { x: { value: 0 }, y: { field: 'middle', ...y }, text: { field: 'name' } },
        },
      ],
    },
  });
}

/** A stroke for every spike that is shown, and where each layer begins. */
function strokesOf(
  layers: readonly { readonly shown: readonly { readonly ticks: readonly number[] }[] }[],
  names: readonly string[],
) {
  const points: { tick: number; row: number | null; order: number }[] = [];
  const places: { row: number; middle: number; name: string }[] = [];
  let row = 0;
  let drawn = 0;
  const most = Math.max(1, Math.floor(MOST_ROWS / layers.length));
  layers.forEach((layer, k) => {
    const step = Math.ceil(layer.shown.length / most);
    const shown = layer.shown.filter((_, at) => at % step === 0);
    places.push({ row, middle: row + shown.length / 2, name: names[k]! });
    for (const { ticks } of shown) {
      for (const tick of ticks) {
        if (drawn++ >= MOST_SPIKES) break;
        // A stroke from the top to the bottom of the row, then a gap.
        for (const at of [row, row + 1, null]) points.push({ tick, row: at, order: points.length });
      }
      row++;
    }
  });
  return { points, places, rows: row };
}

function rasterTable({ input, layers, ticks, index }: RasterRecord): Content {
  const { shown: listed, more } = firstRows(layers, MOST_LAYERS);
  const rows = listed.map(({ name, neurons, spikes, firstTick, shown }, k) => [
    name,
    figure(`raster.layers.${k}.neurons`, neurons, formatCount(neurons)),
    formatCount(shown.length),
    figure(`raster.layers.${k}.spikes`, spikes, formatCount(spikes)),
    formatCount(shown.reduce((sum, one) => sum + one.ticks.length, 0)),
    figure(`raster.layers.${k}.firstTick`, firstTick, String(firstTick)),
  ]);
  const columns = [
    { title: 'layer' },
    ...['neurons', 'shown', 'spikes', 'shown', 'from tick'].map((title) => ({ title, number: true })),
  ];
  const came =
    input === undefined
      ? ''
      : html`<p class="note">The input has ${figure('raster.input.elements', input.elements, formatCount(input.elements))} elements, which sent ${figure('raster.input.packets', input.packets, plural(input.packets, 'packet'))} with payloads of ${figure('raster.input.payload', input.payload, formatCount(input.payload))} in all.</p>\n`;
  return html`${came}${note(`Neurons are chosen at even distances by NCHW index, and the first ${plural(ticks, 'tick')} are shown; the record holds at most 20,000 spikes, and the picture has at most ${MOST_ROWS} rows.`)}${table(`Spikes of sample ${index} by layer`, columns, rows)}${more === '' ? '' : note(more)}`;
}

/** undefined where no neuron was watched. */
export async function probesSection({ record }: ReportSource): Promise<Section | undefined> {
  const { probes = [], outputs } = record;
  if (probes.length === 0) return undefined;
  const { shown, more } = firstRows(probes, MOST_PROBES);
  const charts: Content[] = [];
  for (const [k, probe] of shown.entries()) charts.push(await probeChart(probe, k));
  const sample =
    outputs[0] === undefined
      ? ''
      : html` (sample ${figure('outputs.0.index', outputs[0].index, formatCount(outputs[0].index))})`;
  return {
    id: 'probes',
    title: 'Membrane potentials',
    body: html`<p class="note">What probes saw in the first inference${sample}, in the integer unit of the chip. The potential is taken after the tick, so a neuron that fired is already reset; a triangle at the threshold is a spike.</p>
<div class="row">${charts}</div>${more === '' ? '' : note(more)}`,
  };
}

async function probeChart(
  { layer, channel, y, x, threshold, potential, spikes }: ProbeRecord,
  k: number,
): Promise<Content> {
  const values = potential
    .slice(0, MOST_PROBE_TICKS)
    .map((value, tick) => ({ tick, value, fired: spikes[tick] === 1 }));
  const fired = values.filter((one) => one.fired).map(({ tick, value }) => ({ tick, value: threshold ?? value }));
  const place = `${clean(layer).slice(0, 60)} [${channel}, ${y}, ${x}]`;
  const low = values.reduce((least, { value }) => Math.min(least, value), Infinity);
  const high = values.reduce((most, { value }) => Math.max(most, value), -Infinity);
  const axes = {
    x: { field: 'tick', type: 'quantitative' as const, title: 'tick', axis: WHOLE_TICKS },
    y: {
      field: 'value',
      type: 'quantitative' as const,
      title: 'potential',
      axis: { labelExpr: COUNT_LABELS, tickCount: 5 },
    },
  };
  const thresholdText = threshold === null ? '' : `a dashed line at the threshold ${threshold}, and `;
  const spikesText = fired.length === 0 ? 'no spikes' : `a triangle at each of ${fired.length} spikes`;
  const chart = await renderChart({
    id: `chart-probe-${k}`,
    title: potential.length > MOST_PROBE_TICKS ? `${place}, the first ${MOST_PROBE_TICKS} ticks` : place,
    description: `A line between ${low} and ${high}; ${thresholdText}${spikesText}.`,
    spec: {
      width: 300,
      height: 140,
      data: { values },
      layer: [
        { mark: { type: 'line', interpolate: 'step-after' }, encoding: axes },
        {
          data: { values: fired },
          mark: { type: 'point', shape: 'triangle-up', filled: true, color: 'var(--ink)', size: 60, opacity: 1 },
          encoding: axes,
        },
        ...(threshold === null
          ? []
          : [
              {
                data: { values: [{ value: threshold }] },
                mark: { type: 'rule' as const, strokeDash: [5, 3] },
                encoding: { y: axes.y },
              },
              {
                data: { values: [{ value: threshold, text: `threshold ${formatCount(threshold)}` }] },
                mark: { type: 'text' as const, align: 'right' as const, baseline: 'bottom' as const, dy: -3 },
                encoding: { x: { value: 298 }, y: axes.y, text: { field: 'text' } },
              },
            ]),
      ],
    },
  });
  return html`<div>${chart}${probeTable({ potential, spikes }, place, k)}</div>`;
}

function probeTable(
  { potential, spikes }: Pick<ProbeRecord, 'potential' | 'spikes'>,
  place: string,
  k: number,
): Content {
  const { shown, more } = firstRows(potential, MOST_PROBE_ROWS);
  const rows = shown.map((value, tick) => [
    String(tick),
    figure(`probes.${k}.potential.${tick}`, value, formatCount(value)),
    spikes[tick] === 1 ? 'fires' : '',
  ]);
  const columns = [{ title: 'tick' }, { title: 'potential', number: true }, { title: '' }];
  return fold(`${place} as a table`, [
    table('Potential after each tick', columns, rows),
    more === '' ? '' : note(more),
  ]);
}
