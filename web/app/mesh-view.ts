/** The mesh of cores and links, and the flits on their way. */
import type { WatchedPhase } from '../../library/index.ts';
import type { OpenedChip } from '../messages.ts';
import { type Palette, surfaceOf } from './elements.ts';
import { firstAfter, NUMBERS } from './hops.ts';

/** Dots of a frame; of more flits every second, third, … is drawn. */
const MOST_DOTS = 2000;
/** Share of a phase for which a flit is seen on its way over a link. */
const SEEN_SHARE = 1 / 10;
const TILE_SHARE = 0.68;

interface Part {
  readonly x: number;
  readonly y: number;
  readonly columns: number;
  readonly rows: number;
}

/** How a frame was drawn, for the caption and for tests. */
export interface Frame {
  readonly dots: number;
  readonly flitsUnderWay: number;
}

export class MeshView {
  readonly #canvas: HTMLCanvasElement;
  #chip: OpenedChip | undefined;
  #part: Part = { x: 0, y: 0, columns: 1, rows: 1 };
  /** Flits over a link up to the end of each phase: `from * tiles + to` → count by phase. */
  #heat = new Map<number, Float64Array>();
  #hottest = 1;
  /** Cores in use of each tile that has any. */
  #coresOf = new Map<number, OpenedChip['cores'][number][]>();
  #mostSpikes = 1;
  palette!: Palette;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  load(chip: OpenedChip, phases: readonly WatchedPhase[]): void {
    this.#chip = chip;
    this.#part = partOf(chip, phases);
    this.#coresOf = new Map();
    for (const core of chip.cores) this.#coresOf.set(core.tile, [...(this.#coresOf.get(core.tile) ?? []), core]);
    this.#heat = heatOf(chip, phases);
    this.#hottest = Math.max(1, ...[...this.#heat.values()].map((flits) => flits.at(-1)!));
    this.#mostSpikes = Math.max(1, ...phases.flatMap(({ cores }) => cores.map(({ spikes }) => spikes)));
  }

  /** Columns and rows that are drawn. */
  get shown(): Pick<Part, 'columns' | 'rows'> {
    return this.#part;
  }

  /** Draws a moment. @returns what was drawn; undefined while the canvas is not shown */
  draw(phases: readonly WatchedPhase[], at: { readonly phase: number; readonly share: number }): Frame | undefined {
    const surface = surfaceOf(this.#canvas);
    const chip = this.#chip;
    if (surface === undefined || chip === undefined) return undefined;
    const { context, width, height } = surface;
    const { columns, rows } = this.#part;
    const cell = Math.min(width / columns, height / rows);
    context.translate((width - cell * columns) / 2, (height - cell * rows) / 2);
    this.#drawLinks(context, cell, at.phase);
    this.#drawTiles(context, cell, chip, phases[at.phase]);
    const phase = phases[at.phase];
    return phase === undefined ? { dots: 0, flitsUnderWay: 0 } : this.#drawFlits(context, cell, phase, at.share);
  }

  #centre(tile: number, cell: number): readonly [number, number] {
    const { width } = this.#chip!.mesh;
    return [((tile % width) - this.#part.x + 0.5) * cell, (Math.floor(tile / width) - this.#part.y + 0.5) * cell];
  }

  /** Ends of a lane: flits of the two directions go side by side. */
  #lane(from: number, to: number, cell: number): readonly [number, number, number, number] {
    const [x1, y1] = this.#centre(from, cell);
    const [x2, y2] = this.#centre(to, cell);
    const [dx, dy] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
    const [half, aside] = [(cell * TILE_SHARE) / 2, cell * 0.09];
    return [
      x1 + dx * half - dy * aside,
      y1 + dy * half + dx * aside,
      x2 - dx * half - dy * aside,
      y2 - dy * half + dx * aside,
    ];
  }

  #drawLinks(context: CanvasRenderingContext2D, cell: number, phase: number): void {
    const tiles = this.#chip!.mesh.width * this.#chip!.mesh.height;
    context.lineCap = 'round';
    for (const [link, flits] of this.#heat) {
      const share = flits[phase]! / this.#hottest;
      const [x1, y1, x2, y2] = this.#lane(Math.floor(link / tiles), link % tiles, cell);
      context.strokeStyle = share > 0 ? this.palette.soft : this.palette.line;
      context.globalAlpha = 0.25 + 0.5 * Math.sqrt(share);
      context.lineWidth = 1 + 0.09 * cell * Math.sqrt(share);
      line(context, x1, y1, x2, y2);
    }
    context.globalAlpha = 1;
  }

