/** What the parts of the report have in common. */
import type { LedgerRecord, RunRecord } from '../../isa/index.ts';
import type { Markup } from './markup.ts';

export interface Section {
  /** Of the heading, for links to it. */
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** What the report is made from. */
export interface ReportSource {
  readonly record: RunRecord;
  /** Of the build that made the chip; undefined where no build record is there, null where it holds none. */
  readonly ledger: LedgerRecord | null | undefined;
}

/** Rows of tables and marks of charts beyond which the report names only the first. */
export const MOST_LAYERS = 64;

/** Names in a chart: short, and different from each other even where the names are not. */
export function axisNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const label = shortName(name);
    const times = (seen.get(label) ?? 0) + 1;
    seen.set(label, times);
    return times === 1 ? label : `${label} (${times})`;
  });
}

const LONGEST_NAME = 28;
const shortName = (name: string): string => {
  const text = name.slice(0, 4 * LONGEST_NAME).replace(/\p{C}/gu, '\uFFFD');
  const characters = [...text];
  return characters.length <= LONGEST_NAME ? text : `${characters.slice(0, LONGEST_NAME - 1).join('')}…`;
};
