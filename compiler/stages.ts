/** The stages of a build, whichever entrance its network comes in by. A build can be taken up again at any of them. */
import { conversionOptions } from './conversion-options.ts';
import type { LevelAfter } from './chain.ts';
import { fail } from '../isa/index.ts';
import type { AnnNetwork } from './ann/network.ts';
import type { BuildOptions, BuildRequest } from './options.ts';
import type { PassRunner } from './pass-runner.ts';
import { CONVENTIONAL, READ, SCHEDULE, SPIKING, type SpikingLevel, THRESHOLDS } from './pipeline.ts';

type Entrances = { readonly conventional: typeof CONVENTIONAL; readonly spiking: typeof SPIKING };
type Stage = keyof typeof CONVENTIONAL;

/** The level after a stage of an entrance. */
type Entered<Kind extends keyof Entrances, S extends Stage> = {
  readonly kind: Kind;
  readonly level: LevelAfter<Entrances[Kind][S]>;
};

/** A network whose layers are known. */
export type Formed = Entered<'conventional', 'form'> | Entered<'spiking', 'form'>;

/** A network that has seen its data. Its thresholds are those of its mode and window; nothing else of it depends on these. */
export type Calibrated = Entered<'conventional', 'calibrate'> | Entered<'spiking', 'calibrate'>;
export type CalibratedConventional = Extract<Calibrated, { readonly kind: 'conventional' }>;

/** A network whose neurons are set and whose ticks are scheduled; nothing is rounded yet. */
export type Scheduled = LevelAfter<typeof SCHEDULE>;

/**
 * Reads a network and forms its layers. Options that a spiking network brings stand in the place of those asked for.
 *
 * @throws DiagnosticError for every fault of the network; E0103 for options that contradict it
 */
export async function formNetwork(request: BuildRequest, run: PassRunner): Promise<Formed> {
  const { network } = await run.through(READ, request);
  if (network.kind === 'populations')
    fail(
      'E0207',
      'the network is of populations, which are spiking as they are: there is nothing to convert',
      { file: request.fileName },
      'build it: `snnc build` takes it as it was trained; or write it as a NIR graph: -o net.nir',
    );
  return formAnn(request, network, run);
}

/** The same of a network that has been read. @throws E0103 for options that contradict it */
export async function formAnn(request: BuildRequest, network: AnnNetwork, run: PassRunner): Promise<Formed> {
  const { ann } = network;
  if (network.kind === 'conventional')
    return { kind: network.kind, level: await run.through(CONVENTIONAL.form, { ...request, network, ann }) };
  const options = conversionOptions(request.options, network.conversion);
  return { kind: network.kind, level: await run.through(SPIKING.form, { ...request, options, network, ann }) };
}

/** @throws DiagnosticError for every fault of the data */
export async function calibrateNetwork(formed: Formed, run: PassRunner): Promise<Calibrated> {
  return formed.kind === 'conventional'
    ? { kind: formed.kind, level: await run.through(CONVENTIONAL.calibrate, formed.level) }
    : { kind: formed.kind, level: await run.through(SPIKING.calibrate, formed.level) };
}

/** A calibrated network with other options, and the thresholds that it has with them. */
export async function withThresholds(
  { kind, level }: CalibratedConventional,
  options: BuildOptions,
  run: PassRunner,
): Promise<CalibratedConventional> {
  return { kind, level: await run.through(THRESHOLDS, { ...level, options }) };
}

/**
 * Sets the neurons of a calibrated network and schedules its ticks.
 *
 * @param options those of the network, but for mode (of those with the same layers), window, weight width and target; a
 *   spiking network keeps its mode and its window
 * @throws DiagnosticError E0202, E0301, E0304, E0313
 */
export async function scheduleNetwork(
  { kind, level }: Calibrated,
  options: BuildOptions,
  run: PassRunner,
): Promise<Scheduled> {
  const spiking: SpikingLevel =
    kind === 'conventional'
      ? await run.through(CONVENTIONAL.setNeurons, { ...level, options })
      : await run.through(SPIKING.setNeurons, { ...level, options });
  return run.through(SCHEDULE, spiking);
}
