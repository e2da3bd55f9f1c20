/** Energy by part and by layer, how certain it is, and the conventional network beside it: each joule with its count. */
import type { Baseline, EnergyPart, RunRecord } from '../../isa/index.ts';
import { emptyCoresText, hasConventional, isPartial } from '../energy-text.ts';
import { formatCount, formatPercent, formatSi, plural } from '../format.ts';
import { LOOKS, renderChart, unitFor } from './chart.ts';
import { type Content, figure, firstRows, fold, html, type Markup, note, product, sentence, table } from './markup.ts';
import { axisNames, MOST_LAYERS, type ReportSource, type Section } from './section.ts';
import { partialMark } from './summary.ts';

/** Targets have no more events. */
const MOST_PARTS = 25;

export async function energySection({ record }: ReportSource): Promise<Section> {
  const { energy, inferences, chip } = record;
  const empty = emptyCoresText(energy, chip);
  const { joulePerInference, jouleTotal, assumed, unknown } = energy;
  const partial = isPartial(energy);
  const body = html`<p>${figure('energy.joulePerInference', joulePerInference, formatSi(joulePerInference, 'J'))}${partialMark(partial)} per inference; ${figure('energy.jouleTotal', jouleTotal, formatSi(jouleTotal, 'J'))}${partialMark(partial)} for ${figure('inferences', inferences, plural(inferences, 'inference'))}. Each part is a count of the run times a figure of the target, whose source stands beside it.</p>
${assumed.length > 0 ? html`<p class="warn">Assumed, not published: ${sentence(assumed.slice(0, MOST_PARTS).join(', '))}.</p>` : ''}${unknown.length > 0 ? html`<p class="warn">Unknown, left out of the sum, which is partial: ${sentence(unknown.slice(0, MOST_PARTS).join(', '))}.</p>` : ''}
${energy.parts.some(({ count, joule }) => count === null && joule === null) ? note('Cycles were not counted: timing was not computed (--timing cycle).') : ''}${empty === undefined ? '' : note(`On this target, ${empty}.`)}${await partsChart(record)}
${partsTable('Energy by part, all inferences', 'energy.parts', energy.parts)}${await byLayer(record)}${certainty(record)}${conventional(record)}`;
  return { id: 'energy', title: 'Energy', body };
}

const LOOK_OF_KIND = { published: LOOKS[0], derived: LOOKS[2], assumed: LOOKS[1] } as const;

/** Bars from the left, with room for a text behind the longest; in the order of their names. */
const barAxes = (field: string, names: string[], unit: string, longest: number) => ({
  y: { field, type: 'nominal' as const, sort: names, title: null },
  x: {
    field: 'value',
    type: 'quantitative' as const,
    title: `${unit} per inference`,
    scale: { domainMax: longest * 1.18 },
  },
});

async function partsChart({ energy, inferences }: RunRecord): Promise<Content> {
  const known = energy.parts
    .flatMap(({ event, joule, kind }) => (joule === null || joule === 0 ? [] : [{ event, joule, kind }]))
    .sort((a, b) => b.joule - a.joule)
    .slice(0, MOST_PARTS);
  if (known.length === 0 || inferences === 0) return note('No part of the energy is known and above zero.');
  const names = axisNames(known.map(({ event }) => event));
  const { scale, unit } = unitFor(known[0]!.joule / inferences, 'J');
  const partial = isPartial(energy) ? '; the sum is partial' : '';
  return renderChart({
    id: 'chart-energy-parts',
    title: `Energy per inference by part${partial}`,
    description: `Bars, the largest first: ${names.map((name, k) => `${name} ${formatSi(known[k]!.joule / inferences, 'J')}`).join(', ')}${partial}.`,
    spec: {
      width: 520,
      height: { step: 22 },
      data: {
        values: known.map(({ joule, kind }, k) => ({
          event: names[k]!,
          value: (joule / inferences) * scale,
          text: formatSi(joule / inferences, 'J'),
          figure: kind,
        })),
      },
      encoding: barAxes('event', names, unit, (known[0]!.joule / inferences) * scale),
      layer: [
        {
          mark: { type: 'bar' },
          encoding: {
            fill: {
              field: 'figure',
              type: 'nominal',
              title: 'figure is',
              scale: { domain: Object.keys(LOOK_OF_KIND), range: Object.values(LOOK_OF_KIND) },
            },
          },
        },
        { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'text' } } },
      ],
    },
  });
}

