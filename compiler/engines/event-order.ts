/**
 * The events of a branch one by one, in the order in which a core in event mode takes them: its sources in the order of their
 * axons, and of each the neurons that it reaches.
 */
import { type Shape, shapeSize } from '../../isa/index.ts';
import type { Branch, Operator } from '../ir/layers.ts';
import { channelLastOrder } from './scatter.ts';

/** The neurons that a source reaches, with the weights; each is there once. */
export interface Reached {
  /** NCHW indices, ascending. */
  readonly neurons: Uint32Array;
  /** Positions in the weights of the branch. */
  readonly weights: Uint32Array;
}

export interface OrderedSource extends Reached {
  /** NCHW index in the pooled source. */
  readonly source: number;
}

/** All sources of a branch that reach anything, in the order of their axons (compiler/layout/axons.ts). @param shape of the layer */
export function orderedSources(branch: Branch<ArrayLike<number>>, shape: Shape): OrderedSource[] {
  const found = Array.from({ length: shapeSize(branch.pooled) }, () => ({
    neurons: [] as number[],
    weights: [] as number[],
  }));
  eachSynapse(branch, shape, (source, neuron, weight) => {
    found[source]!.neurons.push(neuron);
    found[source]!.weights.push(weight);
  });
  const axonOf = channelLastOrder(branch.pooled);
  const sources = found.map(({ neurons, weights }, source): OrderedSource => ({
    ...{ source, neurons: Uint32Array.from(neurons), weights: Uint32Array.from(weights) },
  }));
  // Lists of connections number their axons by the channel-first index, everything else channel-last.
  if (branch.operator.kind !== 'sparse') sources.sort((a, b) => axonOf[a.source]! - axonOf[b.source]!);
  return sources.filter(({ neurons }) => neurons.length > 0);
}

type Visit = (source: number, neuron: number, weight: number) => void;

/** Calls back for every synapse, by neuron ascending. */
function eachSynapse({ operator, pooled }: Branch<ArrayLike<number>>, shape: Shape, visit: Visit): void {
  switch (operator.kind) {
    case 'dense': {
      const columns = shapeSize(pooled);
      for (let k = 0; k < operator.weight.length; k++) visit(k % columns, Math.floor(k / columns), k);
      return;
    }
    case 'sparse':
      for (let k = 0; k < operator.pre.length; k++) visit(operator.pre[k]!, operator.post[k]!, k);
      return;
    case 'diagonal': {
      const area = shape[1] * shape[2];
      for (let k = 0; k < shapeSize(shape); k++) visit(k, k, Math.floor(k / area));
      return;
    }
    case 'conv':
      convolutionSynapses(operator, pooled, shape, visit);
  }
}

function convolutionSynapses(
  { kernel, stride, padding, dilation, groups }: Extract<Operator<ArrayLike<number>>, { kind: 'conv' }>,
  [channels, rows, columns]: Shape,
  [outChannels, outRows, outColumns]: Shape,
  visit: Visit,
): void {
  const inGroup = channels / groups;
  const taps = kernel[0] * kernel[1];
  for (let c = 0; c < outChannels; c++) {
    const firstInput = Math.floor(c / (outChannels / groups)) * inGroup;
    for (let y = 0; y < outRows; y++)
      for (let x = 0; x < outColumns; x++)
        for (let tap = 0; tap < taps; tap++) {
          const row = y * stride[0] - padding[0] + Math.floor(tap / kernel[1]) * dilation[0];
          const column = x * stride[1] - padding[1] + (tap % kernel[1]) * dilation[1];
          if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
          for (let g = 0; g < inGroup; g++)
            visit(
              ((firstInput + g) * rows + row) * columns + column,
              (c * outRows + y) * outColumns + x,
              (c * inGroup + g) * taps + tap,
            );
        }
  }
}
