/** Run records → the record of their comparison. */
import {
  type ChanceRecord,
  COMPARISON_AXES,
  type ComparedRun,
  type CompareRecord,
  type ComparisonAxis,
  type RunRecord,
  type StandingRecord,
} from '../isa/index.ts';
import { type NamedRun, runLabels } from './compare-labels.ts';
import { isPartial } from './energy-text.ts';
import { mcnemarExact } from './mcnemar.ts';
import { type CostRange, standings } from './pareto.ts';

/** Letters that mark runs; in a picture upper or lower case says whether a run is dominated. */
const MARKS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
/** Runs that can be compared at once. */
export const MOST_COMPARED = MARKS.length;
const SIGNIFICANT = 0.05;

type Change = NonNullable<ComparedRun['againstFirst']>['energy'];

/**
 * Compares runs with the first of them, and finds their Pareto front.
 *
 * @param runs at least one, at most {@link MOST_COMPARED}
 * @param axes of the front; if absent, those that at least one run has
 */
export function compareRuns(
  runs: readonly NamedRun[],
  { tool, axes }: { readonly tool: string; readonly axes?: readonly ComparisonAxis[] },
): CompareRecord {
  const labels = runLabels(runs);
  const compared = runs.map((run, k) => ({
    file: run.file,
    ...figuresOf(run.record),
    ...(run.record.origin && { origin: { tool: run.record.tool, inputs: run.record.origin.inputs } }),
    mark: MARKS[k]!,
    label: labels[k]!,
  }));
  const front = axes ?? COMPARISON_AXES.filter((axis) => compared.some((run) => costOf(run, axis) !== undefined));
  const standing = standingsOf(compared, front, (a, b) => chanceOf(runs[a]!.record, runs[b]!.record));
  return {
    format: 'snn-compare/1',
    tool,
    axes: [...front],
    runs: compared.map((run, k) => ({
      ...run,
      againstFirst: k === 0 ? null : against(compared[0]!, run, chanceOf(runs[0]!.record, runs[k]!.record)),
      standing: standing[k]!,
    })),
    warnings: warningsOf(runs),
  };
}

/** What a run was good for and what it cost. */
export type Figures = Omit<ComparedRun, 'mark' | 'label' | 'file' | 'origin' | 'againstFirst' | 'standing'>;

export function figuresOf({ chip, inferences, accuracy, energy, latency, counts }: RunRecord): Figures {
  const { sha256, network, target, window, cores, neurons } = chip;
  const each = (count: number): number => (inferences === 0 ? 0 : count / inferences);
  return {
    chip: { sha256, network, target, window, cores, neurons },
    inferences,
    accuracy:
      accuracy === undefined
        ? null
        : {
            top1: accuracy.top1,
            total: accuracy.total,
            ci95: accuracy.ci95,
            floatTop1: accuracy.floatTop1 ?? null,
            loss: accuracy.floatTop1 === undefined ? null : accuracy.floatTop1 - accuracy.top1,
          },
    energy: {
      joulePerInference: energy.joulePerInference,
      partial: isPartial(energy),
      assumed: energy.assumed.length > 0,
      range: energy.sensitivity?.range ?? null,
    },
    latency:
      latency === undefined
        ? null
        : {
            medianSeconds: latency.secondsPerInference.median,
            worstSeconds: latency.secondsPerInference.max,
            medianCycles: latency.cyclesPerInference.median,
          },
    synopsPerInference: each(counts.synops),
    spikesPerInference: each(counts.spikes),
  };
}

/** What a run costs along an axis; undefined where its record does not say. A partial energy is a lower bound. */
export function costOf({ accuracy, energy, latency }: Figures, axis: ComparisonAxis): CostRange | undefined {
  const exactly = (cost: number | undefined): CostRange | undefined =>
    cost === undefined ? undefined : { low: cost, high: cost };
  if (axis === 'accuracy') return exactly(accuracy === null ? undefined : 1 - accuracy.top1);
  if (axis === 'latency') return exactly(latency?.medianSeconds);
  const { joulePerInference: low, partial } = energy;
  return { low, high: partial ? Infinity : low };
}

