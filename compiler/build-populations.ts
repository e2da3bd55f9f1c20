/** The build of a network of populations: nothing is converted, what was trained is rounded and mapped. */
import { fail, option } from '../isa/index.ts';
import type { BuildOptions, BuildRequest } from './options.ts';
import type { PassRunner } from './pass-runner.ts';
import { FORM_POPULATIONS, POPULATIONS } from './pipeline.ts';
import type { LevelAfter } from './chain.ts';
import { widthsText } from './widths.ts';
import type { TrainedNetwork } from './ann/network.ts';

/**
 * @throws DiagnosticError E0103 for options that only conversions have, and for every fault of the network, the data or the
 *   fit
 */
export async function buildPopulations(
  request: BuildRequest,
  network: TrainedNetwork,
  run: PassRunner,
): Promise<LevelAfter<typeof POPULATIONS>> {
  refuseConversion(request.options, network);
  const formed = await run.through(FORM_POPULATIONS, { ...request, network });
  return run.through(POPULATIONS, formed);
}

/** @throws DiagnosticError E0103 for options that only conversions have */
export function refuseConversion(
  { stated = [], rounding, correct, balance, preprocessing, layerWidths }: BuildOptions,
  network: TrainedNetwork,
): void {
  // What a graph in continuous time says nothing of is asked for.
  const isContinuous = network.taken !== undefined;
  const hasLayers = network.layers !== undefined;
  // Conventional layers have levels and thresholds.
  const isOpen = (name: (typeof stated)[number]): boolean =>
    name === 'window' ? isContinuous || hasLayers : hasLayers && (name === 'threshold' || name === 'per');
  const [first] = stated.filter((name) => !isOpen(name));
  const asked =
    first !== undefined
      ? option(first === 'threshold' ? 'rule' : first)
      : correct !== 'none'
        ? option('correct', correct)
        : rounding !== undefined
          ? option('rounding', rounding)
          : layerWidths?.kind === 'average'
            ? option('weightBits', widthsText(layerWidths))
            : balance
              ? option('balance')
              : preprocessing !== undefined
                ? option('scale')
                : undefined;
  if (asked !== undefined)
    fail(
      'E0103',
      `${asked} is about the conversion of a network; this one is of populations, which are spiking as they were trained`,
      undefined,
      'leave the option out: steps, neurons and input are those of the network file',
    );
}
