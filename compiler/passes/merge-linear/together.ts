/** Linear operators in a row as one. */
import { shapeSize, type Shape } from '../../../isa/index.ts';
import type { AnnNode, NodeDraft } from '../../ann/ann.ts';
import { composeConnections, connectionsOf, joinBound, type Linear } from './connections.ts';
import { asConvolution, composeConvolutions, scaledConvolution } from './convolutions.ts';

export type LinearNode = Extract<AnnNode, { op: 'conv' | 'dense' | 'sparse' | 'averagePool' }>;

/** The most products of weights that putting operators together may take: beyond, there are neurons between them. */
const MOST_PRODUCTS = 2 ** 26;
/** The most connections of an operator that is written out as a list. */
const MOST_CONNECTIONS = 2 ** 22;

/**
 * The operators that do the same as the chain, the last of them under the name of its last; undefined where they would have
 * more synapses than `most`.
 *
 * @param chain a linear operator, perhaps factors and a flattening, and a linear operator
 * @param source shape of what the first takes
 */
export function together(chain: readonly AnnNode[], source: Shape, most: number): readonly NodeDraft[] | undefined {
  return asConvolutions(chain, most) ?? asWhole(chain, source, most);
}

function asConvolutions(chain: readonly AnnNode[], most: number): readonly NodeDraft[] | undefined {
  let first = asConvolution(chain[0]!);
  for (const node of chain.slice(1, -1)) {
    if (node.op !== 'affine' || first === undefined) return undefined;
    first = scaledConvolution(first, node);
  }
  const second = asConvolution(chain.at(-1)!);
  if (first === undefined || second === undefined) return undefined;
  const made = composeConvolutions(first, second, { synapses: most, products: MOST_PRODUCTS });
  if (made === undefined) return undefined;
  const { conv, shift } = made;
  const { name } = second;
  if (shift === undefined) return [{ ...conv, name }];
  const inner = `${name}/weights`;
  const scale = new Float32Array(second.shape[0]).fill(1);
  return [
    { ...conv, name: inner },
    { op: 'affine', name, inputs: [inner], scale, shift },
  ];
}

/** As a matrix, or as single connections where that has few. */
function asWhole(chain: readonly AnnNode[], source: Shape, most: number): readonly NodeDraft[] | undefined {
  const size = shapeSize(source);
  let shape = source;
  let whole: Linear | undefined;
  for (const node of chain) {
    const own = connectionsOf(node, shape, MOST_CONNECTIONS);
    if (own === undefined) return undefined;
    if (whole !== undefined && joinBound(whole, own) > MOST_PRODUCTS) return undefined;
    whole = whole === undefined ? own : composeConnections(whole, own);
    shape = node.shape;
  }
  const { pre, post, weight, bias } = whole!;
  if (weight.length > most) return undefined;
  const last = chain.at(-1)!;
  const { name } = last;
  const outputs = shapeSize(shape);
  const inputs = chain[0]!.inputs;
  const constant = bias.some((value) => value !== 0) && { bias: { shape: [outputs], data: Float32Array.from(bias) } };
  const isVector = shape[1] === 1 && shape[2] === 1;
  if (isVector && 2 * weight.length > size * outputs) {
    const data = new Float32Array(size * outputs);
    for (let k = 0; k < weight.length; k++) data[post[k]! * size + pre[k]!] = weight[k]!;
    const dense = { op: 'dense' as const, name, weight: { shape: [outputs, size], data }, ...constant };
    if (source[1] === 1 && source[2] === 1) return [{ ...dense, inputs }];
    const flat = `${name}/flattened`;
    return [
      { op: 'flatten', name: flat, inputs, order: [0, 1, 2] },
      { ...dense, inputs: [flat] },
    ];
  }
  return [{ op: 'sparse', name, inputs, pre, post, weight: Float32Array.from(weight), shape, ...constant }];
}
