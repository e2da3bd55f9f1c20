/**
 * Sums of linear expressions. Terms of one source whose operators differ in nothing but their weights become one term:
 * otherwise a value added to itself would double its terms each time, and a core would store the same source twice.
 */
import { fail } from '../../isa/index.ts';
import type { Operator } from '../ir/layers.ts';
import { channelFactor, type Expression, isScaledView, type Term } from './expression.ts';
import { addBiases } from './bias.ts';

/** More sources of one sum than any chip has cores for, since every source is a layer of its own. */
const MOST_TERMS = 1024;

/**
 * Sum of two expressions of one shape.
 *
 * @throws E0209 where it has more than 1024 terms
 */
export function addExpressions(a: Expression, b: Expression): Expression {
  const origin = a.origin === '' ? b.origin : a.origin;
  const terms = [...a.terms];
  for (const term of b.terms) {
    const at = terms.findIndex((other) => isLike(other, term));
    if (at < 0) terms.push(term);
    else terms[at] = sumOf(terms[at]!, term);
  }
  if (terms.length > MOST_TERMS)
    fail('E0209', `a sum of ${terms.length} different terms is not read; up to ${MOST_TERMS} are`, { layer: origin });
  return { terms, shape: a.shape, bias: addBiases(a.bias, b.bias, a.shape), origin, node: undefined };
}

function isLike(a: Term, b: Term): boolean {
  const samePlace =
    a.source === b.source && isSame(a.pool, b.pool) && isSame(a.pooled, b.pooled) && isSame(a.padding, b.padding);
  if (!samePlace) return false;
  return isScaledView(a) ? isScaledView(b) : !isScaledView(b) && isLikeOperator(a.operator!, b.operator!);
}

function isLikeOperator(a: Operator<Float64Array>, b: Operator<Float64Array>): boolean {
  if (a.weight.length !== b.weight.length) return false;
  if (a.kind === 'conv' && b.kind === 'conv')
    return (
      a.groups === b.groups &&
      isSame(a.kernel, b.kernel) &&
      isSame(a.stride, b.stride) &&
      isSame(a.padding, b.padding) &&
      isSame(a.dilation, b.dilation)
    );
  if (a.kind === 'sparse' && b.kind === 'sparse') return isSame(a.pre, b.pre) && isSame(a.post, b.post);
  return a.kind === b.kind;
}

function sumOf(a: Term, b: Term): Term {
  const average = isAverage(a) && isAverage(b);
  if (isScaledView(a)) {
    const weight = Float64Array.from({ length: a.pooled[0] }, (_, c) => channelFactor(a, c) + channelFactor(b, c));
    return { ...a, operator: { kind: 'diagonal', weight }, average };
  }
  const added = b.operator!.weight;
  return { ...a, operator: { ...a.operator!, weight: a.operator!.weight.map((w, k) => w + added[k]!) }, average };
}

/** Whether a term of non-negative values is non-negative itself. */
const isAverage = (term: Term): boolean => term.operator === undefined || term.average;

const isSame = (a: ArrayLike<number>, b: ArrayLike<number>): boolean => {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
};