/** @param path of the parts in the record */
function partsTable(caption: string, path: string, parts: readonly EnergyPart[]): Markup {
  const listed = parts.map((part, k) => ({ ...part, k })).filter(({ count }) => count !== 0);
  const { shown, more } = firstRows(listed, MOST_PARTS);
  const rows = shown.map(({ event, count, jouleEach, joule, kind, source, relativeUncertainty, k }) => [
    event,
    count === null ? 'not counted' : figure(`${path}.${k}.count`, count, formatCount(count)),
    jouleEach === null ? 'unknown' : figure(`${path}.${k}.jouleEach`, jouleEach, formatSi(jouleEach, 'J')),
    joule === null ? 'unknown' : figure(`${path}.${k}.joule`, joule, formatSi(joule, 'J')),
    kind,
    relativeUncertainty === undefined
      ? 'unknown'
      : figure(`${path}.${k}.relativeUncertainty`, relativeUncertainty, uncertaintyText(relativeUncertainty)),
    sentence(source),
  ]);
  const columns = [
    { title: 'event' },
    { title: 'count', number: true },
    { title: '× each', number: true },
    { title: '= energy', number: true },
    { title: 'figure is' },
    { title: 'uncertainty', number: true },
    { title: 'source of the figure' },
  ];
  return html`${table(caption, columns, rows)}${more === '' ? '' : note(more)}`;
}

/** Events that are counted by layer too, with the count of the layer. */
const LAYER_EVENTS = [
  ['synop', 'synops', LOOKS[0]],
  ['mac', 'macs', LOOKS[1]],
  ['spike', 'spikes', LOOKS[2]],
  ['synapseBitRead', 'synapseBitsRead', LOOKS[3]],
] as const;

/** Earlier versions did not count all of them. */
const countOf = (layer: RunRecord['perLayer'][number], count: (typeof LAYER_EVENTS)[number][1]): number =>
  layer[count] ?? 0;

type LayerEvents = ReturnType<typeof eventsOf>;

/** Events that are counted by layer, and have a known figure above zero. */
function eventsOf({ energy, perLayer }: RunRecord) {
  return LAYER_EVENTS.flatMap(([event, count, look]) => {
    const at = energy.parts.findIndex((part) => part.event === event);
    const jouleEach = energy.parts[at]?.jouleEach ?? null;
    const isCounted = perLayer.every((layer) => layer[count] !== undefined);
    return !isCounted || jouleEach === null || jouleEach === 0 ? [] : [{ event, count, look, at, jouleEach }];
  });
}

/** A bar for each layer, made of its events. */
function layerChart(
  shown: readonly RunRecord['perLayer'][number][],
  events: LayerEvents,
  inferences: number,
): Promise<Markup> {
  const names = axisNames(shown.map(({ name }) => name));
  const sums = shown.map((layer) =>
    events.reduce((sum, { count, jouleEach }) => sum + countOf(layer, count) * jouleEach, 0),
  );
  const largest = Math.max(...sums);
  const { scale, unit } = unitFor(largest / inferences, 'J');
  return renderChart({
    id: 'chart-energy-layers',
    title: `Energy per inference by layer: ${events.map(({ event }) => event).join(', ')} alone (partial: the rest is not counted by layer)`,
    description: `A bar for each layer, made of the energy of ${events.map(({ event }) => event).join(', ')}.`,
    spec: {
      width: 520,
      height: { step: 20 },
      encoding: barAxes('layer', names, unit, (largest / inferences) * scale),
      layer: [
        {
          data: {
            values: shown.flatMap((layer, k) =>
              events.map(({ event, count, jouleEach }, order) => ({
                layer: names[k]!,
                event,
                order,
                value: ((countOf(layer, count) * jouleEach) / inferences) * scale,
              })),
            ),
          },
          mark: { type: 'bar' },
          encoding: {
            order: { field: 'order', type: 'quantitative' },
            fill: {
              field: 'event',
              type: 'nominal',
              title: 'event',
              sort: null,
              scale: { domain: events.map(({ event }) => event), range: events.map(({ look }) => look) },
            },
          },
        },
        {
          data: {
            values: sums.map((joule, k) => ({
              layer: names[k]!,
              value: (joule / inferences) * scale,
              text: formatSi(joule / inferences, 'J'),
            })),
          },
          mark: { type: 'text', align: 'left', dx: 4 },
          encoding: { text: { field: 'text' } },
        },
      ],
    },
  });
}

