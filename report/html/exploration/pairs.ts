/** Where exactly two options vary: a table of both for each figure, shaded from the least to the largest. */
import { html, type Markup, Markup as Raw, note, scroller } from '../markup.ts';
import { MOST_TINT } from '../palette.ts';
import type { Section } from '../section.ts';
import { levelsOf } from './effects.ts';
import type { ExploredPoint, Exploration, Factor, FigureKind } from './model.ts';
import { type FigureScale, scaleOf, spreadOf } from './scale.ts';

const CELL_PIXELS = 76;

export function pairsSection({ points, factors, figures }: Exploration): Section | undefined {
  const [one, two] = factors;
  if (one === undefined || two === undefined || factors.length !== 2) return undefined;
  // The one with more values goes down the page.
  const [down, across] = one.levels.length >= two.levels.length ? [one, two] : [two, one];
  const tables = figures.flatMap((kind) => {
    const scale = scaleOf(points, kind);
    // What is the same everywhere needs no table.
    return scale === undefined || scale.least === scale.largest ? [] : [heatTable(points, [down, across], kind, scale)];
  });
  if (tables.length === 0) return undefined;
  return {
    id: 'both',
    title: `${down.name} and ${across.name} together`,
    body: html`${note('The darker a cell, the larger its figure (the mean, where a cell has several points); ● is on the front, ✗ has no result, and says why. ')}${tables}`,
  };
}

function heatTable(
  points: readonly ExploredPoint[],
  [down, across]: readonly [Factor, Factor],
  kind: FigureKind,
  scale: FigureScale,
): Markup {
  const caption = `${kind.name}: ${down.name} down, ${across.name} across`;
  const head = across.levels.map((level) => html`<th scope="col" class="n">${level}</th>`);
  const rows = levelsOf(down, points).map(({ name, points: own }) => {
    const cells = levelsOf(across, own).map(({ points: here }) => heatCell(here, kind, scale));
    return html`<tr><th scope="row" class="n">${name}</th>${cells}</tr>\n`;
  });
  const whole = html`<table class="heat"><caption>${caption}</caption><thead><tr><th scope="col">${down.name} ↓</th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
  return scroller(caption, whole, { rows: rows.length, pixels: CELL_PIXELS * (across.levels.length + 1) });
}

function heatCell(points: readonly ExploredPoint[], { id, text }: FigureKind, scale: FigureScale): Markup {
  const found = spreadOf(points.flatMap(({ figures }) => figures[id]?.value ?? []));
  if (found === undefined) {
    const failure = points.find((point) => point.failure !== undefined)?.failure;
    return failure === undefined
      ? html`<td class="none">–</td>`
      : html`<td class="none"><span class="bad">✗</span> ${failure.code}</td>`;
  }
  const tint = Math.round(100 * MOST_TINT * scale.at(found.mean));
  const front = points.some(({ standing }) => standing === 'front') ? ' ●' : '';
  return html`<td class="n" style="--tint:${tint}%"><b>${text(found.mean)}</b>${new Raw(front)}</td>`;
}
