/** A whole build: from the bytes of a network file to a chip. */
import { createHash } from 'node:crypto';
import { shapeSize, encodeChip, requireSameMachine, type Chip, type Diagnostic } from '../isa/index.ts';
import { annMacs } from './ir/evaluate-ann.ts';
import { annTraffic } from './ir/ann-traffic.ts';
import { encodeGraphFile } from './ir/graph-file.ts';
import { CorePlanner } from './ir/plan-cores.ts';
import { printPlaced, printQuantisedGraph, printRuns } from './ir/print-layers.ts';
import { calibrateNetwork, printJson, scheduleNetwork, type BuildRequest, type CalibratedNetwork } from './convert.ts';
import { checkLabels } from './convert-to-net.ts';
import { describeBuild } from './describe-build.ts';
import { PassRunner, type BuildHooks } from './pass-runner.ts';
import { assignTiles } from './passes/assign-tiles.ts';
import { comparePlacements } from './passes/compare-placements.ts';
import { embedSelfTest } from './passes/embed-self-test.ts';
import { emitChip } from './passes/emit-chip.ts';
import { measureConversion } from './passes/measure-conversion.ts';
import { placeTiles } from './passes/place-tiles.ts';
import { quantiseWeights } from './passes/quantise-weights.ts';
import { packetsPerTree, routeTrees } from './passes/route-trees.ts';
import { requireNeurons } from './passes/too-many-cores.ts';
import type { BuildOptions } from './options.ts';
import type { BuildRecord } from './record.ts';

export interface BuildResult {
  readonly chip: Chip;
  readonly bytes: Uint8Array;
  readonly record: BuildRecord;
  readonly warnings: readonly Diagnostic[];
}

/**
 * @throws DiagnosticError for every fault of the network, the data or the fit; whatever `signal` was aborted with
 */
export async function buildChip(request: BuildRequest, hooks: BuildHooks): Promise<BuildResult> {
  const run = new PassRunner(hooks);
  const { target } = request.options;
  requireSameMachine(target);
  const calibrated = await calibrateNetwork(request, run, (graph) => requireNeurons(graph, target));
  return buildCalibrated(calibrated, calibrated.options, request.source, run);
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
): Promise<BuildResult> {
  const converted = await scheduleNetwork(calibrated, options, run);
  const { ann, spiking, schedule, encoding, rates, intake } = converted;
  const { target, window } = options;
  const warnings = [...converted.warnings];
  const quantised = run.pass(
    'quantise-weights',
    () => quantiseWeights(spiking, schedule, encoding, options),
    ({ graph }) => printQuantisedGraph(graph),
  );
  warnings.push(...quantised.warnings);
  const { graph, outputStep } = quantised;
  const { placement } = options;
  const { planner, orders, sources } = run.pass(
    'assign-tiles',
    () => assignTiles(new CorePlanner(graph), target, rates, { by: options.assignment, seed: placement.seed }),
    ({ sources: { assigned, trees } }) => `${assigned.tiles.length} tiles in ${assigned.cores} cores, ${trees} trees`,
  );
  const laidOut = planner.graph;
  const packets = packetsPerTree(sources, rates);
  const placed = run.pass(
    'place-tiles',
    () => placeTiles(sources, packets, target, placement),
    (p) => printPlaced(laidOut, p),
  );
  const routed = run.pass(
    'route-trees',
    () => routeTrees(sources, placed, target),
    (r) => printRuns(laidOut, r.runs),
  );
  const compare = () =>
    comparePlacements({
      placed,
      sources,
      routes: routed.routes,
      packets,
      target,
      options: placement,
      seconds: run.seconds['place-tiles']!,
      now: run.hooks.now,
    });
  const comparison = run.pass('compare-placements', compare, printJson);
  const labels = options.labels ?? ann.labels ?? [];
  checkLabels(labels, shapeSize(graph.layers.at(-1)!.shape));
  const emitted = run.pass(
    'emit-chip',
    () =>
      emitChip({ graph: laidOut, orders, shapes: graph.layers.map(({ shape }) => shape) }, placed, routed, {
        target,
        encoding,
        outputStep,
        labels,
      }),
    printJson,
  );
  const selfTestSamples = intake.selfTestSamples(encoding, options.selfTestSamples);
  const selfTest = await run.passAsync(
    'embed-self-test',
    () => embedSelfTest(graph, emitted.layers, selfTestSamples, run.sampleHooks('embed-self-test')),
    ({ samples }) => `${samples.length} samples`,
  );
  const samples = intake.ledgerSamples(options.ledgerSamples);
  const outputNode = converted.formed.nodeOf.at(-1)!;
  const measure = () =>
    measureConversion(
      { ann, outputNode, spiking, quantised: graph, encoding, outputStep },
      samples,
      run.sampleHooks('measure-conversion'),
    );
  const ledger = samples.length > 0 ? await run.passAsync('measure-conversion', measure, printJson) : undefined;
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
  const record = describeBuild({
    chip,
    bytes,
    converted,
    quantisation: quantised.records,
    ledger,
    placed,
    mapping: { ...comparison, tiles: placed.tiles.length, trees: routed.trees, rateSamples: rates.samples },
    seconds: run.seconds,
    warnings,
  });
  return { chip, bytes, record, warnings };
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
