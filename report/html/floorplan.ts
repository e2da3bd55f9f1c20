/** The floorplan of a run: maps of the mesh, and what they show as tables. */
import type { FloorplanRecord, RunRecord } from '../../isa/index.ts';
import { formatCount, formatPercent, plural } from '../format.ts';
import { meshMaps, tightest, tilesOfSquare } from './floorplan-maps.ts';
import { type Content, figure, firstRows, fold, html, type Markup, note, table } from './markup.ts';
import type { ReportSource, Section } from './section.ts';

const MOST_CORES = 256;
const MOST_LINKS = 64;

export async function floorplanSection({ record }: ReportSource): Promise<Section> {
  const { floorplan } = record;
  const body =
    floorplan === undefined
      ? note('The run record holds no floorplan: it was written by an earlier version.')
      : await floorplanBody(record, floorplan);
  return { id: 'floorplan', title: 'Floorplan', body };
}

async function floorplanBody(record: RunRecord, plan: FloorplanRecord): Promise<Markup> {
  const { mesh, cores, coresPerTile, deadTiles, chips } = plan;
  const block = tilesOfSquare(plan);
  const charts = await meshMaps(record, plan);
  const dead =
    deadTiles.length === 0
      ? ''
      : ` Dead tiles: ${deadTiles.slice(0, 32).join(', ')}${deadTiles.length > 32 ? ', …' : ''}.`;
  const several = chips === undefined ? '' : ` of ${chips.width}×${chips.height} chips`;
  return html`<p>${figure('floorplan.mesh.width', mesh.width, String(mesh.width))} × ${figure('floorplan.mesh.height', mesh.height, String(mesh.height))} tiles${several}, ${figure('floorplan.coresPerTile', coresPerTile, plural(coresPerTile, 'core'))} each; ${plural(cores.length, 'core')} in use.${dead} The larger a filled square, the larger its value; x goes to the east, y to the south.${block === 1 ? '' : ` A square is ${block}×${block} tiles.`} Counts are those of all inferences.</p>
<div class="row">${charts}</div>${coreTable(record, plan)}${linkTable(plan)}`;
}

function coreTable({ perLayer }: RunRecord, plan: FloorplanRecord): Content {
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
        figure(`${path}.${name}`, core[name], formatCount(core[name])),
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
    table('Cores in use; counts of all inferences', columns, rows),
    more === '' ? '' : note(more),
  ]);
}

function linkTable({ links }: FloorplanRecord): Content {
  if (links.length === 0) return note('No packet took a link: all stayed within their tiles.');
  const busiest = links.map((link, k) => ({ ...link, k })).sort((a, b) => b.packets - a.packets || a.k - b.k);
  const { shown, more } = firstRows(busiest, MOST_LINKS);
  const rows = shown.map(({ from, to, packets, k }) => [
    figure(`floorplan.links.${k}.from`, from, String(from)),
    figure(`floorplan.links.${k}.to`, to, String(to)),
    figure(`floorplan.links.${k}.packets`, packets, formatCount(packets)),
  ]);
  const columns = ['from tile', 'to tile', 'packets'].map((title) => ({ title, number: true }));
  return fold('Busiest links as a table', [
    table('Packets of all inferences, the busiest links first', columns, rows),
    more === '' ? '' : note(more),
  ]);
}
