/** Random connections between populations, as a document has them. */
import type { Draws } from '../random.ts';
import { type Grid, numberOn, type Shape, sizeOf, tensor, values } from './numbers.ts';

type Fields = Record<string, unknown>;

export interface Joining {
  readonly draws: Draws;
  readonly grid: Grid;
  readonly source: Shape;
  /** Largest payload of the source. */
  readonly most: number;
  /** Only padding alike on both sides, and whole matrices: what every format says. */
  readonly even?: boolean | undefined;
}

const pooledBy = ([channels, height, width]: Shape, [rows, columns]: readonly [number, number]): Shape => [
  channels,
  Math.floor(height / rows),
  Math.floor(width / columns),
];

function pool({ draws, source: [, height, width] }: Joining): [number, number] {
  if (draws.chance(0.75)) return [1, 1];
  return [draws.between(1, Math.min(2, height)), draws.between(1, Math.min(3, width))];
}

const poolFields = (draws: Draws, [rows, columns]: readonly [number, number]): Fields =>
  rows === 1 && columns === 1 ? {} : { pool: rows === columns && draws.chance(0.5) ? rows : [rows, columns] };

/** Weights with which so many inputs drive a neuron over its threshold now and then. */
function weightOf({ draws, grid, most }: Joining, fanIn: number): () => number {
  const size = (grid === 'real' ? 2 : 1.5) / Math.sqrt(fanIn) / Math.sqrt(most);
  if (grid !== 'whole') return () => numberOn(draws, grid, -0.7 * size, size);
  return () => draws.between(-4, 6);
}

/** A convolution, and the shape that it makes. */
export function convolution(joining: Joining): { fields: Fields; shape: Shape } {
  const { draws, source, even } = joining;
  const pooling = pool(joining);
  const pooled = pooledBy(source, pooling);
  const axis = (size: number) => {
    const [stride, dilation] = [draws.between(1, 2), draws.pick([1, 1, 2])];
    const before = draws.below(2);
    const after = even === true ? before : draws.below(2);
    let kernel = draws.between(1, 3);
    while ((kernel - 1) * dilation + 1 > size + before + after) kernel--;
    const count = Math.floor((size + before + after - (kernel - 1) * dilation - 1) / stride) + 1;
    return { stride, dilation, before, after, kernel, count };
  };
  const [y, x] = [axis(pooled[1]), axis(pooled[2])];
  const groups = draws.chance(0.3) ? pooled[0] : 1;
  const out = groups * draws.between(1, groups > 1 ? 2 : 4);
  const perOut = [pooled[0] / groups, y.kernel, x.kernel];
  const weight = tensor([out, ...perOut], weightOf(joining, perOut[0]! * y.kernel * x.kernel));
  const fields = {
    op: 'conv',
    ...poolFields(draws, pooling),
    weight,
    ...biasOf(joining, out),
    ...{ stride: [y.stride, x.stride], dilation: [y.dilation, x.dilation], groups },
    padding: [y.before, x.before, y.after, x.after],
  };
  return { fields, shape: [out, y.count, x.count] };
}

const biasOf = ({ draws, grid }: Joining, count: number): Fields =>
  draws.chance(0.2) ? { bias: tensor([count], () => numberOn(draws, grid, -0.2, 0.3)) } : {};

/** A connection to neurons of any shape. */
export function connection(joining: Joining, target: Shape): Fields {
  const { draws, source } = joining;
  const pooling = pool(joining);
  const pooled = pooledBy(source, pooling);
  const kinds = [
    'dense',
    ...(joining.even === true ? [] : ['sparse']),
    ...(String(pooled) === String(target) ? ['one-to-one', 'one-to-one'] : []),
  ];
  const kind = draws.pick(kinds);
  const [from, to] = [sizeOf(pooled), sizeOf(target)];
  const common = { op: kind, ...poolFields(draws, pooling) };
  switch (kind) {
    case 'dense':
      return { ...common, weight: tensor([to, from], weightOf(joining, from)), ...biasOf(joining, to) };
    case 'sparse': {
      const count = draws.between(1, Math.min(3 * to, from * to));
      return {
        ...common,
        pre: Array.from({ length: count }, () => draws.below(from)),
        post: Array.from({ length: count }, () => draws.below(to)),
        weight: tensor([count], weightOf(joining, 3)),
        ...biasOf(joining, to),
      };
    }
    default: {
      const one = weightOf(joining, 1);
      const bias = (): number => numberOn(draws, joining.grid, -0.2, 0.3);
      return {
        ...common,
        weight: values(draws, target, one),
        ...(draws.chance(0.2) && { bias: values(draws, target, bias) }),
      };
    }
  }
}
