/** The floorplan of a chip as text: the mesh with a letter per layer, the load of every core, a legend. */
import type { ChalkInstance } from 'chalk';
import { CORE_MEMORIES, type CoreMemory, type CorePlan, type Floorplan, type TilePlan } from '../isa/index.ts';
import { formatCount, formatPercent, plural, printable } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const PAINTS = [
  'cyan',
  'yellow',
  'green',
  'magenta',
  'blue',
  'red',
  'cyanBright',
  'yellowBright',
  'greenBright',
  'magentaBright',
  'blueBright',
  'redBright',
] as const satisfies readonly (keyof ChalkInstance)[];
const BLOCKS = '▁▂▃▄▅▆▇█';
/** A core, or a whole tile, that is not in use. */
const UNUSED = '·';
/** The same of a dead tile. */
const DEAD = '×';
/** Layers that one core shows; a `+` stands for the rest. */
const LAYERS_SHOWN = 3;
const INDENT = 2;

/** Letter of a layer; with more than 62 layers they repeat. */
const letterOf = (layer: number): string => LETTERS[layer % LETTERS.length]!;

/** Draws the mesh within `style.width` columns: as much per core as fits, down to one character per tile. */
export function renderFloorplan(plan: Floorplan, style: TextStyle): string {
  const chalk = colours(style);
  const { coresUsed, coresAvailable, mesh, coresPerTile, tiles } = plan;
  const dead = tiles.filter((tile) => tile.dead).length;
  const tilesUsed = tiles.filter(({ cores }) => cores.length > 0).length;
  const sections = [
    [
      `${chalk.bold(printable(plan.network))} on ${printable(plan.target)}: ${mesh.width} × ${mesh.height} tiles of ${plural(coresPerTile, 'core')}${dead > 0 ? `, ${plural(dead, 'tile')} dead (${DEAD})` : ''}`,
      `  ${formatCount(coresUsed)} of ${plural(coresAvailable, 'core')} in use, on ${plural(tilesUsed, 'tile')}; load = share of the tightest limit of a core`,
    ].join('\n'),
    drawing(plan, style),
    legend(plan, style),
    fullest(plan, style),
  ];
  return `${sections.join('\n\n')}\n`;
}

interface Cells {
  readonly title?: string;
  /** Characters of a cell, without the gap between two. */
  readonly width: number;
  readonly gap: number;
  /** Lines of one tile, each `width` characters before they are coloured. */
  readonly linesOf: (tile: TilePlan) => readonly string[];
}

function drawing(plan: Floorplan, style: TextStyle): string {
  const chalk = colours(style);
  const cores = plan.tiles.flatMap((tile) => tile.cores);
  const symbols = Math.min(
    LAYERS_SHOWN + 1,
    cores.reduce((most, { layers }) => Math.max(most, layers.length), 1),
  );
  const stacked = (cell: (core: CorePlan | undefined, tile: TilePlan) => string) => (tile: TilePlan) =>
    Array.from({ length: plan.coresPerTile }, (_, k) =>
      cell(
        tile.cores.find(({ core }) => core % plan.coresPerTile === k),
        tile,
      ),
    );
  const percent: Cells = {
    width: symbols + 5,
    gap: 2,
    linesOf: stacked((core, tile) => layersCell(core, tile, symbols, chalk) + percentCell(core)),
  };
  const bars: Cells = {
    width: symbols + 1,
    gap: 1,
    linesOf: stacked((core, tile) => layersCell(core, tile, symbols, chalk) + barCell(core)),
  };
  const fits = [percent, bars].find((cells) => gridWidth(plan, cells) <= style.width);
  if (fits !== undefined) return grid(plan, fits, style);
  const small: readonly Cells[] = [
    {
      title: 'layer with most neurons on the tile',
      width: 1,
      gap: 0,
      linesOf: (tile) => [layersCell(mostNeurons(tile), tile, 1, chalk)],
    },
    {
      title: 'load of the fullest core of the tile',
      width: 1,
      gap: 0,
      linesOf: (tile) => [tile.cores.length === 0 ? chalk.dim(unusedSign(tile)) : barCell(fullestCore(tile))],
    },
  ];
  return small.map((cells) => `  ${cells.title}\n${grid(plan, cells, style)}`).join('\n\n');
}

const unusedSign = ({ dead }: TilePlan): string => (dead ? DEAD : UNUSED);
const share = (core: CorePlan): number => core.loads[core.tightest].share;
const percentCell = (core: CorePlan | undefined): string =>
  core === undefined ? '     ' : `${Math.round(100 * share(core))}%`.padStart(5);
const barCell = (core: CorePlan | undefined): string =>
  core === undefined ? ' ' : BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(share(core) * BLOCKS.length))]!;

/** Letters of the layers of a core, padded to `width` characters; the last one is `+` where there are more. */
function layersCell(
  core: Pick<CorePlan, 'layers'> | undefined,
  tile: TilePlan,
  width: number,
  chalk: ChalkInstance,
): string {
  if (core === undefined) return chalk.dim(unusedSign(tile)) + ' '.repeat(width - 1);
  const { layers } = core;
  const shown = layers.length <= width ? layers : layers.slice(0, width - 1);
  const letters = shown.map(({ layer }) => paint(layer, chalk)(letterOf(layer))).join('');
  return letters + (layers.length > width ? '+' : ' '.repeat(width - shown.length));
}

const paint = (layer: number, chalk: ChalkInstance): ChalkInstance => chalk[PAINTS[layer % PAINTS.length]!];

