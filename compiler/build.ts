/** A whole build: from the bytes of a network file to a chip. */
import {
  AS_TRAINED,
  DiagnosticError,
  encodeChip,
  requireSameMachine,
  sha256Of,
  verifyChip,
  type BuildRecord,
  type Chip,
  type Diagnostic,
  type Pins,
  type SelfTest,
} from '../isa/index.ts';
import { annMacs, annTraffic } from './ann/work.ts';
import { buildPopulations } from './build-populations.ts';
import { convertedFacts, describeBuild, type LoweringFacts, populationFacts } from './describe-build.ts';
import type { EvidenceElsewhere } from './evidence.ts';
import { encodeGraphFile } from './graph-file/graph-file.ts';
import type { BuildOptions, BuildRequest, Rounding } from './options.ts';
import { PassRunner, type BuildHooks } from './pass-runner.ts';
import { readPins } from './passes/assign/resolve-pins.ts';
import { requireNeurons } from './passes/assign/too-many-cores.ts';
import { thresholdText } from './passes/choose-thresholds.ts';
import type { Emitted } from './passes/emit-chip.ts';
import { levelOptions } from './passes/set-levels.ts';
import type { QuantisedGraph } from './ir/layers.ts';
import { pinsOf } from './pins-of.ts';
import type { MappingFacts } from './mapping-record.ts';
import type { Candidate } from './choose/choose-conversion.ts';
import { chooseOptions } from './choose/choose-options.ts';
import { CHIP, READ } from './pipeline.ts';
import { rulesText } from './ir/named-rules.ts';
import { widthsText } from './widths.ts';
import type { TrainedNetwork } from './ann/network.ts';
import { calibrateNetwork, formAnn, scheduleNetwork, type Calibrated } from './stages.ts';

/** A chip, its file, how it came about, and what was told meanwhile. */
export interface BuildResult {
  readonly chip: Chip;
  readonly bytes: Uint8Array;
  readonly record: BuildRecord;
  readonly warnings: readonly Diagnostic[];
  /** The mapping as pins, from which a build makes the same; undefined where neurons are mapped one by one. */
  readonly pins: Pins | undefined;
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
  const { network } = await run.through(READ, request);
  if (network.kind === 'populations') return buildTrained(request, network, run);
  const formed = await formAnn(request, network, run);
  const { layers } = formed.level.formed.graph;
  requireNeurons({ layers }, target);
  // What pins name wrongly is said before the network is calibrated, too.
  if (request.options.pins !== undefined) readPins(layers, target, request.options.pins);
  const { calibrated, candidates } = await chooseOptions(await calibrateNetwork(formed, run), run);
  return buildCalibrated(calibrated, calibrated.level.options, run, { elsewhere, candidates });
}

/**
 * The whole build of a network of populations behind the reader, which can be repeated with other options.
 *
 * @throws DiagnosticError for every fault of the network, the data or the fit
 */
export async function buildTrained(
  request: BuildRequest,
  network: TrainedNetwork,
  run: PassRunner,
): Promise<BuildResult> {
  const built = await buildPopulations(request, network, run);
  const { graph } = built.quantised;
  const encoded = graph.endless === true ? undefined : encodeGraphFile({ quantised: graph });
  const provenance = { annMacs: 0, options: populationOptions(built.options, network) };
  const lowering = populationFacts(built);
  return finish(built, { graph, encoded, provenance, lowering, name: network.name }, run);
}

/** What the second half of a build gets beside its network. */
interface CalibratedHooks {
  readonly elsewhere?: EvidenceElsewhere | undefined;
  /** Of a choice by measurement. */
  readonly candidates?: readonly Candidate[] | undefined;
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
  { elsewhere, candidates }: CalibratedHooks = {},
): Promise<BuildResult> {
  const scheduled = await scheduleNetwork(calibrated, options, run);
  const built = await run.through(CHIP, { ...scheduled, elsewhere });
  const { ann, quantised, thresholdRule } = built;
  const { graph } = quantised;
  const recorded = recordedOptions(built.options, thresholdRule, quantised.rounding);
  const provenance = { options: recorded, annMacs: annMacs(ann), ...annTraffic(ann) };
  const encoded = encodeGraphFile({ quantised: graph, ann });
  return finish(
    built,
    { graph, encoded, provenance, lowering: convertedFacts(built, candidates), name: ann.name },
    run,
  );
}

