/** What `build` and `check` have in common: from the values of the command line to a finished build. */
import { basename } from 'node:path';
import {
  type AskedOptions,
  buildChip,
  type BuildHooks,
  type BuildOptions,
  type BuildRequest,
  type BuildResult,
  type EvidenceElsewhere,
  isChosen,
  modeAsked,
  PASSES,
  type Preprocessing,
  STANDARD,
  standardOptions,
} from '../../compiler/index.ts';
import { fail, figureChanges } from '../../isa/index.ts';
import type { Values } from '../ui/command.ts';
import { isTargetFile, readNames, readTarget } from '../ui/chip-file.ts';
import { dataFile } from '../ui/data.ts';
import { calibrationSamples, refuseCalibrationOptions } from '../ui/events.ts';
import { plural, printable } from '../../report/index.ts';
import { recordWithFlags, withFlags } from '../ui/flags.ts';
import { parseDeadline } from '../ui/deadline.ts';
import { energyJoule } from '../ui/values.ts';
import { readPins } from '../ui/pin-file.ts';
import { checkOutputs, readInput, sideFileReader } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printNote } from '../ui/messages.ts';
import { startProgress } from '../ui/progress.ts';
import { isJsonOnStdout } from '../ui/results.ts';
import { evidenceInThread, isWorthAThread } from './evidence-thread.ts';
import type { BUILD_OPTIONS, CONVERSION_OPTIONS, MODEL_OPERAND, NIR_FLAGS } from './options.ts';

export type BuildValues = Values<typeof BUILD_OPTIONS, typeof MODEL_OPERAND>;
export type ConversionValues = Values<typeof CONVERSION_OPTIONS & typeof NIR_FLAGS, typeof MODEL_OPERAND>;

const LARGEST_BYTE = 255;

/**
 * Reads what the command line names.
 *
 * @param outputs files that the command is going to write
 * @throws DiagnosticError for values out of range and files that are not what they should be
 */
export async function readRequest(
  values: BuildValues,
  io: Io,
  { outputs, selfTest }: { readonly outputs: readonly string[]; readonly selfTest: boolean },
): Promise<BuildRequest> {
  await checkOutputs(io, outputs, inputPaths(values, io));
  const options = await readOptions(values, io, selfTest);
  const network = {
    source: await readInput(io, values.model),
    fileName: basename(values.model),
    readSideFile: sideFileReader(io, values.model, outputs),
  };
  const { calibrate } = values;
  if (calibrate === undefined) refuseCalibrationOptions(values);
  return {
    ...network,
    options,
    ...(calibrate !== undefined && {
      // Opened when the build asks for it, so that faults of the network are named before those of the data.
      calibration: (shape: readonly number[]) => calibrationSamples(io, calibrate, shape, values),
    }),
  };
}

/** The files that the command line names to be read. */
function inputPaths({ model, calibrate, target, pin, 'labels-file': labels }: BuildValues, io: Io): string[] {
  const named = [model, calibrate === undefined ? undefined : dataFile(io, calibrate), labels, pin];
  if (isTargetFile(target)) named.push(target);
  return named.filter((path) => path !== undefined);
}

async function readOptions(values: BuildValues, io: Io, selfTest: boolean): Promise<BuildOptions> {
  const labels = values['labels-file'];
  const target = await targetOf(values, io);
  refuseUnusedChoice(values);
  const asked: AskedOptions = {
    ...{ mode: values.mode, lead: values.lead, shiftWindow: values['shift-window'] },
    maxLossPoints: values['max-loss'],
    objective: values.objective,
    rule: values.threshold,
    per: values.per,
    window: values.T,
    levels: values.levels,
    dt: values.dt,
    nir: nirOptions(values),
    code: values.code,
    stepTicks: values['step-ticks'],
    endless: values.endless,
    outputName: values['output-name'],
    approximate: values.approximate,
    ...values['weight-bits'],
    rounding: values.round,
    correct: values.correct,
    balance: values.balance,
    assignment: values.map,
    aim: aimOf(values, target),
    pins: values.pin === undefined ? undefined : await readPins(io, values.pin),
    placement: { method: values.place, seed: values.seed },
    ledgerSamples: values['ledger-samples'],
    preprocessing: readPreprocessing(values),
    calibrationLimit: values['calibrate-limit'],
    selfTestSamples: selfTest ? STANDARD.selfTestSamples : 0,
    target,
    labels: labels === undefined ? undefined : await readNames(io, labels),
    tool: `snnc ${io.version}`,
  };
  return standardOptions(asked, values.calibrate !== undefined);
}

/** Says where the figures of the target are not those of its base. */
async function targetOf(values: BuildValues, io: Io): Promise<BuildOptions['target']> {
  const loaded = await readTarget(io, values.target, values.set);
  const { target, base } = loaded;
  if (base !== undefined) {
    const count = figureChanges(base, target).length;
    const shown = [values.target, ...(values.set ?? []).map((setting) => `--set ${setting}`)].join(' ');
    printNote(
      `${target.name}: ${plural(count, 'figure')} ${count === 1 ? 'differs' : 'differ'} from ${base.name}; snnc targets ${shown} shows each with its source`,
      io,
    );
  }
  return target;
}

