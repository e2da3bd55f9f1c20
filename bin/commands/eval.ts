/** `snnemu eval` */
import { CONVERSIONS, isMode, modesThat } from '../../compiler/conversions.ts';
import { type KernelKind, type PlacesOf, requireEnd } from '../../emulator/index.ts';
import {
  AS_TRAINED,
  type Chip,
  type Diagnostic,
  fail,
  InputLossAccount,
  type RunRecord,
  shapeSize,
} from '../../isa/index.ts';
import { renderRunText } from '../../report/index.ts';
import { newRecorder, probeOutputs, type ProbeValues } from '../probe/recorder.ts';
import { type ChipFile, readChipFile } from '../ui/chip-file.ts';
import type { Dataset, Layout, SampleRange } from '../data/index.ts';
import { checkOutputs, type Output } from '../ui/files.ts';
import { dataFile, leavesRange, readSamples } from '../ui/data.ts';
import { stimulusBuffers, type Stimulus, toStimulus } from '../../library/stimulus.ts';
import type { EncodeValues } from '../ui/encoding.ts';
import { type EventValues, openChipData, recordOfData, refuseEqualSteps, tellData, withData } from '../ui/events.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../ui/exit.ts';
import { readGraph } from '../../library/graph.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics, printNote } from '../ui/messages.ts';
import { startProgress } from '../ui/progress.ts';
import { runTable } from '../../report/record-tables.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';
import { openPlaces, placeChecker } from './eval-places.ts';
import { htmlInputs, htmlOutputs, htmlRequest, type HtmlValues, rasterSample, recordedOrigin } from './html-report.ts';
import { NeuroBench, type NeuroBenchResults } from '../../library/neurobench/neurobench.ts';
import { ParallelSession } from './parallel-session.ts';
import { takesImages, WrongPictures } from './wrong-pictures.ts';
import { newTable, sampleOutputs, type SampleValues } from './sample-table.ts';
import { checkRaster, type LatencyValues, recordFaults, RunSession, type SessionOptions } from './run-session.ts';

export interface EvalValues extends LatencyValues, ProbeValues, HtmlValues, EventValues, EncodeValues, SampleValues {
  readonly chip: string;
  readonly data: string;
  readonly labels: string | undefined;
  readonly targets: string | undefined;
  readonly layout: Layout | undefined;
  readonly heads: PlacesOf | undefined;
  readonly 'top-k': number | undefined;
  readonly limit: number | undefined;
  readonly timing: 'cycle' | 'none';
  readonly kernel: KernelKind;
  readonly workers: number | undefined;
  readonly 'no-float': boolean;
  readonly curve: boolean;
  readonly neurobench: string | undefined;
  readonly csv?: string | undefined;
  readonly json: string | undefined;
}

export async function evaluate(values: EvalValues, io: Io): Promise<ExitCode> {
  const { chip: path, json, labels, targets } = values;
  const beside = [labels, targets].filter((name) => name !== undefined);
  const inputs = [path, dataFile(io, values.data), ...beside.map((name) => dataFile(io, name)), ...htmlInputs(values)];
  await checkOutputs(
    io,
    outputPaths(
      json,
      ...probeOutputs(values),
      ...sampleOutputs(values),
      ...named(values.html, values.neurobench, values.csv),
    ),
    inputs,
  );
  if (values.neurobench === '-')
    fail('E0103', '--neurobench: the results are a file', undefined, 'name it: --neurobench neurobench.json');
  const file = await readChipFile(io, path);
  requireEnd(file.chip);
  const html = await htmlRequest(io, values, file.sha256);
  const { record: found, data, faults, neurobench } = await evaluateChip(file, values, io);
  const origin = await recordedOrigin(values, file, io);
  const record = { ...found, ...(origin && { origin }) };
  await publish(io, {
    json,
    record: () => record,
    text: (style) => renderRunText(record, style, { perTick: values['per-tick'] }),
    files: [
      ...(await htmlOutputs(html, record)),
      ...neurobenchOutputs(values, neurobench),
      ...csvOutput(values.csv, () => runTable(record)),
    ],
  });
  tellData(data, io);
  printDiagnostics(faults, io);
  const missed = faults.find(({ severity }) => severity === 'error');
  return missed === undefined ? EXIT.done : exitCodeOf(missed.code);
}

