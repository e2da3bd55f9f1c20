/** Spikes of a layer as a raster, the membrane potential of a neuron, and what the classes have so far. */
import { formatCount } from '../../report/format.ts';
import type { WatchedPhase } from '../../library/index.ts';
import { type Palette, type Surface, surfaceOf } from './elements.ts';

const MARGIN = { left: 78, right: 10, top: 10, bottom: 26 };

interface Frame {
  readonly x: (tick: number) => number;
  readonly y: (share: number) => number;
  readonly tickWidth: number;
}

const ticksNamed = (ticks: number): string[] => Array.from({ length: ticks }, (_, tick) => String(tick));

/** Axes: ticks to the right, `low` to `high` upwards. */
function frame(
  { context, width, height }: Surface,
  palette: Palette,
  names: readonly string[],
  labels: readonly [string, string],
): Frame {
  const { left, right, top, bottom } = MARGIN;
  const [wide, high] = [width - left - right, height - top - bottom];
  const tickWidth = wide / Math.max(1, names.length);
  const y = (share: number): number => top + high * (1 - share);
  context.strokeStyle = palette.line;
  context.strokeRect(left, top, wide, high);
  context.fillStyle = palette.soft;
  context.font = '12px system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(labels[0], left - 6, y(0) - 6);
  context.fillText(labels[1], left - 6, y(1) + 6);
  context.textAlign = 'center';
  const every = Math.max(1, Math.ceil(34 / tickWidth));
  for (let tick = 0; tick < names.length; tick += every)
    context.fillText(names[tick]!, left + (tick + 0.5) * tickWidth, height - bottom / 2);
  return { x: (tick) => left + tick * tickWidth, y, tickWidth };
}

/** Phases that are ticks, up to and with a phase. */
export const ticksUntil = (phases: readonly WatchedPhase[], phase: number): WatchedPhase[] =>
  phases.slice(0, phase + 1).filter(({ kind }) => kind === 'tick');

export interface Shown {
  readonly phases: readonly WatchedPhase[];
  /** Phase up to which is shown. */
  readonly phase: number;
  readonly ticks: number;
  readonly palette: Palette;
}

/** Every neuron of the layer that fired, tick by tick; where there are more neurons than lines, a line stands for several. */
export function drawRaster(
  canvas: HTMLCanvasElement,
  { phases, phase, ticks, palette }: Shown,
  layer: number,
  neurons: number,
): void {
  const surface = surfaceOf(canvas);
  if (surface === undefined) return;
  const { x, y, tickWidth } = frame(surface, palette, ticksNamed(ticks), [formatCount(neurons - 1), '0']);
  const { context } = surface;
  const high = y(0) - y(1);
  const line = Math.max(1, high / neurons);
  context.fillStyle = palette.layers[layer % palette.layers.length]!;
  for (const { tick, fired } of ticksUntil(phases, phase))
    for (const neuron of fired[layer] ?? [])
      context.fillRect(x(tick) + 1, y(1) + (high * neuron) / neurons, Math.max(1, tickWidth - 2), line);
}

/** Of one neuron, after each tick; a mark where it fired. */
export function drawPotential(
  canvas: HTMLCanvasElement,
  { phases, phase, ticks, palette }: Shown,
  layer: number,
  neuron: number,
): void {
  const surface = surfaceOf(canvas);
  if (surface === undefined) return;
  const all = ticksUntil(phases, phases.length - 1).map(({ potentials }) => potentials.get(layer)?.[neuron] ?? 0);
  const [low, high] = [Math.min(0, ...all), Math.max(1, ...all)];
  const { x, y, tickWidth } = frame(surface, palette, ticksNamed(ticks), [formatCount(low), formatCount(high)]);
  const { context } = surface;
  const share = (value: number): number => (value - low) / (high - low);
  context.strokeStyle = palette.line;
  stroke(context, [
    [x(0), y(share(0))],
    [x(ticks), y(share(0))],
  ]);
  const shown = ticksUntil(phases, phase);
  context.strokeStyle = palette.layers[layer % palette.layers.length]!;
  context.lineWidth = 2;
  stroke(
    context,
    shown.map(({ tick }, k) => [x(tick) + tickWidth / 2, y(share(all[k]!))]),
  );
  context.fillStyle = palette.ink;
  shown.forEach(({ tick, fired }, k) => {
    const [cx, cy] = [x(tick) + tickWidth / 2, y(share(all[k]!))];
    context.fillStyle = palette.layers[layer % palette.layers.length]!;
    context.fillRect(cx - 2, cy - 2, 4, 4);
    if (!(fired[layer] ?? []).includes(neuron)) return;
    context.fillStyle = palette.ink;
    context.fillRect(cx - 1, y(1) + 2, 2, 12);
  });
}

/** Energy and time as they add up, both as shares of what the inference takes. */
export function drawCosts(canvas: HTMLCanvasElement, { phases, phase, palette }: Omit<Shown, 'ticks'>): void {
  const surface = surfaceOf(canvas);
  const end = phases.at(-1)?.spent;
  if (surface === undefined || end === undefined) return;
  const names = phases.map(({ kind, tick }) => (kind === 'tick' ? String(tick) : ''));
  const { x, y, tickWidth } = frame(surface, palette, names, ['0 %', '100 %']);
  const { context } = surface;
  const shown = phases.slice(0, phase + 1);
  const along = (of: (one: WatchedPhase) => number): [number, number][] => [
    [x(0), y(0)],
    ...shown.map((one, k): [number, number] => [x(k) + tickWidth, y(of(one))]),
  ];
  context.lineWidth = 2;
  context.strokeStyle = palette.flit;
  stroke(
    context,
    along(({ spent }) => spent.energyJ / end.energyJ),
  );
  context.strokeStyle = palette.layers[0]!;
  context.setLineDash([6, 4]);
  stroke(
    context,
    along(({ spent }) => spent.latencyCycles / end.latencyCycles),
  );
  context.setLineDash([]);
}

function stroke(context: CanvasRenderingContext2D, points: readonly (readonly [number, number])[]): void {
  context.beginPath();
  points.forEach(([x, y], k) => {
    if (k === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
}
