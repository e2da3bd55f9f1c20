/** What layers of lava-dl hear: their weights as connections, one for each delay. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import type { Operator } from '../../ir/layers.ts';
import type { Field, TypedGroup } from '../hdf5/typed-group.ts';
import { compose, withWeights } from '../nir/compose.ts';
import { convolution, type LinearPart } from '../nir/linear.ts';

/** The longest delay that lava has; it shortens others to this. */
const LONGEST_DELAY = 62;

type DensePart = Extract<LinearPart, { kind: 'dense' }>;

/** A layer between what it hears and its neurons. */
export interface Heard {
  readonly pooled: Shape;
  /** Of the layer. */
  readonly shape: Shape;
  readonly connections: readonly { readonly operator: Operator<Float64Array>; readonly delay: number }[];
}

export interface HeardTools {
  /** The numbers of a field as lava has them. */
  readonly wholeOf: (layer: TypedGroup, name: string) => Field;
  readonly assume: (message: string) => void;
}

/** Rows and columns. Weights of one axis are rows one after the other, as many as the layer has neurons. */
function matrixOf(layer: TypedGroup, { shape, values }: Field, rows: number): DensePart {
  const columns = values.length / rows;
  if (shape.length > 2 || (shape.length === 2 && shape[0] !== rows) || !Number.isInteger(columns))
    layer.fail('E0205', `its weights are ${shape.join('×')} for ${rows} neurons`);
  return { kind: 'dense', rows, columns, weight: values, bias: undefined };
}

/**
 * A dense layer. It hears all of its source, channel by channel and row by row.
 *
 * @param source undefined where the file does not say it: the first layer then takes as many as its weights have columns
 * @throws DiagnosticError E0202, E0205, E0208 for what is missing or does not fit
 */
export function heardDense(layer: TypedGroup, source: Shape | undefined, gain: number, tools: HeardTools): Heard {
  const rows = shapeSize(layerShape(layer));
  const part = matrixOf(layer, weightOf(layer, tools), rows);
  const flat = [part.columns, 1, 1] as const;
  const heard = source ?? flat;
  const shape = [rows, 1, 1] as const;
  const composed = compose(heard, [{ node: layer, part }]);
  const { operator } = withWeights(composed, shape, Float64Array.of(gain));
  return { pooled: heard, shape, connections: byDelay(operator, part, delaysOf(layer, part, tools)) };
}

/**
 * Spikes of a layer to itself, which are heard a step later.
 *
 * @throws DiagnosticError E0202, E0204, E0205
 */
export function heardItself(layer: TypedGroup, shape: Shape, gain: number, tools: HeardTools): Heard {
  const [rows] = shape;
  if ((layer.find('delay')?.values ?? []).some((delay) => Math.floor(delay) > 0))
    layer.fail(
      'E0204',
      'a recurrent layer has delays, which its training puts behind the layer and lava on its loop too',
      'train it without delays',
    );
  const part = matrixOf(layer, tools.wholeOf(layer, 'weight_rec'), rows);
  const composed = compose(shape, [{ node: layer, part }]);
  const { operator } = withWeights(composed, shape, Float64Array.of(gain));
  return { pooled: shape, shape, connections: [{ operator, delay: 1 }] };
}

/** @throws DiagnosticError E0202, E0204, E0205 for what is missing or does not fit */
export function heardConvolution(layer: TypedGroup, source: Shape, gain: number, tools: HeardTools): Heard {
  const { shape, values } = weightOf(layer, tools);
  // lava-dl convolves over time too, with a kernel of one step.
  const sides = shape.length === 5 && shape[4] === 1 ? shape.slice(0, 4) : shape;
  const part = { ...convolution(layer, 2, { shape: sides, values }), bias: undefined };
  if ((layer.find('delay')?.values ?? []).some((delay) => Math.floor(delay) > 0))
    layer.fail('E0204', 'a convolution has delays, which lava does not compute', 'train it without delays');
  const composed = compose(source, [{ node: layer, part }]);
  const said = layer.find('shape')?.values;
  if (said !== undefined && String([...said.subarray(0, 4)]) !== String(composed.shape))
    layer.fail('E0205', `it gives ${composed.shape.join('×')}, but its shape is ${said.subarray(0, 4).join('×')}`);
  const { operator } = withWeights(composed, composed.shape, Float64Array.of(gain));
  return { pooled: source, shape: composed.shape, connections: [{ operator, delay: 0 }] };
}