async function byLayer(record: RunRecord): Promise<Content> {
  const { energy, perLayer, inferences } = record;
  const events = eventsOf(record);
  const { shown, more } = firstRows(perLayer, MOST_LAYERS);
  if (events.length === 0 || shown.length === 0 || inferences === 0)
    return html`<h3>Energy by layer</h3>\n${note('No event that is counted by layer (synop, mac, spike, synapseBitRead) has a known figure above zero, so the energy of a layer is not known.')}`;
  const divided = events.reduce((sum, { at }) => sum + (energy.parts[at]!.joule ?? 0), 0);
  const share = energy.jouleTotal > 0 ? `, ${formatPercent(divided / energy.jouleTotal, 1)} of the known sum` : '';
  const chart = await layerChart(shown, events, inferences);
  const rows = shown.map((layer, k) => [
    layer.name,
    ...events.flatMap(({ count, at, jouleEach }) => [
      figure(`perLayer.${k}.${count}`, countOf(layer, count), formatCount(countOf(layer, count))),
      product(
        [`perLayer.${k}.${count}`, `energy.parts.${at}.jouleEach`],
        countOf(layer, count) * jouleEach,
        formatSi(countOf(layer, count) * jouleEach, 'J'),
      ),
    ]),
  ]);
  const columns = [
    { title: 'layer' },
    ...events.flatMap(({ event, count, jouleEach }) => [
      { title: count, number: true },
      { title: `${event}: × ${formatSi(jouleEach, 'J')}`, number: true },
    ]),
  ];
  return html`<h3>Energy by layer</h3>
${note(`Of the events that are counted by layer${share}; sources of the figures as above. Updates, work on states, packets, hops, cycles and static power are shared by the layers of a core and are not divided.`)}${chart}${fold('Energy by layer as a table', [table('Counts of all inferences × figure = energy (a part of each layer’s energy: partial)', columns, rows), more === '' ? '' : note(more)])}`;
}

const uncertaintyText = (relative: number): string =>
  relative === 0 ? 'taken as certain' : `× or / ${Number((1 + relative).toPrecision(3))}`;

function certainty({ energy }: RunRecord): Content {
  const { sensitivity } = energy;
  if (sensitivity === undefined) return '';
  const { range, oneAtATime, deciding, formula } = sensitivity;
  const partial = partialMark(isPartial(energy));
  const ends = (path: string, { lowJoulePerInference: low, highJoulePerInference: high }: typeof range): Content =>
    html`${figure(`${path}.lowJoulePerInference`, low, formatSi(low, 'J'))} to ${figure(`${path}.highJoulePerInference`, high, formatSi(high, 'J'))}${partial}`;
  const rows = deciding.slice(0, MOST_PARTS).map(({ event, share, relativeUncertainty }, k) => {
    const at = oneAtATime.findIndex((one) => one.event === event);
    const path = `energy.sensitivity.deciding.${k}`;
    return [
      event,
      figure(`${path}.share`, share, formatPercent(share, 1)),
      figure(`${path}.relativeUncertainty`, relativeUncertainty, uncertaintyText(relativeUncertainty)),
      at < 0 ? 'taken as certain' : ends(`energy.sensitivity.oneAtATime.${at}`, oneAtATime[at]!),
    ];
  });
  const columns = [
    { title: 'event' },
    { title: 'of the sum', number: true },
    { title: 'uncertainty', number: true },
    { title: 'per inference, this one alone at its ends' },
  ];
  return html`<h3>How certain it is</h3>
<p>All uncertain figures low, all high: ${ends('energy.sensitivity.range', range)} per inference.</p>
${table('What decides it', columns, rows)}${note('Formula: ', formula)}`;
}

function conventional(record: RunRecord): Content {
  const { comparison, energy, chip } = record;
  const { annMacs, annJoule, source, baselines = [] } = comparison;
  if (!hasConventional(comparison))
    return html`<h3>Beside the conventional network</h3>
<p>There is none: the chip file names no operation of one.</p>`;
  const partial = isPartial(energy);
  const rows = baselines.map(({ name, joulePerInference, factor, larger, robust, assumption }, k) => [
    name,
    figure(`comparison.baselines.${k}.joulePerInference`, joulePerInference, formatSi(joulePerInference, 'J')),
    factor === null
      ? ''
      : html`${partial ? 'partial, at least ' : ''}${figure(`comparison.baselines.${k}.factor`, factor, factor.toPrecision(3))}`,
    larger,
    larger === 'undecided'
      ? 'what is unknown could turn it'
      : robust
        ? 'at both ends of the range'
        : 'not at both ends',
    sentence(assumption),
  ]);
  const columns = [
    { title: 'against' },
    { title: 'its energy', number: true },
    { title: 'chip / it', number: true },
    { title: 'larger' },
    { title: 'holds' },
    { title: 'assumption' },
  ];
  const parts = (baseline: Baseline, k: number): Content =>
    fold(
      `Parts and sources: ${baseline.name}`,
      partsTable(
        `Energy of the conventional network, ${baseline.name}`,
        `comparison.baselines.${k}.parts`,
        baseline.parts,
      ),
    );
  return html`<h3>Beside the conventional network</h3>
<p>${figure('comparison.annMacs', annMacs, plural(annMacs, 'mac'))} per inference, ${figure('comparison.annJoule', annJoule, formatSi(annJoule, 'J'))} of arithmetic (${sentence(source)}). Processes differ: the conventional network 45 nm, the chip ${chip.process}.</p>
${baselines.length === 0 ? '' : table('Energy per inference', columns, rows)}${baselines.slice(0, 3).map(parts)}`;
}
