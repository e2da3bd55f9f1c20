/** The record of a comparison → one HTML file: which runs no other beats, what each costs, and what may be chance. */
import type { ComparedRun, CompareRecord, ComparisonAxis } from '../../isa/index.ts';
import {
  assumedLines,
  AXIS_TEXT,
  chanceText,
  labelOf,
  relative,
  signed,
  standingText,
  valueOf,
} from '../compare-text.ts';
import { formatCount, formatPercent, formatSi, plural } from '../format.ts';
import { frontsSection } from './exploration/fronts.ts';
import {
  type ExploredPoint,
  type Exploration,
  factorsOf,
  type FigureName,
  type PointFigure,
} from './exploration/model.ts';
import { parallelSection } from './exploration/parallel.ts';
import { frontVerdict } from './exploration/verdicts.ts';
import { inputsTable, madeByTable } from './made-of.ts';
import { type Content, figure, fold, html, type HtmlColumn, type Markup, note, sentence, table } from './markup.ts';
import { renderPage } from './page.ts';
import type { Section } from './section.ts';
import { AXES, CORES } from './sweep.ts';
import { type Verdict, verdictList } from './verdicts.ts';

const NONE = '–';

/**
 * The report of a comparison. Every figure stands in a `data` element with its path in the record
 * (`runs.0.energy.joulePerInference`). Its size is bounded by the number of runs.
 *
 * @param command the command line, where it is known
 * @returns a whole HTML document
 */
export async function renderCompareHtml(record: CompareRecord, command: string | undefined): Promise<string> {
  const { runs, tool } = record;
  const exploration = explorationOf(record);
  const networks = [...new Set(runs.map(({ chip }) => chip.network))].join(', ');
  const sizes = [...new Set(runs.map(({ inferences }) => plural(inferences, 'sample')))].join(', ');
  const sections = [
    answerSection(record, exploration),
    runsSection(record),
    await frontsSection(exploration),
    parallelSection(exploration),
    differencesSection(record),
    originSection(record, command),
  ];
  return renderPage({
    title: html`${plural(runs.length, 'run')} of ${networks}`,
    lead: html`${sizes}; energy, median latency, synops and spikes per inference; ${tool}`,
    sections: sections.filter((section) => section !== undefined),
  });
}

function explorationOf({ runs, axes }: CompareRecord): Exploration {
  const points = runs.map((run, k): ExploredPoint => {
    const { mark, chip, energy, standing } = run;
    return {
      ...{ number: k + 1, mark, standing: standing.status, isPartial: energy.partial, verdict: '' },
      settings: { network: chip.network, target: chip.target, T: String(chip.window) },
      figures: figuresOf(run, k),
      ...{ failure: undefined, deadline: undefined },
    };
  });
  const figures = [AXES.accuracy, AXES.energy, AXES.latency, CORES];
  return {
    ...{ noun: 'run', points },
    axes: axes.map((axis) => AXES[axis]),
    figures: figures.filter(({ id }) => points.some((point) => point.figures[id] !== undefined)),
    factors: factorsOf(points),
    ...{ named: new Set(), elsewhere: '--json has all of them' },
  };
}

const PATHS: Readonly<Record<ComparisonAxis, string>> = {
  accuracy: 'accuracy.top1',
  energy: 'energy.joulePerInference',
  latency: 'latency.medianSeconds',
};

function figuresOf(run: ComparedRun, k: number): Partial<Record<FigureName, PointFigure>> {
  const of = (axis: ComparisonAxis): PointFigure | undefined => {
    const value = valueOf(run, axis);
    return value === undefined ? undefined : { value, path: `runs.${k}.${PATHS[axis]}` };
  };
  const [accuracy, energy, latency] = [of('accuracy'), of('energy'), of('latency')];
  const [low, high] = run.accuracy?.ci95 ?? [];
  return {
    ...(accuracy && { accuracy: { ...accuracy, low, high } }),
    ...(energy && { energy }),
    ...(latency && { latency }),
    cores: { value: run.chip.cores, path: `runs.${k}.chip.cores` },
  };
}

