/** Network → chip.bin, and the reference interpreter that says what the network means. */
export { buildChip, type BuildResult } from './build.ts';
export { convertToNet, type ConvertResult } from './convert-to-net.ts';
export type { BuildRequest } from './convert.ts';
export type { AnnGraph, AnnNode } from './ir/ann.ts';
export { AnnEvaluator, annMacs } from './ir/evaluate-ann.ts';
export { decodeGraphFile, encodeGraphFile, type GraphFile } from './ir/graph-file.ts';
export { ReferenceInterpreter, type ReferenceResult, type ReferenceView } from './ir/interpret.ts';
export type { FloatGraph, QuantisedGraph } from './ir/layers.ts';
export type { BuildHooks } from './pass-runner.ts';
export { CONVERSION_MODES, type ConversionMode } from './ir/spiking.ts';
export { CORRECTIONS, type BuildOptions, type Correction } from './options.ts';
export type { ThresholdRule } from './passes/choose-thresholds.ts';
export { PLACEMENT_METHODS, type PlacementMethod } from './mapping/placement/place-blocks.ts';
export type { Preprocessing } from './passes/encode-input.ts';
export { PASSES, type PassName } from './pipeline.ts';
export { netSchema } from './read/net-schema.ts';
export { readNetwork, type ReadOptions } from './read/index.ts';
export { buildRecordSchema, type BuildRecord } from './record.ts';
