/** The elements of the page, by their ids. */

/** @throws Error where page and program do not belong together */
export function byId<T extends HTMLElement>(id: string, kind: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} ${id}`);
  return found;
}

/** An element with text or other elements in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A canvas as sharp as the screen, and its size in the units of the page. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/** Makes the bitmap as large as the canvas is shown; undefined while it is not shown. */
export function surfaceOf(canvas: HTMLCanvasElement): Surface | undefined {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0 || height === 0) return undefined;
  const ratio = Math.min(3, devicePixelRatio);
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const context = canvas.getContext('2d')!;
  context.setTransform(wide / width, 0, 0, high / height, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/** The colours of the scheme that the page is shown in. */
export interface Palette {
  readonly ink: string;
  readonly soft: string;
  readonly line: string;
  readonly card: string;
  readonly flit: string;
  readonly spike: string;
  readonly layers: readonly string[];
}

const LAYER_COLOURS = 6;

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const colour = (name: string): string => resolved(style.getPropertyValue(`--${name}`), element);
  return {
    ink: colour('ink'),
    soft: colour('soft'),
    line: colour('line'),
    card: colour('card'),
    flit: colour('flit'),
    spike: colour('spike'),
    layers: Array.from({ length: LAYER_COLOURS }, (_, k) => colour(`layer${k}`)),
  };
}

/** `light-dark()` is a colour only where it is a colour of something. */
function resolved(value: string, element: Element): string {
  const probe = make('span', { style: `color:${value};display:none` });
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
