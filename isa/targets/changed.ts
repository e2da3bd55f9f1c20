/** A target with some fields changed: what follows from them, or is assumed to hold on (spec/targets.md). */
import { z } from 'zod';
import { fail, type Place } from '../diagnostics.ts';
import { LONGEST_NAME, ORIGIN_PATHS, type Target, targetFields } from '../target.ts';
import { edgeOf } from './edge.ts';
import { nodeOf, NODES } from './edge-model.ts';
import { assumeFigures } from './assumed.ts';
import { UNITS } from './figures.ts';
import { isTree, leavesOf, merged, type Tree, valueAt } from './tree.ts';

const { shape } = targetFields;
const edgeSizes = z.object({
  process: shape.process,
  mesh: shape.mesh,
  coresPerTile: shape.coresPerTile,
  limits: shape.limits,
  widths: shape.widths,
  chips: shape.chips.unwrap().pick({ width: true, height: true }).strip().optional(),
  timing: shape.timing.pick({ clockHz: true, lanes: true, updateLanes: true, bufferFlits: true }).strip(),
});

/** Fields that name a target and change nothing of it. */
const NAMING: ReadonlySet<string> = new Set(['base', 'name', 'description', '$schema', '$comment']);

/**
 * A target with some fields changed, not yet checked as a whole.
 *
 * @param changes fields as in a target file, each within its range (`targetChangesSchema`)
 * @param scales whether the figures of the target are formulas of its sizes (edge); else those that a change concerns
 *   become assumed
 * @throws DiagnosticError E0110 where figures do not follow from a change of the process
 */
export function changedTarget(base: Target, changes: Tree, scales: boolean, place: Place): Tree {
  const leaves = leavesOf(changes).filter(([path]) => !NAMING.has(path));
  const differing = leaves.filter(([path, value]) => JSON.stringify(valueAt(base, path)) !== JSON.stringify(value));
  const list = differing.map(([path, value]) => `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const named = list.sort().join(', ');
  const full = withSources(base, withoutNotes(changes));
  const figures = scales ? scaled(base, full, place) : assumed(base, full, place);
  const result = merged(figures, full);
  const name = named === '' ? base.name : `${base.name} with ${named}`;
  return {
    ...result,
    name: changes.name ?? (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name),
    description:
      changes.description ?? (named === '' ? base.description : `${String(figures.description)} Changed: ${named}.`),
    ...(isTree(result.origins) && { origins: originsOf(base, result, changes) }),
  };
}

function withoutNotes(changes: Tree): Tree {
  const { base: _, $schema: __, $comment: ___, ...fields } = changes;
  return fields;
}

/** The figures of edge by its formulas. */
function scaled(base: Target, changes: Tree, place: Place): Tree {
  const grid = isTree(changes.chips) ? { chips: { width: 1, height: 1 } } : {};
  const sizes = edgeSizes.parse(merged(merged({ ...base }, grid), changes));
  const node = nodeOf(sizes.process);
  if (node === undefined || node < NODES.least || node > NODES.most)
    fail(
      'E0110',
      `the process "${sizes.process.slice(0, LONGEST_NAME)}" ${node === undefined ? 'does not begin with nanometres' : `of ${node} nm is outside of what the formulas of edge hold for`}: from ${NODES.least} to ${NODES.most} nm`,
      { ...place, path: 'process' },
      `name one as "28 nm", or give all figures in a target file of your own (--new)`,
    );
  return { ...edgeOf(sizes) };
}

/** The figures of a chip as they were stated. */
function assumed(base: Target, changes: Tree, place: Place): Tree {
  if (changes.process !== undefined && changes.process !== base.process)
    fail(
      'E0110',
      `the figures of ${base.name} were stated for its process (${base.process}), and no formula brings them to another`,
      { ...place, path: 'process' },
      'leave the process as it is, take edge, whose figures follow, or give all figures in a target file of your own (--new)',
    );
  return assumeFigures(base, changes);
}

/** Units of figures that a base need not have. */
const UNIT_OF = { timing: 'cycles', chips: 'cycles', energy: 'J' } as const;

/** Where a value was changed and its source was not, the source says so: the one of the base is no longer true. */
function withSources(base: Target, changes: Tree): Tree {
  const complete = (path: string, figure: unknown, unit: string): unknown => {
    if (!isTree(figure) || figure.value === undefined || figure.source !== undefined) return figure;
    const before = valueAt(base, path);
    const known = isTree(before) && before.value === figure.value;
    if (known) return figure;
    const instead = isTree(before) ? ` in place of ${JSON.stringify(before.value)} of ${base.name}` : '';
    const kind = figure.value === null ? 'unknown' : 'assumed';
    // A stated uncertainty was that of the value before.
    const stale = isTree(before) && before.relativeUncertainty !== undefined ? { relativeUncertainty: undefined } : {};
    return { unit, kind, ...stale, ...figure, source: `chosen${instead}` };
  };
  const groups = Object.entries(UNIT_OF).flatMap(([group, unit]): [string, unknown][] => {
    const fields = changes[group];
    if (!isTree(fields)) return [];
    const completed = Object.entries(fields).map(([name, field]) => [
      name,
      complete(`${group}.${name}`, field, name === 'clockHz' ? 'Hz' : unit),
    ]);
    return [[group, Object.fromEntries(completed)]];
  });
  const power =
    changes.staticPower === undefined ? {} : { staticPower: complete('staticPower', changes.staticPower, 'W') };
  return { ...changes, ...Object.fromEntries(groups), ...power };
}

/** Numbers that were changed are no longer those that their source speaks of. */
function originsOf(base: Target, result: Tree, changes: Tree): Tree {
  const stated = isTree(changes.origins) ? changes.origins : {};
  const chosen = ORIGIN_PATHS.flatMap((path) => {
    const [before, after] = [valueAt(base, path), valueAt(result, path)].map((value) => JSON.stringify(value));
    if (before === after || after === undefined || stated[path] !== undefined) return [];
    const instead = before === undefined ? '' : ` in place of ${before} of ${base.name}`;
    return [[path, { unit: UNITS[path], kind: 'assumed', source: `chosen: ${after}${instead}` }] as const];
  });
  return { ...(isTree(result.origins) && result.origins), ...Object.fromEntries(chosen) };
}
