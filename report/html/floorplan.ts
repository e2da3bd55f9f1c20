/** Maps of the mesh: layers, load, memory, spikes, operations, and what the links carried. */
import { type CoreMemory, type FloorplanRecord, type RunRecord, tightestMemory } from '../../isa/index.ts';
import { formatCount, formatPercent, plural } from '../format.ts';
import { LOOKS, renderChart } from './chart.ts';
import { type Content, figure, firstRows, fold, html, type Markup, note, table } from './markup.ts';
import { MOST_LAYERS, type ReportSource, type Section } from './section.ts';

/** Squares along a side; of a larger mesh a square is several tiles. */
const MOST_SQUARES = 24;
const MAP_PIXELS = 288;
const MOST_CORES = 256;
const MOST_LINKS = 64;

type CoreRecord = FloorplanRecord['cores'][number];

export async function floorplanSection({ record }: ReportSource): Promise<Section> {
  const { floorplan } = record;
  const body =
    floorplan === undefined
      ? note('The run record holds no floorplan: it was written by an earlier version.')
      : await floorplanBody(record, floorplan);
  return { id: 'floorplan', title: 'Floorplan', body };
}

const shareOf = ({ used }: CoreRecord, { limits }: FloorplanRecord, memory: CoreMemory): number =>
  limits[memory] === 0 ? 0 : used[memory] / limits[memory];

/** The limit that a core uses most. */
function tightest(core: CoreRecord, plan: FloorplanRecord): { readonly memory: CoreMemory; readonly share: number } {
  const memory = tightestMemory((name) => shareOf(core, plan, name));
  return { memory, share: shareOf(core, plan, memory) };
}

/** A core, or what a square shows of several. */
interface Map {
  readonly id: string;
  readonly title: string;
  /** Value of a core. */
  readonly of: (core: CoreRecord, plan: FloorplanRecord) => number;
  /** Of the cores of a square: a share is that of the fullest, a count is the sum. */
  readonly join: 'largest' | 'sum';
  /** Full size of a square; absent: the largest value. */
  readonly full?: number;
  readonly text: (value: number) => string;
}

const percent = (value: number): string => formatPercent(value, 0);

const MAPS: readonly Map[] = [
  {
    id: 'load',
    title: 'Load: the fullest memory of a core',
    of: (core, plan) => tightest(core, plan).share,
    join: 'largest',
    full: 1,
    text: percent,
  },
  {
    id: 'memory',
    title: 'Synapse memory',
    of: (core, plan) => shareOf(core, plan, 'synapseBits'),
    join: 'largest',
    full: 1,
    text: percent,
  },
  { id: 'spikes', title: 'Spikes fired', of: ({ spikes }) => spikes, join: 'sum', text: formatCount },
  {
    id: 'synops',
    title: 'Synaptic operations, graded ones included',
    of: ({ synops, macs }) => synops + macs,
    join: 'sum',
    text: formatCount,
  },
];

async function floorplanBody(record: RunRecord, plan: FloorplanRecord): Promise<Markup> {
  const { mesh, cores, coresPerTile, deadTiles, chips } = plan;
  const block = Math.max(1, Math.ceil(Math.max(mesh.width, mesh.height) / MOST_SQUARES));
  const charts: Markup[] = [await layerMap(record, plan, block)];
  for (const map of MAPS) charts.push(await heatMap(plan, map, block));
  charts.push(await linkMap(plan, block));
  const dead =
    deadTiles.length === 0
      ? ''
      : ` Dead tiles: ${deadTiles.slice(0, 32).join(', ')}${deadTiles.length > 32 ? ', …' : ''}.`;
  const several = chips === undefined ? '' : ` of ${chips.width}×${chips.height} chips`;
  return html`<p>${figure('floorplan.mesh.width', mesh.width, String(mesh.width))} × ${figure('floorplan.mesh.height', mesh.height, String(mesh.height))} tiles${several}, ${figure('floorplan.coresPerTile', coresPerTile, plural(coresPerTile, 'core'))} each; ${plural(cores.length, 'core')} in use.${dead} The larger a filled square, the larger its value; x goes to the east, y to the south.${block === 1 ? '' : ` A square is ${block}×${block} tiles.`} Counts are those of all inferences.</p>
<div class="row">${charts}</div>${coreTable(record, plan)}${linkTable(plan)}`;
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly cores: readonly CoreRecord[];
}

