/** Gathers the build record from what the passes made. */
import { createHash } from 'node:crypto';
import { shapeSize, formatDiagnostic, type BuildRecord, type Chip, type Diagnostic } from '../isa/index.ts';
import type { LevelAfter } from './chain.ts';
import { describeLedger } from './ledger-record.ts';
import { describeMapping } from './mapping-record.ts';
import { valueOf } from './layer-neurons.ts';
import type { Placed } from './ir/mapped.ts';
import type { CHIP } from './pipeline.ts';

export interface BuildFacts {
  readonly chip: Chip;
  readonly bytes: Uint8Array;
  readonly built: LevelAfter<typeof CHIP>;
  readonly seconds: Readonly<Record<string, number>>;
  readonly warnings: readonly Diagnostic[];
}

/** The build record; everything in it follows from the facts. */
export function describeBuild(facts: BuildFacts): BuildRecord {
  const { chip, built } = facts;
  const { ledger, options } = built;
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
      threshold: built.thresholdRule,
      per: options.per,
      correct: options.correct,
      balance: options.balance,
      window: options.window,
      ticks: chip.ticks,
      calibrationSamples: built.calibrationSamples,
      inputStep: chip.input.step,
      inputRange: [chip.input.payloadMin, chip.input.payloadMax],
      annMacs: chip.provenance.annMacs,
    },
    layers: built.formed.graph.layers.map((_, l) => describeLayer(facts, l)),
    ledger: ledger === undefined ? null : describeLedger(ledger, options.weightBits, options.mode),
    mapping: describeMapping(chip, built),
    seconds: { ...facts.seconds },
    warnings: facts.warnings.map(formatDiagnostic),
  };
}

const NONE = new Float64Array(0);

const ends = (values: Float64Array): [number, number] | null =>
  values.length === 0 ? null : [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];

/** Cores that hold a tile of such a layer, in the order of the tiles. */
const coresOf = ({ tiles, coreOf }: Placed, wanted: (layer: number) => boolean): number[] => [
  ...new Set(coreOf.filter((_, k) => wanted(tiles[k]!.layer))),
];

function describeLayer(facts: BuildFacts, l: number): BuildRecord['layers'][number] {
  const { activations, formed, placed, quantised, schedule, spiking } = facts.built;
  const layer = formed.graph.layers[l]!;
  const quantisation = quantised.facts[l]!;
  const fires = facts.chip.layers[l]!.fires;
  const cores = coresOf(placed, (layer) => layer === l);
  const others = new Set(coresOf(placed, (layer) => layer !== l));
  const images = facts.chip.cores.filter((core) => cores.includes(core.core));
  const largest = (of: (core: Chip['cores'][number]) => number) =>
    images.reduce((most, core) => Math.max(most, of(core)), 0);
  return {
    name: layer.name,
    shape: [...layer.shape],
    depth: schedule.depths[l]!,
    delays: [...schedule.delays[l]!],
    thresholdFloat: ends(valueOf(spiking.neurons[l]!, 'threshold') ?? NONE),
    deadChannels: activations?.histograms[l]!.filter((histogram) => histogram.max === 0).length ?? 0,
    thresholdInteger: fires ? [quantisation.thresholdMin, quantisation.thresholdMax] : null,
    shifts: [...quantisation.shifts],
    weights: quantisation.weights,
    zeroedWeights: quantisation.zeroed,
    weightError: quantisation.weightError,
    bitsNeeded: quantisation.bitsNeeded,
    bitsAvailable: quantisation.bitsAvailable,
    shrunkChannels: quantisation.shrunkChannels,
    shrinkFactor: quantisation.shrinkFactor,
    cores,
    sharedCores: cores.filter((core) => others.has(core)).length,
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