const nirOptions = (values: BuildValues): NonNullable<BuildOptions['nir']> => ({
  origin: values['nir-origin'],
  decay: values['nir-decay'],
  gain: values['nir-gain'],
  compare: values['nir-compare'],
  reset: values['nir-reset'],
  resetTime: values['nir-reset-time'],
  spikes: values['nir-spikes'],
  floor: values['nir-floor'],
  delay: values['nir-delay'],
  output: values['nir-output'],
});

/** Refuses options of the choice by measurement where none is made. @throws DiagnosticError E0103 */
function refuseUnusedChoice(values: BuildValues): void {
  const asked = { mode: values.mode, lead: values.lead, shiftWindow: values['shift-window'] };
  if (isChosen(asked, values.calibrate !== undefined)) return;
  const mode = modeAsked(asked);
  const unused = (['max-loss', 'objective'] as const).find(
    (name) => values[name] !== undefined && (name === 'max-loss' || values.map !== undefined),
  );
  if (unused !== undefined)
    fail(
      'E0103',
      `--${unused} belongs to the choice by measurement, which is not made ${mode === undefined ? 'without data' : `with --mode ${mode}`}`,
      undefined,
      mode === undefined ? 'add --calibrate' : 'leave it out, or choose with --mode auto',
    );
}

/**
 * What a mapping is chosen by; undefined: there is one, by --map.
 *
 * @throws DiagnosticError E0103 for a time or an energy that is none, or with a mapping that is given
 */
function aimOf(values: BuildValues, { timing }: BuildOptions['target']): BuildOptions['aim'] {
  const { objective, deadline, 'energy-budget': budget, map } = values;
  if (objective === undefined && deadline === undefined && budget === undefined) return undefined;
  if (map !== undefined) {
    const unused = deadline === undefined ? 'energy-budget' : 'deadline';
    // An objective may be that of the choice by measurement alone.
    if (values[unused] === undefined) return undefined;
    fail('E0103', `--${unused} chooses a mapping, and --map ${map} is one`, undefined, 'leave out one of them');
  }
  return {
    objective: objective ?? 'balanced',
    deadlineSeconds: deadline === undefined ? undefined : parseDeadline(deadline, timing.clockHz.value).seconds,
    energyBudgetJ: budget === undefined ? undefined : energyJoule('energy-budget', budget),
  };
}

function readPreprocessing({ scale, mean, std }: BuildValues): Preprocessing | undefined {
  if (scale === undefined && mean === undefined && std === undefined) return undefined;
  return {
    scale: scale ?? LARGEST_BYTE,
    mean: mean ?? [0],
    std: std ?? [1],
  };
}

/** Runs the build with a progress bar and the dump that was asked for. */
export async function runBuild(request: BuildRequest, values: BuildValues, io: Io): Promise<BuildResult> {
  const result = await withHooks(values, io, (hooks) => buildChip(request, hooks, elsewhereOf(io)));
  return { ...result, record: recordWithFlags(result.record) };
}

/** What is found out of the network alone goes on in a thread where there is a processor core for it. */
const elsewhereOf =
  ({ processors }: Io): EvidenceElsewhere =>
  (job, hooks) =>
    processors > 1 && isWorthAThread(job) ? evidenceInThread(job, hooks) : undefined;

/**
 * Does the work with a progress bar and the dump that was asked for.
 *
 * @param finished whether all passes were asked whether they are needed
 */
export async function withHooks<R>(
  values: Pick<BuildValues, 'dump-after' | 'json' | 'verify'>,
  io: Io,
  work: (hooks: BuildHooks) => Promise<R>,
  finished: (result: R) => boolean = () => true,
): Promise<R> {
  const dumpAfter = values['dump-after'];
  const dumpTo = isJsonOnStdout(values.json) ? io.stderr : io.stdout;
  let dumped = false;
  const progress = await startProgress(io, 'calibrating', 'samples');
  const hooks: BuildHooks = {
    now: io.now,
    signal: io.signal,
    verify: values.verify,
    onProgress: (_pass, done, total) => progress.update(done, total),
    onPass: (pass, text) => {
      progress.stop();
      if (pass !== dumpAfter) return;
      dumpTo.write(`${text().split('\n').map(printable).join('\n')}\n`);
      dumped = true;
    },
  };
  try {
    const result = await work(hooks);
    const skipped = finished(result) ? PASSES.find(({ name }) => name === dumpAfter && !dumped) : undefined;
    if (skipped !== undefined) dumpTo.write(`${skipped.name} was not needed (${withFlags(skipped.says)})\n`);
    return result;
  } finally {
    progress.stop();
  }
}