  #drawTiles(
    context: CanvasRenderingContext2D,
    cell: number,
    { mesh }: OpenedChip,
    phase: WatchedPhase | undefined,
  ): void {
    const { palette } = this;
    const { x, y, columns, rows } = this.#part;
    const side = cell * TILE_SHARE;
    const spikes = new Map(phase?.cores.map((work) => [work.core, work.spikes]));
    context.font = `${Math.max(9, Math.min(15, side * 0.22))}px system-ui, sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const tile = (row + y) * mesh.width + column + x;
        const [left, top] = [(column + 0.5) * cell - side / 2, (row + 0.5) * cell - side / 2];
        context.lineWidth = 1;
        context.strokeStyle = palette.line;
        context.strokeRect(left, top, side, side);
        const here = this.#coresOf.get(tile) ?? [];
        here.forEach((core, k) => {
          const wide = side / here.length;
          this.#drawCore(context, { left: left + k * wide, top, wide, high: side }, core, spikes.get(core.core) ?? 0);
        });
      }
  }

  #drawCore(
    context: CanvasRenderingContext2D,
    {
      left,
      top,
      wide,
      high,
    }: { readonly left: number; readonly top: number; readonly wide: number; readonly high: number },
    { core, layers }: OpenedChip['cores'][number],
    spikes: number,
  ): void {
    const { palette } = this;
    context.fillStyle = palette.card;
    context.fillRect(left, top, wide, high);
    context.fillStyle = palette.spike;
    // Fuller with more spikes: readable without colour.
    const filled = high * Math.sqrt(spikes / this.#mostSpikes);
    context.fillRect(left, top + high - filled, wide, filled);
    const band = Math.max(3, high * 0.1);
    layers.forEach((layer, k) => {
      context.fillStyle = palette.layers[layer % palette.layers.length]!;
      context.fillRect(left + (k * wide) / layers.length, top, wide / layers.length, band);
    });
    context.strokeStyle = palette.soft;
    context.strokeRect(left, top, wide, high);
    if (wide < 22) return;
    context.fillStyle = palette.ink;
    context.fillText(String(core), left + wide / 2, top + high * 0.38);
    if (spikes > 0 && wide > 34) context.fillText(String(spikes), left + wide / 2, top + high * 0.72);
  }

  #drawFlits(context: CanvasRenderingContext2D, cell: number, { hops, cycles }: WatchedPhase, share: number): Frame {
    const seen = Math.max(1, cycles * SEEN_SHARE);
    // The last ones arrive before the phase ends.
    const now = share * (cycles + seen);
    const [begin, end] = [firstAfter(hops, now - seen), firstAfter(hops, now)];
    const step = Math.max(1, Math.ceil((end - begin) / MOST_DOTS));
    context.fillStyle = this.palette.flit;
    const size = Math.max(3, cell * 0.06);
    let dots = 0;
    for (let k = begin; k < end; k += step) {
      const at = NUMBERS * k;
      const [x1, y1, x2, y2] = this.#lane(hops[at]!, hops[at + 1]!, cell);
      const way = (now - hops[at + 2]!) / seen;
      context.fillRect(x1 + (x2 - x1) * way - size / 2, y1 + (y2 - y1) * way - size / 2, size, size);
      dots++;
    }
    return { dots, flitsUnderWay: end - begin };
  }
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/** The part of the mesh that is drawn: the tiles in use and those that flits pass, and a tile around them. */
function partOf({ mesh, cores }: OpenedChip, phases: readonly WatchedPhase[]): Part {
  const tiles = new Set(cores.map(({ tile }) => tile));
  for (const { hops } of phases) for (let k = 0; k < hops.length; k += NUMBERS) tiles.add(hops[k + 1]!);
  const columns = [...tiles].map((tile) => tile % mesh.width);
  const rows = [...tiles].map((tile) => Math.floor(tile / mesh.width));
  const [x, y] = [Math.max(0, Math.min(...columns) - 1), Math.max(0, Math.min(...rows) - 1)];
  return {
    x,
    y,
    columns: Math.min(mesh.width - 1, Math.max(...columns) + 1) - x + 1,
    rows: Math.min(mesh.height - 1, Math.max(...rows) + 1) - y + 1,
  };
}

function heatOf({ mesh }: OpenedChip, phases: readonly WatchedPhase[]): Map<number, Float64Array> {
  const tiles = mesh.width * mesh.height;
  const heat = new Map<number, Float64Array>();
  phases.forEach(({ hops }, phase) => {
    for (let k = 0; k < hops.length; k += NUMBERS) {
      const link = hops[k]! * tiles + hops[k + 1]!;
      let flits = heat.get(link);
      if (flits === undefined) heat.set(link, (flits = new Float64Array(phases.length)));
      flits[phase]!++;
    }
  });
  for (const flits of heat.values())
    for (let phase = 1; phase < flits.length; phase++) flits[phase]! += flits[phase - 1]!;
  return heat;
}
