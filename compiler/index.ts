/** Network → chip.bin, and the reference interpreter that says what the network means. */
export { newNet } from './read/new-net.ts';
export { buildChip, type BuildResult } from './build.ts';
export { convertToNet, type ConvertResult } from './convert-to-net.ts';
export { convertToNir, type ConvertedToNir } from './convert-to-nir.ts';
export {
  type Evidence,
  type EvidenceElsewhere,
  type EvidenceHooks,
  type EvidenceJob,
  gatherEvidence,
} from './evidence.ts';
export type { AnnGraph, AnnNode } from './ann/ann.ts';
export { AnnEvaluator } from './engines/evaluate-ann.ts';
export { annMacs } from './ann/work.ts';
export { codeOf, planeFed } from './layer-neurons.ts';
export { OPERAND_FIELDS } from './neurons/parts/program-code.ts';
export type { ConventionalNetwork, Network, SpikingNetwork } from './ann/network.ts';
export { decodeGraphFile, encodeGraphFile, type GraphFile } from './graph-file/graph-file.ts';
export { ReferenceInterpreter, type ReferenceResult, type ReferenceView } from './engines/interpret.ts';
export type { ConvertedGraph, FloatGraph, QuantisedGraph } from './ir/layers.ts';
export type { BuildHooks } from './pass-runner.ts';
export { CODE_NAMES, CODES, type SpikeCode } from './codes.ts';
export { OBJECTIVES } from './options.ts';
export { CONVERSION_MODES, CONVERSIONS, type ConversionMode, type ThresholdRule } from './conversions.ts';
export {
  ASSIGNMENTS,
  CORRECTIONS,
  type BuildOptions,
  type BuildRequest,
  type CalibrationData,
  type Correction,
  type PinOptions,
  type Preprocessing,
  ROUNDINGS,
} from './options.ts';
export { type AskedOptions, isChosen, modeAsked, STANDARD, standardOptions } from './standard-options.ts';
export { PLACEMENT_METHODS, type PlacementMethod } from './mapping/placement/place-blocks.ts';
export { PASSES, type PassName } from './all-passes.ts';
export { netSchema } from './read/net-schema.ts';
export { readNetwork, type ReadOptions } from './read/index.ts';
export {
  NIR_COMPARISONS,
  NIR_DECAYS,
  NIR_FLOORS,
  NIR_GAINS,
  NIR_ORIGINS,
  NIR_RESET_TIMES,
  NIR_RESETS,
} from './read/nir/rules.ts';
export { DECODINGS } from './ir/population.ts';
export { MOST_SPIKES } from './read/populations/schema.ts';
export { checkFit, type StandIns, type Unfit } from './fit/check-fit.ts';
