/** The record of a tuning → one HTML file: what was taken and how sure that is, then how it comes about. */
import type { SweepInput, TunedPoint, TuneLimit, TuneRecord } from '../../isa/index.ts';
import { formatCount, formatPercent, formatSi, plural } from '../format.ts';
import { LIMIT_FLAG, limitText } from '../tune-text.ts';
import { explorationSections } from './exploration/index.ts';
import { pointsTable } from './exploration/fronts.ts';
import { type ExploredPoint, type Exploration, factorsOf, type FigureKind, settingText } from './exploration/model.ts';
import { originOf } from './exploration/origin.ts';
import { type Content, figure, html, note, sentence } from './markup.ts';
import { renderPage } from './page.ts';
import type { Section } from './section.ts';
import { AXES, CORES } from './sweep.ts';
import { type Verdict, verdictList } from './verdicts.ts';

export interface TuneReport {
  readonly record: TuneRecord;
  readonly command: string | undefined;
  readonly inputs: readonly SweepInput[];
  /** Options that all points have. */
  readonly common: Readonly<Record<string, string | boolean>>;
}

/**
 * The report of a tuning. Every figure of a point stands in a `data` element with its path in the record. Its size is
 * bounded, whatever the number of points.
 *
 * @returns a whole HTML document
 */
export async function renderTuneHtml(report: TuneReport): Promise<string> {
  const { record } = report;
  const exploration = explorationOf(record);
  const { points, samples, network } = record;
  return renderPage({
    title: html`Tuning of ${network.split(/[\\/]/).at(-1)}`,
    lead: html`${plural(points.length, 'point')}, ${plural(samples.available, 'sample')}; energy and mean latency per inference; ${record.tool}`,
    sections: [answerSection(record, exploration), ...(await explorationSections(exploration)), originSection(report)],
  });
}

function explorationOf(record: TuneRecord): Exploration {
  const { confidence, limits, answer, second } = record;
  const loss: FigureKind = {
    ...{ id: 'loss', name: 'points lost', unit: 'points', largerIsBetter: false },
    interval: `${formatPercent(confidence, 0)} interval`,
    text: (value) => value.toFixed(2),
  };
  const points = record.points.map((point, k) => exploredPoint(point, k, limits.latency));
  const figures = [loss, AXES.energy, { ...AXES.latency, name: 'mean latency' }, CORES];
  return {
    ...{ noun: 'point', points, figures, axes: figures },
    factors: factorsOf(points),
    named: new Set([answer?.point, second?.point].filter((number) => number !== undefined)),
    elsewhere: '--points and --json of `snnc tune` have all of them',
  };
}

function exploredPoint(point: TunedPoint, k: number, deadline: number | undefined): ExploredPoint {
  const { point: number, varied, front, verdict, samples, lossPoints, energyJ, latency, cores, energyPartial } = point;
  const [first] = point.diagnostics ?? [];
  const at = (path: string): string => `points.${k}.${path}`;
  const isThere = samples > 0 && first === undefined;
  const ends = ({ low, high }: TunedPoint['energyJ']) => ({ low: low ?? undefined, high: high ?? undefined });
  return {
    ...{ number, mark: String(number), settings: varied, isPartial: energyPartial },
    standing: first === undefined ? front : 'failed',
    verdict: first === undefined ? `${verdict}, ${plural(samples, 'sample')}` : '',
    figures: isThere
      ? {
          loss: { value: lossPoints.mean, path: at('lossPoints.mean'), ...ends(lossPoints) },
          energy: { value: energyJ.mean, path: at('energyJ.mean'), ...ends(energyJ) },
          latency: { value: latency.meanSeconds, path: at('latency.meanSeconds') },
          worst: { value: latency.worstSeconds, path: at('latency.worstSeconds') },
          cores: { value: cores, path: at('cores') },
        }
      : {},
    failure: first && { ...first, remedy: first.remedy, stage: 'build or evaluation' },
    deadline:
      deadline === undefined || !isThere ? undefined : { seconds: deadline, isMissed: latency.worstSeconds > deadline },
  };
}

const LIMITED: Readonly<Record<TuneLimit, string>> = {
  loss: 'Accuracy lost',
  energy: 'Energy budget',
  latency: 'Deadline',
  cores: 'Cores',
};

function answerSection(record: TuneRecord, exploration: Exploration): Section {
  const verdicts = record.answer === null ? unmetVerdicts(record, exploration) : metVerdicts(record, exploration);
  const named = exploration.points.filter(({ number }) => exploration.named.has(number));
  const notes = record.answer?.notes ?? [];
  return {
    id: 'answer',
    title: 'The answer',
    body: html`${verdictList(verdicts)}${named.length === 0 ? '' : pointsTable('What was taken, and what came second', named, exploration)}${notes.map((text) => note(text))}`,
  };
}

const pointOf = ({ points }: Exploration, number: number): ExploredPoint => points[number - 1]!;

