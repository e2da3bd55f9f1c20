/** Whether a network fits a target, and if not: why, what would make it fit, and which other target it fits. */
import { livingCoreCount, refusalOf, type CheckRecord, type Diagnostic, type Target } from '../../isa/index.ts';
import type { BuildResult } from '../build.ts';
import type { BuildRequest, CalibrationData } from '../options.ts';
import { PassRunner, type BuildHooks } from '../pass-runner.ts';
import { needsSamples } from '../passes/calibrate/kept-samples.ts';
import { chooseOptions } from '../choose/choose-options.ts';
import { clipThresholds } from '../passes/choose-thresholds.ts';
import { READ } from '../pipeline.ts';
import { calibrateNetwork, formAnn, type Formed } from '../stages.ts';
import { findChanges } from './find-changes.ts';
import { calibratedSubject, type Subject, trainedSubject } from './subject.ts';
import { misfitOf, Trials } from './trials.ts';

export interface Unfit {
  readonly misfit: Diagnostic;
  readonly record: CheckRecord;
}

/** Samples that take the place of calibration data. */
export interface StandIns {
  readonly count: number;
  readonly samples: CalibrationData;
}

/**
 * Builds the network. Where it does not fit, changes of options, network and target are tried by building it again from
 * where it is calibrated (populations: read), and so are the other targets that networks are built for.
 *
 * @param standIns what is taken where data are needed and none are given; absent: that is a fault
 * @throws DiagnosticError for every fault but a misfit; whatever `signal` was aborted with
 */
export async function checkFit(
  request: BuildRequest,
  targets: Iterable<Target>,
  hooks: BuildHooks,
  standIns?: StandIns,
): Promise<BuildResult | Unfit> {
  const run = new PassRunner(hooks);
  const subject = await subjectOf(request, run, standIns);
  const { options, name } = subject;
  let misfit: Diagnostic;
  try {
    return await subject.build(options, run);
  } catch (error) {
    const found = misfitOf(error);
    if (found === undefined) throw error;
    misfit = found;
  }
  const trials = new Trials(subject, hooks);
  const found = await findChanges(trials, misfit);
  const tried = await tryTargets(trials, targets, options.target);
  const record: CheckRecord = {
    format: 'snn-check/1',
    tool: options.tool,
    network: name,
    target: options.target.name,
    fits: false,
    misfit: describeMisfit(misfit),
    changes: [...found.changes],
    triedInVain: [...found.triedInVain],
    targets: tried,
    nearestTarget: tried.find(({ fits }) => fits)?.target ?? null,
  };
  return { misfit, record };
}

async function subjectOf(request: BuildRequest, run: PassRunner, standIns: StandIns | undefined): Promise<Subject> {
  const { network } = await run.through(READ, request);
  if (network.kind === 'populations') return trainedSubject(request, network);
  const formed = await formAnn(request, network, run);
  const seen = await calibrateNetwork(standIns === undefined ? formed : withData(formed, standIns), run);
  const { calibrated } = await chooseOptions(seen, run);
  return calibratedSubject(calibrated);
}

/** The network with stand-ins where it needs data and has none. A ledger of them would say nothing. */
function withData(formed: Formed, { count, samples }: StandIns): Formed {
  if (formed.kind === 'spiking') return formed;
  const { level } = formed;
  const { options } = level;
  const isNeeded = clipThresholds(level.formed.graph) === undefined || needsSamples(options);
  if (level.calibration !== undefined || !isNeeded) return formed;
  const standIn = { ...options, choose: undefined, calibrationLimit: count, ledgerSamples: 0 };
  return { ...formed, level: { ...level, options: standIn, calibration: samples } };
}

async function tryTargets(trials: Trials, targets: Iterable<Target>, asked: Target): Promise<CheckRecord['targets']> {
  const others = [...targets].filter((target) => target.name !== asked.name && refusalOf(target) === undefined);
  const tried: CheckRecord['targets'] = [];
  for (const target of others.toSorted((a, b) => distance(asked, a) - distance(asked, b))) {
    const outcome = await trials.run({ target });
    const { name } = target;
    tried.push(
      'fit' in outcome
        ? { target: name, fits: true, ...outcome.fit }
        : { target: name, fits: false, misfit: describeMisfit(outcome.misfit) },
    );
  }
  return tried;
}

/** All limits of a target as numbers. */
const limitsOf = ({ limits: { stateBits, ...limits }, widths }: Target): number[] => [
  ...Object.values(limits),
  stateBits ?? 2 * limits.neurons * widths.vBits,
];

/** How far two targets are apart: the doublings and halvings between their numbers of cores and their limits. */
function distance(a: Target, b: Target): number {
  const figures = (target: Target) => [livingCoreCount(target), ...limitsOf(target)];
  const other = figures(b);
  return figures(a).reduce((sum, value, k) => sum + Math.abs(Math.log2((value + 1) / (other[k]! + 1))), 0);
}

function describeMisfit({ code, message, place, misfit, remedy }: Diagnostic): CheckRecord['misfit'] {
  return {
    code,
    message,
    layer: place?.layer ?? null,
    core: place?.core ?? null,
    figure: misfit?.figure ?? null,
    needed: misfit?.needed ?? null,
    available: misfit?.available ?? null,
    remedy: remedy ?? null,
  };
}
