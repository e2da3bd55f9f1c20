/** What each option that varies does: mean and range of every figure, for each of its values. */
import { formatCount } from '../../format.ts';
import { DATA } from '../looks.ts';
import { type Content, groupedTable, html, type HtmlColumn, type Markup, note } from '../markup.ts';
import type { Section } from '../section.ts';
import type { ExploredPoint, Exploration, Factor, FigureKind } from './model.ts';
import { type FigureScale, scaleOf, type Spread, spreadOf } from './scale.ts';

/** Options that are shown. */
export const MOST_FACTORS = 12;
const BAR = 96;
const BAR_HEIGHT = 14;
const DOT = 4;

export interface Level {
  readonly name: string;
  readonly points: readonly ExploredPoint[];
}

export const levelsOf = (factor: Factor, points: readonly ExploredPoint[]): Level[] => {
  const found = factor.levels.map((): ExploredPoint[] => []);
  for (const point of points) found[factor.levelOf(point)]!.push(point);
  return factor.levels.map((name, k) => ({ name, points: found[k]! }));
};

const spreadOfFigure = (points: readonly ExploredPoint[], { id }: FigureKind): Spread | undefined =>
  spreadOf(points.flatMap(({ figures }) => figures[id]?.value ?? []));

export function effectsSection({ points, factors, figures }: Exploration): Section | undefined {
  const shown = factors.slice(0, MOST_FACTORS);
  const scales = figures.flatMap((kind) => {
    const scale = scaleOf(points, kind);
    return scale === undefined ? [] : [{ kind, scale }];
  });
  if (shown.length === 0 || scales.length === 0) return undefined;
  const isCrossed = isBalanced(points, shown);
  return {
    id: 'effects',
    title: 'What each option does',
    body: html`${note(
      `For each value of an option: the dot is the mean of its points, the line reaches from the least to the largest of them${scales.some(({ scale }) => scale.isLogarithmic) ? ' (log.: logarithmic)' : ''}. `,
      isCrossed
        ? 'Every value was tried with every combination of the others that has a result, so means can be compared.'
        : 'The values were not all tried, or have no result, with the same combinations of the others: a difference of means may come from those.',
    )}${strongest(shown, points, scales)}${effectsTable(shown, points, scales)}${factors.length > shown.length ? note(`The first ${shown.length} of ${factors.length} options that vary are shown.`) : ''}`,
  };
}

interface Scaled {
  readonly kind: FigureKind;
  readonly scale: FigureScale;
}

/** Which option moves the means of a figure furthest, as a sentence each. */
function strongest(factors: readonly Factor[], points: readonly ExploredPoint[], scales: readonly Scaled[]): Markup {
  const lines = scales.flatMap(({ kind, scale }): Content[] => {
    const moved = factors.map((factor) => {
      const means = levelsOf(factor, points).flatMap(({ points: own }) => spreadOfFigure(own, kind)?.mean ?? []);
      const found = spreadOf(means);
      return { name: factor.name, from: found?.least ?? 0, to: found?.largest ?? 0 };
    });
    const distance = ({ from, to }: { from: number; to: number }): number => scale.at(to) - scale.at(from);
    const most = moved.reduce((a, b) => (distance(b) > distance(a) ? b : a));
    if (!(most.to > most.from)) return [html`<li>${kind.name}: no option moves it</li>`];
    return [
      html`<li>${kind.name}: <b>${most.name}</b> moves it most, its means from ${kind.text(most.from)} to ${kind.text(most.to)}</li>`,
    ];
  });
  return html`<ul class="plain">${lines}</ul>`;
}

function effectsTable(factors: readonly Factor[], points: readonly ExploredPoint[], scales: readonly Scaled[]): Markup {
  const hasFailures = points.some(({ standing }) => standing === 'failed');
  const columns: HtmlColumn[] = [
    { title: 'option' },
    { title: 'points', number: true },
    ...(hasFailures ? [{ title: 'failed', number: true }] : []),
    { title: 'on the front', number: true },
    ...scales.map(({ kind, scale }) => ({ title: `${kind.name}${scale.isLogarithmic ? ' (log.)' : ''}` })),
  ];
  const count = (own: readonly ExploredPoint[], standing: ExploredPoint['standing']): string =>
    formatCount(own.filter((point) => point.standing === standing).length);
  const groups = factors.map((factor) => ({
    name: factor.name,
    rows: levelsOf(factor, points).map(({ name, points: own }) => [
      name,
      formatCount(own.length),
      ...(hasFailures ? [count(own, 'failed')] : []),
      count(own, 'front'),
      ...scales.map(({ kind, scale }) => rangeCell(spreadOfFigure(own, kind), kind, scale)),
    ]),
  }));
  return groupedTable('Mean, and least to largest', columns, groups);
}

/** A line from the least to the largest with a dot at the mean, and the same in words. */
function rangeCell(found: Spread | undefined, { text }: FigureKind, scale: FigureScale): Content {
  if (found === undefined) return '–';
  const { mean, least, largest } = found;
  const x = (value: number): number => Math.round(10 * (DOT + scale.at(value) * (BAR - 2 * DOT))) / 10;
  const range = least === largest ? '' : html`<span class="ends">${text(least)} to ${text(largest)}</span>`;
  return html`<span class="range"><svg width="${BAR}" height="${BAR_HEIGHT}" aria-hidden="true" focusable="false"><path d="M0.5,2v10M${BAR - 0.5},2v10" stroke="var(--line)"/><path d="M${x(least)},7H${x(largest)}" stroke="${DATA}" stroke-width="2"/><circle cx="${x(mean)}" cy="7" r="${DOT}" fill="${DATA}"/></svg><b>${text(mean)}</b></span>${range}`;
}

/** Whether the points with a result have, for each value of every option, the same combinations of the others. */
function isBalanced(points: readonly ExploredPoint[], factors: readonly Factor[]): boolean {
  const done = points.filter(({ standing }) => standing !== 'failed');
  return factors.every((factor) => {
    const others = factors.filter((other) => other !== factor);
    const sets = levelsOf(factor, done)
      .filter(({ points: own }) => own.length > 0)
      .map(({ points: own }) => new Set(own.map((point) => others.map((other) => other.placeOf(point)).join(' '))));
    const [first] = sets;
    return sets.every((set) => set.size === first!.size && [...set].every((each) => first!.has(each)));
  });
}
