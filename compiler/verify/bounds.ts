/**
 * The range proof at the level of layers: the extremes that a membrane potential can reach whatever the input.
 * Formula: spec/isa.md (range proof); the loader proves the same again from the bytes.
 */
import { shapeSize, synapticBounds, type Bounds } from '../../isa/index.ts';
import { INPUT, type ConvertedLayer, type LayerIndex } from '../ir/layers.ts';
import { weightSums } from '../linear/branch-weights.ts';
import { neuronOf } from '../layer-neurons.ts';

export interface ChannelBounds {
  /** Lowest and highest membrane potential per channel. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * Per channel the extremes over its neurons, by the formula that the loader uses.
 *
 * @param window of the layer
 * @param windowOf of its sources; the same if absent
 * @param payloadsOf what an element of a source, or of the input, sends in a tick
 */
export function channelBounds(
  layer: ConvertedLayer,
  payloadsOf: (source: LayerIndex) => Bounds,
  window: number,
  windowOf: (source: LayerIndex) => number = () => window,
): ChannelBounds {
  const { shape } = layer;
  const neurons = shapeSize(shape);
  const area = neurons / shape[0];
  const voltage = new Sums(neurons);
  const current = new Sums(neurons);
  for (const branch of layer.branches) {
    const windows = branch.pool[0] * branch.pool[1];
    const fromInput = branch.source === INPUT;
    const { min, max } = payloadsOf(branch.source);
    const payload = { min: min * windows, max: max * windows };
    const sums = weightSums(branch, shape);
    for (let k = 0; k < neurons; k++) {
      const unit = sums.positive.length === neurons ? k : Math.floor(k / area);
      const ticks = fromInput ? 1 : windowOf(branch.source);
      const part = synapticBounds(sums.positive[unit]!, sums.negative[unit]!, payload, branch.shift, ticks);
      (fromInput ? current : voltage).add(k, part);
    }
  }
  const kind = neuronOf(layer);
  const named = Object.entries<Int32Array>(layer.parameters);
  // Of the neuron at hand.
  const parameters: Record<string, number> = {};
  const low = new Float64Array(shape[0]).fill(Infinity);
  const high = new Float64Array(shape[0]).fill(-Infinity);
  for (let k = 0; k < neurons; k++) {
    const c = Math.floor(k / area);
    for (const [name, values] of named) parameters[name] = values[values.length === neurons ? k : c]!;
    const bounds = kind.bounds({ parameters, synaptic: voltage.bounds(k), current: current.bounds(k), window });
    // The current itself is latched in a register of the same width.
    low[c] = Math.min(low[c]!, bounds.min, current.low[k]!);
    high[c] = Math.max(high[c]!, bounds.max, current.high[k]!);
  }
  return { low, high };
}

class Sums {
  readonly low: Float64Array;
  readonly high: Float64Array;

  constructor(neurons: number) {
    this.low = new Float64Array(neurons);
    this.high = new Float64Array(neurons);
  }

  add(neuron: number, part: Bounds): void {
    this.low[neuron]! += part.min;
    this.high[neuron]! += part.max;
  }

  bounds(neuron: number): Bounds {
    return { min: this.low[neuron]!, max: this.high[neuron]! };
  }
}
