/** Figures that were stated for other sizes than those of a target: they stay as they are, and become assumed. */
import { ORIGIN_PATHS, type Target } from '../target.ts';
import { isTree, merged, type Tree, valueAt } from './tree.ts';

const BARRIER = ['timing.barrierCycles', 'timing.barrierHopCycles', 'energy.barrier', 'staticPower'];
const ROUTER = ['energy.routerTraversal', 'energy.packet', 'energy.linkHopEastWest', 'energy.linkHopNorthSouth'];
const CYCLES = ['energy.activeCoreCycle', 'energy.idleCoreCycle'];
/** Outside of the cores. */
const ELSEWHERE = new Set([...BARRIER, ...ROUTER, 'energy.linkHopBetweenChips', 'energy.hostPacket']);
const CORE_TIMES = /^timing\.(lane|event|vector|multiply|updateActive|updateIdle)Cycles$/;

/** Whether a figure was stated for a value of a field. */
function dependsOn(figure: string, field: string): boolean {
  if (field === 'mesh' || field === 'coresPerTile' || field === 'chips') return BARRIER.includes(figure);
  if (field === 'limits.routeEntries' || field === 'timing.bufferFlits') return ROUTER.includes(figure);
  if (field === 'timing.clockHz.value') return figure.startsWith('timing.') || CYCLES.includes(figure);
  if (figure === 'staticPower' || CORE_TIMES.test(figure)) return true;
  return figure.startsWith('energy.') && !ELSEWHERE.has(figure);
}

const FIELDS: readonly string[] = [...ORIGIN_PATHS, 'chips', 'limits.stateBits', 'timing.clockHz.value'];

/** The base, its figures that a change concerns marked as assumed; those that are 0 or unknown say nothing that could change. */
export function assumeFigures(base: Target, changes: Tree): Tree {
  const after = merged({ ...base }, changes);
  const changed = FIELDS.filter(
    (field) => JSON.stringify(valueAt(base, field)) !== JSON.stringify(valueAt(after, field)),
  );
  const mark = (path: string, figure: unknown): unknown => {
    if (!isTree(figure) || typeof figure.source !== 'string' || !figure.value || path === 'timing.clockHz')
      return figure;
    const fields = changed.filter((field) => dependsOn(path, field));
    if (fields.length === 0) return figure;
    const { relativeUncertainty: _, ...rest } = figure;
    const says = fields.map(
      (field) =>
        `${field} = ${shown(valueAt(base, field))}, taken to hold for ${shown(valueAt(after, field))} (assumed)`,
    );
    return { ...rest, kind: 'assumed', source: `${figure.source}; stated for ${says.join(', for ')}` };
  };
  const group = (name: 'timing' | 'energy'): Tree =>
    Object.fromEntries(Object.entries(base[name]).map(([field, figure]) => [field, mark(`${name}.${field}`, figure)]));
  return {
    ...base,
    timing: group('timing'),
    energy: group('energy'),
    ...(base.staticPower && { staticPower: mark('staticPower', base.staticPower) }),
  };
}

const shown = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));
