/** An exploration → the sections of its report, the answer excepted, which whoever explored gives. */
import { plural } from '../../format.ts';
import { html, note } from '../markup.ts';
import type { Section } from '../section.ts';
import { deadlineSection } from './deadline.ts';
import { effectsSection } from './effects.ts';
import { failuresSection } from './failures.ts';
import { frontsSection, pointsTable } from './fronts.ts';
import type { Exploration } from './model.ts';
import { pairsSection } from './pairs.ts';
import { parallelSection } from './parallel.ts';

/** Rows of the table of all points. */
const MOST_POINT_ROWS = 300;

export async function explorationSections(exploration: Exploration): Promise<Section[]> {
  const sections = [
    await frontsSection(exploration),
    parallelSection(exploration),
    effectsSection(exploration),
    pairsSection(exploration),
    deadlineSection(exploration),
    failuresSection(exploration),
    allPoints(exploration),
  ];
  return sections.filter((section) => section !== undefined);
}

function allPoints(exploration: Exploration): Section {
  const { points, elsewhere } = exploration;
  const shown = points.slice(0, MOST_POINT_ROWS);
  const more = points.length - shown.length;
  return {
    id: 'points',
    title: 'All points',
    body: html`${pointsTable(`${plural(shown.length, 'point')}, in the order of the plan`, shown, exploration)}${more > 0 ? note(`${plural(more, 'point')} more: ${elsewhere}`) : ''}`,
  };
}