/** Its figures, each with its place in the record. */
function figuresText({ record, number }: { record: TuneRecord; number: number }): Content {
  const k = number - 1;
  const { lossPoints, energyJ, energyPartial, latency, cores, samples } = record.points[k]!;
  const at = (path: string, value: number, text: string): Content => figure(`points.${k}.${path}`, value, text);
  const ends =
    lossPoints.low === null || lossPoints.high === null
      ? ''
      : html` (${at('lossPoints.low', lossPoints.low, lossPoints.low.toFixed(2))} to ${at('lossPoints.high', lossPoints.high, lossPoints.high.toFixed(2))})`;
  return html`loses ${at('lossPoints.mean', lossPoints.mean, lossPoints.mean.toFixed(2))}${ends} points of ${at('samples', samples, plural(samples, 'sample'))}; ${energyPartial ? 'at least ' : ''}${at('energyJ.mean', energyJ.mean, formatSi(energyJ.mean, 'J'))}, ${at('latency.meanSeconds', latency.meanSeconds, formatSi(latency.meanSeconds, 's'))} (longest ${at('latency.worstSeconds', latency.worstSeconds, formatSi(latency.worstSeconds, 's'))}), ${at('cores', cores, plural(cores, 'core'))}`;
}

function metVerdicts(record: TuneRecord, exploration: Exploration): Verdict[] {
  const { answer, second, objective, limits } = record;
  const taken = pointOf(exploration, answer!.point);
  const names = (Object.keys(LIMITED) as TuneLimit[]).filter((limit) => limits[limit] !== undefined);
  return [
    {
      standing: 'good',
      title: `Taken: point ${taken.number}, ${settingText(taken)}`,
      why: html`It has the least ${objective} of the points that keep all limits, and ${figuresText({ record, number: taken.number })}. Its chip is ${answer!.file}.`,
    },
    ...names.map((limit): Verdict => limitVerdict(record, exploration, limit)),
    second === null
      ? { standing: 'open', title: 'No other point is known to keep the limits', why: '' }
      : {
          standing: 'open',
          title: `Second: point ${second.point}, ${settingText(pointOf(exploration, second.point))}`,
          why: html`${figure('second.extraCost', second.extraCost, formatPercent(second.extraCost, 1))} more ${objective}; it ${figuresText({ record, number: second.point })}.`,
        },
  ];
}

/** That a limit is kept, how sure that is, and what would be taken without it. */
function limitVerdict(record: TuneRecord, exploration: Exploration, limit: TuneLimit): Verdict {
  const { answer, limits, objective, confidence, samples, prices } = record;
  const { loss, energy, latency } = answer!.probabilities;
  const sure: Readonly<Record<TuneLimit, Content>> = {
    loss:
      loss === undefined
        ? ''
        : html`Probability ${figure('answer.probabilities.loss', loss, formatPercent(loss, 1))}. `,
    energy:
      energy === undefined
        ? ''
        : html`Probability ${figure('answer.probabilities.energy', energy, formatPercent(energy, 1))}. `,
    latency:
      latency === undefined
        ? ''
        : html`All ${formatCount(samples.available)} measured inferences keep it, so at least ${figure('answer.probabilities.latency', latency, formatPercent(latency, 2))} of all do (${formatPercent(confidence, 0)} sure). `,
    cores: '',
  };
  return {
    standing: 'good',
    title: `${LIMITED[limit]}: at most ${limitText(limit, limits[limit]!)}`,
    why: html`${sure[limit]}${prices.flatMap((price, k) => (price.limit === limit ? [priceText(exploration, answer!.point, { ...price, k, objective })] : []))}`,
  };
}

function priceText(
  exploration: Exploration,
  taken: number,
  { limit, point, needed, saves, k, objective }: TuneRecord['prices'][number] & { k: number; objective: string },
): Content {
  if (point === taken || saves <= 0) return 'It costs nothing: the same would be taken without it.';
  return html`It costs ${figure(`prices.${k}.saves`, saves, formatPercent(saves, 1))} of ${objective}: without it point ${point} (${settingText(pointOf(exploration, point))}) would be taken, which needs ${figure(`prices.${k}.needed`, needed, limitText(limit, needed))}.`;
}

function unmetVerdicts(record: TuneRecord, exploration: Exploration): Verdict[] {
  const { relax, together, limits, points } = record;
  const list = relax.length > 0 ? relax : together;
  const path = relax.length > 0 ? 'relax' : 'together';
  return [
    {
      standing: 'bad',
      title: `No point of ${formatCount(points.length)} keeps all limits`,
      why: 'No chip was written.',
    },
    ...list.map(({ limit, point, needed }, k): Verdict => {
      const setting = settingText(pointOf(exploration, point));
      return {
        standing: 'open',
        title: `${path === 'relax' ? 'This alone would do' : 'One of the changes that are needed together'}: ${LIMIT_FLAG[limit]} ${limitText(limit, needed)}`,
        why: html`In place of ${limitText(limit, limits[limit]!)}, by point ${point} (${sentence(setting)}), which ${figuresText({ record, number: point })}; needed: ${figure(`${path}.${k}.needed`, needed, limitText(limit, needed))}.`,
      };
    }),
  ];
}

function originSection({ record, command, inputs, common }: TuneReport): Section {
  const { tool, samples, objective, confidence, answer } = record;
  return originOf({
    ...{ tool, command, inputs, common },
    more: [
      ['objective', objective],
      ['confidence', formatPercent(confidence, 1)],
      ['samples measured', figure('samples.measured', samples.measured, formatCount(samples.measured))],
      ...(answer === null
        ? []
        : ([
            ['chip file', answer.file],
            ['its SHA-256', answer.chipSha256],
          ] as const)),
    ],
  });
}
