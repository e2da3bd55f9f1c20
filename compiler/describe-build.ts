/** Gathers the build record from what the passes made. */
import {
  AS_TRAINED,
  type BuildRecord,
  type CandidateRecord,
  type Chip,
  type Diagnostic,
  formatDiagnostic,
  type LedgerRecord,
  type RoundingRecord,
  sha256Of,
  shapeSize,
} from '../isa/index.ts';
import type { LevelAfter } from './chain.ts';
import type { Candidate } from './choose/choose-conversion.ts';
import { describeLedger } from './ledger-record.ts';
import { describeMapping, type MappingFacts } from './mapping-record.ts';
import { valueOf } from './layer-neurons.ts';
import type { Placed } from './ir/mapped.ts';
import type { QuantisedGraph } from './ir/layers.ts';
import type { BuildOptions } from './options.ts';
import { thresholdText } from './passes/choose-thresholds.ts';
import { levelOptions } from './passes/set-levels.ts';
import type { CHIP, POPULATIONS } from './pipeline.ts';
import { hasLayers } from './populations/activations.ts';

type LayerRecord = BuildRecord['layers'][number];

/** What a record says of the way that a network went before it was mapped. */
export interface LoweringFacts {
  readonly conversion: Omit<BuildRecord['conversion'], 'ticks' | 'inputStep' | 'inputRange' | 'annMacs'>;
  readonly layers: readonly Omit<
    LayerRecord,
    'name' | 'shape' | 'depth' | 'bitsAvailable' | 'cores' | 'sharedCores' | 'neurons' | 'use'
  >[];
  readonly ledger: LedgerRecord | null;
  readonly rounding?: RoundingRecord;
  readonly candidates?: readonly CandidateRecord[];
}

export interface BuildFacts extends MappingFacts {
  readonly chip: Chip;
  readonly bytes: Uint8Array;
  readonly graph: QuantisedGraph;
  readonly lowering: LoweringFacts;
  readonly seconds: Readonly<Record<string, number>>;
  readonly warnings: readonly Diagnostic[];
}

/** The build record; everything in it follows from the facts. */
export function describeBuild(facts: BuildFacts): BuildRecord {
  const { chip, lowering, options } = facts;
  return {
    format: 'snn-build/1',
    tool: options.tool,
    network: chip.provenance.network,
    target: chip.target.name,
    chip: {
      sha256: sha256Of(facts.bytes),
      bytes: facts.bytes.length,
      selfTestSamples: chip.selfTest?.samples.length ?? 0,
    },
    conversion: {
      ...lowering.conversion,
      ticks: chip.ticks,
      inputStep: chip.input.step,
      inputRange: [chip.input.payloadMin, chip.input.payloadMax],
      annMacs: chip.provenance.annMacs,
    },
    layers: lowering.layers.map((layer, l) => ({ ...layer, ...describePlaces(facts, l) })),
    ledger: lowering.ledger,
    ...(lowering.rounding !== undefined && { rounding: lowering.rounding }),
    ...(lowering.candidates !== undefined && { candidates: [...lowering.candidates] }),
    mapping: describeMapping(chip, facts),
    seconds: { ...facts.seconds },
    warnings: facts.warnings.map(formatDiagnostic),
  };
}

/** Cores that hold a tile of such a layer, in the order of the tiles. */
const coresOf = ({ tiles, coreOf }: Placed, wanted: (layer: number) => boolean): number[] => [
  ...new Set(coreOf.filter((_, k) => wanted(tiles[k]!.layer))),
];