/** The file of `--neurobench`, as the harness saves its results. */
const neurobenchOutputs = ({ neurobench }: EvalValues, results: NeuroBenchResults | undefined): Output[] =>
  neurobench === undefined || results === undefined
    ? []
    : [{ path: neurobench, content: `${JSON.stringify(results, null, 4)}\n` }];

interface Evaluation {
  readonly record: RunRecord;
  /** Of which all was run that was asked for. */
  readonly data: Dataset;
  /** What is wrong with data or results; nothing of it keeps the record from being whole. */
  readonly faults: readonly Diagnostic[];
  /** Only where it is asked for. */
  readonly neurobench: NeuroBenchResults | undefined;
}

/**
 * Runs the data on a chip.
 *
 * @throws DiagnosticError E0103 where an option asks for what data or network do not have; E0101, E0107, E06xx, E0701, E0707
 */
export async function evaluateChip(file: ChipFile, values: EvalValues, io: Io): Promise<Evaluation> {
  const { limit = Infinity, workers = io.processors, heads } = values;
  const { chip } = file;
  requireEnd(chip);
  const raster = rasterSample(values);
  const neurobench = values.neurobench === undefined ? undefined : new NeuroBench(chip);
  const data = await openScored(chip, values, io);
  const total = Math.min(data.count, limit);
  checkRaster(raster, 0, total);
  const probes = newRecorder(io, values, file, total);
  const table = newTable(io, values, chip);
  const options: SessionOptions = {
    path: values.chip,
    timing: values.timing,
    kernel: values.kernel,
    outputs: listed(chip, total, io),
    topK: values['top-k'],
    places: heads,
    curve: values.curve,
    latency: values,
    float: !values['no-float'] && (data.labelled || data.targeted) && hasGraph(chip, io),
    probes,
    table,
    neurobench,
    raster,
  };
  // Probes watch every tick, and a table every count, which only the thread that emulates can.
  const threads = (probes ?? table) === undefined ? Math.min(workers, total) : 1;
  const session = threads > 1 ? new ParallelSession(io, file, options, threads) : new RunSession(io, file, options);
  const loss = new InputLossAccount(chip.input);
  const pictures =
    values.html !== undefined && data.labelled && takesImages(chip) ? new WrongPictures(chip) : undefined;
  const wanted = { chip, range: { limit: total }, loss, heads, pictures };
  const progress = await startProgress(io, 'running', 'samples');
  try {
    let done = 0;
    for await (const { predicted } of session.inferAll(stimuli(data, wanted, io))) {
      pictures?.judge(predicted);
      progress.update(++done, total);
    }
    await probes?.finish();
    await table?.finish();
  } finally {
    progress.stop();
    await probes?.discard();
    await table?.discard();
  }
  const whole = withData({ ...session.record(), input: loss.result() }, recordOfData(data), chip);
  const record = pictures?.addTo(whole) ?? whole;
  const faults = [...leavesRange(loss.result(), chip), ...recordFaults(record)];
  return { record, data, faults, neurobench: neurobench?.results(record) };
}

/**
 * Accuracy after t ticks says what a window of t ticks would give only where nothing but the number of ticks depends on T. Of
 * recordings of events, and of samples that were given steps, it says what is known of them by then.
 *
 * @throws DiagnosticError E0103
 */
