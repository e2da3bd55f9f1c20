/** `snnemu run` */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Inference, type KernelKind, requireEnd } from '../../emulator/index.ts';
import {
  type Chip,
  type Diagnostic,
  diagnostic,
  type SelfTestSample,
  SpikeDigest,
  inputSize,
  type InputLoss,
  InputLossAccount,
} from '../../isa/index.ts';
import { renderRunText } from '../../report/index.ts';
import { newRecorder, probeOutputs, type ProbeValues } from '../probe/recorder.ts';
import { type ChipFile, readChipFile } from '../ui/chip-file.ts';
import type { Dataset, Layout } from '../data/index.ts';
import { dataFile, leavesRange, readSamples, splitSampleSpec } from '../ui/data.ts';
import { toStimulus } from '../../library/stimulus.ts';
import type { EncodeValues } from '../ui/encoding.ts';
import {
  type EventValues,
  openChipData,
  recordOfData,
  refuseDataOptions,
  refuseEqualSteps,
  tellData,
  withData,
} from '../ui/events.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics, printNote } from '../ui/messages.ts';
import { randomSource } from '../ui/random.ts';
import { runTable } from '../../report/record-tables.ts';
import { csvOutput, named, outputPaths, publish } from '../ui/results.ts';
import {
  htmlInputs,
  htmlOutputs,
  htmlRequest,
  type HtmlRequest,
  type HtmlValues,
  rasterSample,
  recordedOrigin,
} from './html-report.ts';
import { checkRaster, type LatencyValues, recordFaults, RunSession } from './run-session.ts';
import { traceFiles, Traces, type TraceValues } from './traces.ts';

export interface RunValues extends LatencyValues, TraceValues, ProbeValues, HtmlValues, EventValues, EncodeValues {
  readonly chip: string;
  readonly input: string | undefined;
  readonly labels: string | undefined;
  readonly layout: Layout | undefined;
  readonly timing: 'cycle' | 'none';
  readonly kernel: KernelKind;
  readonly csv: string | undefined;
  readonly json: string | undefined;
}

const STIMULUS_SEED = 1;

export async function run(values: RunValues, io: Io): Promise<ExitCode> {
  const { chip: path, input, labels, json } = values;
  if (input === undefined) refuseDataOptions(values);
  const inputs = [
    path,
    ...(input === undefined ? [] : [dataFile(io, input)]),
    ...(labels === undefined ? [] : [labels]),
    ...htmlInputs(values),
  ];
  const outputs = [...traceFiles(values), ...probeOutputs(values), ...named(values.html, values.csv)];
  await checkOutputs(io, outputPaths(json, ...outputs), inputs);
  const file = await readChipFile(io, path);
  requireEnd(file.chip);
  const html = await htmlRequest(io, values, file.sha256);
  const traces = await Traces.open(io, file.chip, values, values.timing);
  try {
    return await runTraced(values, file, { traces, html }, io);
  } finally {
    await traces.discard();
  }
}

interface Extras {
  readonly traces: Traces;
  readonly html: HtmlRequest;
}

