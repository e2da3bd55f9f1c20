/**
 * Pooling windows in parts. A window is summed on one axon; where the packets of its sources carry counts, the sum may be
 * more than the counter of an axon holds. Then smaller windows are summed, and the synapses add the rest: Σ over a window of
 * p is Σ over its r parts, each with the weight that the window had.
 */
import { shapeSize, type Shape } from '../../isa/index.ts';
import { newWeights, type QuantisedBranch, type StoredWeights } from '../ir/layers.ts';
import type { Pair } from '../ir/ann.ts';

/**
 * The same branch with smaller windows.
 *
 * @param largest elements that a window may have
 * @param source shape of what is pooled
 * @param shape of the layer
 * @returns undefined where the operator cannot be written over parts
 */
export function poolInParts(
  branch: QuantisedBranch,
  largest: number,
  source: Shape,
  shape: Shape,
): QuantisedBranch | undefined {
  const pool = largestPart(branch.pool, largest);
  if (pool === undefined) return undefined;
  const parts: Pair = [branch.pool[0] / pool[0], branch.pool[1] / pool[1]];
  const pooled: Shape = [source[0], Math.floor(source[1] / pool[0]), Math.floor(source[2] / pool[1])];
  const operator = overParts(branch, parts, pooled, shape);
  return operator === undefined ? undefined : { ...branch, pool, pooled, operator };
}

/** The largest window that divides this one into equal parts: rows stay whole where they can. */
function largestPart([rows, columns]: Pair, largest: number): Pair | undefined {
  const divisors = (of: number): number[] => Array.from({ length: of }, (_, k) => of - k).filter((d) => of % d === 0);
  const fitting = divisors(columns)
    .flatMap((width) => divisors(rows).map((height): Pair => [height, width]))
    .filter(([height, width]) => height * width <= largest);
  return fitting.length === 0 ? undefined : fitting.reduce((a, b) => (b[0] * b[1] > a[0] * a[1] ? b : a));
}

function overParts(
  { operator, pooled: windows }: QuantisedBranch,
  parts: Pair,
  pooled: Shape,
  shape: Shape,
): QuantisedBranch['operator'] | undefined {
  switch (operator.kind) {
    case 'diagonal': {
      const weight = repeated(operator.weight, parts[0] * parts[1]);
      const undilated = { padding: [0, 0, 0, 0] as const, dilation: [1, 1] as const };
      return { kind: 'conv', weight, kernel: parts, stride: parts, ...undilated, groups: shape[0] };
    }
    case 'conv': {
      const { kernel, stride, padding, dilation } = operator;
      // A dilated kernel has gaps between its windows, which are not dilated themselves.
      if (dilation[0] > 1 || dilation[1] > 1) return undefined;
      // Parts that no window covers would lie where the kernel has its padding.
      for (const axis of [0, 1] as const)
        if (padding[axis + 2]! > 0 && pooled[axis + 1]! > windows[axis + 1]! * parts[axis]) return undefined;
      return {
        ...operator,
        weight: spreadKernel(operator.weight, kernel, parts),
        kernel: [kernel[0] * parts[0], kernel[1] * parts[1]],
        stride: [stride[0] * parts[0], stride[1] * parts[1]],
        padding: [padding[0] * parts[0], padding[1] * parts[1], padding[2] * parts[0], padding[3] * parts[1]],
      };
    }
    case 'dense':
      // What lies outside of the windows would need synapses of weight 0.
      return pooled[1] === windows[1] * parts[0] && pooled[2] === windows[2] * parts[1]
        ? { kind: 'dense', weight: spreadRows(operator.weight, windows, parts, shapeSize(shape)) }
        : undefined;
    case 'sparse':
      return undefined;
  }
}

const like = (weight: StoredWeights, length: number): StoredWeights =>
  newWeights(length, weight.BYTES_PER_ELEMENT > 1 ? 16 : 8);

function repeated(weight: StoredWeights, times: number): StoredWeights {
  return like(weight, weight.length * times).map((_, k) => weight[Math.floor(k / times)]!);
}

/** Every tap of a kernel as so many taps, one for each part of a window. */
function spreadKernel(weight: StoredWeights, kernel: Pair, parts: Pair): StoredWeights {
  const columns = kernel[1] * parts[1];
  const taps = kernel[0] * parts[0] * columns;
  return like(weight, weight.length * parts[0] * parts[1]).map((_, k) => {
    const [row, column] = [Math.floor((k % taps) / columns), k % columns];
    const first = Math.floor(k / taps) * kernel[0] * kernel[1];
    return weight[first + Math.floor(row / parts[0]) * kernel[1] + Math.floor(column / parts[1])]!;
  });
}

/** The weight of a window for each of its parts. */
function spreadRows(weight: StoredWeights, windows: Shape, parts: Pair, outputs: number): StoredWeights {
  const [height, width] = [windows[1] * parts[0], windows[2] * parts[1]];
  const columns = windows[0] * height * width;
  return like(weight, outputs * columns).map((_, k) => {
    const at = k % columns;
    const [channel, row, column] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
    const window = (channel * windows[1] + Math.floor(row / parts[0])) * windows[2] + Math.floor(column / parts[1]);
    return weight[Math.floor(k / columns) * shapeSize(windows) + window]!;
  });
}