/** The layer that has most neurons on the tile, as if it were alone there. */
function mostNeurons({ cores }: TilePlan): Pick<CorePlan, 'layers'> | undefined {
  const sums = new Map<number, number>();
  for (const { layer, neurons } of cores.flatMap((core) => core.layers))
    sums.set(layer, (sums.get(layer) ?? 0) + neurons);
  const [first, ...rest] = [...sums].map(([layer, neurons]) => ({ layer, neurons }));
  if (first === undefined) return undefined;
  return { layers: [rest.reduce((most, next) => (next.neurons > most.neurons ? next : most), first)] };
}

const fullestCore = ({ cores }: Pick<TilePlan, 'cores'>): CorePlan | undefined =>
  cores.length === 0 ? undefined : cores.reduce((most, core) => (share(core) > share(most) ? core : most));

const rowLabelWidth = ({ mesh }: Floorplan): number => String(mesh.height - 1).length;
const gridWidth = (plan: Floorplan, { width, gap }: Cells): number =>
  INDENT + rowLabelWidth(plan) + 1 + plan.mesh.width * (width + gap) - gap;

/** The mesh row by row; where even this is too wide, in bands of columns below each other. */
function grid(plan: Floorplan, cells: Cells, style: TextStyle): string {
  const room = style.width - (INDENT + rowLabelWidth(plan) + 1) + cells.gap;
  const columns = Math.max(1, Math.floor(room / (cells.width + cells.gap)));
  const bands: string[] = [];
  for (let x = 0; x < plan.mesh.width; x += columns)
    bands.push(band(plan, cells, x, Math.min(plan.mesh.width, x + columns), colours(style)));
  return bands.join('\n\n');
}

function band(plan: Floorplan, cells: Cells, from: number, to: number, chalk: ChalkInstance): string {
  const labels = rowLabelWidth(plan);
  const margin = ' '.repeat(INDENT);
  const gap = ' '.repeat(cells.gap);
  const lines = [`${margin}${' '.repeat(labels)} ${chalk.dim(columnLabels(cells, from, to))}`];
  for (let y = 0; y < plan.mesh.height; y++) {
    const row = plan.tiles.slice(y * plan.mesh.width + from, y * plan.mesh.width + to).map(cells.linesOf);
    const height = row[0]!.length;
    // Tiles of several lines are told apart by an empty one.
    if (height > 1 && y > 0) lines.push('');
    for (let line = 0; line < height; line++) {
      const label = (line === 0 ? String(y) : '').padStart(labels);
      lines.push(`${margin}${chalk.dim(label)} ${row.map((tile) => tile[line]!).join(gap)}`);
    }
  }
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** x of every column; in narrow cells only of those that leave room for it. */
function columnLabels({ width, gap }: Cells, from: number, to: number): string {
  const pitch = width + gap;
  const step = pitch > String(to - 1).length ? 1 : pitch > 1 ? 5 : 10;
  const room = (to - from) * pitch - gap;
  let text = '';
  for (let x = from; x < to; x++) {
    const at = (x - from) * pitch;
    if (x % step === 0 && at + String(x).length <= room) text = text.padEnd(at) + String(x);
  }
  return text;
}

const right = { align: 'right' } as const;

function legend({ layers, tiles }: Floorplan, style: TextStyle): string {
  const chalk = colours(style);
  const cores = tiles.flatMap((tile) => tile.cores);
  const table = renderTable(
    [
      { title: '' },
      { title: 'layer', names: true },
      { title: 'cores', ...right },
      { title: 'neurons', ...right },
      { title: 'load' },
    ],
    layers.map((layer, index) => {
      const most = fullestCore({ cores: cores.filter((core) => core.layers.some((part) => part.layer === index)) });
      return [
        paint(index, chalk)(letterOf(index)),
        printable(layer.name),
        formatCount(layer.cores),
        formatCount(layer.neurons),
        most === undefined ? '' : `up to ${formatPercent(share(most), 0)} of ${NAMES[most.tightest]}`,
      ];
    }),
    style,
  );
  const repeated = layers.length > LETTERS.length ? `\n  more than ${LETTERS.length} layers: letters repeat` : '';
  return table + repeated;
}

/** For every limit the core that uses most of it. */
function fullest({ tiles }: Floorplan, style: TextStyle): string {
  const cores = tiles.flatMap((tile) => tile.cores);
  const rows = CORE_MEMORIES.flatMap((name) => {
    const [first, ...rest] = cores;
    if (first === undefined) return [];
    const most = rest.reduce((a, b) => (b.loads[name].share > a.loads[name].share ? b : a), first);
    const { used, available, share } = most.loads[name];
    return used === 0
      ? []
      : [[NAMES[name], formatCount(used), formatCount(available), formatPercent(share, 0), `core ${most.core}`]];
  });
  const router = tiles.reduce((a, b) => (b.routeEntries.share > a.routeEntries.share ? b : a));
  const { used, available, share } = router.routeEntries;
  if (used > 0)
    rows.push([
      'routing entries',
      formatCount(used),
      formatCount(available),
      formatPercent(share, 0),
      `router ${router.tile}`,
    ]);
  const columns = [
    { title: 'limit' },
    { title: 'used', ...right },
    { title: 'of', ...right },
    { title: 'load', ...right },
    { title: 'most in' },
  ];
  return renderTable(columns, rows, style);
}

const NAMES: Readonly<Record<CoreMemory, string>> = {
  neurons: 'neurons',
  axons: 'axons',
  axonGroups: 'axon groups',
  synapseBits: 'synapse bits',
  programWords: 'program words',
  parameters: 'parameters',
  sinkRows: 'sink rows',
  sinkListWords: 'sink list words',
};