function answerSection(record: CompareRecord, exploration: Exploration): Section {
  const { runs, warnings, axes } = record;
  const nameOf = ({ number, mark }: ExploredPoint): string => `${mark} (${labelOf(runs[number - 1]!)})`;
  const unlike = warnings.map((warning): Verdict => ({
    standing: 'open',
    title: 'Not all else is equal',
    why: asSentence(warning),
  }));
  const assumed = assumedLines(runs).map((line): Verdict => ({
    standing: 'open',
    title: 'Energies rest on assumptions',
    why: asSentence(line),
  }));
  const rows = runs.map((run) => [run.mark, labelOf(run), standingText(run)]);
  const columns: HtmlColumn[] = [{ title: '' }, { title: 'run' }, { title: 'standing' }];
  const better = axes.map((axis) => AXIS_TEXT[axis].better).join(', ');
  return {
    id: 'answer',
    title: 'The answer',
    body: html`${verdictList([frontVerdict(exploration, nameOf), ...unlike, ...assumed])}${table(`Which runs no other beats: ${better}`, columns, rows)}`,
  };
}

const asSentence = (line: string): Markup => sentence(`${line.charAt(0).toUpperCase()}${line.slice(1)}.`);

/** Figures of the k-th run, each with its place in the record. */
const cellsOf =
  (k: number) =>
  (path: string, value: number, text: string): Markup =>
    figure(`runs.${k}.${path}`, value, text);

const count = (value: number): string => formatSi(value, '').trimEnd();

function runsSection({ runs }: CompareRecord): Section {
  const columns: HtmlColumn[] = [
    { title: '' },
    { title: 'run' },
    ...['accuracy', '95 % interval', 'loss', 'energy', 'as figures vary', 'latency', 'longest'].map(numeric),
    ...['synops', 'spikes', 'cores', 'samples'].map(numeric),
  ];
  const notes = [
    'Loss: accuracy of the conventional network on the same samples minus that of the chip, in points. ',
    ...(runs.some(({ energy }) => energy.range !== null)
      ? ['As figures vary: with every uncertain figure of the target at its low end, and at its high end. ']
      : []),
    ...(runs.some(({ energy }) => energy.partial)
      ? ['≥: something of the energy is unknown or was not counted, so the figure is a lower bound. ']
      : []),
    ...(runs.some(({ latency }) => latency === null) ? ['Not timed: run with --timing none. '] : []),
  ];
  return {
    id: 'runs',
    title: 'What each run is good for, and costs',
    body: html`${table('All runs, per inference', columns, runs.map(runRow))}${note(...notes)}`,
  };
}

const numeric = (title: string): HtmlColumn => ({ title, number: true });

function runRow(run: ComparedRun, k: number): Content[] {
  const { mark, accuracy, energy, latency, chip, synopsPerInference, spikesPerInference, inferences } = run;
  const cell = cellsOf(k);
  const energyText = cell(
    'energy.joulePerInference',
    energy.joulePerInference,
    formatSi(energy.joulePerInference, 'J'),
  );
  const { range } = energy;
  return [
    mark,
    labelOf(run),
    accuracy === null ? NONE : cell('accuracy.top1', accuracy.top1, formatPercent(accuracy.top1)),
    accuracy === null
      ? NONE
      : html`${cell('accuracy.ci95.0', accuracy.ci95[0], formatPercent(accuracy.ci95[0], 1))} to ${cell('accuracy.ci95.1', accuracy.ci95[1], formatPercent(accuracy.ci95[1], 1))}`,
    typeof accuracy?.loss !== 'number'
      ? NONE
      : cell(
          'accuracy.loss',
          accuracy.loss,
          signed(accuracy.loss * 100, (value) => value.toFixed(2), ''),
        ),
    html`${energy.partial ? '≥ ' : ''}${energyText}`,
    range === null
      ? NONE
      : html`${cell('energy.range.lowJoulePerInference', range.lowJoulePerInference, formatSi(range.lowJoulePerInference, 'J'))} to ${cell('energy.range.highJoulePerInference', range.highJoulePerInference, formatSi(range.highJoulePerInference, 'J'))}`,
    latency === null
      ? 'not timed'
      : cell('latency.medianSeconds', latency.medianSeconds, formatSi(latency.medianSeconds, 's')),
    latency === null ? NONE : cell('latency.worstSeconds', latency.worstSeconds, formatSi(latency.worstSeconds, 's')),
    cell('synopsPerInference', synopsPerInference, count(synopsPerInference)),
    cell('spikesPerInference', spikesPerInference, count(spikesPerInference)),
    cell('chip.cores', chip.cores, formatCount(chip.cores)),
    cell('inferences', inferences, formatCount(inferences)),
  ];
}

