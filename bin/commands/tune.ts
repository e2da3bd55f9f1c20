/** `snnc tune` */
import { resolve } from 'node:path';
import { type Diagnostic, diagnostic, fail, tunePoint, type TunePart, type TuneRecord } from '../../isa/index.ts';
import { commonOptions, distinctInputs, plural, renderTuneText } from '../../report/index.ts';
import { obtainBuild } from '../sweep/compute.ts';
import type { Plan, SpaceFlags } from '../sweep/plan.ts';
import { NOT_TUNED } from '../sweep/point-options.ts';
import { inputPaths, namedOptions, type Point, preparePoints } from '../sweep/points.ts';
import { Store } from '../sweep/store.ts';
import { describeTune, type Raced } from '../tune/describe.ts';
import { Heat, PARTS } from '../tune/heat.ts';
import { leastExcess, relaxations } from '../tune/limits.ts';
import { FIRST_SAMPLES, judge, nextSamples, type Objective, type Rules, type Wanted } from '../tune/race.ts';
import { readSpace } from '../tune/space.ts';
import { parseDeadline } from '../ui/deadline.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics, printNote } from '../ui/messages.ts';
import { startProgress } from '../ui/progress.ts';
import { tuneTable } from '../../report/record-tables.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';
import { commandText } from '../ui/command-text.ts';

export interface TuneValues extends SpaceFlags {
  readonly model: string;
  readonly space: string | undefined;
  readonly output: string;
  readonly points: string | undefined;
  readonly html: string | undefined;
  readonly csv: string | undefined;
  readonly store: string;
  readonly workers: number | undefined;
  readonly 'max-loss': number;
  readonly deadline: number | undefined;
  readonly energy: number | undefined;
  readonly 'max-cores': number | undefined;
  readonly objective: Objective;
  readonly confidence: number;
  readonly json: string | undefined;
  readonly quiet: boolean;
  /** Options of points. */
  readonly [option: string]: unknown;
}

const STANDARD_CALIBRATION = 512;
/** Fourteen of 2,000 samples are 0.7 points, in binary too. */
const ROUNDING = 1e-12;

export async function tune(values: TuneValues, io: Io): Promise<ExitCode> {
  const { plan, skipped } = await planOf(values, io);
  const points = await preparePoints(plan, `snnc ${io.version}`, io);
  const { output, points: pointsFile, json, html, csv, store: name, quiet } = values;
  const outputs = outputPaths(json, output, ...named(pointsFile, html, csv));
  await checkOutputs(io, outputs, [values.model, ...inputPaths(points, io)]);
  const store = await Store.open(io, name, PARTS);
  try {
    printDiagnostics(store.warnings, io);
    const folder = resolve(io.cwd, name);
    const raced = await race(points, { plan, store, folder, skipped }, values, io);
    const record = describeTune(raced, { tool: `snnc ${io.version}`, network: values.model, file: output });
    const chip = await chipOf(raced, { plan, folder }, io);
    await publish(io, {
      json,
      record: () => record,
      text: (style) => (quiet ? '' : renderTuneText(record, style)),
      files: [
        ...(chip === undefined ? [] : [{ path: output, content: chip }]),
        ...(pointsFile === undefined ? [] : [{ path: pointsFile, content: linesOf(points, record) }]),
        ...csvOutput(csv, () => tuneTable(record)),
        ...(html === undefined ? [] : [{ path: html, content: await reportOf(points, record, io) }]),
      ],
    });
    if (chip !== undefined) return EXIT.done;
    const unmet = unmetLimits(record);
    printDiagnostics([unmet], io);
    return exitCodeOf(unmet.code);
  } finally {
    await store.close();
  }
}

/** The space; without --calibrate, thresholds are chosen from the first samples, and points judged on the others. */
async function planOf(values: TuneValues, io: Io): Promise<{ readonly plan: Plan; readonly skipped: number }> {
  const own = Object.fromEntries(NOT_TUNED.map((option) => [option, undefined]));
  const named = namedOptions({ ...values, ...own });
  const plan = await readSpace(values, named, io);
  for (const option of NOT_TUNED)
    if (option in plan.options || plan.varied.some((varied) => option in varied))
      fail('E0109', `points of a race have no option "${option}"`, undefined, '`snnc tune --help` lists them');
  const { data } = plan.options;
  const all = [plan.options, ...plan.varied];
  if (data === undefined || all.some(({ calibrate }) => calibrate !== undefined)) return { plan, skipped: 0 };
  const asked = all.map((options) => Number(options['calibrate-limit'] ?? 0));
  const limit = Math.max(...asked) || STANDARD_CALIBRATION;
  printNote(`thresholds are chosen from the first ${limit} samples, and points are judged on the others`, io);
  return { plan: { ...plan, options: { ...plan.options, calibrate: data } }, skipped: limit };
}

