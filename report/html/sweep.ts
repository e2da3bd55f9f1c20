/** The points of a sweep → one HTML file: the front first, then how it comes about. */
import type { ComparisonAxis, SweepRecord } from '../../isa/index.ts';
import { AXIS_TEXT } from '../compare-text.ts';
import { formatCount, formatMean, formatPercent, formatSi, plural } from '../format.ts';
import { commonOptions, distinctInputs } from '../points.ts';
import { type DonePoint, sweepFront } from '../sweep-front.ts';
import { explorationSections } from './exploration/index.ts';
import { frontTable } from './exploration/fronts.ts';
import {
  type ExploredPoint,
  type Exploration,
  factorsOf,
  type FigureKind,
  type PointFigure,
  settingText,
} from './exploration/model.ts';
import { originOf } from './exploration/origin.ts';
import { best, frontVerdict, named } from './exploration/verdicts.ts';
import { FIGURES } from './front.ts';
import { figure, html } from './markup.ts';
import { renderPage } from './page.ts';
import type { Section } from './section.ts';
import { type Verdict, verdictList } from './verdicts.ts';

export interface SweepReport {
  readonly records: readonly SweepRecord[];
  /** Of the front; if absent, those that at least one point has. */
  readonly axes: readonly ComparisonAxis[] | undefined;
  /** Seconds of the deadline of each point that had one. */
  readonly deadlines: readonly (number | undefined)[];
  readonly command: string | undefined;
}

export const AXES: Readonly<Record<ComparisonAxis, FigureKind>> = {
  accuracy: {
    id: 'accuracy',
    name: AXIS_TEXT.accuracy.name,
    ...FIGURES.accuracy,
    text: (value) => formatPercent(value),
  },
  energy: { id: 'energy', name: 'energy', ...FIGURES.energy, text: (value) => formatSi(value, 'J') },
  latency: { id: 'latency', name: 'latency', ...FIGURES.latency, text: (value) => formatSi(value, 's') },
};
const ERROR: FigureKind = {
  id: 'mae',
  name: 'MAE',
  unit: 'points',
  largerIsBetter: false,
  text: (value) => value.toPrecision(4),
};
/** A mean of cores is no whole number. */
const coresText = (value: number): string => (Number.isInteger(value) ? formatCount(value) : formatMean(value));
export const CORES: FigureKind = { id: 'cores', name: 'cores', unit: '', largerIsBetter: false, text: coresText };

/**
 * The report of a sweep. Every figure of a point stands in a `data` element with its path in the lines of the results
 * (`0.outcome.energy.joulePerInference` is of the first line). Its size is bounded, whatever the number of points.
 *
 * @returns a whole HTML document
 */
export async function renderSweepHtml(report: SweepReport): Promise<string> {
  const { records } = report;
  const exploration = explorationOf(report);
  const done = records.find(({ outcome }) => outcome.status === 'done')?.outcome as DonePoint | undefined;
  const network =
    done?.chip.network ?? records[0]?.inputs.find(({ option }) => option === 'network')?.name ?? 'network';
  const targets = [...new Set(records.map(({ options }) => String(options.target)))];
  const on =
    targets.length === 1 ? ` on ${targets[0]!}` : targets.length > 1 ? ` on ${plural(targets.length, 'target')}` : '';
  const samples = [
    ...new Set(records.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.inferences] : []))),
  ];
  const sizes = samples.length === 1 ? `, ${plural(samples[0]!, 'sample')} each` : '';
  return renderPage({
    title: html`Sweep of ${network}${on}`,
    lead: html`${plural(records.length, 'point')}${sizes}; energy and median latency per inference; ${records[0]?.tool}`,
    sections: [answerSection(exploration), ...(await explorationSections(exploration)), originSection(report)],
  });
}

function explorationOf({ records, axes: wanted, deadlines }: SweepReport): Exploration {
  const { axes, standings } = sweepFront(records, wanted);
  const points = records.map((record, k): ExploredPoint => {
    const { outcome, varied, point: number } = record;
    const failed = outcome.status === 'failed' ? outcome : undefined;
    const [first] = failed?.diagnostics ?? [];
    const seconds = deadlines[k];
    return {
      ...{ number, mark: String(number), settings: varied, standing: standings[k]!, verdict: '' },
      figures: outcome.status === 'done' ? figuresOf(outcome, k) : {},
      isPartial: outcome.status === 'done' && outcome.energy.partial,
      failure: first && { ...first, remedy: first.remedy, stage: failed!.stage },
      deadline:
        seconds === undefined || outcome.status !== 'done' || outcome.latency === null
          ? undefined
          : { seconds, isMissed: (outcome.deadlineMissed ?? 0) > 0 },
    };
  });
  const has = ({ id }: FigureKind): boolean => points.some(({ figures }) => figures[id] !== undefined);
  const figures = [AXES.accuracy, ERROR, AXES.energy, AXES.latency, CORES].filter(has);
  return {
    ...{ noun: 'point', points, figures },
    axes: axes.map((axis) => AXES[axis]),
    factors: factorsOf(points),
    named: new Set(),
    elsewhere: '-o and --csv of `snnemu sweep` have all of them',
  };
}

