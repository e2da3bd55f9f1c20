/** The conventional network of a chip file. */
import { AnnEvaluator } from '../compiler/engines/evaluate-ann.ts';
import type { GraphFile } from '../compiler/graph-file/graph-file.ts';
import { type Chip, fail } from '../isa/index.ts';
import { readGraph } from './graph.ts';

/**
 * Gives the outputs for a sample from its preprocessed values; they are valid until the next one.
 *
 * @param graph of the chip file, where it was read already
 * @throws DiagnosticError E0407 where the file has no graph or its network was trained as a spiking one, E0405 where it is one of another chip
 */
export function floatOutputs(
  chip: Chip,
  { ann }: Pick<GraphFile, 'ann'> = readGraph(chip),
): (x: Float64Array) => Float64Array {
  if (ann === undefined) fail('E0407', 'the chip file has no conventional network', { section: 'graph' });
  const evaluator = new AnnEvaluator(ann);
  return (x) => {
    evaluator.run(x);
    return evaluator.output(ann.output);
  };
}
