/** Networks of populations that a test writes down itself. */
import { type BuildOptions, type BuildResult, decodeGraphFile, type QuantisedGraph } from '../../../compiler/index.ts';
import { builtinTargets, type Chip, readChip } from '../../../isa/index.ts';
import { build, TEST_OPTIONS } from '../builds.ts';

export interface BuiltPopulations {
  readonly result: BuildResult;
  /** As the loader reads it. */
  readonly chip: Chip;
  readonly graph: QuantisedGraph;
}

const EDGE = builtinTargets().get('edge')!;

/** @throws DiagnosticError for every fault of the document */
export async function buildPopulations(
  document: object,
  options: Partial<BuildOptions> = {},
): Promise<BuiltPopulations> {
  const net = { json: JSON.stringify(document), inputShape: [1, 1, 1] as const, seed: 1 };
  const result = await build(net, { ...TEST_OPTIONS, target: EDGE, ...options });
  const chip = readChip(result.bytes);
  return { result, chip, graph: decodeGraphFile(chip.graph!).quantised };
}
