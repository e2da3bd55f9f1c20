/** A whole build: from the bytes of a network file to a chip. */
import { createHash } from 'node:crypto';
import { encodeChip, requireSameMachine, type BuildRecord, type Chip, type Diagnostic } from '../isa/index.ts';
import { annMacs, annTraffic } from './ann/work.ts';
import { encodeGraphFile } from './graph-file/graph-file.ts';
import { printQuantisedGraph } from './print/print-layers.ts';
import { calibrateNetwork, scheduleNetwork, type BuildRequest, type CalibratedNetwork } from './convert.ts';
import { describeBuild } from './describe-build.ts';
import { type Beside, EvidenceBeside } from './evidence.ts';
import { mapOntoChip } from './map-onto-chip.ts';
import { PassRunner, type BuildHooks } from './pass-runner.ts';
import { quantiseWeights } from './passes/quantise-weights.ts';
import { requireNeurons } from './passes/assign/too-many-cores.ts';
import type { BuildOptions } from './options.ts';

export interface BuildResult {
  readonly chip: Chip;
  readonly bytes: Uint8Array;
  readonly record: BuildRecord;
  readonly warnings: readonly Diagnostic[];
}

/**
 * @param beside if absent, everything is done in this thread
 * @throws DiagnosticError for every fault of the network, the data or the fit; whatever `signal` was aborted with
 */
export async function buildChip(request: BuildRequest, hooks: BuildHooks, beside?: Beside): Promise<BuildResult> {
  const run = new PassRunner(hooks);
  const { target } = request.options;
  requireSameMachine(target);
  const calibrated = await calibrateNetwork(request, run, (graph) => requireNeurons(graph, target));
  return buildCalibrated(calibrated, calibrated.options, request.source, run, beside);
}

/**
 * The second half of a build, which can be repeated with other options.
 *
 * @param options see {@link scheduleNetwork}
 * @param source bytes of the network file
 * @throws DiagnosticError for every fault of the fit
 */
export async function buildCalibrated(
  calibrated: CalibratedNetwork,
  options: BuildOptions,
  source: Uint8Array,
  run: PassRunner,
  beside?: Beside,
): Promise<BuildResult> {
  const converted = await scheduleNetwork(calibrated, options, run);
  const { ann, spiking, schedule, encoding, intake } = converted;
  const { target, window } = options;
  const warnings = [...converted.warnings];
  const quantised = run.pass(
    'quantise-weights',
    () => quantiseWeights(spiking, schedule, encoding, options),
    ({ graph }) => printQuantisedGraph(graph),
  );
  warnings.push(...quantised.warnings);
  const { graph, outputStep } = quantised;
  const evidence = new EvidenceBeside(
    {
      networks: { ann, outputNode: converted.formed.nodeOf.at(-1)!, spiking, quantised: graph, encoding, outputStep },
      selfTestSamples: intake.selfTestSamples(encoding, options.selfTestSamples),
      ledgerSamples: intake.ledgerSamples(options.ledgerSamples),
    },
    run.hooks,
    beside,
  );
  try {
    const { emitted, placed, mapping } = mapOntoChip(graph, converted, outputStep, options, run);
    const { selfTest, ledger } = await evidence.report(run);
    const chip: Chip = {
      target,
      ticks: graph.ticks,
      window,
      ...emitted,
      provenance: {
        tool: options.tool,
        network: ann.name,
        sourceSha256: createHash('sha256').update(source).digest('hex'),
        options: recordedOptions(options, converted.thresholdRule),
        annMacs: annMacs(ann),
        ...annTraffic(ann),
      },
      ...(selfTest.samples.length > 0 && { selfTest }),
      graph: encodeGraphFile({ quantised: graph, ann }),
    };
    const bytes = encodeChip(chip);
    const { records: quantisation } = quantised;
    const { seconds } = run;
    const facts = { chip, bytes, converted, quantisation, ledger, placed, mapping, seconds, warnings };
    const record = describeBuild(facts);
    return { chip, bytes, record, warnings };
  } finally {
    evidence.stop();
  }
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