/** [channels, rows, columns]. @throws DiagnosticError E0202, E0205 */
export function layerShape(layer: TypedGroup): Shape {
  const { values } = layer.numbers('shape');
  const [a, b, c] = values;
  if (values.length > 3 || values.some((side) => !(Number.isInteger(side) && side >= 1)))
    return layer.fail('E0205', `its shape is ${[...values.subarray(0, 4)].join('×')}`);
  if (c !== undefined) return [a!, b!, c];
  return b === undefined ? [a!, 1, 1] : [1, a!, b];
}

function weightOf(layer: TypedGroup, { wholeOf }: HeardTools): Field {
  if (layer.holdsGroup('weight'))
    layer.fail('E0203', 'its weights are complex numbers, which are not read', 'train it with real weights');
  return wholeOf(layer, 'weight');
}

/** Steps, by row and column. A list is of the neurons, or, where it is not as long, of what they hear. */
function delaysOf(
  layer: TypedGroup,
  { rows, columns }: DensePart,
  { assume }: HeardTools,
): (row: number, column: number) => number {
  const field = layer.find('delay');
  if (field === undefined || field.values.length === 0) return () => 0;
  // What training leaves as a fraction of a step, the export cuts off.
  const steps = field.values.map(Math.floor);
  const [least, most] = [steps.reduce((a, b) => Math.min(a, b)), steps.reduce((a, b) => Math.max(a, b))];
  if (least < 0) layer.fail('E0208', `a delay is ${least}`);
  if (most > LONGEST_DELAY)
    assume(
      `"${layer.name}" has delays of up to ${most} steps: those above ${LONGEST_DELAY} become ${LONGEST_DELAY}, as in lava`,
    );
  const at = (k: number): number => Math.min(LONGEST_DELAY, steps[k]!);
  const { length } = steps;
  if (length === 1) return () => at(0);
  if (field.shape.length === 2 && length === rows * columns) return (row, column) => at(row * columns + column);
  if (length === rows) return (row) => at(row);
  return length === columns
    ? (_row, column) => at(column)
    : layer.fail('E0205', `it has ${length} delays for ${rows} neurons that hear ${columns}`);
}

/** The weights of each delay, as a matrix where all have the same. */
function byDelay(
  operator: Operator<Float64Array>,
  { rows, columns }: DensePart,
  delayOf: (row: number, column: number) => number,
): Heard['connections'] {
  const { weight } = operator;
  const synapses = new Map<number, { pre: number[]; post: number[]; weight: number[] }>();
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const delay = delayOf(row, column);
      let found = synapses.get(delay);
      if (found === undefined) synapses.set(delay, (found = { pre: [], post: [], weight: [] }));
      const value = weight[row * columns + column]!;
      if (value === 0) continue;
      found.pre.push(column);
      found.post.push(row);
      found.weight.push(value);
    }
  const delays = [...synapses.keys()].sort((a, b) => a - b);
  if (delays.length === 1) return [{ operator, delay: delays[0]! }];
  return delays.map((delay) => {
    const { pre, post, weight: weights } = synapses.get(delay)!;
    return {
      operator: {
        kind: 'sparse',
        pre: Uint32Array.from(pre),
        post: Uint32Array.from(post),
        weight: Float64Array.from(weights),
      },
      delay,
    };
  });
}
