/** The first half of a build: from the bytes of a network file to a float spiking network with its schedule. */
import { diagnostic, fail, type Diagnostic, type InputEncoding, type Sample } from '../isa/index.ts';
import { valuesByRole } from './layer-neurons.ts';
import { CONVERSIONS } from './conversions.ts';
import { adoptEncoding, adoptNeurons, adoptOptions, adoptRates } from './adopt-conversion.ts';
import type { AnnGraph } from './ann/ann.ts';
import type { Conversion } from './ir/conversion.ts';
import type { FloatGraph } from './ir/layers.ts';
import type { PacketRates } from './ir/rates.ts';
import { printAnn } from './print/print-ann.ts';
import { printFloatGraph } from './print/print-layers.ts';
import type { SpikingGraph } from './ir/spiking.ts';
import { Intake } from './intake.ts';
import type { BuildOptions } from './options.ts';
import type { PassRunner } from './pass-runner.ts';
import type { Calibration } from './passes/calibrate-activations.ts';
import { balanceThresholds } from './passes/balance-thresholds.ts';
import { chooseThresholds, clipThresholds, thresholdText } from './passes/choose-thresholds.ts';
import { correctBias } from './passes/correct-bias.ts';
import { correctPotential } from './passes/correct-potential.ts';
import { fireOutput } from './passes/fire-output.ts';
import { formLayers, type FormedLayers } from './passes/form-layers.ts';
import { measureRates, printRates } from './passes/measure-rates.ts';
import { scheduleTicks, type Schedule } from './passes/schedule-ticks.ts';
import { setNeurons } from './passes/set-neurons.ts';
import { readNetwork, type ReadOptions } from './read/index.ts';

export interface BuildRequest extends ReadOptions {
  readonly source: Uint8Array;
  readonly options: BuildOptions;
  /** Calibration data; undefined where none were given. Of a converted network they only become the self-test. */
  readonly calibration?: AsyncIterable<Sample>;
}

/** A network that has been read and calibrated: what depends on neither window, weight width nor target. */
export interface CalibratedNetwork {
  /** Without its conversion, if it had one. */
  readonly ann: AnnGraph;
  /** Of a network that was converted before: its neurons, its input and its window are what the file says. */
  readonly conversion: Conversion | undefined;
  /** As they hold for this network: those of a conversion that came with it win over defaults. */
  readonly options: BuildOptions;
  readonly formed: FormedLayers;
  readonly calibration: Calibration | undefined;
  readonly calibrationSamples: number;
  /** What chose the thresholds, as the command line writes it; `clip`: the clip levels. */
  readonly thresholdRule: string;
  /** Per layer and channel; [] for the read-out. */
  readonly thresholds: readonly Float64Array[];
  readonly intake: Intake;
  readonly warnings: readonly Diagnostic[];
}

/** A network whose neurons are set and whose ticks are scheduled; nothing is rounded yet. */
export interface ConvertedNetwork extends CalibratedNetwork {
  readonly spiking: SpikingGraph;
  readonly schedule: Schedule;
  readonly encoding: InputEncoding;
  /** Packets that the mapping weighs. */
  readonly rates: PacketRates;
}

/**
 * @throws DiagnosticError for every fault of the network and the data
 */
export async function convertNetwork(request: BuildRequest, run: PassRunner): Promise<ConvertedNetwork> {
  const calibrated = await calibrateNetwork(request, run);
  return scheduleNetwork(calibrated, calibrated.options, run);
}

/**
 * @param checkLayers called with the layers before any data are read
 * @throws DiagnosticError for every fault of the network and the data
 */
export async function calibrateNetwork(
  request: BuildRequest,
  run: PassRunner,
  checkLayers?: (graph: FloatGraph) => void,
): Promise<CalibratedNetwork> {
  const read = run.pass('read-network', () => readNetwork(request.source, request), printAnn);
  const { conversion, ...ann } = read;
  if (conversion !== undefined) return adoptNetwork(ann, conversion, request, run, checkLayers);
  const { options } = request;
  const warnings: Diagnostic[] = [];
  const formed = formNetwork(ann, options, run);
  warnings.push(...formed.warnings);
  checkLayers?.(formed.graph);
  const intake = new Intake(ann, formed, options);
  const calibration = await run.passAsync(
    'calibrate-activations',
    () => intake.calibrate(request.calibration, run.hooks),
    (seen) => `${seen?.samples ?? 0} samples`,
  );
  warnings.push(...intake.warnings);
  const printThresholds = (all: readonly Float64Array[]) =>
    all.map((values, l) => `${formed.graph.layers[l]!.name}: ${[...values].join(' ')}`).join('\n');
  const chosen = run.pass(
    'choose-thresholds',
    () =>
      calibration === undefined ? withoutData(formed, warnings) : chooseThresholds(formed.graph, calibration, options),
    printThresholds,
  );
  const balance = () =>
    balanceThresholds(
      formed.graph,
      chosen,
      options.per,
      intake.correctionSamples(),
      run.sampleHooks('balance-thresholds'),
    );
  const thresholds = options.balance ? await run.passAsync('balance-thresholds', balance, printThresholds) : chosen;
  return {
    ann,
    conversion: undefined,
    options,
    formed,
    calibration,
    calibrationSamples: calibration?.samples ?? 0,
    thresholdRule: calibration === undefined ? 'clip' : thresholdText(options),
    thresholds,
    intake,
    warnings,
  };
}