/** What the passes that map a network made, whichever way it came. */
interface Built extends MappingFacts {
  readonly emitted: Emitted;
  readonly selfTest: SelfTest;
  readonly source: Uint8Array;
}

/** What is said of the network beside its chip. */
interface Origin {
  readonly name: string;
  readonly graph: QuantisedGraph;
  /** Absent of a chip without an end, which nothing is compared with. */
  readonly encoded: Uint8Array | undefined;
  readonly provenance: Omit<Chip['provenance'], 'tool' | 'network' | 'sourceSha256'>;
  readonly lowering: LoweringFacts;
}

/** All parts of the chip together, its bytes and its record. */
function finish(built: Built, { graph, encoded, provenance, lowering, name }: Origin, run: PassRunner): BuildResult {
  const { emitted, options, selfTest, source } = built;
  const chip: Chip = {
    target: options.target,
    ticks: graph.endless === true ? 0 : graph.ticks,
    window: graph.endless === true ? 0 : graph.window,
    ...emitted,
    provenance: {
      tool: options.tool,
      network: name,
      sourceSha256: sha256Of(source),
      ...provenance,
    },
    ...(selfTest.samples.length > 0 && { selfTest }),
    ...(encoded && { graph: encoded }),
  };
  requireSound(chip);
  const bytes = encodeChip(chip);
  const { seconds, warnings } = run;
  const record = describeBuild({ ...built, chip, bytes, graph, lowering, seconds, warnings });
  return { chip, bytes, record, warnings, pins: pinsOf(built) };
}

/**
 * What the loader would refuse is not written: programs of neurons that come from outside, and chips that take it more work
 * to check than any file may cause.
 *
 * @throws DiagnosticError with all that the loader finds
 */
function requireSound(chip: Chip): void {
  const faults = verifyChip(chip);
  if (faults.length > 0) throw new DiagnosticError(faults);
}

type RecordedOptions = Chip['provenance']['options'];

function recordedOptions(options: BuildOptions, threshold: string, rounding: Rounding): RecordedOptions {
  return {
    mode: options.mode,
    threshold,
    per: options.per,
    window: options.window,
    ...(options.shiftWindow !== undefined && { shiftWindow: options.shiftWindow }),
    ...(options.levels !== undefined && { levels: rulesText(options.levels) }),
    ...(options.code !== 'unary' && { code: options.code }),
    weightBits: options.layerWidths === undefined ? options.weightBits : widthsText(options.layerWidths),
    ...(rounding !== 'nearest' && { rounding }),
    calibrationLimit: options.calibrationLimit,
    ...(options.correct !== 'none' && { correct: options.correct }),
    ...(options.balance && { balance: true }),
    ...mappingOptions(options),
  };
}

const populationOptions = (options: BuildOptions, { taken, dt, layers }: TrainedNetwork): RecordedOptions => ({
  mode: AS_TRAINED,
  ...(layers !== undefined && levelsRecord(options)),
  ...(dt !== undefined && { dt }),
  ...taken,
  weightBits: options.layerWidths === undefined ? options.weightBits : widthsText(options.layerWidths),
  ...(options.stepTicks !== undefined && { stepTicks: options.stepTicks }),
  ...(options.endless === true && { endless: true }),
  ...mappingOptions(options),
});

/** Of conventional layers beside populations. */
function levelsRecord(options: BuildOptions): RecordedOptions {
  const levels = levelOptions(options);
  return { levels: levels.window, threshold: thresholdText(levels), per: levels.per };
}

const mappingOptions = ({ assignment, pins, placement }: BuildOptions) => ({
  assignment,
  ...(pins !== undefined && { pins: pins.sha256 }),
  placement: placement.method,
  seed: placement.seed,
});