function squaresOf({ mesh, cores }: FloorplanRecord, block: number): Square[] {
  const squares = new globalThis.Map<string, { x: number; y: number; cores: CoreRecord[] }>();
  for (const core of cores) {
    const x = Math.floor((core.tile % mesh.width) / block);
    const y = Math.floor(Math.floor(core.tile / mesh.width) / block);
    if (x >= MOST_SQUARES || y >= MOST_SQUARES) continue;
    const square = squares.get(`${x} ${y}`) ?? { x, y, cores: [] };
    square.cores.push(core);
    squares.set(`${x} ${y}`, square);
  }
  return [...squares.values()];
}

/** Axes and size that all maps of a mesh share. */
function frame({ mesh }: FloorplanRecord, block: number) {
  const columns = Math.max(1, Math.ceil(mesh.width / block));
  const rows = Math.max(1, Math.ceil(mesh.height / block));
  const cell = Math.min(48, Math.floor(MAP_PIXELS / Math.max(columns, rows)));
  const axis = (count: number) => ({
    type: 'quantitative' as const,
    scale: { domain: [-0.5, count - 0.5], nice: false, zero: false },
    axis: { values: labelsOf(count), format: 'd', grid: false },
  });
  return {
    size: { width: columns * cell, height: rows * cell },
    cell,
    x: { field: 'x', title: 'x', ...axis(columns) },
    y: { field: 'y', title: 'y', ...axis(rows), scale: { domain: [rows - 0.5, -0.5], nice: false, zero: false } },
  };
}

function labelsOf(count: number): number[] {
  const step = count <= 8 ? 1 : count <= 16 ? 2 : 4;
  return Array.from({ length: Math.ceil(count / step) }, (_, k) => k * step);
}

