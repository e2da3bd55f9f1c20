/**
 * Upper bounds of the Euclidean norm of a branch, as a matrix from the source before pooling to the layer:
 * ‖W‖₂ ≤ √(‖W‖₁·‖W‖∞), the largest column sum and the largest row sum of magnitudes. Power iteration would approach the
 * norm from below, and so would not bound anything.
 */
import { shapeSize, type Shape } from '../../../isa/index.ts';
import type { Branch, ConvOperator } from '../../ir/layers.ts';

/** @param shape shape of the layer */
export function normBound(branch: Branch<Float64Array>, shape: Shape): number {
  const { operator, pool } = branch;
  // Summing windows: every source element is in one window at most, every window has this many.
  const windowSize = pool[0] * pool[1];
  if (operator.kind === 'diagonal')
    return Math.sqrt(windowSize) * operator.weight.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const { columns, rows } =
    operator.kind === 'conv' ? convSums(operator, branch.pooled, shape) : pairSums(branch, shape);
  return Math.sqrt(largest(columns) * largest(rows) * windowSize);
}

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0);

/**
 * Row sums per output channel, as if no tap lay in the padding. Column sums per input channel and phase: a source
 * position meets only the taps that reach it in whole strides.
 */
function convSums(operator: ConvOperator<Float64Array>, pooled: Shape, shape: Shape) {
  const { kernel, stride, dilation, groups, weight } = operator;
  const [kernelRows, kernelColumns] = kernel;
  const inGroup = pooled[0] / groups;
  const outGroup = shape[0] / groups;
  const phases = stride[0] * stride[1];
  const rows = new Float64Array(shape[0]);
  const columns = new Float64Array(pooled[0] * phases);
  let k = 0;
  for (let out = 0; out < shape[0]; out++)
    for (let g = 0; g < inGroup; g++) {
      const channel = Math.floor(out / outGroup) * inGroup + g;
      for (let ky = 0; ky < kernelRows; ky++)
        for (let kx = 0; kx < kernelColumns; kx++) {
          const magnitude = Math.abs(weight[k++]!);
          const phase = ((ky * dilation[0]) % stride[0]) * stride[1] + ((kx * dilation[1]) % stride[1]);
          rows[out]! += magnitude;
          columns[channel * phases + phase]! += magnitude;
        }
    }
  return { rows, columns };
}

function pairSums({ operator, pooled }: Branch<Float64Array>, shape: Shape) {
  const width = shapeSize(pooled);
  const rows = new Float64Array(shapeSize(shape));
  const columns = new Float64Array(width);
  operator.weight.forEach((w, k) => {
    rows[operator.kind === 'sparse' ? operator.post[k]! : Math.floor(k / width)]! += Math.abs(w);
    columns[operator.kind === 'sparse' ? operator.pre[k]! : k % width]! += Math.abs(w);
  });
  return { rows, columns };
}
