/** What a NIR graph is given: its input, or several of them as one. */
import { DiagnosticError, type Shape, shapeSize } from '../../../isa/index.ts';
import { formatShape } from '../../operators/shared/shapes.ts';
import type { Chain } from './chains.ts';
import type { NirNode } from './fields.ts';
import type { NirGraph } from './graph.ts';
import type { LinearPart, Link } from './linear.ts';
import type { ChainLinks } from './links.ts';
import { asShape, shapeAlong } from './shape-behind.ts';

/** More are none of an input, whatever is in front of it. */
const MOST_SIDES = 8;

interface Input {
  readonly node: NirNode;
  readonly shape: Shape;
  /** Sides in front that nothing hears: a batch, steps. */
  readonly dropped: readonly number[];
}

export interface JoinedInput {
  readonly inputs: readonly Input[];
  /** Of all of them. */
  readonly shape: Shape;
}

/**
 * Of several inputs the elements of one come behind those of the other, in the order of their names: channels behind channels
 * where rows and columns are alike, else as a vector. Each then is a part of them, which the links are told.
 *
 * @throws DiagnosticError E0205 for a shape that is none
 */
export function joinedInput({ inputs, input }: NirGraph, chains: readonly Chain[], links: ChainLinks): JoinedInput {
  const isOne = inputs.length === 1;
  const from = chains.filter(({ source }) => source === input);
  const found = inputs.map((node): Input => {
    const own = from.filter(({ nodes }) => isOne || nodes[0] === node);
    return inputOf(
      node,
      own.map((chain) => links.of(chain).slice(isOne ? 0 : 1)),
    );
  });
  const shape = isOne ? found[0]!.shape : together(found.map((each) => each.shape));
  if (!isOne) {
    let first = 0;
    for (const each of found) {
      links.define(each.node, partOf(shape, first, each.shape));
      first += shapeSize(each.shape);
    }
  }
  return { inputs: found, shape };
}

/** For the user; undefined of one. */
export const inputsText = ({ inputs, shape }: JoinedInput): string | undefined =>
  inputs.length === 1
    ? undefined
    : `${inputs.map((each) => `${each.node.name} (${formatShape(each.shape)})`).join(', ')}, together ${formatShape(shape)}`;

/** @param heard what lies on each way that begins there */
function inputOf(node: NirNode, heard: readonly (readonly Link[])[]): Input {
  const { values } = node.numbers('shape');
  const sides = [...values.subarray(0, MOST_SIDES)];
  const fitting = sides.findIndex((_, k) => fits(asShape(sides.slice(k)), heard));
  const dropped = sides.slice(0, Math.max(0, fitting));
  const shape =
    asShape(sides.slice(dropped.length)) ??
    node.fail(
      'E0205',
      `its shape is ${sides.join('×')}; one to three sides of 1 or more are read`,
      'export with a sample of one step, without a batch',
    );
  return { node, shape, dropped };
}

/** Whether what hears the input first takes such a shape. */
function fits(shape: Shape | undefined, heard: readonly (readonly Link[])[]): boolean {
  if (shape === undefined) return false;
  return heard.every((links) => {
    try {
      shapeAlong(shape, links);
      return true;
    } catch (error) {
      if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => code === 'E0205')) return false;
      throw error;
    }
  });
}

function together(shapes: readonly Shape[]): Shape {
  const [, rows, columns] = shapes[0]!;
  const isAlike = shapes.every((each) => each[1] === rows && each[2] === columns);
  return isAlike
    ? [shapes.reduce((sum, [channels]) => sum + channels, 0), rows, columns]
    : [shapes.reduce((sum, each) => sum + shapeSize(each), 0), 1, 1];
}

/** The elements from one on. */
function partOf(all: Shape, first: number, shape: Shape): LinearPart {
  const size = shapeSize(shape);
  const isOfChannels = shape[1] === all[1] && shape[2] === all[2];
  return {
    ...{ kind: 'matrix', shape, columns: shapeSize(all), bias: undefined },
    pre: Uint32Array.from({ length: size }, (_, k) => first + k),
    post: Uint32Array.from({ length: size }, (_, k) => k),
    weight: new Float64Array(size).fill(1),
    ...(isOfChannels && { channels: { first: first / (shape[1] * shape[2]), of: all[0] } }),
  };
}
