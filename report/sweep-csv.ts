/** The points of a sweep → a table of comma-separated values (RFC 4180, lines end with a newline alone). */
import type { ComparisonAxis, SweepRecord } from '../isa/index.ts';
import { type DonePoint, sweepFront } from './sweep-front.ts';

/** What is known of a point that was computed: column → value. */
const FIGURES: Readonly<Record<string, (point: DonePoint) => string | number | boolean | null | undefined>> = {
  mode: ({ conversion }) => conversion.mode,
  window: ({ chip }) => chip.window,
  ticks: ({ conversion }) => conversion.ticks,
  inferences: ({ inferences }) => inferences,
  accuracy: ({ accuracy }) => accuracy?.top1,
  accuracyLow95: ({ accuracy }) => accuracy?.ci95[0],
  accuracyHigh95: ({ accuracy }) => accuracy?.ci95[1],
  floatAccuracy: ({ accuracy }) => accuracy?.floatTop1,
  mae: ({ regression }) => regression?.mae,
  energyJ: ({ energy }) => energy.joulePerInference,
  energyPartial: ({ energy }) => energy.partial,
  energyAssumed: ({ energy }) => energy.assumed,
  latencyMedianS: ({ latency }) => latency?.medianSeconds,
  latencyWorstS: ({ latency }) => latency?.worstSeconds,
  latencyMedianCycles: ({ latency }) => latency?.medianCycles,
  deadlineMissed: ({ deadlineMissed }) => deadlineMissed,
  cores: ({ chip }) => chip.cores,
  neurons: ({ chip }) => chip.neurons,
  synopsPerInference: ({ synopsPerInference }) => synopsPerInference,
  spikesPerInference: ({ spikesPerInference }) => spikesPerInference,
  chipSha256: ({ chip }) => chip.sha256,
};

/** @param axes of the front; if absent, those that at least one point has */
export function sweepCsv(records: readonly SweepRecord[], axes: readonly ComparisonAxis[] | undefined): string {
  const options = [...new Set(records.flatMap(({ varied }) => Object.keys(varied)))];
  // An option can be called as a figure is.
  const named = options.map((option) => `option:${option}`);
  const { standings } = sweepFront(records, axes);
  const head = ['point', ...named, 'standing', ...Object.keys(FIGURES), 'diagnostic', 'message', 'key'];
  const rows = records.map(({ point, varied, outcome, key }, k) => {
    const first = outcome.status === 'failed' ? outcome.diagnostics[0] : undefined;
    return [
      point,
      ...options.map((option) => varied[option]),
      standings[k],
      ...Object.values(FIGURES).map((figure) => (outcome.status === 'done' ? figure(outcome) : undefined)),
      first?.code,
      first?.message,
      key,
    ];
  });
  return [head, ...rows].map((row) => `${row.map((value) => cell(value)).join(',')}\n`).join('');
}

const cell = (value: string | number | boolean | null | undefined): string => {
  const text = value === undefined || value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
