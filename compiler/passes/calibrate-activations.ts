/**
 * Runs the conventional network on calibration data and keeps, per layer and channel, a histogram of the activations.
 * One pass over the data; memory does not grow with it.
 */
import { fail, shapeSize } from '../../isa/index.ts';
import type { AnnEvaluator } from '../engines/evaluate-ann.ts';
import type { FloatGraph } from '../ir/layers.ts';
import { ActivationHistogram } from './calibrate/histogram.ts';

export interface Calibration {
  readonly samples: number;
  /** Per layer, per channel; the read-out layer has none. */
  readonly histograms: readonly (readonly ActivationHistogram[])[];
  /** Lowest and highest x' seen at the input. */
  readonly inputRange: readonly [min: number, max: number];
}

/**
 * @param nodeOf per layer, the node of the evaluator's network that computes its activation
 * @param samples preprocessed inputs, NCHW
 * @throws DiagnosticError E0208 where activations are not finite
 */
export async function calibrateActivations(
  graph: FloatGraph,
  nodeOf: readonly string[],
  evaluator: AnnEvaluator,
  samples: AsyncIterable<Float64Array>,
): Promise<Calibration> {
  const histograms = graph.layers.map((layer) =>
    layer.activation.kind === 'none' ? [] : Array.from({ length: layer.shape[0] }, () => new ActivationHistogram()),
  );
  let count = 0;
  let low = 0;
  let high = 0;
  for await (const x of samples) {
    for (let k = 0; k < x.length; k++) {
      low = Math.min(low, x[k]!);
      high = Math.max(high, x[k]!);
    }
    evaluator.run(x);
    graph.layers.forEach((layer, l) => {
      const channels = histograms[l]!;
      if (channels.length === 0) return;
      const activations = evaluator.output(nodeOf[l]!);
      const area = shapeSize(layer.shape) / channels.length;
      channels.forEach((histogram, c) => {
        histogram.addAll(activations, c * area, (c + 1) * area);
        if (histogram.max === Infinity)
          fail('E0208', `activations overflow in channel ${c}`, { layer: layer.name }, 'give weights of a usual size');
      });
    });
    count++;
  }
  return { samples: count, histograms, inputRange: [low, high] };
}
