/** What the conversion lost where, from the build record. */
import type { LedgerRecord } from '../../isa/index.ts';
import { formatCount, formatPercent } from '../format.ts';
import { TERMS } from '../ledger-text.ts';
import { BARS_PIXELS, renderChart } from './chart.ts';
import { DATA } from './looks.ts';
import { firstRows, fold, html, type Markup, note, sentence, table } from './markup.ts';
import { axisNames, MOST_LAYERS, type ReportSource, type Section } from './section.ts';

/** The parts of the total. */
const PARTS = ['unevenness', 'rounding', 'clipping', 'inherited'] as const;

/** undefined where there is none. */
export async function ledgerSection({ ledger }: ReportSource): Promise<Section | undefined> {
  if (ledger === undefined || ledger === null) return undefined;
  return { id: 'ledger', title: 'What the conversion lost', body: await ledgerBody(ledger) };
}

async function ledgerBody(ledger: LedgerRecord): Promise<Markup> {
  const { stations, samples, labelled, advice } = ledger;
  const station = (
    title: string,
    { correct, agreeing, difference }: LedgerRecord['stations']['ann'],
    first: boolean,
  ) => [
    title,
    labelled === 0
      ? '–'
      : `${formatCount(correct)} of ${formatCount(labelled)} (${formatPercent(correct / labelled, 1)})`,
    first ? '–' : `${formatCount(agreeing)} of ${formatCount(samples)}`,
    first ? '–' : formatPercent(difference, 1),
  ];
  const rows = [
    station('conventional', stations.ann, true),
    station('spiking, in floating point', stations.spiking, false),
    station('spiking, in integers (the chip)', stations.integer, false),
  ];
  const columns = [
    { title: 'form of the network' },
    { title: 'right', number: true },
    { title: 'same answer as before', number: true },
    { title: 'outputs differ by', number: true },
  ];
  return html`${await ledgerChart(ledger)}${table(`Stations on the way to the chip, ${samples} calibration samples; a small sample says little about accuracy`, columns, rows)}${layerTable(ledger)}${advice.length === 0 ? '' : html`<h3>Advice of the build</h3><ul>${advice.slice(0, 20).map((line) => html`<li>${sentence(line)}</li>`)}</ul>`}`;
}

async function ledgerChart({ layers }: LedgerRecord): Promise<Markup> {
  const shown = layers.slice(0, MOST_LAYERS).filter(({ activationRms }) => activationRms > 0);
  if (shown.length === 0) return note('No layer has activations above 0, so there are no errors to show.');
  const names = axisNames(shown.map(({ layer }) => layer));
  return renderChart({
    id: 'chart-ledger',
    title: 'Error terms by layer, root mean square in % of the activations',
    description:
      'Four marks for each layer: unevenness, rounding, clipping, and what is inherited from the layers before.',
    spec: {
      width: BARS_PIXELS,
      height: { step: 22 },
      data: {
        values: shown.flatMap(({ terms, activationRms }, k) =>
          PARTS.map((term) => ({ layer: names[k]!, term, value: terms[term].rms / activationRms })),
        ),
      },
      mark: { type: 'point', size: 70, strokeWidth: 2, stroke: DATA, opacity: 1 },
      encoding: {
        y: { field: 'layer', type: 'nominal', sort: names, title: null, axis: { grid: true } },
        x: { field: 'value', type: 'quantitative', title: 'of the activations', axis: { format: '~%', tickCount: 5 } },
        // Terms are told apart by shape alone: colours mean kinds of work.
        shape: {
          field: 'term',
          type: 'nominal',
          sort: null,
          title: null,
          legend: { orient: 'top', columns: 2 },
          scale: { domain: [...PARTS], range: ['circle', 'cross', 'triangle-up', 'square'] },
        },
      },
    },
  });
}

function layerTable({ layers }: LedgerRecord): Markup {
  const { shown, more } = firstRows(layers, 128);
  const rows = shown.map(({ layer, threshold, clippedShare, silentChannels, rate, activationRms, terms }) => [
    layer,
    threshold === null ? '–' : `${threshold.min.toPrecision(3)} to ${threshold.max.toPrecision(3)}`,
    threshold === null ? '–' : formatPercent(clippedShare, 1),
    threshold === null ? '–' : rate.toFixed(3),
    formatCount(silentChannels),
    ...TERMS.map((term) => (activationRms > 0 ? formatPercent(terms[term].rms / activationRms, 1) : '–')),
  ]);
  const columns = [
    { title: 'layer' },
    ...['threshold', 'clipped', 'rate', 'silent channels', ...TERMS].map((title) => ({ title, number: true })),
  ];
  return fold('Ledger by layer as a table', [
    table('Errors of the spiking layers, root mean square in % of the activations', columns, rows),
    more === '' ? '' : note(more),
  ]);
}
