/** What an exploration comes to, in sentences. */
import { formatCount, plural } from '../../format.ts';
import { type Content, figure, html } from '../markup.ts';
import type { Verdict } from '../verdicts.ts';
import type { ExploredPoint, Exploration, FigureKind } from './model.ts';

/** A point by its name and the figure that it is named for. */
export function named(point: ExploredPoint, kind: FigureKind, nameOf: (point: ExploredPoint) => string): Content {
  const { path, value } = point.figures[kind.id]!;
  return html`${nameOf(point)} with ${figure(path, value, kind.text(value))}`;
}

/** That others have the same: nothing where none has. */
function tied(points: readonly ExploredPoint[], point: ExploredPoint, { id }: FigureKind): string {
  const others = points.filter(({ figures }) => figures[id]?.value === point.figures[id]!.value).length - 1;
  return others === 0 ? '' : ` (so ${others === 1 ? 'has another one' : `have ${formatCount(others)} others`})`;
}

/** The best of the points that have the figure; the first of equal ones. */
export function best(points: readonly ExploredPoint[], { id, largerIsBetter }: FigureKind): ExploredPoint | undefined {
  let found: ExploredPoint | undefined;
  for (const point of points) {
    const [value, before] = [point.figures[id]?.value, found?.figures[id]?.value];
    if (value === undefined) continue;
    if (before === undefined || (largerIsBetter ? value > before : value < before)) found = point;
  }
  return found;
}

/** @param nameOf what a point is called in a sentence */
export function frontVerdict({ points, axes, noun }: Exploration, nameOf: (point: ExploredPoint) => string): Verdict {
  const front = points.filter(({ standing }) => standing === 'front');
  const open = points.filter(({ standing }) => standing === 'undecided').length;
  const about = axes.map(({ name, largerIsBetter }) => `${largerIsBetter ? 'more' : 'less'} ${name}`).join(', ');
  if (front.length === 0)
    return {
      standing: 'open',
      title: `No ${noun} is on the front for certain`,
      why: html`${open === 0 ? `No ${noun} has all figures that the front is about.` : `${plural(open, noun)} may be: partial energies are lower bounds, which leaves open what beats what.`}`,
    };
  const bests = axes.flatMap((kind) => {
    const point = best(front, kind);
    return point === undefined
      ? []
      : [
          html`${kind.largerIsBetter ? 'Most' : 'Least'} ${kind.name}: ${named(point, kind, nameOf)}${tied(points, point, kind)}. `,
        ];
  });
  const undecided = open === 0 ? '' : ` ${plural(open, noun)} may be on it, too: partial energies are lower bounds.`;
  return {
    standing: 'good',
    title: `${plural(front.length, noun)} of ${formatCount(points.length)} ${front.length === 1 ? 'is' : 'are'} on the front: ${about}`,
    why: html`${bests}${undecided}`,
  };
}