function figuresOf({ accuracy, regression, energy, latency, chip }: DonePoint, k: number): ExploredPoint['figures'] {
  const at = (path: string, value: number): PointFigure => ({ value, path: `${k}.outcome.${path}` });
  return {
    ...(accuracy && {
      accuracy: { ...at('accuracy.top1', accuracy.top1), low: accuracy.ci95[0], high: accuracy.ci95[1] },
    }),
    ...(regression && { mae: at('regression.mae', regression.mae) }),
    energy: at('energy.joulePerInference', energy.joulePerInference),
    ...(latency && {
      latency: at('latency.medianSeconds', latency.medianSeconds),
      worst: at('latency.worstSeconds', latency.worstSeconds),
    }),
    cores: at('chip.cores', chip.cores),
  };
}

const nameOf = (point: ExploredPoint): string => `point ${point.mark} (${settingText(point)})`;

function answerSection(exploration: Exploration): Section {
  const verdicts = [
    frontVerdict(exploration, nameOf),
    levelVerdict(exploration),
    deadlineVerdict(exploration),
    failureVerdict(exploration),
  ].filter((one) => one !== undefined);
  return {
    id: 'answer',
    title: 'The answer',
    body: html`${verdictList(verdicts)}${exploration.points.some(({ standing }) => standing === 'front') ? frontTable(exploration) : ''}`,
  };
}

/** What costs least among those that the samples do not tell from the most accurate one. */
function levelVerdict({ points, axes }: Exploration): Verdict | undefined {
  const top = best(points, AXES.accuracy)?.figures.accuracy;
  if (top === undefined || !axes.includes(AXES.energy)) return undefined;
  const level = points.filter(({ figures }) => (figures.accuracy?.high ?? -1) >= top.value);
  const cheap = best(level, AXES.energy);
  if (cheap === undefined) return undefined;
  return {
    standing: 'open',
    title: `Least energy that may be as accurate as the best: point ${cheap.mark}`,
    why: html`${plural(level.length, 'point')} of ${formatCount(points.length)} have a 95 % interval that holds the best accuracy, ${figure(top.path, top.value, formatPercent(top.value))}; of these the least energy has ${named(cheap, AXES.energy, nameOf)}. More samples make the intervals narrower.`,
  };
}

function deadlineVerdict({ points }: Exploration): Verdict | undefined {
  const timed = points.filter(({ deadline }) => deadline !== undefined);
  if (timed.length === 0) return undefined;
  const kept = timed.filter(({ deadline }) => !deadline!.isMissed);
  const cheap = best(kept, AXES.energy);
  const seconds = [...new Set(timed.map(({ deadline }) => formatSi(deadline!.seconds, 's')))];
  const which = seconds.length === 1 ? `the deadline of ${seconds[0]!}` : 'their deadlines';
  if (cheap === undefined)
    return { standing: 'bad', title: `No point keeps ${which}`, why: html`See where it binds, below.` };
  return {
    standing: 'good',
    title: `${plural(kept.length, 'point')} of ${formatCount(timed.length)} keep ${which}`,
    why: html`Of these the least energy has ${named(cheap, AXES.energy, nameOf)}.`,
  };
}

function failureVerdict({ points }: Exploration): Verdict | undefined {
  const failed = points.filter(({ standing }) => standing === 'failed');
  if (failed.length === 0) return undefined;
  const codes = new Map<string, number>();
  for (const { failure } of failed) codes.set(failure!.code, (codes.get(failure!.code) ?? 0) + 1);
  const list = [...codes].map(([code, count]) => `${code} (${formatCount(count)})`).join(', ');
  return {
    standing: 'bad',
    title: `${plural(failed.length, 'point')} of ${formatCount(points.length)} have no result`,
    why: html`By diagnostic: ${list}. They are told below.`,
  };
}

function originSection({ records, command }: SweepReport): Section {
  const [first] = records;
  return originOf({
    tool: first?.tool ?? '',
    command,
    inputs: distinctInputs(records),
    common: commonOptions(records.map(({ options }) => options)),
    more: [],
  });
}