function differencesSection({ runs }: CompareRecord): Section | undefined {
  const [first] = runs;
  const rows = runs.flatMap((run, k) => (run.againstFirst === null ? [] : [differenceRow(run, k)]));
  if (first === undefined || rows.length === 0) return undefined;
  const columns: HtmlColumn[] = [
    { title: '' },
    { title: 'run' },
    numeric('accuracy, points'),
    { title: 'chance?' },
    ...['energy', 'relative', 'latency', 'relative', 'synops', 'spikes', 'cores'].map(numeric),
  ];
  const paired = runs.some(({ againstFirst }) => againstFirst?.accuracy?.chance.method === 'mcnemar');
  const notes = [
    ...(paired
      ? [`Chance?: samples that only ${first.mark} : only the run recognises, and p of the exact McNemar test. `]
      : []),
    ...(runs.some(({ againstFirst }) => againstFirst?.energyPartial === true)
      ? ['Partial: the difference of what is known of the two energies. ']
      : []),
  ];
  return {
    id: 'differences',
    title: `Against ${first.mark}`,
    body: html`${table(`Each run minus ${first.mark} (${labelOf(first)})`, columns, rows)}${notes.length === 0 ? '' : note(...notes)}`,
  };
}

function differenceRow(run: ComparedRun, k: number): Content[] {
  const { accuracy, energy, energyPartial, latency, synops, spikes, cores } = run.againstFirst!;
  const cell = (path: string, value: number, text: string): Markup => cellsOf(k)(`againstFirst.${path}`, value, text);
  const difference = (path: string, value: number, format: (size: number) => string): Markup =>
    cell(`${path}.difference`, value, signed(value, format));
  const share = (path: string, change: typeof energy): Content =>
    typeof change?.ratio !== 'number' ? '' : cell(`${path}.ratio`, change.ratio, relative(change));
  return [
    run.mark,
    labelOf(run),
    accuracy === null
      ? NONE
      : cell(
          'accuracy.difference',
          accuracy.difference,
          signed(accuracy.difference * 100, (value) => value.toFixed(2)),
        ),
    accuracy === null ? '' : chanceText(accuracy.chance),
    energy === null
      ? NONE
      : html`${difference('energy', energy.difference, (value) => formatSi(value, 'J'))}${energyPartial ? ' partial' : ''}`,
    share('energy', energy),
    latency === null ? NONE : difference('latency', latency.difference, (value) => formatSi(value, 's')),
    share('latency', latency),
    share('synops', synops),
    share('spikes', spikes),
    cores === null ? NONE : difference('cores', cores.difference, formatCount),
  ];
}

function originSection({ runs, tool }: CompareRecord, command: string | undefined): Section {
  const rows = runs.map(({ mark, file, chip, origin }) => [
    mark,
    file,
    chip.network,
    chip.target,
    html`<code class="hash">${chip.sha256}</code>`,
    origin?.tool ?? NONE,
  ]);
  const columns = ['', 'record', 'network', 'target', 'SHA-256 of the chip file', 'run by'].map((title) => ({ title }));
  const inputs = runs.flatMap(({ mark, origin }) =>
    origin === undefined || origin.inputs.length === 0 ? [] : [fold(`Inputs of ${mark}`, inputsTable(origin.inputs))],
  );
  return {
    id: 'origin',
    title: 'Origin',
    body: html`${madeByTable(tool, command)}${table('The records', columns, rows)}${inputs}`,
  };
}