interface Course {
  readonly plan: Plan;
  readonly store: Store<TunePart>;
  /** Path of the store. */
  readonly folder: string;
  readonly skipped: number;
}

/** Measures until every point is decided. */
async function race(points: readonly Point[], course: Course, values: TuneValues, io: Io): Promise<Raced> {
  const { workers = io.processors, objective, confidence, 'sampling-seed': seed = 0 } = values;
  const limits = {
    loss: values['max-loss'] / 100 + ROUNDING,
    ...(values.energy !== undefined && { energy: values.energy }),
    ...(values.deadline !== undefined && { latency: values.deadline }),
    ...(values['max-cores'] !== undefined && { cores: values['max-cores'] }),
  };
  printNote(`${plural(points.length, 'point')}; latency and energy are measured cycle by cycle`, io);
  const progress = await startProgress(io, 'tuning', 'parts');
  const heat = new Heat(points, { ...course, workers, seed }, progress, io);
  try {
    await heat.run(points.map((_, point) => ({ point, until: FIRST_SAMPLES })));
    const rules: Rules = { limits, objective, confidence, samples: heat.available ?? 0 };
    for (;;) {
      const measured = heat.measured();
      const judgement = judge(measured, rules);
      const wanted = nextSamples(judgement, rules);
      const more = wanted.length > 0 || judgement.best !== undefined ? wanted : confirming(judgement.standings, rules);
      if (more.length === 0) return { points, heat, measured, judgement, rules };
      await heat.run(more);
    }
  } catch (error) {
    progress.stop();
    if (io.signal.aborted)
      printNote(
        `${plural(heat.computedParts, 'part')} were measured and are kept; the same command goes on from there`,
        io,
      );
    throw error;
  } finally {
    progress.stop();
    await heat.end();
  }
}

/** Where nothing meets the limits: the points by which it is said what would have to give way, on all samples. */
function confirming(standings: Raced['judgement']['standings'], { limits, samples }: Rules): Wanted[] {
  const alone = relaxations(standings, limits);
  const named = alone.length > 0 ? alone : leastExcess(standings, limits);
  const points = [...new Set(named.map(({ point }) => point))];
  return points.filter((k) => standings[k]!.samples < samples).map((point) => ({ point, until: samples }));
}

/** The bytes of the answer: those of `snnc build` with its options. */
async function chipOf(
  { points, judgement: { best } }: Raced,
  { plan, folder }: Pick<Course, 'plan' | 'folder'>,
  io: Io,
): Promise<Uint8Array | undefined> {
  if (best === undefined) return undefined;
  const { record, buildKey } = points[best]!;
  const { network, folder: of } = plan;
  const job = { network, folder: of, options: record.options, version: io.version, store: folder, buildKey };
  return (await obtainBuild({ ...job, keepsBuild: true }, io)).file.bytes;
}

/** A line of JSON a point. */
const linesOf = (points: readonly Point[], record: TuneRecord): string =>
  record.points
    .map((point, k) => {
      const { key, options } = points[k]!.record;
      const line = { format: 'snn-tune-point/1', tool: record.tool, key, options, ...point };
      return `${JSON.stringify(tunePoint.schema.parse(line))}\n`;
    })
    .join('');

/** The report as HTML. */
async function reportOf(points: readonly Point[], record: TuneRecord, io: Io): Promise<string> {
  const { renderTuneHtml } = await import('../../report/html/tune.ts');
  return renderTuneHtml({
    ...{ record, command: commandText(io) },
    inputs: distinctInputs(points.map((point) => point.record)),
    common: commonOptions(points.map((point) => point.record.options)),
  });
}

function unmetLimits({ points, relax, together }: TuneRecord): Diagnostic {
  const failed = points.filter(({ verdict }) => verdict === 'failed').length;
  const why = failed === points.length ? 'none of them has a result' : 'each of them breaks one';
  const remedy =
    relax.length > 0
      ? 'relax one of the limits as far as is said above, or widen the space (--grid, --space)'
      : together.length > 0
        ? 'relax all limits that are named above, or widen the space (--grid, --space)'
        : 'see what is said of the points above';
  return diagnostic('E0711', `no point of ${points.length} meets the limits: ${why}`, undefined, remedy);
}

/** For the parser: what an inference may take, in seconds; cycles are those of a chip, and points have several. */
export function deadlineSeconds(text: string): number {
  if (text.endsWith('cycles'))
    fail('E0103', `--deadline ${text}: points may have different clocks`, undefined, 'give a time: 5ms, 250us');
  return parseDeadline(text, 1e9).seconds;
}
