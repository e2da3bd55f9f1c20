/** What activations can be at most, whatever comes in: interval arithmetic, layer by layer (Moore, Interval Analysis, 1966). */
import { shapeSize, type Shape } from '../../isa/index.ts';
import { INPUT, type FloatGraph, type FloatLayer, type LayerIndex } from '../ir/layers.ts';
import { withWeight } from '../linear/branch-weights.ts';
import { activationOf } from './evaluate-layers.ts';
import { type KernelArray, KernelMemory } from './kernels/memory.ts';
import { prepareScatter, type Scatter, spreadChannelLast } from './scatter.ts';

/** Values between `min` and `max`. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Of every element, channel-last: the middle of its range, and half of the width. */
interface Ranges {
  readonly middle: Float64Array;
  readonly radius: Float64Array;
}

/** What a layer adds to both, of one of its sources. */
interface Hearing {
  readonly source: LayerIndex;
  readonly middle: Scatter;
  /** Through the magnitudes of the weights. */
  readonly radius: Scatter;
}

/**
 * The largest value that each channel of each layer can have for any input within the ranges; at most what its activation lets
 * through, 0 where it can not be above. Elements are taken as independent of each other, so that the true maximum may be far less.
 *
 * @param inputs per channel of the input
 * @returns per layer, per channel; of the read-out too
 * @throws DiagnosticError E0209 where memory for it cannot be had
 */
export function boundActivations(graph: FloatGraph, inputs: readonly Range[]): readonly Float64Array[] {
  const memory = new KernelMemory();
  const shapeOf = (source: LayerIndex): Shape => (source === INPUT ? graph.inputShape : graph.layers[source]!.shape);
  const hearings = graph.layers.map(({ branches, shape }) =>
    branches.map((branch): Hearing => {
      const magnitudes = { ...branch, operator: withWeight(branch.operator, branch.operator.weight.map(Math.abs)) };
      const prepare = (of: typeof branch): Scatter =>
        prepareScatter(of, shapeOf(branch.source), shape, memory, undefined);
      return { source: branch.source, middle: prepare(branch), radius: prepare(magnitudes) };
    }),
  );
  const planned = graph.layers.map(
    ({ shape }) => [memory.f64(shapeSize(shape)), memory.f64(shapeSize(shape))] as const,
  );
  const largest = Math.max(shapeSize(graph.inputShape), ...graph.layers.map(({ shape }) => shapeSize(shape)));
  const listed = memory.f64(largest);
  const elements = memory.u32(largest);
  memory.build();
  elements.array.forEach((_, k) => (elements.array[k] = k));
  const input = rangesOfInput(graph.inputShape, inputs);
  const all: Ranges[] = [];
  return graph.layers.map((layer, l) => {
    const ranges = rangesIn(planned[l]!);
    ranges.middle.set(spreadChannelLast(layer.bias, layer.shape));
    ranges.radius.fill(0);
    for (const { source, middle, radius } of hearings[l]!) {
      const from = source === INPUT ? input : all[source]!;
      listed.array.set(from.middle);
      middle.add(elements.array, listed.array, from.middle.length, ranges.middle);
      listed.array.set(from.radius);
      radius.add(elements.array, listed.array, from.radius.length, ranges.radius);
    }
    all.push(ranges);
    return closeLayer(layer, ranges);
  });
}

const rangesIn = ([middle, radius]: readonly [KernelArray<Float64Array>, KernelArray<Float64Array>]): Ranges => ({
  middle: middle.array,
  radius: radius.array,
});

function rangesOfInput(shape: Shape, inputs: readonly Range[]): Ranges {
  return {
    middle: spreadChannelLast(
      inputs.map(({ min, max }) => (min + max) / 2),
      shape,
    ),
    radius: spreadChannelLast(
      inputs.map(({ min, max }) => (max - min) / 2),
      shape,
    ),
  };
}

/** Applies the activation, which never falls, to both ends of every range. @returns per channel the largest upper end */
function closeLayer(layer: FloatLayer, { middle, radius }: Ranges): Float64Array {
  const channels = layer.shape[0];
  const activation = activationOf(layer);
  const most = new Float64Array(channels);
  for (let k = 0; k < middle.length; k++) {
    const low = activation(middle[k]! - radius[k]!);
    const high = activation(middle[k]! + radius[k]!);
    middle[k] = (low + high) / 2;
    radius[k] = (high - low) / 2;
    most[k % channels] = Math.max(most[k % channels]!, high);
  }
  return most;
}
