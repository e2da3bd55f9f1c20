/** The conventional network of a chip file. */
import { AnnEvaluator } from '../../compiler/index.ts';
import { type Chip, largestIndex } from '../../isa/index.ts';
import { readGraph } from './graph.ts';

/**
 * Predicts the class of a sample from its preprocessed values.
 *
 * @throws DiagnosticError E0407 where the file has no graph, E0405 where it is one of another chip
 */
export function floatClassifier(chip: Chip): (x: Float64Array) => number {
  const { ann } = readGraph(chip);
  const evaluator = new AnnEvaluator(ann);
  return (x) => {
    evaluator.run(x);
    return largestIndex(evaluator.output(ann.output));
  };
}
