/** From the bytes of a network file to net.json with its conversion, which a build takes over as it is. */
import { shapeSize, type Diagnostic } from '../isa/index.ts';
import { chooseOptions } from './choose/choose-options.ts';
import type { Conversion } from './ir/conversion.ts';
import { valuesByRole } from './layer-neurons.ts';
import { checkLabels } from './labels.ts';
import type { BuildRequest } from './options.ts';
import { PassRunner, type BuildHooks } from './pass-runner.ts';
import { calibrateNetwork, formNetwork, scheduleNetwork, type Scheduled } from './stages.ts';
import { writeNet, type NetFiles } from './write/write-net.ts';

export interface ConvertResult extends NetFiles {
  readonly network: string;
  readonly conversion: Conversion;
  readonly warnings: readonly Diagnostic[];
}

/**
 * @param tensorFile name that the document gives to the file of its tensors
 * @throws DiagnosticError for every fault of the network and the data; whatever `signal` was aborted with
 */
export async function convertToNet(
  request: BuildRequest,
  tensorFile: string,
  hooks: BuildHooks,
): Promise<ConvertResult> {
  const run = new PassRunner(hooks);
  const { calibrated } = await chooseOptions(await calibrateNetwork(await formNetwork(request, run), run), run);
  const converted = await scheduleNetwork(calibrated, calibrated.level.options, run);
  const { labels } = request.options;
  const classes = shapeSize(converted.formed.graph.layers.at(-1)!.shape);
  if (labels !== undefined) checkLabels(labels, classes);
  const ann = { ...converted.ann, ...(labels && { labels }) };
  const conversion = conversionOf(converted);
  return {
    ...writeNet(ann, conversion, tensorFile),
    network: ann.name,
    conversion,
    warnings: run.warnings,
  };
}

/** What a converted network is recorded as, so that a build takes it over as it is. */
function conversionOf(converted: Scheduled): Conversion {
  const { options, spiking, encoding, thresholdRule, calibrationSamples, rates } = converted;
  const { shape: _, ...input } = encoding;
  return {
    mode: spiking.mode,
    window: spiking.window,
    ...(spiking.windows !== undefined && { windows: spiking.windows }),
    ...(spiking.lead !== undefined && { lead: spiking.lead }),
    ...(spiking.shiftWindow !== undefined && { shiftWindow: spiking.shiftWindow }),
    ...(options.code !== 'unary' && { code: options.code }),
    threshold: thresholdRule,
    per: options.per,
    correct: options.correct,
    balance: options.balance,
    calibrationSamples,
    input,
    rates,
    layers: spiking.neurons.map((neurons, l) => ({
      name: spiking.graph.layers[l]!.name,
      ...valuesByRole(neurons, new Float64Array(0)),
    })),
  };
}