async function runTraced(values: RunValues, file: ChipFile, { traces, html }: Extras, io: Io): Promise<ExitCode> {
  const { chip: path, input, json, timing, kernel } = values;
  const raster = rasterSample(values);
  const listener = traces.listener();
  const samples = file.chip.selfTest?.samples ?? [];
  if (input === undefined) checkRaster(raster, 0, Math.max(1, samples.length));
  else checkRaster(raster, splitSampleSpec(input).index ?? 0, 1);
  const probes = newRecorder(io, values, file, input === undefined ? Math.max(1, samples.length) : 1);
  const options = { path, timing, kernel, outputs: 'readouts', latency: values, listener, probes, raster } as const;
  const session = new RunSession(io, file, options);
  let given: Given | undefined;
  let differences: Diagnostic[] = [];
  let selfTest: { samples: number; exact: boolean } | undefined;
  try {
    if (input !== undefined) given = await runInput(session, file.chip, values, io);
    else if (samples.length === 0) await runStimulus(session, file.chip, io);
    else {
      differences = await runSelfTest(session, samples, io);
      selfTest = { samples: samples.length, exact: differences.length === 0 };
    }
    await probes?.finish();
  } finally {
    await probes?.discard();
  }
  const origin = await recordedOrigin(values, file, io);
  const own = { ...session.record(selfTest), ...(origin && { origin }) };
  const record = given ? withData({ ...own, input: given.loss }, recordOfData(given.data), file.chip) : own;
  await publish(io, {
    json,
    record: () => record,
    text: (style) => renderRunText(record, style, { perTick: values['per-tick'] }),
    files: [
      ...(await traces.finish(io)),
      ...(await htmlOutputs(html, record)),
      ...csvOutput(values.csv, () => runTable(record)),
    ],
  });
  // A wrong answer weighs more than a late one.
  const faults = [...differences, ...recordFaults(record)];
  if (given !== undefined) tellData(given.data, io);
  printDiagnostics([...(given === undefined ? [] : leavesRange(given.loss, file.chip)), ...faults], io);
  return faults[0] === undefined ? EXIT.done : exitCodeOf(faults[0].code);
}

/** Data of which a sample was run, and what its payloads lose. */
interface Given {
  readonly data: Dataset;
  readonly loss: InputLoss;
}

/** The sample that is named, or the first one. */
async function runInput(session: RunSession, chip: Chip, values: RunValues, io: Io): Promise<Given> {
  refuseEqualSteps(values);
  const { data: path, index } = splitSampleSpec(values.input ?? '');
  const data = await openChipData(io, path, chip, values);
  if (index === undefined && data.count > 1)
    printNote(`sample 0 of ${data.count}; ${path}#i runs another one, snnemu eval --data runs all`, io);
  const loss = new InputLossAccount(chip.input);
  for await (const sample of readSamples(io, data, { start: index ?? 0, limit: 1 })) {
    const { payloads, ...info } = toStimulus(sample, chip);
    loss.add(info.x, payloads);
    await session.infer(payloads, info);
  }
  return { data, loss: loss.result() };
}

/** Random payloads over the range that the chip takes; the class that comes out means nothing. */
async function runStimulus(session: RunSession, { input }: Chip, io: Io): Promise<void> {
  printNote(`the chip file holds no self-test samples: a random stimulus runs (seed ${STIMULUS_SEED})`, io);
  const next = randomSource(STIMULUS_SEED);
  const levels = input.payloadMax - input.payloadMin + 1;
  const payloads = Int16Array.from({ length: inputSize(input) }, () => input.payloadMin + (next() % levels));
  await session.infer(payloads, { index: 0 });
}

/** Runs the embedded samples; returns what differs from the answers of the reference interpreter. */
async function runSelfTest(session: RunSession, samples: readonly SelfTestSample[], io: Io): Promise<Diagnostic[]> {
  const differences: Diagnostic[] = [];
  for (const [index, sample] of samples.entries()) {
    await nextTurn();
    io.signal.throwIfAborted();
    const { label } = sample;
    const inference = await session.infer(sample.input, { index, ...(label >= 0 && { label }) });
    const faults = selfTestFaults(sample, inference);
    if (faults.length > 0)
      differences.push(
        diagnostic(
          'E0702',
          `self-test sample ${index}: ${faults.join('; ')}`,
          undefined,
          '`snnemu diff` finds the first tick and neuron that differ',
        ),
      );
  }
  return differences;
}

function selfTestFaults(sample: SelfTestSample, { readout, spikes }: Inference): string[] {
  const faults: string[] = [];
  const at = sample.readout.findIndex((value, k) => value !== readout[k]);
  if (at >= 0) faults.push(`read-out ${at} is ${readout[at]!}, recorded ${sample.readout[at]!}`);
  if (spikes.count !== sample.spikes) faults.push(`${spikes.count} spikes, recorded ${sample.spikes}`);
  const digest = new SpikeDigest();
  digest.add({ spikes });
  if (digest.hex() !== sample.spikeDigest) faults.push('the spikes are not the recorded ones');
  return faults;
}
