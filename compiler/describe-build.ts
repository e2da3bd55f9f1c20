/** Gathers the build record from what the passes made. */
import { createHash } from 'node:crypto';
import { shapeSize, coreCount, formatDiagnostic, type Chip, type Diagnostic } from '../isa/index.ts';
import type { BuildOptions } from './options.ts';

import type { Placed } from './ir/mapped.ts';
import type { Calibration } from './passes/calibrate-activations.ts';
import { thresholdText } from './passes/choose-thresholds.ts';
import type { FormedLayers } from './passes/form-layers.ts';
import type { QuantisationRecord } from './passes/quantise/layer-quantiser.ts';
import type { Schedule } from './passes/schedule-ticks.ts';
import type { BuildRecord } from './record.ts';

export interface BuildFacts {
  readonly chip: Chip;
  readonly bytes: Uint8Array;
  readonly options: BuildOptions;
  readonly formed: FormedLayers;
  readonly calibration: Calibration | undefined;
  readonly thresholds: readonly Float64Array[];
  readonly schedule: Schedule;
  readonly quantisation: readonly QuantisationRecord[];
  readonly placed: Placed;
  readonly trees: number;
  readonly seconds: Readonly<Record<string, number>>;
  readonly warnings: readonly Diagnostic[];
}

export function describeBuild(facts: BuildFacts): BuildRecord {
  const { chip, options } = facts;
  const perRouter = new Map<number, number>();
  for (const { router } of chip.routes) perRouter.set(router, (perRouter.get(router) ?? 0) + 1);
  return {
    format: 'snn-build/1',
    tool: options.tool,
    network: chip.provenance.network,
    target: chip.target.name,
    chip: {
      sha256: createHash('sha256').update(facts.bytes).digest('hex'),
      bytes: facts.bytes.length,
      selfTestSamples: chip.selfTest?.samples.length ?? 0,
    },
    conversion: {
      mode: options.mode,
      threshold: facts.calibration === undefined ? 'clip' : thresholdText(options),
      per: options.per,
      window: options.window,
      ticks: chip.ticks,
      calibrationSamples: facts.calibration?.samples ?? 0,
      inputStep: chip.input.step,
      inputRange: [chip.input.payloadMin, chip.input.payloadMax],
      annMacs: chip.provenance.annMacs,
    },
    layers: facts.formed.graph.layers.map((_, l) => describeLayer(facts, l)),
    mapping: {
      cores: chip.cores.length,
      coresAvailable: coreCount(chip.target),
      trees: facts.trees,
      routeEntries: Math.max(0, ...perRouter.values()),
      limits: chip.target.limits,
    },
    seconds: { ...facts.seconds },
    warnings: facts.warnings.map(formatDiagnostic),
  };
}

const ends = (values: Float64Array): [number, number] | null =>
  values.length === 0 ? null : [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];

function describeLayer(facts: BuildFacts, l: number): BuildRecord['layers'][number] {
  const layer = facts.formed.graph.layers[l]!;
  const quantisation = facts.quantisation[l]!;
  const fires = facts.chip.layers[l]!.fires;
  const cores = facts.placed.tiles.flatMap((tile, k) => (tile.layer === l ? [facts.placed.coreOf[k]!] : []));
  const images = facts.chip.cores.filter((core) => cores.includes(core.core));
  const largest = (of: (core: Chip['cores'][number]) => number) =>
    images.reduce((most, core) => Math.max(most, of(core)), 0);
  return {
    name: layer.name,
    shape: [...layer.shape],
    depth: facts.schedule.depths[l]!,
    delays: [...facts.schedule.delays[l]!],
    thresholdFloat: ends(facts.thresholds[l]!),
    deadChannels: facts.calibration?.histograms[l]!.filter((histogram) => histogram.max === 0).length ?? 0,
    thresholdInteger: fires ? [quantisation.thresholdMin, quantisation.thresholdMax] : null,
    shifts: [...quantisation.shifts],
    weights: quantisation.weights,
    zeroedWeights: quantisation.zeroed,
    bitsNeeded: quantisation.bitsNeeded,
    bitsAvailable: quantisation.bitsAvailable,
    shrunkChannels: quantisation.shrunkChannels,
    shrinkFactor: quantisation.shrinkFactor,
    cores,
    neurons: shapeSize(layer.shape),
    use: {
      neurons: largest((core) => core.neuronCount),
      axons: largest((core) => core.axonCount),
      synapseBits: largest((core) => 8 * core.synapses.length),
      programWords: largest((core) => core.program.length),
      parameters: largest((core) => core.parameters.length),
      sinkRows: largest((core) => core.sinks.length),
    },
  };
}