function checkCurve(chip: Chip, { labelled, events, encoding }: Dataset, path: string): void {
  const { mode } = chip.provenance.options;
  // What is seen of a scene so far is answered in every step, whatever comes later.
  const inTime = mode === AS_TRAINED && (events ?? encoding) !== undefined && chip.input.stepTicks === undefined;
  if (!inTime && (!isMode(mode) || !CONVERSIONS[mode].readsAsCurve)) {
    const reason =
      mode === undefined
        ? 'the file does not say in which mode its network was converted'
        : mode === AS_TRAINED
          ? 'the network is spiking as it was trained, for one number of steps; only of recordings of events, whose steps last one tick, are answers read in every step'
          : `networks of mode ${String(mode)} differ with T, so one run cannot show them all`;
    const remedy =
      mode === AS_TRAINED
        ? 'leave the option out'
        : `build the network with --mode ${modesThat((rules) => rules.readsAsCurve).join(' or ')}, or once for every T`;
    fail('E0103', `--curve: ${reason}`, { file: path }, remedy);
  }
  if (!labelled) fail('E0103', '--curve: without labels there is no accuracy', undefined, 'name their file: --labels');
}

/** Numbers that the record of a data set lists at most: some 20 MB of text. */
const MOST_VALUES = 2 ** 20;

/** Whether the record lists the values of all outputs, which is said where it does not. */
export function listed({ output: { shape } }: Chip, total: number, io: Io): 'values' | 'predictions' {
  const outputs = shapeSize(shape);
  if (outputs * total <= MOST_VALUES) return 'values';
  printNote(
    `the record lists the classes only: ${outputs} values of ${total} samples are more than ${MOST_VALUES}; --limit takes fewer`,
    io,
  );
  return 'predictions';
}

/**
 * The data with what their answers are compared with.
 *
 * @throws DiagnosticError E0103 where an option asks for what the data or the network do not have; E0101, E06xx
 */
export async function openScored(chip: Chip, values: EvalValues, io: Io): Promise<Dataset> {
  const { labels, targets, heads, 'top-k': topK } = values;
  if (heads !== undefined) return openPlaces(chip, values, heads, io);
  if (labels !== undefined && targets !== undefined)
    fail('E0103', '--labels and --targets cannot both be given', undefined, 'samples have classes or quantities');
  const outputs = shapeSize(chip.output.shape);
  if (topK !== undefined && topK >= outputs)
    fail('E0103', `--top-k ${topK}: the network has ${outputs} outputs`, undefined, 'ask for fewer than all of them');
  const data = await openChipData(io, values.data, chip, values);
  if (data.count === 0) fail('E0605', 'the data hold no sample', { file: values.data });
  if (!data.labelled && !data.targeted)
    printNote(
      'the data have no labels, so there is no accuracy; --labels names their file, --targets that of quantities',
      io,
    );
  if (topK !== undefined && !data.labelled)
    fail('E0103', '--top-k: without labels nothing is counted', undefined, 'name their file: --labels');
  refuseEqualSteps(values);
  if (values.curve) checkCurve(chip, data, values.chip);
  return data;
}

/** Whether the conventional network can be run beside. */
export function hasGraph(chip: Chip, io: Io): boolean {
  if (chip.graph === undefined) {
    printNote('the chip file holds no graph, so the conventional network is not run beside', io);
    return false;
  }
  return readGraph(chip).ann !== undefined;
}

interface Wanted {
  readonly chip: Chip;
  readonly range: SampleRange;
  readonly heads: PlacesOf | undefined;
  /** Told of every one. */
  readonly loss: { readonly add: (x: Float64Array, payloads: Int16Array) => void };
  /** Shown every one, where there are any. */
  readonly pictures?: WrongPictures | undefined;
}

/** Each is valid until the next one is asked for. */
export async function* stimuli(
  data: Dataset,
  { chip, range, loss, heads, pictures }: Wanted,
  io: Io,
): AsyncGenerator<Stimulus> {
  const buffers = stimulusBuffers(chip);
  const check = heads && placeChecker(chip, heads);
  for await (const sample of readSamples(io, data, range)) {
    check?.(sample);
    pictures?.show(sample);
    const stimulus = toStimulus(sample, chip, buffers);
    loss.add(stimulus.x, stimulus.payloads);
    yield stimulus;
  }
}