async function heatMap(plan: FloorplanRecord, map: Map, block: number): Promise<Markup> {
  const { size, cell, x, y } = frame(plan, block);
  const values = squaresOf(plan, block).map((square) => {
    const all = square.cores.map((core) => map.of(core, plan));
    const value = map.join === 'sum' ? all.reduce((sum, one) => sum + one, 0) : Math.max(...all);
    return { x: square.x, y: square.y, value };
  });
  const most = values.reduce((best, next) => (next.value > best.value ? next : best), { x: 0, y: 0, value: 0 });
  const full = map.full ?? Math.max(most.value, 1e-300);
  return renderChart({
    id: `chart-floorplan-${map.id}`,
    title: map.title,
    description: `A map of the mesh. The largest value is ${map.text(most.value)}, at x = ${most.x}, y = ${most.y}; a full square stands for ${map.text(full)}.`,
    spec: {
      ...size,
      data: { values },
      mark: { type: 'square', filled: true, fill: LOOKS[0], strokeWidth: 0, opacity: 1 },
      encoding: {
        x,
        y,
        size: {
          field: 'value',
          type: 'quantitative',
          legend: null,
          scale: { domain: [0, full], range: [Math.min(9, cell), (cell - 1) ** 2], clamp: true },
        },
        fillOpacity: {
          field: 'value',
          type: 'quantitative',
          legend: null,
          scale: { domain: [0, full], range: [0.35, 1], clamp: true },
        },
      },
    },
    below: html`<p class="note">largest ${map.text(most.value)} at (${most.x}, ${most.y}); a full square is ${map.text(full)}</p>`,
  });
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Width of a letter, of its font size. */
const LETTER_WIDTH = 0.85;
const MOST_LETTERS = 4;

/** Which layers lie in a square, as letters: that with most neurons first, as many as there is room for. */
async function layerMap({ perLayer }: RunRecord, plan: FloorplanRecord, block: number): Promise<Markup> {
  const { size, cell, x, y } = frame(plan, block);
  const letterOf = (layer: number): string => LETTERS[layer] ?? '+';
  const fontSize = Math.max(7, Math.min(10, cell - 2));
  const room = Math.max(1, Math.min(MOST_LETTERS, Math.floor(cell / (fontSize * LETTER_WIDTH))));
  const values = squaresOf(plan, block).flatMap((square) => {
    const neurons = new globalThis.Map<number, number>();
    for (const { layers } of square.cores)
      for (const part of layers) neurons.set(part.layer, (neurons.get(part.layer) ?? 0) + part.neurons);
    const letters = [...neurons].sort((a, b) => b[1] - a[1]).map(([layer]) => letterOf(layer));
    const more = letters.length > room && room > 1;
    const shown = more ? `${letters.slice(0, room - 1).join('')}…` : letters.slice(0, room).join('');
    return letters.length === 0 ? [] : [{ x: square.x, y: square.y, letters: shown }];
  });
  const key = perLayer.slice(0, MOST_LAYERS).map(({ name }, layer) => html`<li><b>${letterOf(layer)}</b> ${name}</li>`);
  return renderChart({
    id: 'chart-floorplan-layers',
    title: room > 1 ? 'Layers of a square, most neurons first' : 'Layers: the one with most neurons in a square',
    description: 'A map of the mesh with letters for the layers that lie there; the key of letters is below.',
    spec: {
      ...size,
      data: { values },
      mark: { type: 'text', fontSize },
      encoding: { x, y, text: { field: 'letters' } },
    },
    below: fold(
      'Key: letters and layers',
      html`<ul>${key}</ul>${perLayer.length > LETTERS.length ? note('+ is any later layer') : ''}`,
    ),
  });
}

async function linkMap(plan: FloorplanRecord, block: number): Promise<Markup> {
  const { size, cell, x, y } = frame(plan, block);
  const { width } = plan.mesh;
  const sums = new globalThis.Map<string, { x: number; y: number; x2: number; y2: number; value: number }>();
  for (const { from, to, packets } of plan.links) {
    const at = (tile: number): [number, number] => [
      Math.floor((tile % width) / block),
      Math.floor(Math.floor(tile / width) / block),
    ];
    const [[fromX, fromY], [toX, toY]] = [at(from), at(to)];
    if ((fromX === toX && fromY === toY) || Math.max(fromX, fromY, toX, toY) >= MOST_SQUARES) continue;
    // The two directions lie side by side: each keeps to its right.
    const [aside, along] = [0.13 * (fromY - toY), 0.13 * (toX - fromX)];
    const sum = sums.get(`${fromX} ${fromY} ${toX} ${toY}`) ?? {
      x: fromX + aside,
      y: fromY + along,
      x2: toX + aside,
      y2: toY + along,
      value: 0,
    };
    sum.value += packets;
    sums.set(`${fromX} ${fromY} ${toX} ${toY}`, sum);
  }
  const values = [...sums.values()];
  const most = values.reduce((largest, { value }) => Math.max(largest, value), 0);
  const busiest = [...sums].find(([, { value }]) => value === most)?.[0].split(' ');
  const where = busiest === undefined ? '' : `, from (${busiest[0]}, ${busiest[1]}) to (${busiest[2]}, ${busiest[3]})`;
  return renderChart({
    id: 'chart-floorplan-links',
    title: 'Link traffic',
    description: `A map of the mesh with a line for every link that carried packets; the thicker, the more. The busiest carried ${formatCount(most)}${where}. Circles are squares with cores in use.`,
    spec: {
      ...size,
      layer: [
        {
          data: { values },
          mark: { type: 'rule', color: LOOKS[0] },
          encoding: {
            x,
            y,
            x2: { field: 'x2' },
            y2: { field: 'y2' },
            strokeWidth: {
              field: 'value',
              type: 'quantitative',
              legend: null,
              scale: { domain: [0, Math.max(1, most)], range: [0.4, 6] },
            },
          },
        },
        {
          data: { values: squaresOf(plan, block).map((square) => ({ x: square.x, y: square.y })) },
          mark: {
            type: 'point',
            fill: 'var(--paper)',
            stroke: 'var(--ink)',
            size: 2 * cell,
            strokeWidth: 1,
            opacity: 1,
          },
          encoding: { x, y },
        },
      ],
    },
    below: html`<p class="note">the thickest line is ${formatCount(most)} packets${where}; of the two directions each keeps to its right; circles are squares in use</p>`,
  });
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
      `${memory} ${percent(share)}`,
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
