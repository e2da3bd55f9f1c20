/** The floorplan of a run: maps of the mesh, and what they show as tables. */
import type { FloorplanRecord, RunRecord } from '../../isa/index.ts';
import { formatCount, formatMean, formatPercent, plural } from '../format.ts';
import { meshMaps, tightest } from './floorplan-maps.ts';
import { regionOf, tilesOfSquare } from './floorplan-region.ts';
import { type Content, figure, firstRows, fold, html, type Markup, note, perInference, table } from './markup.ts';
import type { ReportSource, Section } from './section.ts';

const MOST_CORES = 192;
const MOST_LINKS = 64;

/** undefined where there is none. */
export async function floorplanSection({ record }: ReportSource): Promise<Section | undefined> {
  const { floorplan } = record;
  if (floorplan === undefined) return undefined;
  return { id: 'floorplan', title: 'Floorplan', body: await floorplanBody(record, floorplan) };
}

async function floorplanBody(record: RunRecord, plan: FloorplanRecord): Promise<Markup> {
  const { mesh, cores, coresPerTile, deadTiles, chips } = plan;
  const block = tilesOfSquare(plan);
  const charts = await meshMaps(record, plan);
  const dead =
    deadTiles.length === 0
      ? ''
      : ` Dead tiles: ${deadTiles.slice(0, 32).join(', ')}${deadTiles.length > 32 ? ', …' : ''}.`;
  const { x, y, isPart } = regionOf(plan);
  const part = isPart
    ? ` Shown are x = ${x.first} to ${x.last} and y = ${y.first} to ${y.last}: beyond, nothing lies and no packet passed.`
    : '';
  const several = chips === undefined ? '' : ` of ${chips.width}×${chips.height} chips`;
  return html`<p>${figure('floorplan.mesh.width', mesh.width, String(mesh.width))} × ${figure('floorplan.mesh.height', mesh.height, String(mesh.height))} tiles${several}, ${figure('floorplan.coresPerTile', coresPerTile, plural(coresPerTile, 'core'))} each; ${plural(cores.length, 'core')} in use.${dead} The larger a filled square, the larger its value; x goes to the east, y to the south.${block === 1 ? '' : ` A square is ${block}×${block} tiles.`}${part} Counts are per inference.</p>
<div class="maps">${charts}</div>${coreTable(record, plan)}${linkTable(record, plan)}`;
}

function coreTable({ perLayer, inferences }: RunRecord, plan: FloorplanRecord): Content {
  const { shown, more } = firstRows(plan.cores, MOST_CORES);
  const rows = shown.map((core, k) => {
    const path = `floorplan.cores.${k}`;
    const { memory, share } = tightest(core, plan);
    const names = core.layers.slice(0, 3).map(({ layer }) => perLayer[layer]?.name ?? String(layer));
    return [
      figure(`${path}.core`, core.core, String(core.core)),
      figure(`${path}.tile`, core.tile, String(core.tile)),
      figure(`${path}.used.neurons`, core.used.neurons, formatCount(core.used.neurons)),
      `${memory} ${formatPercent(share, 0)}`,
      figure(`${path}.used.synapseBits`, core.used.synapseBits, formatCount(core.used.synapseBits)),
      ...(['spikes', 'synops', 'macs', 'packets'] as const).map((name) =>
        perInference([`${path}.${name}`], core[name], inferences, formatMean),
      ),
      names.join(', ').slice(0, 80) + (core.layers.length > 3 ? ', …' : ''),
    ];
  });
  const columns = [
    ...['core', 'tile', 'neurons'].map((title) => ({ title, number: true })),
    { title: 'fullest memory' },
    ...['synapse bits', 'spikes', 'synops', 'macs', 'packets'].map((title) => ({ title, number: true })),
    { title: 'layers' },
  ];
  return fold('Cores as a table', [
    table('Cores in use; counts per inference', columns, rows),
    more === '' ? '' : note(more),
  ]);
}

function linkTable({ inferences }: RunRecord, { links }: FloorplanRecord): Content {
  if (links.length === 0) return note('No packet took a link: all stayed within their tiles.');
  const busiest = links.map((link, k) => ({ ...link, k })).sort((a, b) => b.packets - a.packets || a.k - b.k);
  const { shown, more } = firstRows(busiest, MOST_LINKS);
  const rows = shown.map(({ from, to, packets, k }) => [
    figure(`floorplan.links.${k}.from`, from, String(from)),
    figure(`floorplan.links.${k}.to`, to, String(to)),
    perInference([`floorplan.links.${k}.packets`], packets, inferences, formatMean),
  ]);
  const columns = ['from tile', 'to tile', 'packets'].map((title) => ({ title, number: true }));
  return fold('Busiest links as a table', [
    table('Packets per inference, the busiest links first', columns, rows),
    more === '' ? '' : note(more),
  ]);
}