/**
 * Sets the neurons of a calibrated network and schedules its ticks.
 *
 * @param options those of the network, but for mode (of those with the same layers), window, weight width and target; a network
 *   that was converted before keeps its mode and its window
 * @throws DiagnosticError E0202, E0301, E0304, E0313
 */
export async function scheduleNetwork(
  calibrated: CalibratedNetwork,
  options: BuildOptions,
  run: PassRunner,
): Promise<ConvertedNetwork> {
  const { conversion, formed, thresholds, intake, calibration } = calibrated;
  const { mode, window, target } = options;
  const plain = run.pass(
    'set-neurons',
    () =>
      conversion === undefined
        ? setNeurons(formed.graph, thresholds, mode, window)
        : adoptNeurons(formed.graph, conversion),
    printNeurons,
  );
  // What was converted before has been corrected then.
  const spiking = conversion === undefined ? await correctNeurons(plain, options, intake, run) : plain;
  const schedule = run.pass('schedule-ticks', () => scheduleTicks(formed.graph, mode, window, target), printJson);
  const encoding = run.pass(
    'encode-input',
    () =>
      conversion === undefined ? intake.encoding(calibration, target) : adoptEncoding(formed.graph, conversion, target),
    printJson,
  );
  const rates =
    conversion === undefined
      ? await run.passAsync(
          'measure-rates',
          () => measureRates(spiking, intake.rateSamples(encoding), run.sampleHooks('measure-rates')),
          (measured) => printRates(formed.graph, measured),
        )
      : adoptRates(formed.graph, conversion);
  return {
    ...calibrated,
    options,
    thresholds: spiking.neurons.map((neurons) => valuesByRole(neurons, NONE).threshold),
    spiking,
    schedule,
    encoding,
    rates,
  };
}

async function correctNeurons(
  spiking: SpikingGraph,
  { correct }: BuildOptions,
  intake: Intake,
  run: PassRunner,
): Promise<SpikingGraph> {
  let corrected = spiking;
  for (const [name, pass, wanted] of [
    ['correct-bias', correctBias, correct === 'bias' || correct === 'both'],
    ['correct-potential', correctPotential, correct === 'potential' || correct === 'both'],
  ] as const)
    if (wanted)
      corrected = await run.passAsync(
        name,
        () => pass(corrected, intake.correctionSamples(), run.sampleHooks(name)),
        printNeurons,
      );
  return corrected;
}

/** Takes a network that was converted before: only the samples of its self-test are read. */
async function adoptNetwork(
  ann: AnnGraph,
  conversion: Conversion,
  { options: asked, calibration }: BuildRequest,
  run: PassRunner,
  checkLayers?: (graph: FloatGraph) => void,
): Promise<CalibratedNetwork> {
  const options = adoptOptions(asked, conversion);
  const formed = formNetwork(ann, options, run);
  checkLayers?.(formed.graph);
  // The neurons are corrected already, so no samples are kept for it.
  const intake = new Intake(ann, formed, { ...options, correct: 'none', balance: false });
  await run.passAsync(
    'calibrate-activations',
    () => intake.collect(calibration, run.hooks),
    () => 'converted already',
  );
  return {
    ann,
    conversion,
    options,
    formed,
    calibration: undefined,
    calibrationSamples: conversion.calibrationSamples,
    thresholdRule: conversion.threshold,
    thresholds: [],
    intake,
    warnings: [...formed.warnings, ...intake.warnings],
  };
}

/** What a converted network is recorded as, so that {@link convertNetwork} gives it again. */
export function conversionOf(converted: ConvertedNetwork): Conversion {
  const { options, spiking, encoding, thresholdRule, calibrationSamples, rates } = converted;
  const { scale, mean, std, step, payloadMin, payloadMax } = encoding;
  return {
    mode: spiking.mode,
    window: spiking.window,
    threshold: thresholdRule,
    per: options.per,
    correct: options.correct,
    balance: options.balance,
    calibrationSamples,
    input: { scale, mean, std, step, payloadMin, payloadMax },
    rates,
    layers: spiking.neurons.map((neurons, l) => ({
      name: spiking.graph.layers[l]!.name,
      ...valuesByRole(neurons, NONE),
    })),
  };
}

function formNetwork(ann: AnnGraph, { mode }: BuildOptions, run: PassRunner): FormedLayers {
  const print = ({ graph }: FormedLayers) => printFloatGraph(graph);
  const formed = run.pass('form-layers', () => formLayers(ann), print);
  return CONVERSIONS[mode].outputFires ? run.pass('fire-output', () => fireOutput(formed), print) : formed;
}

const NONE = new Float64Array(0);

const printNeurons = ({ neurons }: SpikingGraph): string => printJson(neurons.map((each) => valuesByRole(each, NONE)));

/** What a pass made, as text; typed arrays as lists. */
export const printJson = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) => (ArrayBuffer.isView(v) ? Array.from(v as Int32Array) : v), 2);

function withoutData(formed: FormedLayers, warnings: Diagnostic[]): readonly Float64Array[] {
  const thresholds = clipThresholds(formed.graph);
  if (thresholds === undefined) {
    const layer = formed.graph.layers.find((l) => l.activation.kind === 'relu' && l.activation.max === Infinity)!;
    fail(
      'E0301',
      'the activation has no upper limit, so its threshold must come from data',
      { layer: layer.name },
      'give --calibrate <data>',
    );
  }
  warnings.push(diagnostic('W0301', 'no calibration data: the clip levels of the activations are the thresholds'));
  return thresholds;
}