/** @param chance whether the accuracies of two runs differ by more than chance; undefined where one has none */
function standingsOf(
  runs: readonly (Figures & { readonly mark: string })[],
  axes: readonly ComparisonAxis[],
  chance: (a: number, b: number) => ChanceRecord | undefined,
): StandingRecord[] {
  const costs = runs.map((run) => axes.map((axis) => costOf(run, axis)));
  const inside = runs.flatMap((_, k) => (costs[k]!.every((cost) => cost !== undefined) ? [k] : []));
  const known = inside.map((k) => costs[k]!.filter((cost) => cost !== undefined));
  const found = standings(known);
  const marksOf = (indices: readonly number[]): string[] => indices.map((index) => runs[inside[index]!]!.mark);
  const accuracy = axes.indexOf('accuracy');
  /** Those that win in everything but an accuracy that is no lower for certain. */
  const byChance = (own: number): number[] =>
    accuracy < 0
      ? []
      : known.flatMap((cost, other) => {
          if (cost[accuracy]!.low <= known[own]![accuracy]!.low) return [];
          const level = cost.with(accuracy, known[own]![accuracy]!);
          const wins = standings([known[own]!, level])[0]!.dominatedBy.length > 0;
          return wins && chance(inside[own]!, inside[other]!)?.beyondChance === false ? [other] : [];
        });
  return runs.map((_, k) => {
    const missing = axes.filter((_axis, a) => costs[k]![a] === undefined);
    const at = inside.indexOf(k);
    const own = found[at];
    if (own === undefined) return { status: 'outside', dominatedBy: [], perhapsBy: [], byChance: [], missing };
    const { dominatedBy, perhapsBy } = own;
    const status = dominatedBy.length > 0 ? 'dominated' : perhapsBy.length > 0 ? 'undecided' : 'front';
    return {
      status,
      dominatedBy: marksOf(dominatedBy),
      perhapsBy: marksOf(perhapsBy),
      byChance: status === 'dominated' ? [] : marksOf(byChance(at)),
      missing,
    };
  });
}

function against(first: Figures, run: Figures, chance: ChanceRecord | undefined): ComparedRun['againstFirst'] {
  const change = (of: (figures: Figures) => number | undefined): Change => {
    const [before, now] = [of(first), of(run)];
    if (before === undefined || now === undefined) return null;
    return { difference: now - before, ratio: before === 0 ? null : now / before };
  };
  const [before, now] = [first.accuracy, run.accuracy];
  return {
    accuracy:
      before === null || now === null || chance === undefined ? null : { difference: now.top1 - before.top1, chance },
    energy: change(({ energy }) => energy.joulePerInference),
    energyPartial: first.energy.partial || run.energy.partial,
    latency: change(({ latency }) => latency?.medianSeconds),
    synops: change(({ synopsPerInference }) => synopsPerInference),
    spikes: change(({ spikesPerInference }) => spikesPerInference),
    cores: change(({ chip }) => chip.cores),
  };
}

/** Whether two accuracies differ by more than chance: sample by sample if both runs list the same ones. */
function chanceOf(first: RunRecord, run: RunRecord): ChanceRecord | undefined {
  if (first.accuracy === undefined || run.accuracy === undefined) return undefined;
  if (!sameSamples(first, run)) {
    const [a, b] = [first.accuracy.ci95, run.accuracy.ci95];
    return { method: 'intervals', beyondChance: a[1] < b[0] || b[1] < a[0] };
  }
  const before = new Map(first.outputs.map(({ index, predicted }) => [index, predicted]));
  let firstOnly = 0;
  let thisOnly = 0;
  for (const { index, predicted, label } of run.outputs) {
    const [wasRight, isRight] = [before.get(index) === label, predicted === label];
    if (wasRight && !isRight) firstOnly++;
    if (isRight && !wasRight) thisOnly++;
  }
  const pValue = mcnemarExact(firstOnly, thisOnly);
  return { method: 'mcnemar', firstOnly, thisOnly, pValue, beyondChance: pValue < SIGNIFICANT };
}

/** Whether both list an output with a label for the same samples, each once. */
function sameSamples(a: RunRecord, b: RunRecord): boolean {
  const labels = new Map(a.outputs.map(({ index, label }) => [index, label]));
  const indices = new Set(b.outputs.map(({ index }) => index));
  return (
    a.outputs.length > 0 &&
    [a, b].every(({ outputs }) => outputs.length === labels.size && outputs.length === indices.size) &&
    b.outputs.every(({ index, label }) => label !== undefined && labels.get(index) === label)
  );
}

/** In what runs differ that are compared as if they did not. */
function warningsOf(runs: readonly NamedRun[]): string[] {
  const warnings: string[] = [];
  const distinct = <T>(of: (record: RunRecord) => T): T[] => [...new Set(runs.map(({ record }) => of(record)))];
  const networks = distinct(({ chip }) => chip.network);
  if (networks.length > 1) warnings.push(`the networks differ: ${networks.join(', ')}`);
  const sizes = distinct(({ inferences }) => inferences);
  if (sizes.length > 1) warnings.push(`the numbers of samples differ: ${sizes.join(', ')}`);
  else if (labelled(runs).some((record, _, [first]) => !sameSamples(first!, record)))
    warnings.push('the samples or their labels are not the same, or not listed: accuracies are compared by intervals');
  return warnings;
}

const labelled = (runs: readonly NamedRun[]): RunRecord[] =>
  runs.flatMap(({ record }) => (record.accuracy === undefined ? [] : [record]));
