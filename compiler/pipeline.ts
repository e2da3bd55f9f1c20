/**
 * The pipeline: the passes of a build in the order in which they run. This is what runs and what
 * the build record gives the seconds of.
 *
 * Networks come in by two entrances, a conventional one and a spiking one, and meet where their neurons are set. Each
 * stage is a chain of its own, so that a build can be taken up again at its start with other options.
 */
import { Chain, type LevelAfter } from './chain.ts';
import { evidence, type EvidenceElsewhere } from './evidence.ts';
import type { AnnGraph } from './ann/ann.ts';
import type { AnnNetwork, ConventionalNetwork, SpikingNetwork, TrainedNetwork } from './ann/network.ts';
import type { PacketRates } from './ir/rates.ts';
import type { SpikingGraph } from './ir/spiking.ts';
import type { BuildRequest } from './options.ts';
import { assignTilesPass } from './passes/assign-tiles.ts';
import { balanceThresholdsPass } from './passes/balance-thresholds.ts';
import { type Calibration, calibrateActivationsPass } from './passes/calibrate-activations.ts';
import type { KeptSample } from './passes/calibrate/kept-samples.ts';
import { chooseThresholdsPass } from './passes/choose-thresholds.ts';
import { chooseWidthsPass } from './passes/choose-widths.ts';
import { codeSpikesPass } from './passes/code-spikes.ts';
import { comparePlacementsPass } from './passes/compare-placements.ts';
import { correctBiasPass } from './passes/correct-bias.ts';
import { correctPotentialPass } from './passes/correct-potential.ts';
import { decodeOutputPass } from './passes/decode-output.ts';
import { embedSelfTestPass } from './passes/embed-self-test.ts';
import { emitChipPass } from './passes/emit-chip.ts';
import { encodeInputPass, type InputPlan } from './passes/encode-input.ts';
import { fireOutputPass } from './passes/fire-output.ts';
import { type FormedLayers, formLayersPass } from './passes/form-layers.ts';
import { joinLayersPass } from './passes/join-layers.ts';
import { keepSamplesPass } from './passes/keep-samples.ts';
import { measureRoundingPass } from './passes/measure-rounding.ts';
import { measureRatesPass } from './passes/measure-rates.ts';
import { mergeLinearPass } from './passes/merge-linear.ts';
import { placeTilesPass } from './passes/place-tiles.ts';
import { quantisePopulationsPass } from './passes/quantise-populations.ts';
import { quantiseWeightsPass } from './passes/quantise-weights.ts';
import { readNetworkPass } from './passes/read-network.ts';
import { routeTreesPass } from './passes/route-trees.ts';
import { scheduleTicksPass } from './passes/schedule-ticks.ts';
import { setLevelsPass } from './passes/set-levels.ts';
import { setNeuronsPass } from './passes/set-neurons.ts';
import { skewPopulationsPass } from './passes/skew-populations.ts';
import { takeSamplesPass } from './passes/take-samples.ts';
import { weighBiasesPass } from './passes/weigh-biases.ts';
import { takeNeuronsPass } from './passes/take-neurons.ts';

export const READ = Chain.from<BuildRequest>().next(readNetworkPass);

/** What both entrances start from. */
export interface Entered<N extends AnnNetwork> extends BuildRequest {
  readonly network: N;
  readonly ann: AnnGraph;
}

const formConventional = Chain.from<Entered<ConventionalNetwork>>()
  .next(mergeLinearPass)
  .next(formLayersPass)
  .next(fireOutputPass);
const calibrate = Chain.from<LevelAfter<typeof formConventional>>()
  .next(calibrateActivationsPass)
  .next(chooseThresholdsPass)
  .next(balanceThresholdsPass);
/** The thresholds of a calibrated network again, for another mode and window. */
export const THRESHOLDS = Chain.from<LevelAfter<typeof calibrate>>()
  .next(chooseThresholdsPass)
  .next(balanceThresholdsPass);
const setNeurons = Chain.from<LevelAfter<typeof calibrate>>()
  .next(setNeuronsPass)
  .next(correctBiasPass)
  .next(correctPotentialPass)
  .next(weighBiasesPass);

/** The entrance of networks that a build makes spiking. */
export const CONVENTIONAL = { form: formConventional, calibrate, setNeurons } as const;

const formSpiking = Chain.from<Entered<SpikingNetwork>>().next(formLayersPass).next(fireOutputPass);
const keepSamples = Chain.from<LevelAfter<typeof formSpiking>>().next(keepSamplesPass);
const takeNeurons = Chain.from<LevelAfter<typeof keepSamples>>().next(takeNeuronsPass);

/** The entrance of networks that are spiking already: the same steps, taken from the file. */
export const SPIKING = { form: formSpiking, calibrate: keepSamples, setNeurons: takeNeurons } as const;

/** Where the entrances meet: whatever comes in has brought this. */
export interface SpikingLevel extends BuildRequest {
  readonly network: AnnNetwork;
  readonly ann: AnnGraph;
  readonly formed: FormedLayers;
  readonly spiking: SpikingGraph;
  /** Where the encoding of the input will come from. */
  readonly input: InputPlan;
  /** Packets that the mapping weighs: assumed, or brought by the network. */
  readonly rates: PacketRates;
  /** The first calibration samples. */
  readonly samples: readonly KeptSample[];
  /** undefined where nothing was calibrated. */
  readonly activations: Calibration | undefined;
  readonly calibrationSamples: number;
  /** What chose the thresholds, as the command line writes it; `clip`: the clip levels. */
  readonly thresholdRule: string;
}

/** When layers fire, and what they hear: all that a converted network is recorded with. */
export const SCHEDULE = Chain.from<SpikingLevel>().next(scheduleTicksPass).next(encodeInputPass).next(measureRatesPass);

export const QUANTISE = Chain.from<
  LevelAfter<typeof SCHEDULE> & { readonly elsewhere?: EvidenceElsewhere | undefined }
>()
  .next(chooseWidthsPass)
  .next(quantiseWeightsPass)
  .next(codeSpikesPass);

const MAP = Chain.from<LevelAfter<typeof QUANTISE>>()
  .next(assignTilesPass)
  .next(placeTilesPass)
  .next(routeTreesPass)
  .next(comparePlacementsPass)
  .next(emitChipPass);

/** From floating point to the parts of the chip. */
export const CHIP = QUANTISE.beside(evidence, MAP);

/** The entrance of networks of populations, which are spiking as they were trained: their own way up to the mapping. */
export const FORM_POPULATIONS = Chain.from<BuildRequest & { readonly network: TrainedNetwork }>()
  .next(joinLayersPass)
  .next(decodeOutputPass)
  .next(takeSamplesPass)
  .next(skewPopulationsPass)
  .next(setLevelsPass)
  .next(quantisePopulationsPass)
  .next(measureRoundingPass);
export const POPULATIONS = Chain.from<LevelAfter<typeof FORM_POPULATIONS>>()
  .next(assignTilesPass)
  .next(placeTilesPass)
  .next(routeTreesPass)
  .next(comparePlacementsPass)
  .next(emitChipPass)
  .next(embedSelfTestPass);