function describePlaces({ chip, graph, placed }: BuildFacts, l: number) {
  const layer = graph.layers[l]!;
  const cores = coresOf(placed, (each) => each === l);
  const others = new Set(coresOf(placed, (each) => each !== l));
  const images = chip.cores.filter((core) => cores.includes(core.core));
  const largest = (of: (core: Chip['cores'][number]) => number) =>
    images.reduce((most, core) => Math.max(most, of(core)), 0);
  return {
    name: layer.name,
    shape: [...layer.shape] as LayerRecord['shape'],
    depth: layer.depth,
    bitsAvailable: chip.target.widths.vBits,
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

const NONE = new Float64Array(0);

const ends = (values: ArrayLike<number>): [number, number] | null =>
  values.length === 0
    ? null
    : [Array.from(values).reduce((a, b) => Math.min(a, b)), Array.from(values).reduce((a, b) => Math.max(a, b))];

/** Of a network that was made spiking. */
/** @param candidates of a choice by measurement */
export function convertedFacts(built: LevelAfter<typeof CHIP>, candidates?: readonly Candidate[]): LoweringFacts {
  const { activations, ledger, options, quantised, schedule, spiking, widths } = built;
  const { mode, code, per, correct, balance } = options;
  const { thresholdRule: threshold, calibrationSamples } = built;
  return {
    conversion: {
      ...{ mode, ...(code !== 'unary' && { code }), threshold, per, correct, balance },
      window: spiking.window,
      ...(spiking.lead !== undefined && { lead: spiking.lead }),
      ...(spiking.shiftWindow !== undefined && { shiftWindow: spiking.shiftWindow }),
      calibrationSamples,
      ...(quantised.rounding !== 'nearest' && { rounding: quantised.rounding }),
    },
    layers: quantised.facts.map((facts, l) => ({
      delays: [...schedule.delays[l]!],
      thresholdFloat: ends(valueOf(spiking.neurons[l]!, 'threshold') ?? NONE),
      deadChannels: activations?.histograms[l]!.filter((histogram) => histogram.max === 0).length ?? 0,
      thresholdInteger:
        valueOf(spiking.neurons[l]!, 'threshold') === undefined ? null : [facts.thresholdMin, facts.thresholdMax],
      shifts: [...facts.shifts],
      weights: facts.weights,
      weightBits: facts.weightBits,
      ...(spiking.windows !== undefined && { window: spiking.windows[l]! }),
      ...(widths.sensitivities !== undefined && {
        sensitivity: widths.sensitivities[l]!.losses.map(({ bits, loss }) => ({ weightBits: bits, loss })),
      }),
      zeroedWeights: facts.zeroed,
      weightError: facts.weightError,
      bitsNeeded: facts.bitsNeeded,
      shrunkChannels: facts.shrunkChannels,
      shrinkFactor: facts.shrinkFactor,
    })),
    ledger: ledger === undefined ? null : describeLedger(ledger, Math.min(...widths.bits), options.mode),
    ...(candidates !== undefined && { candidates: candidates.map(describeCandidate) }),
  };
}

const describeCandidate = ({
  mode,
  code,
  window,
  correct,
  cost,
  packets,
  loss,
  verdict,
}: Candidate): CandidateRecord => ({
  ...{ mode, code, window, correct, verdict },
  lossPoints: loss.points,
  standardErrorPoints: loss.standardErrorPoints,
  samples: loss.samples,
  estimatedEnergyJ: cost.energyJ,
  estimatedLatencySeconds: cost.latencySeconds,
  packets,
});

/** How the thresholds of conventional layers beside populations were found. */
function levelFacts(
  options: BuildOptions,
  samples: number,
): Pick<BuildRecord['conversion'], 'threshold' | 'per' | 'levels'> {
  const { window: levels, per, rule } = levelOptions(options);
  return { threshold: samples === 0 ? 'clip' : thresholdText({ rule }), per, levels };
}

/** Of a network that was trained as a spiking one. */
export function populationFacts(built: LevelAfter<typeof POPULATIONS>): LoweringFacts {
  const { options, quantised, rounding, samples, schedule, spikingGraph } = built;
  return {
    conversion: {
      ...{ mode: AS_TRAINED, threshold: AS_TRAINED, per: 'channel', correct: 'none', balance: false },
      ...(hasLayers(spikingGraph) && levelFacts(options, samples.length)),
      window: quantised.graph.window,
      calibrationSamples: samples.length,
      ...(spikingGraph.taken && { taken: { ...spikingGraph.taken } }),
    },
    layers: quantised.facts.map((facts, p) => {
      const thresholds = quantised.graph.layers[p]!.parameters as Readonly<Record<string, Int32Array>>;
      return {
        delays: [...schedule.delays[p]!],
        thresholdFloat: ends(spikingGraph.populations[p]!.parameters.threshold?.values ?? NONE),
        deadChannels: 0,
        thresholdInteger: ends(thresholds.threshold ?? []),
        shifts: [...facts.shifts],
        weights: facts.weights,
        weightBits: facts.weightBits,
        zeroedWeights: facts.zeroed,
        weightError: facts.weightError,
        bitsNeeded: facts.bitsNeeded,
        shrunkChannels: 0,
        shrinkFactor: 1,
      };
    }),
    ledger: null,
    ...(rounding !== undefined && { rounding }),
  };
}
