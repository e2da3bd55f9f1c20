/** `snnemu eval` */
import { AnnEvaluator } from '../../compiler/index.ts';
import { type Chip, fail, largestIndex } from '../../isa/index.ts';
import { renderRunText } from '../../report/index.ts';
import { readChipFile } from '../ui/chip-file.ts';
import { dataFile, openData, readSamples, toStimulus } from '../ui/data.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../ui/exit.ts';
import { checkOutputs } from '../ui/files.ts';
import { readGraph } from '../ui/graph.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics, printNote } from '../ui/messages.ts';
import { startProgress } from '../ui/progress.ts';
import { outputPaths, publish } from '../ui/results.ts';
import { wholeNumber } from '../ui/values.ts';
import { htmlInputs, htmlOutputs, htmlRequest, type HtmlValues, rasterSample } from './html-report.ts';
import { checkRaster, type LatencyValues, recordFaults, RunSession } from './run-session.ts';

export interface EvalValues extends LatencyValues, HtmlValues {
  readonly chip: string;
  readonly data: string;
  readonly labels: string | undefined;
  readonly limit: string | undefined;
  readonly timing: string;
  readonly kernel: string;
  readonly 'no-float': boolean;
  readonly curve: boolean;
  readonly json: string | undefined;
}

const LARGEST_LIMIT = 1_000_000_000;

export async function evaluate(values: EvalValues, io: Io): Promise<ExitCode> {
  const { chip: path, json } = values;
  const limit = values.limit === undefined ? undefined : wholeNumber('limit', values.limit, 1, LARGEST_LIMIT);
  const { labels } = values;
  const raster = rasterSample(values);
  const inputs = [path, dataFile(io, values.data), ...(labels === undefined ? [] : [labels]), ...htmlInputs(values)];
  await checkOutputs(io, outputPaths(json, ...(values.html === undefined ? [] : [values.html])), inputs);
  const file = await readChipFile(io, path);
  const html = await htmlRequest(io, values, file.sha256);
  const { chip } = file;
  const data = await openData(io, values.data, chip.input.shape, labels);
  if (data.count === 0) fail('E0605', 'the data hold no sample', { file: values.data });
  if (!data.labelled) printNote('the data have no labels, so there is no accuracy; --labels names their file', io);
  if (values.curve) checkCurve(chip, data.labelled, path);
  const total = Math.min(data.count, limit ?? Infinity);
  checkRaster(raster, 0, total);
  const session = new RunSession(io, file, {
    path,
    timing: values.timing,
    kernel: values.kernel,
    outputs: 'predictions',
    curve: values.curve,
    latency: values,
    raster,
  });
  const classify = !values['no-float'] && data.labelled ? floatClassifier(chip, io) : undefined;
  const progress = await startProgress(io, 'running', 'samples');
  try {
    let done = 0;
    for await (const sample of readSamples(io, data, { limit: total })) {
      const { payloads, x, ...info } = toStimulus(sample, chip);
      const floatPredicted = info.label === undefined ? undefined : classify?.(x);
      await session.infer(payloads, { ...info, ...(floatPredicted !== undefined && { floatPredicted }) });
      progress.update(++done, total);
    }
  } finally {
    progress.stop();
  }
  const record = session.record();
  await publish(io, {
    json,
    record: () => record,
    text: (style) => renderRunText(record, style, { perTick: values['per-tick'] }),
    files: await htmlOutputs(html, record),
  });
  const faults = recordFaults(record);
  printDiagnostics(faults, io);
  return faults[0] === undefined ? EXIT.done : exitCodeOf(faults[0].code);
}

/**
 * Accuracy after t ticks says what a window of t ticks would give only where nothing but the number of ticks depends on T.
 *
 * @throws DiagnosticError E0103
 */
function checkCurve(chip: Chip, labelled: boolean, path: string): void {
  const { mode } = chip.provenance.options;
  if (mode !== 'default') {
    const reason =
      mode === undefined
        ? 'the file does not say in which mode its network was converted'
        : `networks of mode ${String(mode)} differ with T, so one run cannot show them all`;
    fail('E0103', `--curve: ${reason}`, { file: path }, 'build the network with --mode default, or once for every T');
  }
  if (!labelled) fail('E0103', '--curve: without labels there is no accuracy', undefined, 'name their file: --labels');
}

/** The conventional network, from the graph section; undefined where the file has none. */
function floatClassifier(chip: Chip, io: Io): ((x: Float64Array) => number) | undefined {
  if (chip.graph === undefined) {
    printNote('the chip file holds no graph, so the conventional network is not run beside', io);
    return undefined;
  }
  const { ann } = readGraph(chip);
  const evaluator = new AnnEvaluator(ann);
  return (x) => {
    evaluator.run(x);
    return largestIndex(evaluator.output(ann.output));
  };
}
