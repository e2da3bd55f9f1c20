/** The parts of an energy as a table, and behind each figure where it comes from. */
import type { EnergyPart } from '../../isa/index.ts';
import { formatMean, formatPercent, formatSi } from '../format.ts';
import { type Content, figure, firstRows, html, type Markup, note, perInference, sentence, table } from './markup.ts';

/** Targets have no more events. */
export const MOST_PARTS = 25;

export const uncertaintyText = (relative: number): string =>
  relative === 0 ? 'taken as certain' : `× or / ${Number((1 + relative).toPrecision(3))}`;

/** Of a sum: what is there is never shown as nothing. */
const shareText = (share: number): string =>
  share > 0 && share < LEAST_SHARE ? `< ${formatPercent(LEAST_SHARE, 1)}` : formatPercent(share, 1);
const LEAST_SHARE = 0.001;

interface Parts {
  readonly caption: string;
  /** Of the parts in the record. */
  readonly path: string;
  readonly parts: readonly EnergyPart[];
}

/** What the counts of the parts are divided by, and what makes the places of their sources unique in the page. */
interface Counted {
  /** undefined: they are counts of one inference. */
  readonly inferences: number | undefined;
  readonly chartId: string;
}

/** Count × figure = energy of every part that occurs, the largest energy first; each figure leads to its source below. */
export function partsTable(
  { caption, path, parts }: Parts,
  { inferences, chartId }: Counted,
): { readonly list: Markup; readonly sources: Markup } {
  const listed = parts
    .map((part, k) => ({ ...part, k }))
    .filter(({ count }) => count !== 0)
    .sort((a, b) => (b.joule ?? Infinity) - (a.joule ?? Infinity) || a.k - b.k);
  const { shown, more } = firstRows(listed, MOST_PARTS);
  const sum = parts.reduce((total, { joule }) => total + (joule ?? 0), 0);
  const each = (name: string, value: number, text: (value: number) => string): Content =>
    inferences === undefined ? figure(name, value, text(value)) : perInference([name], value, inferences, text);
  const joules = (value: number): string => formatSi(value, 'J');
  const rows = shown.map(({ event, count, jouleEach, joule, kind, k }) => [
    html`<a href="#source-${chartId}-${k}">${event}</a>`,
    count === null ? 'not counted' : each(`${path}.${k}.count`, count, formatMean),
    jouleEach === null ? 'unknown' : figure(`${path}.${k}.jouleEach`, jouleEach, joules(jouleEach)),
    joule === null ? 'unknown' : each(`${path}.${k}.joule`, joule, joules),
    joule === null || sum === 0 ? '–' : shareText(joule / sum),
    kind,
  ]);
  const columns = [
    { title: 'event' },
    ...['count', '× each', '= energy', 'share'].map((title) => ({ title, number: true })),
    { title: 'figure is' },
  ];
  return {
    list: html`${table(caption, columns, rows)}${more === '' ? '' : note(more)}`,
    sources: sourceList(shown, path, chartId),
  };
}

function sourceList(shown: readonly (EnergyPart & { readonly k: number })[], path: string, chartId: string): Markup {
  const items = shown.map(({ event, jouleEach, kind, relativeUncertainty, source, k }) => {
    const each = jouleEach === null ? 'unknown' : figure(`${path}.${k}.jouleEach`, jouleEach, formatSi(jouleEach, 'J'));
    const uncertainty =
      relativeUncertainty === undefined
        ? 'unknown'
        : figure(`${path}.${k}.relativeUncertainty`, relativeUncertainty, uncertaintyText(relativeUncertainty));
    return html`<div><dt id="source-${chartId}-${k}">${event}: ${each}, ${kind}</dt><dd>Uncertainty: ${uncertainty}. Source: ${sentence(source)}</dd></div>\n`;
  });
  return html`<dl class="sources">${items}</dl>`;
}
