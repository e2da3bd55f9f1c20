/** Where the deadline binds: which points keep it, and how near to it each option brings them. */
import { formatCount, formatSi, plural } from '../../format.ts';
import { DATA } from '../looks.ts';
import { type Content, groupedTable, html, type HtmlColumn, type Markup, note } from '../markup.ts';
import type { Section } from '../section.ts';
import { levelsOf, MOST_FACTORS } from './effects.ts';
import { type ExploredPoint, type Exploration, spread } from './model.ts';
import { LOGARITHMIC_FROM } from '../../scatter-text.ts';

const STRIP = 320;
const STRIP_HEIGHT = 20;
const EDGE = 6;
/** Marks of a strip; of more points others evenly through the plan. */
const MOST_MARKS = 150;

export function deadlineSection({ points, factors, elsewhere }: Exploration): Section | undefined {
  const timed = points.filter(({ deadline, figures }) => deadline !== undefined && figures.worst !== undefined);
  if (timed.length === 0) return undefined;
  const deadlines = [...new Set(timed.map(({ deadline }) => deadline!.seconds))].sort((a, b) => a - b);
  const missed = timed.filter(isMissed).length;
  const at = scaleOf(timed, deadlines);
  const columns: HtmlColumn[] = [
    { title: 'option' },
    { title: 'keep it', number: true },
    { title: 'of', number: true },
    { title: 'longest inference of each point: ● keeps it, ✗ does not' },
    { title: 'quickest', number: true },
    { title: 'slowest', number: true },
  ];
  const groups = factors.slice(0, MOST_FACTORS).map((factor) => ({
    name: factor.name,
    rows: levelsOf(factor, timed).map(({ name, points: own }) => {
      const [quick, slow] = ends(own);
      const kept = own.filter((point) => !isMissed(point)).length;
      const marks = strip(own, deadlines, at);
      return [name, formatCount(kept), formatCount(own.length), marks, timeText(quick), timeText(slow)];
    }),
  }));
  return {
    id: 'deadline',
    title: 'Where the deadline binds',
    body: html`${note(`${deadlineText(deadlines)}: ${formatCount(timed.length - missed)} of ${plural(timed.length, 'point')} keep it, ${formatCount(missed)} do not. The dashed line is the deadline; times are those of the slowest inference of a point${isLogarithmic(timed, deadlines) ? ', on a logarithmic scale' : ''}. ${timed.length > MOST_MARKS ? `A strip has at most ${MOST_MARKS} marks; ${elsewhere}. ` : ''}`)}${groups.length === 0 ? '' : groupedTable('The deadline by option', columns, groups)}`,
  };
}

const isMissed = ({ deadline }: ExploredPoint): boolean => deadline?.isMissed === true;
const worstOf = ({ figures }: ExploredPoint): number => figures.worst!.value;
const timeText = (seconds: number | undefined): string => (seconds === undefined ? '–' : formatSi(seconds, 's'));

function deadlineText(deadlines: readonly number[]): string {
  const [first, second] = deadlines;
  if (second === undefined) return `Of the deadline of ${formatSi(first!, 's')}`;
  return `Of deadlines from ${formatSi(first!, 's')} to ${formatSi(deadlines.at(-1)!, 's')}`;
}

function ends(points: readonly ExploredPoint[]): [least: number | undefined, largest: number | undefined] {
  const times = points.map(worstOf);
  if (times.length === 0) return [undefined, undefined];
  return [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
}

const reach = (points: readonly ExploredPoint[], deadlines: readonly number[]): [number, number] => {
  const [least, largest] = ends(points);
  return [Math.min(least!, deadlines[0]!), Math.max(largest!, deadlines.at(-1)!)];
};

const isLogarithmic = (points: readonly ExploredPoint[], deadlines: readonly number[]): boolean => {
  const [least, largest] = reach(points, deadlines);
  return least > 0 && largest / least >= LOGARITHMIC_FROM;
};

/** Where a time lies across a strip, in pixels. */
function scaleOf(points: readonly ExploredPoint[], deadlines: readonly number[]): (seconds: number) => number {
  const [least, largest] = reach(points, deadlines);
  const scaled = isLogarithmic(points, deadlines) ? Math.log : (value: number): number => value;
  const span = scaled(largest) - scaled(least) || 1;
  return (seconds) => Math.round(10 * (EDGE + ((scaled(seconds) - scaled(least)) / span) * (STRIP - 2 * EDGE))) / 10;
}

function strip(
  points: readonly ExploredPoint[],
  deadlines: readonly number[],
  at: (seconds: number) => number,
): Content {
  const middle = STRIP_HEIGHT / 2;
  const marks = spread(points, MOST_MARKS, () => false).map((point): Markup => {
    const x = at(worstOf(point));
    return isMissed(point)
      ? html`<path d="M${x - 4},${middle - 4}l8,8m0,-8l-8,8" stroke="var(--bad)" stroke-width="1.75"/>`
      : html`<circle cx="${x}" cy="${middle}" r="4" fill="${DATA}" fill-opacity=".7"/>`;
  });
  const own = deadlines.filter((seconds) => points.some(({ deadline }) => deadline!.seconds === seconds));
  const rules = own.map(
    (seconds) =>
      html`<path d="M${at(seconds)},0v${STRIP_HEIGHT}" stroke="var(--ink)" stroke-width="1.5" stroke-dasharray="3 2"/>`,
  );
  return html`<svg width="${STRIP}" height="${STRIP_HEIGHT}" aria-hidden="true" focusable="false"><path d="M0,${middle}H${STRIP}" stroke="var(--line)"/>${marks}${rules}</svg>`;
}
