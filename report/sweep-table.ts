/** The points of a sweep → a table: what was varied, standing and figures of each. */
import type { ComparisonAxis, SweepRecord } from '../isa/index.ts';
import { type CellValue, type DataColumn, type DataTable, typeOfTexts } from './data-table.ts';
import { type DonePoint, sweepFront } from './sweep-front.ts';

interface Figure {
  readonly type: DataColumn['type'];
  readonly of: (point: DonePoint) => CellValue;
}

const integer = (of: Figure['of']): Figure => ({ type: 'integer', of });
const number = (of: Figure['of']): Figure => ({ type: 'number', of });
const text = (of: Figure['of']): Figure => ({ type: 'text', of });
const truth = (of: Figure['of']): Figure => ({ type: 'truth', of });

/** What is known of a point that was computed, by column. */
const FIGURES: Readonly<Record<string, Figure>> = {
  mode: text(({ conversion }) => conversion.mode),
  window: integer(({ chip }) => chip.window),
  ticks: integer(({ conversion }) => conversion.ticks),
  inferences: integer(({ inferences }) => inferences),
  accuracy: number(({ accuracy }) => accuracy?.top1),
  accuracyLow95: number(({ accuracy }) => accuracy?.ci95[0]),
  accuracyHigh95: number(({ accuracy }) => accuracy?.ci95[1]),
  floatAccuracy: number(({ accuracy }) => accuracy?.floatTop1),
  mae: number(({ regression }) => regression?.mae),
  energyJ: number(({ energy }) => energy.joulePerInference),
  energyPartial: truth(({ energy }) => energy.partial),
  energyAssumed: truth(({ energy }) => energy.assumed),
  latencyMedianS: number(({ latency }) => latency?.medianSeconds),
  latencyWorstS: number(({ latency }) => latency?.worstSeconds),
  latencyMedianCycles: number(({ latency }) => latency?.medianCycles),
  deadlineMissed: integer(({ deadlineMissed }) => deadlineMissed),
  cores: integer(({ chip }) => chip.cores),
  neurons: integer(({ chip }) => chip.neurons),
  synopsPerInference: number(({ synopsPerInference }) => synopsPerInference),
  spikesPerInference: number(({ spikesPerInference }) => spikesPerInference),
  chipSha256: text(({ chip }) => chip.sha256),
};

/** @param axes of the front; if absent, those that at least one point has */
export function sweepTable(records: readonly SweepRecord[], axes: readonly ComparisonAxis[] | undefined): DataTable {
  const options = [...new Set(records.flatMap(({ varied }) => Object.keys(varied)))];
  const { standings } = sweepFront(records, axes);
  const columns: DataColumn[] = [
    { name: 'point', type: 'integer' },
    // An option can be called as a figure is.
    ...options.map((option) => ({
      name: `option:${option}`,
      type: typeOfTexts(records.map(({ varied }) => varied[option])),
    })),
    { name: 'standing', type: 'text' },
    ...Object.entries(FIGURES).map(([name, { type }]) => ({ name, type })),
    ...['diagnostic', 'message', 'key'].map((name) => ({ name, type: 'text' as const })),
  ];
  const rows = records.map(({ point, varied, outcome, key }, k) => {
    const first = outcome.status === 'failed' ? outcome.diagnostics[0] : undefined;
    return [
      point,
      ...options.map((option) => varied[option]),
      standings[k],
      ...Object.values(FIGURES).map(({ of }) => (outcome.status === 'done' ? of(outcome) : undefined)),
      first?.code,
      first?.message,
      key,
    ];
  });
  return { columns, rows };
}
