/** The candidates of a choice by measurement, as a table. */
import type { CandidateRecord } from '../isa/index.ts';
import { LEFT_OUT_FIRST } from './column-order.ts';
import { formatSi } from './format.ts';
import { colours, renderTable, type TextStyle } from './table.ts';

const right = { align: 'right' } as const;
/** Rows that are shown: the record has all. */
const SHOWN = 8;

/** Which candidate was taken and why: the cheapest ones, and the one that was taken. */
export function renderCandidatesText(candidates: readonly CandidateRecord[], style: TextStyle): string {
  const chalk = colours(style);
  const taken = candidates.findIndex(({ verdict }) => verdict === 'taken');
  const shown = candidates.slice(0, Math.max(SHOWN, taken + 1));
  const rows = shown.map((candidate) => [
    candidate.mode,
    candidate.code,
    String(candidate.window),
    candidate.correct,
    `${candidate.lossPoints.toFixed(1)} ± ${(2 * candidate.standardErrorPoints).toFixed(1)}`,
    String(candidate.samples),
    formatSi(candidate.estimatedEnergyJ, 'J'),
    formatSi(candidate.estimatedLatencySeconds, 's'),
    candidate.verdict,
  ]);
  const heads = ['mode', 'code', 'T', 'correct', 'points lost', 'samples', 'energy', 'latency', ''];
  const columns = heads.map((title, k) => ({ title, ...(k >= 2 && k !== 3 && k < 8 && right), words: k === 8 }));
  const more = candidates.length - shown.length;
  return [
    chalk.bold('Chosen by measurement') + ' (estimates before the mapping, to compare with each other)',
    renderTable(columns, rows, style, LEFT_OUT_FIRST.candidates),
    ...(more > 0 ? [`  and ${more} that cost more`] : []),
  ].join('\n');
}
