/** Two records of the same run: what differs between them. */
import { MOST_DIFFERENCES, type RerunRecord, type RunRecord } from '../isa/index.ts';

/** What depends on the host, or on where files lie, and not on what ran. */
const LEFT_OUT = ['tool', 'host', 'origin', 'chip.file'] as const;

type Compared = Pick<RerunRecord, 'identical' | 'compared' | 'different' | 'differences' | 'leftOut'>;
type Value = RerunRecord['differences'][number]['now'];

/** Compares all numbers, texts and truths of two records, by their paths. */
export function compareRecords(recorded: RunRecord, again: RunRecord): Compared {
  const left = new Set<string>(LEFT_OUT);
  const differences: Compared['differences'] = [];
  let compared = 0;
  let different = 0;
  const differ = (path: string, a: unknown, b: unknown): void => {
    different++;
    if (differences.length < MOST_DIFFERENCES) differences.push({ path, recorded: shown(a), now: shown(b) });
  };
  const walk = (path: string, a: unknown, b: unknown): void => {
    if (left.has(path)) return;
    if (!isTree(a) || !isTree(b)) {
      compared++;
      if (!Object.is(a, b)) differ(path, a, b);
      return;
    }
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    for (const name of names) walk(path === '' ? name : `${path}.${name}`, a[name], b[name]);
  };
  walk('', JSON.parse(JSON.stringify(recorded)), JSON.parse(JSON.stringify(again)));
  return { identical: different === 0, compared, different, differences, leftOut: [...LEFT_OUT] };
}

const isTree = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown): Value =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
