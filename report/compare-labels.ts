/** Short names that tell runs apart. */
import type { RunRecord } from '../isa/index.ts';

export interface NamedRun {
  readonly file: string;
  readonly record: RunRecord;
}

type Part = (run: NamedRun) => string;

/**
 * What differs of network, target and T, if that tells every run from every other; else the names of the files without
 * folder and extension, or their paths, or those with a number.
 */
export function runLabels(runs: readonly NamedRun[]): string[] {
  const parts: readonly Part[] = [
    ({ record }) => record.chip.network,
    ({ record }) => record.chip.target,
    ({ record }) => `T = ${record.chip.window}`,
  ];
  const differing = parts.filter((part) => new Set(runs.map(part)).size > 1);
  const candidates: readonly Part[] = [
    (run) => differing.map((part) => part(run)).join(' '),
    ({ file }) => file.replace(/^.*[/\\]/s, '').replace(/\.json$/i, ''),
    ({ file }) => file,
  ];
  const found = candidates
    .map((part) => runs.map(part))
    .find((labels) => new Set(labels).size === runs.length && labels.every((label) => label !== ''));
  return found ?? runs.map(({ file }, k) => `${file} (${k + 1})`);
}
