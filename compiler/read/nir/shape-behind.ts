/** What a linear node of NIR makes of a shape. */
import { type Shape, shapeSize } from '../../../isa/index.ts';
import { type NodeDraft, operatorOf } from '../../ann/ann.ts';
import { LARGEST_TENSOR } from '../../ann/infer-shape.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import type { NirNode } from './fields.ts';
import type { Convolution, LinearPart, Windows } from './linear.ts';

interface Linked {
  readonly node: NirNode;
  readonly part: LinearPart;
}

/** [channels, rows, columns] of up to three sides; undefined of more, or of none. */
export function asShape(sides: readonly number[]): Shape | undefined {
  const [a, b, c] = sides;
  if (sides.length > 3 || sides.some((side) => !(Number.isInteger(side) && side >= 1 && side <= LARGEST_TENSOR)))
    return undefined;
  if (c !== undefined) return [a!, b!, c];
  return b === undefined ? [a ?? 1, 1, 1] : [a!, 1, b];
}

/** @throws DiagnosticError E0205 where it does not fit, E0209 where it is too large */
export function shapeBehind(given: Shape, { node, part }: Linked): Shape {
  const shape = made(given, node, part);
  if (shapeSize(shape) > LARGEST_TENSOR)
    node.fail('E0209', `it gives ${formatShape(shape)}; the limit is ${LARGEST_TENSOR} elements`);
  return shape;
}

/** Behind all of them. @throws DiagnosticError as {@link shapeBehind} */
export const shapeAlong = (source: Shape, links: readonly Linked[]): Shape => links.reduce(shapeBehind, source);

function made(shape: Shape, node: NirNode, part: LinearPart): Shape {
  const size = shapeSize(shape);
  switch (part.kind) {
    case 'wire':
      return shape;
    case 'flatten': {
      const flat = part.sides && asShape(part.sides);
      return flat !== undefined && shapeSize(flat) === size ? flat : [size, 1, 1];
    }
    case 'delay':
    case 'scale': {
      const { length } = part.values;
      if (length !== 1 && length !== size)
        node.fail(
          'E0205',
          `it has ${length} ${part.kind === 'scale' ? 'factors' : 'delays'} for ${formatShape(shape)}`,
        );
      return shape;
    }
    case 'pool':
      return windowed(shape, node, part);
    case 'matrix':
      return part.shape;
    case 'dense':
      if (size !== part.columns)
        node.fail('E0205', `its weights have ${part.columns} columns, but it gets ${formatShape(shape)}`);
      return [part.rows, 1, 1];
    case 'conv':
      return convolved(shape, node, part);
  }
}

function windowed([channels, ...sides]: Shape, node: NirNode, { window, stride, padding }: Windows): Shape {
  const [rows, columns] = sides.map((side, axis) => {
    const whole = side + padding[axis]! + padding[axis + 2]!;
    return Math.floor((whole - window[axis]!) / stride[axis]!) + 1;
  }) as [number, number];
  if (rows < 1 || columns < 1)
    node.fail('E0205', `windows of ${window.join('×')} do not lie in ${formatShape([channels, ...sides])}`);
  return [channels, rows, columns];
}

function convolved(shape: Shape, node: NirNode, part: Convolution): Shape {
  const { tensor: weight, stride, padding, dilation, groups } = part;
  const draft: NodeDraft = {
    op: 'conv',
    ...{ name: node.name, inputs: [], weight, stride, padding, dilation, groups },
  };
  return operatorOf(draft).infer(draft, [shape]);
}
