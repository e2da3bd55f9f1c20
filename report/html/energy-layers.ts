/** The energy of each layer, as far as its events are counted by layer. */
import type { RunRecord } from '../../isa/index.ts';
import { formatMean, formatPercent, formatSi } from '../format.ts';
import { activity } from './activity.ts';
import { barAxes, BARS_PIXELS, renderChart, unitFor } from './chart.ts';
import { fillOf, legendOf, type Work, workOfEvent, worksIn } from './looks.ts';
import { type Content, firstRows, fold, html, type Markup, note, perInference, table } from './markup.ts';
import { axisNames, MOST_LAYERS } from './section.ts';

/** Events that are counted by layer too, with the count of the layer. */
const LAYER_EVENTS = [
  ['synop', 'synops'],
  ['mac', 'macs'],
  ['spike', 'spikes'],
  ['synapseBitRead', 'synapseBitsRead'],
] as const;

/** Earlier versions did not count all of them. */
const countOf = (layer: RunRecord['perLayer'][number], count: (typeof LAYER_EVENTS)[number][1]): number =>
  layer[count] ?? 0;

type LayerEvents = ReturnType<typeof eventsOf>;

/** Events that are counted by layer, and have a known figure above zero. */
function eventsOf({ energy, perLayer }: RunRecord) {
  return LAYER_EVENTS.flatMap(([event, count]) => {
    const at = energy.parts.findIndex((part) => part.event === event);
    const jouleEach = energy.parts[at]?.jouleEach ?? null;
    const isCounted = perLayer.every((layer) => layer[count] !== undefined);
    return !isCounted || jouleEach === null || jouleEach === 0 ? [] : [{ event, count, at, jouleEach }];
  });
}

/** A bar for each layer, made of its kinds of work. */
function layerChart(
  shown: readonly RunRecord['perLayer'][number][],
  events: LayerEvents,
  inferences: number,
): Promise<Markup> {
  const names = axisNames(shown.map(({ name }) => name));
  const works = worksIn(events.map(({ event }) => workOfEvent(event)));
  const joules = (layer: RunRecord['perLayer'][number], of: (work: Work) => boolean): number =>
    events.reduce(
      (sum, { event, count, jouleEach }) => (of(workOfEvent(event)) ? sum + countOf(layer, count) * jouleEach : sum),
      0,
    ) / inferences;
  const sums = shown.map((layer) => joules(layer, () => true));
  const largest = Math.max(...sums);
  const { scale, unit } = unitFor(largest, 'J');
  const told = events.map(({ event }) => event).join(', ');
  return renderChart({
    id: 'chart-energy-layers',
    title: `Energy per inference by layer: ${told} alone (partial)`,
    description: `A bar for each layer, made of the energy of ${told}; the rest is not counted by layer.`,
    key: legendOf(works),
    spec: {
      width: BARS_PIXELS,
      height: { step: 21 },
      encoding: barAxes('layer', names, unit, largest * scale),
      layer: [
        {
          data: {
            values: shown.flatMap((layer, k) =>
              works.map((work, order) => ({
                layer: names[k]!,
                work,
                order,
                value: joules(layer, (one) => one === work) * scale,
              })),
            ),
          },
          mark: { type: 'bar' },
          encoding: { order: { field: 'order', type: 'quantitative' }, fill: fillOf('work', works) },
        },
        {
          data: {
            values: sums.map((joule, k) => ({ layer: names[k]!, value: joule * scale, text: formatSi(joule, 'J') })),
          },
          mark: { type: 'text', align: 'left', dx: 4 },
          encoding: { text: { field: 'text' } },
        },
      ],
    },
  });
}

export async function energyByLayer(record: RunRecord): Promise<Content> {
  const { energy, perLayer, inferences } = record;
  const events = eventsOf(record);
  const { shown, more } = firstRows(perLayer, MOST_LAYERS);
  if (events.length === 0 || shown.length === 0 || inferences === 0)
    return html`<h3>Energy by layer</h3>\n${note('No event that is counted by layer (synop, mac, spike, synapseBitRead) has a known figure above zero, so the energy of a layer is not known.')}${activity(record)}`;
  const divided = events.reduce((sum, { at }) => sum + (energy.parts[at]!.joule ?? 0), 0);
  const share = energy.jouleTotal > 0 ? `, ${formatPercent(divided / energy.jouleTotal, 1)} of the known sum` : '';
  const rows = shown.map((layer, k) => [
    layer.name,
    ...events.flatMap(({ count, at, jouleEach }) => {
      const [path, value] = [`perLayer.${k}.${count}`, countOf(layer, count)];
      return [
        perInference([path], value, inferences, formatMean),
        perInference([path, `energy.parts.${at}.jouleEach`], value * jouleEach, inferences, (joule) =>
          formatSi(joule, 'J'),
        ),
      ];
    }),
  ]);
  const columns = [
    { title: 'layer' },
    ...events.flatMap(({ event, count, jouleEach }) => [
      { title: count, number: true },
      { title: `${event}: × ${formatSi(jouleEach, 'J')}`, number: true },
    ]),
  ];
  const list = table('Counts per inference × figure = energy (a part of each layer’s energy: partial)', columns, rows);
  return html`<h3>Energy by layer</h3>
${note(`Of the events that are counted by layer${share}. Updates, work on states, packets, hops, cycles and static power are shared by the layers of a core and are not divided.`)}${await layerChart(shown, events, inferences)}${fold('Energy by layer as a table', [list, more === '' ? '' : note(more)])}${activity(record)}`;
}
