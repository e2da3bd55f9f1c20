/** A whole build: from the bytes of a network file to a chip. */
import { createHash } from 'node:crypto';
import {
  DiagnosticError,
  encodeChip,
  requireSameMachine,
  verifyChip,
  type BuildRecord,
  type Chip,
  type Diagnostic,
} from '../isa/index.ts';
import { annMacs, annTraffic } from './ann/work.ts';
import type { LevelAfter } from './chain.ts';
import { describeBuild } from './describe-build.ts';
import type { EvidenceElsewhere } from './evidence.ts';
import { encodeGraphFile } from './graph-file/graph-file.ts';
import type { BuildOptions, BuildRequest } from './options.ts';
import { PassRunner, type BuildHooks } from './pass-runner.ts';
import { requireNeurons } from './passes/assign/too-many-cores.ts';
import { emitChipPass } from './passes/emit-chip.ts';
import { CHIP } from './pipeline.ts';
import { calibrateNetwork, formNetwork, scheduleNetwork, type Calibrated } from './stages.ts';

export interface BuildResult {
  readonly chip: Chip;
  readonly bytes: Uint8Array;
  readonly record: BuildRecord;
  readonly warnings: readonly Diagnostic[];
}

/**
 * @param elsewhere if absent, everything is done in this thread
 * @throws DiagnosticError for every fault of the network, the data or the fit; whatever `signal` was aborted with
 */
export async function buildChip(
  request: BuildRequest,
  hooks: BuildHooks,
  elsewhere?: EvidenceElsewhere,
): Promise<BuildResult> {
  const run = new PassRunner(hooks);
  const { target } = request.options;
  requireSameMachine(target);
  const formed = await formNetwork(request, run);
  requireNeurons(formed.level.formed.graph, target);
  const calibrated = await calibrateNetwork(formed, run);
  return buildCalibrated(calibrated, calibrated.level.options, run, elsewhere);
}

/**
 * The second half of a build, which can be repeated with other options.
 *
 * @param options see {@link scheduleNetwork}
 * @throws DiagnosticError for every fault of the fit
 */
export async function buildCalibrated(
  calibrated: Calibrated,
  options: BuildOptions,
  run: PassRunner,
  elsewhere?: EvidenceElsewhere,
): Promise<BuildResult> {
  const scheduled = await scheduleNetwork(calibrated, options, run);
  const built = await run.through(CHIP, { ...scheduled, elsewhere });
  const chip = chipOf(built);
  run.check(emitChipPass, () => {
    const faults = verifyChip(chip);
    if (faults.length > 0) throw new DiagnosticError(faults);
  });
  const bytes = encodeChip(chip);
  const { seconds, warnings } = run;
  return { chip, bytes, record: describeBuild({ chip, bytes, built, seconds, warnings }), warnings };
}

/** All parts of the chip together. */
function chipOf(built: LevelAfter<typeof CHIP>): Chip {
  const { ann, emitted, options, quantised, selfTest, source, thresholdRule } = built;
  const { graph } = quantised;
  return {
    target: options.target,
    ticks: graph.ticks,
    window: options.window,
    ...emitted,
    provenance: {
      tool: options.tool,
      network: ann.name,
      sourceSha256: createHash('sha256').update(source).digest('hex'),
      options: recordedOptions(options, thresholdRule),
      annMacs: annMacs(ann),
      ...annTraffic(ann),
    },
    ...(selfTest.samples.length > 0 && { selfTest }),
    graph: encodeGraphFile({ quantised: graph, ann }),
  };
}

function recordedOptions(options: BuildOptions, threshold: string): Record<string, string | number | boolean | null> {
  return {
    mode: options.mode,
    threshold,
    per: options.per,
    window: options.window,
    weightBits: options.weightBits,
    calibrationLimit: options.calibrationLimit,
    ...(options.correct !== 'none' && { correct: options.correct }),
    ...(options.balance && { balance: true }),
    assignment: options.assignment,
    placement: options.placement.method,
    seed: options.placement.seed,
  };
}
