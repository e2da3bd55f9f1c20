/** Maps of the mesh: layers, load, memory, spikes, operations, and what the links carried. */
import { type CoreMemory, type FloorplanRecord, type RunRecord, tightestMemory } from '../../isa/index.ts';
import { formatMean, formatPercent } from '../format.ts';
import { renderChart } from './chart.ts';
import { MOST_SQUARES, regionOf, squareOf, tilesOfSquare } from './floorplan-region.ts';
import { DATA } from './looks.ts';
import { fold, html, type Markup, note } from './markup.ts';
import { MOST_LAYERS } from './section.ts';

const MAP_PIXELS = 288;

type CoreRecord = FloorplanRecord['cores'][number];

const shareOf = ({ used }: CoreRecord, { limits }: FloorplanRecord, memory: CoreMemory): number =>
  limits[memory] === 0 ? 0 : used[memory] / limits[memory];

/** The limit that a core uses most. */
export function tightest(
  core: CoreRecord,
  plan: FloorplanRecord,
): { readonly memory: CoreMemory; readonly share: number } {
  const memory = tightestMemory((name) => shareOf(core, plan, name));
  return { memory, share: shareOf(core, plan, memory) };
}

/** A core, or what a square shows of several. */
interface MeshMap {
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

const MAPS: readonly MeshMap[] = [
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
  { id: 'spikes', title: 'Spikes fired', of: ({ spikes }) => spikes, join: 'sum', text: formatMean },
  {
    id: 'synops',
    title: 'Synaptic operations',
    of: ({ synops, macs }) => synops + macs,
    join: 'sum',
    text: formatMean,
  },
];

/** All maps of a mesh. */
export async function meshMaps(record: RunRecord, plan: FloorplanRecord): Promise<Markup[]> {
  const block = tilesOfSquare(plan);
  const { inferences } = record;
  const charts: Markup[] = [await layerMap(record, plan, block)];
  for (const map of MAPS) charts.push(await heatMap(plan, map, { block, inferences }));
  charts.push(await linkMap(plan, { block, inferences }));
  return charts;
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly cores: readonly CoreRecord[];
}

function squaresOf(plan: FloorplanRecord, block: number): Square[] {
  const at = squareOf(plan, block);
  const squares = new Map<string, { x: number; y: number; cores: CoreRecord[] }>();
  for (const core of plan.cores) {
    const [x, y] = at(core.tile);
    if (x >= MOST_SQUARES || y >= MOST_SQUARES) continue;
    const square = squares.get(`${x} ${y}`) ?? { x, y, cores: [] };
    square.cores.push(core);
    squares.set(`${x} ${y}`, square);
  }
  return [...squares.values()];
}

/** Axes and size that all maps of a mesh share. */
function frame(plan: FloorplanRecord) {
  const { x, y } = regionOf(plan);
  const [columns, rows] = [x.last - x.first + 1, y.last - y.first + 1];
  const cell = Math.min(48, Math.floor(MAP_PIXELS / Math.max(columns, rows)));
  const axis = ({ first, last }: { readonly first: number; readonly last: number }) => ({
    type: 'quantitative' as const,
    axis: { values: labelsOf(first, last), format: 'd', grid: false },
  });
  return {
    size: { width: columns * cell, height: rows * cell },
    cell,
    x: { field: 'x', title: 'x', ...axis(x), scale: scaleOf(x.first - 0.5, x.last + 0.5) },
    // Rows are counted from the top.
    y: { field: 'y', title: 'y', ...axis(y), scale: scaleOf(y.last + 0.5, y.first - 0.5) },
  };
}

const scaleOf = (from: number, to: number) => ({ domain: [from, to], nice: false, zero: false });

function labelsOf(first: number, last: number): number[] {
  const count = last - first + 1;
  const step = count <= 8 ? 1 : count <= 16 ? 2 : 4;
  const begin = Math.ceil(first / step) * step;
  return Array.from({ length: Math.ceil((last - begin + 1) / step) }, (_, k) => begin + k * step);
}

/** How a map is made of a record: tiles along the side of a square, and what counts are divided by. */
interface Divided {
  readonly block: number;
  readonly inferences: number;
}

async function heatMap(plan: FloorplanRecord, map: MeshMap, { block, inferences }: Divided): Promise<Markup> {
  const { size, cell, x, y } = frame(plan);
  const values = squaresOf(plan, block).map((square) => {
    const all = square.cores.map((core) => map.of(core, plan));
    const value =
      map.join === 'sum' ? all.reduce((sum, one) => sum + one, 0) / Math.max(1, inferences) : Math.max(...all);
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
      mark: { type: 'square', filled: true, fill: DATA, opacity: 1 },
      encoding: {
        x,
        y,
        size: {
          field: 'value',
          type: 'quantitative',
          legend: null,
          scale: { domain: [0, full], range: [Math.min(9, cell), (cell - 1) ** 2], clamp: true },
        },
      },
    },
    below: html`<p class="note">largest <span class="u">${map.text(most.value)}</span> at <span class="u">(${most.x}, ${most.y})</span>; a full square is <span class="u">${map.text(full)}</span></p>`,
  });
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Width of a letter, of its font size. */
const LETTER_WIDTH = 0.85;
const MOST_LETTERS = 4;

/** Which layers lie in a square, as letters: that with most neurons first, as many as there is room for. */
async function layerMap({ perLayer }: RunRecord, plan: FloorplanRecord, block: number): Promise<Markup> {
  const { size, cell, x, y } = frame(plan);
  const letterOf = (layer: number): string => LETTERS[layer] ?? '+';
  const fontSize = Math.max(7, Math.min(10, cell - 2));
  const room = Math.max(1, Math.min(MOST_LETTERS, Math.floor(cell / (fontSize * LETTER_WIDTH))));
  const values = squaresOf(plan, block).flatMap((square) => {
    const neurons = new Map<number, number>();
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

interface Arrow {
  readonly x: number;
  readonly y: number;
  readonly x2: number;
  readonly y2: number;
  value: number;
}

/** Packets between neighbouring squares, by `fromX fromY toX toY`. */
function linkSums(plan: FloorplanRecord, block: number): ReadonlyMap<string, Arrow> {
  const at = squareOf(plan, block);
  const sums = new Map<string, Arrow>();
  for (const { from, to, packets } of plan.links) {
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
  return sums;
}

async function linkMap(plan: FloorplanRecord, { block, inferences }: Divided): Promise<Markup> {
  const { size, cell, x, y } = frame(plan);
  const sums = linkSums(plan, block);
  const values = [...sums.values()].map((sum) => ({ ...sum, value: sum.value / Math.max(1, inferences) }));
  const most = values.reduce((largest, { value }) => Math.max(largest, value), 0);
  const busiest = [...sums.keys()][values.findIndex(({ value }) => value === most)]?.split(' ');
  const where = busiest === undefined ? '' : `, from (${busiest[0]}, ${busiest[1]}) to (${busiest[2]}, ${busiest[3]})`;
  return renderChart({
    id: 'chart-floorplan-links',
    title: 'Link traffic',
    description: `A map of the mesh with a line for every link that carried packets; the thicker, the more. The busiest carried ${formatMean(most)}${where}. Circles are squares with cores in use.`,
    spec: {
      ...size,
      layer: [
        {
          data: { values },
          mark: { type: 'rule', color: DATA },
          encoding: {
            x,
            y,
            x2: { field: 'x2' },
            y2: { field: 'y2' },
            strokeWidth: {
              field: 'value',
              type: 'quantitative',
              legend: null,
              scale: { domain: [0, Math.max(1e-300, most)], range: [0.4, 6] },
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
    below: html`<p class="note">the thickest line is ${formatMean(most)} packets${where}; of the two directions each keeps to its right; circles are squares in use</p>`,
  });
}
