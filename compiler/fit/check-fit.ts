/** Whether a network fits a target, and if not: why, what would make it fit, and which other target it fits. */
import {
  livingCoreCount,
  refusalOf,
  requireSameMachine,
  type CheckRecord,
  type Diagnostic,
  type Target,
} from '../../isa/index.ts';
import { buildCalibrated, type BuildResult } from '../build.ts';
import { calibrateNetwork, type BuildRequest } from '../convert.ts';
import { PassRunner, type BuildHooks } from '../pass-runner.ts';
import { requireNeurons } from '../passes/assign/too-many-cores.ts';
import { findChanges } from './find-changes.ts';
import { misfitOf, Trials } from './trials.ts';

export interface Unfit {
  readonly misfit: Diagnostic;
  readonly record: CheckRecord;
}

/**
 * Builds the network. Where it does not fit, changes of options, network and target are tried by building, and so are
 * the other targets that networks are built for.
 *
 * @throws DiagnosticError for every fault but a misfit; whatever `signal` was aborted with
 */
export async function checkFit(
  request: BuildRequest,
  targets: Iterable<Target>,
  hooks: BuildHooks,
): Promise<BuildResult | Unfit> {
  const run = new PassRunner(hooks);
  const calibrated = await calibrateNetwork(request, run);
  const { options } = calibrated;
  let misfit: Diagnostic;
  try {
    requireSameMachine(options.target);
    requireNeurons(calibrated.formed.graph, options.target);
    return await buildCalibrated(calibrated, options, request.source, run);
  } catch (error) {
    const found = misfitOf(error);
    if (found === undefined) throw error;
    misfit = found;
  }
  const trials = new Trials(calibrated, request.source, hooks);
  const found = await findChanges(trials, misfit);
  const tried = await tryTargets(trials, targets, options.target);
  const record: CheckRecord = {
    format: 'snn-check/1',
    tool: options.tool,
    network: calibrated.ann.name,
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

/** How far two targets are apart: the doublings and halvings between their numbers of cores and their limits. */
function distance(a: Target, b: Target): number {
  const figures = (target: Target) => [livingCoreCount(target), ...Object.values(target.limits)];
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
