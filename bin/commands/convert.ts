/** `snnc convert` */
import { basename } from 'node:path';
import { convertToNet, convertToNir, type ConvertResult } from '../../compiler/index.ts';
import { type ConvertRecord, fail, formatDiagnostic, isChipFile, SIGNATURE } from '../../isa/index.ts';
import { renderConversionText } from '../../report/index.ts';
import { EXIT, type ExitCode } from '../ui/exit.ts';
import { withFlags } from '../ui/flags.ts';
import { firstBytes } from '../ui/files.ts';
import type { Io } from '../ui/io.ts';
import { printDiagnostics } from '../ui/messages.ts';
import { outputPaths, publish } from '../ui/results.ts';
import { type ConversionValues, readRequest, withHooks } from './build-request.ts';

export async function convert(values: ConversionValues & { readonly output: string }, io: Io): Promise<ExitCode> {
  const { output, json, quiet } = values;
  if (NIR_FILE.test(output)) return convertNir(values, io);
  const tensorFile = tensorFileOf(output);
  const request = await requestOf(values, io, outputPaths(json, output, tensorFile));
  await checkTensorFile(io, tensorFile);
  const result = await withHooks(values, io, (hooks) => convertToNet(request, basename(tensorFile), hooks));
  printDiagnostics(result.warnings, io);
  const record = recordOf(result, [output, tensorFile]);
  await publish(io, {
    json,
    record: () => record,
    text: (style) => (quiet ? '' : renderConversionText(record, style)),
    // The document last: whoever finds it finds its tensors too.
    files: [
      { path: tensorFile, content: result.tensors },
      { path: output, content: result.document },
    ],
  });
  return EXIT.done;
}

/** Samples that warnings of a conversion are measured on; there is no ledger. */
const WEIGHED_SAMPLES = 16;

const NIR_FILE = /[^/\\]\.nir$/i;

async function convertNir(values: ConversionValues & { readonly output: string }, io: Io): Promise<ExitCode> {
  const { output, json, quiet } = values;
  const request = await requestOf(values, io, outputPaths(json, output));
  const { file, facts, lost, warnings } = await withHooks(values, io, (hooks) => convertToNir(request, hooks));
  printDiagnostics(warnings, io);
  const record: ConvertRecord = {
    ...{ format: 'snn-convert/1', ...facts, files: [output], lost: lost.map(withFlags) },
    warnings: warnings.map((found) => withFlags(formatDiagnostic(found))),
  };
  await publish(io, {
    json,
    record: () => record,
    text: (style) => (quiet ? '' : renderConversionText(record, style)),
    files: [{ path: output, content: file }],
  });
  return EXIT.done;
}

/** Networks that take recordings of events are spiking as they are: they are written without looking at data. */
const NO_EVENTS = {
  ...{ 'event-dt': undefined, from: undefined, polarity: undefined, bins: undefined, axes: undefined },
  ...{ crop: undefined, downsample: 1, sensor: undefined, 'event-format': undefined },
};

const requestOf = (values: ConversionValues, io: Io, outputs: readonly string[]) =>
  readRequest(
    {
      ...{
        ...values,
        'weight-bits': undefined,
        map: 'layers',
        place: 'hilbert',
        pin: undefined,
        seed: 0,
        'ledger-samples': WEIGHED_SAMPLES,
      },
      ...{
        'step-ticks': undefined,
        endless: false,
        round: undefined,
        deadline: undefined,
        'energy-budget': undefined,
        ...NO_EVENTS,
      },
    },
    io,
    { outputs, selfTest: false },
  );

/** `net.json` → `net.bin`, beside it. */
function tensorFileOf(output: string): string {
  if (!/[^/\\]\.json$/i.test(output))
    fail(
      'E0103',
      `-o ${output} does not end in .json or .nir`,
      undefined,
      'a network is written as -o net.json, with net.bin, or as -o net.nir',
    );
  return output.replace(/\.json$/i, '.bin');
}

/** The tensor file has a name that the user did not give: a chip file that has it is not overwritten. */
async function checkTensorFile(io: Io, path: string): Promise<void> {
  if (isChipFile(await firstBytes(io, path, SIGNATURE.length)))
    fail('E0103', 'the tensors would overwrite a chip file', { file: path }, 'name another output');
}

function recordOf({ network, conversion, warnings }: ConvertResult, files: string[]): ConvertRecord {
  const { mode, window, threshold, per, calibrationSamples, layers } = conversion;
  return {
    format: 'snn-convert/1',
    network,
    mode,
    window,
    threshold,
    per,
    calibrationSamples,
    layers: layers.map((layer) => ({
      name: layer.name,
      channels: layer.threshold.length,
      threshold:
        layer.threshold.length === 0
          ? null
          : [layer.threshold.reduce((a, b) => Math.min(a, b)), layer.threshold.reduce((a, b) => Math.max(a, b))],
    })),
    files,
    warnings: warnings.map((found) => withFlags(formatDiagnostic(found))),
  };
}
