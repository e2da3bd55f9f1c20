/** Charts: Vega-Lite descriptions drawn to SVG, without a browser. */
import type { TopLevelSpec } from 'vega-lite';
import { printable } from '../format.ts';
import { DATA } from './looks.ts';
import { type Content, html, Markup, sentence } from './markup.ts';
import { compile, logger, None, parse, View } from './vega.ts';

/** Of a bar chart without the names of its bars, so that two charts stand side by side on a screen, and one fits a phone. */
export const BARS_PIXELS = 300;
/** Of a chart with numbers along its left side. */
export const PLOT_PIXELS = 400;
/** Labels of an axis of counts: 0, 500, 2k, 1.5M. */
export const COUNT_LABELS = "format(datum.value, '~s')";
/** Charts are drawn at most so much larger than they say: texts stay the size of the page's. */
const LARGEST = 1.25;

export interface Chart {
  /** Of the element; unique in the page. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly description: string;
  /** Without colours of texts and axes, which are the page's. */
  readonly spec: TopLevelSpec;
  /** Above the picture: what its fillings mean. */
  readonly key?: Content;
  /** Below the picture: its numbers. */
  readonly below?: Content;
}

const INK = { labelColor: 'var(--ink)', titleColor: 'var(--ink)', labelFontSize: 12, titleFontSize: 12 };

const CONFIG = {
  aria: false,
  font: 'system-ui, sans-serif',
  view: { stroke: 'var(--line)' },
  axis: {
    ...INK,
    titleFontWeight: 'normal',
    gridColor: 'var(--line)',
    domainColor: 'var(--soft)',
    tickColor: 'var(--soft)',
    labelLimit: 0,
  },
  legend: { ...INK, titleFontWeight: 'normal', labelLimit: 0 },
  text: { color: 'var(--ink)', fontSize: 12 },
  bar: { color: DATA },
  line: { color: DATA },
  rule: { color: 'var(--ink)' },
} as const;

/** A picture without the element around it. */
interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly content: Markup;
}

/** Draws a chart as a figure of the page. */
export async function renderChart({ spec, ...frame }: Chart): Promise<Markup> {
  return framed(frame, await drawChart(spec));
}

/** A picture as a figure of the page. */
export function framed(
  { id, title, description, key, below }: Omit<Chart, 'spec'>,
  { width, height, content }: Drawing,
): Markup {
  return html`<figure id="${id}"><figcaption>${sentence(title)}</figcaption>${key}<svg role="img" aria-labelledby="${id}-title ${id}-desc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" class="chart" style="max-width:${Math.round(LARGEST * width)}px"><title id="${id}-title">${sentence(title)}</title><desc id="${id}-desc">${sentence(description)}</desc>${content}</svg>${below}</figure>\n`;
}

/** Draws a chart; its colours are the variables of style.ts. */
export async function drawChart(spec: TopLevelSpec): Promise<Drawing> {
  const silent = logger(None);
  const safe = withPrintableTexts(spec);
  const whole = { background: 'transparent', autosize: 'pad', padding: 4, ...safe, config: CONFIG } as TopLevelSpec;
  const view = new View(parse(compile(whole, { logger: silent }).spec), { renderer: 'none', logger: silent });
  try {
    const svg = await view.toSVG();
    const [width = 0, height = 0] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)?.slice(1).map(Number) ?? [];
    return { width, height, content: new Markup(compact(svg.slice(svg.indexOf('>') + 1, svg.lastIndexOf('</svg>')))) };
  } finally {
    view.finalize();
  }
}

/**
 * The same with every text fit to be shown. Names of layers and events become literals of Vega's expressions, whose parser
 * takes a separator of lines for the end of one; so it is done for the whole description, data and scales alike.
 */
function withPrintableTexts<T>(value: T): T {
  const made = (part: unknown): unknown => {
    if (typeof part === 'string') return printable(part);
    if (Array.isArray(part)) return part.map(made);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, made(member)]));
  };
  return made(value) as T;
}

/** Without what draws nothing, and with coordinates of a hundredth of a pixel. Only tags are touched, never texts. */
const compact = (svg: string): string =>
  svg.replace(/<[^>]*>/g, (tag) =>
    / (?:class="foreground"|aria-hidden="true" d="")/.test(tag) && tag.endsWith('/>')
      ? ''
      : tag
          .replace(/ (?:class|role|aria-[a-z]+|pointer-events)="[^"]*"/g, '')
          .replace(/ opacity="1"/g, '')
          .replace(/ (?:d|transform|x2|y2|stroke-width)="[^"]*"/g, (attribute) =>
            attribute.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (number) => String(Number(Number(number).toFixed(2)))),
          ),
  );

/** Scale to a unit with an SI prefix in which `largest` is between 1 and 1000. */
export function unitFor(largest: number, unit: string): { readonly scale: number; readonly unit: string } {
  const prefixes = ['a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T'];
  const step = largest > 0 ? Math.floor(Math.log10(largest) / 3) : 0;
  const at = Math.min(prefixes.length - 1, Math.max(0, step + 6));
  return { scale: 10 ** (-3 * (at - 6)), unit: `${prefixes[at]!}${unit}` };
}

/** Bars from the left, with room for a text behind the longest; in the order of their names. */
export const barAxes = (field: string, names: string[], unit: string, longest: number) => ({
  y: { field, type: 'nominal' as const, sort: names, title: null },
  x: {
    field: 'value',
    type: 'quantitative' as const,
    title: `${unit} per inference`,
    scale: { domainMax: longest * 1.28 },
    axis: { tickCount: 6 },
  },
});
