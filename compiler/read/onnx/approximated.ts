/**
 * Smooth activations as straight pieces, where the user asks for it: y = f(t₀) + Σ sₖ·clip(x − tₖ, 0, tₖ₊₁ − tₖ), a population
 * of neurons for each piece. Each counts no further than its own piece is long, so its rounding stays small too.
 */
import { fail } from '../../../isa/index.ts';
import { activationInput, addAffine, type Call, type OnnxOperator, type OnnxOperators } from './operator.ts';
import type { Value } from './values.ts';

/** An activation: constant before `from`, and from `to` on constant, or x itself. */
interface Smooth {
  readonly of: (x: number) => number;
  readonly from: number;
  readonly to: number;
  readonly rises: boolean;
}

const PIECES = 8;
const LEAST_ALPHA = 2 ** -10;
/** Places at which curvature and error are looked at. */
const GRID = 4096;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions (1964), 7.1.26: to 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

const geluByTanh = (x: number): number => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const gelu = (x: number): number => (x / 2) * (1 + erf(x / Math.SQRT2));

const smooth = (attributes: readonly string[], what: (call: Call) => Smooth): OnnxOperator => ({
  attributes,
  read: (call) => approximated(call, what(call)),
});

/** By ONNX type; each is read so only where it was asked for. */
export const APPROXIMATED: OnnxOperators = {
  Sigmoid: smooth([], () => ({ of: sigmoid, from: -8, to: 8, rises: false })),
  Tanh: smooth([], () => ({ of: Math.tanh, from: -4, to: 4, rises: false })),
  Swish: smooth(['alpha'], ({ attributes }) => {
    const alpha = attributes.float('alpha', 1);
    // Below 0 it becomes x to the left; far from 1 its pieces are shorter or longer than what an activation can be.
    if (!(alpha >= LEAST_ALPHA && alpha <= 1 / LEAST_ALPHA))
      fail(
        'E0204',
        `Swish with the alpha ${alpha} is not approximated; from 1/${1 / LEAST_ALPHA} to ${1 / LEAST_ALPHA} it is`,
        {},
        'Retrain with Relu, or with an alpha of 1.',
      );
    return { of: (x) => x * sigmoid(alpha * x), from: -10 / alpha, to: 10 / alpha, rises: true };
  }),
  Gelu: smooth(['approximate'], ({ attributes }) => ({
    of: attributes.string('approximate', 'none') === 'tanh' ? geluByTanh : gelu,
    from: -5,
    to: 5,
    rises: true,
  })),
  HardSwish: smooth([], () => ({
    of: (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)),
    from: -3,
    to: 3,
    rises: true,
  })),
};

interface Pieces {
  readonly start: number;
  readonly pieces: readonly { readonly from: number; readonly length: number; readonly slope: number }[];
  /** Largest difference from the activation, anywhere. */
  readonly largestError: number;
}

/** Pieces of about equal error: their ends lie so that √|f″| has the same integral over each (C. de Boor, 1973). */
function straightPieces({ of, from, to, rises }: Smooth, count = PIECES): Pieces {
  const step = (to - from) / GRID;
  const at = (k: number): number => from + k * step;
  const curvature = (k: number): number => Math.sqrt(Math.abs(of(at(k + 1)) - 2 * of(at(k)) + of(at(k - 1))));
  const total = Array.from({ length: GRID }, (_, k) => curvature(k)).reduce((sum, own) => sum + own, 0);
  const knots = [from];
  let sum = 0;
  for (let k = 0; k < GRID && knots.length < count; k++) {
    sum += curvature(k);
    if (sum >= (total * knots.length) / count) knots.push(at(k + 1));
  }
  knots.push(to);
  const pieces = knots.slice(1).map((end, k) => {
    const length = end - knots[k]!;
    return { from: knots[k]!, length, slope: (of(end) - of(knots[k]!)) / length };
  });
  if (rises) pieces.push({ from: to, length: Infinity, slope: 1 });
  const start = of(from);
  let largestError = 0;
  // What the activation does beyond its ends is seen within three times their distance.
  for (let k = -GRID; k <= 2 * GRID; k++) {
    const x = at(k);
    const y = pieces.reduce((y, own) => y + own.slope * Math.min(own.length, Math.max(0, x - own.from)), start);
    largestError = Math.max(largestError, Math.abs(y - of(x)));
  }
  return { start, pieces, largestError };
}

function approximated(call: Call, what: Smooth): Value {
  const { builder, elements, name } = call;
  const { start, pieces, largestError } = straightPieces(what);
  call.note(
    `${call.type} ("${name}") is approximated by ${pieces.length} straight pieces, each a population of neurons: by at most ${largestError.toPrecision(2)}, and what spikes lose is added to that`,
    'W0318',
  );
  return elements.onEach(activationInput(call, 0), name, (input) => {
    const parts = pieces.map(({ from, length, slope }) => {
      const moved = addAffine(builder, name, input, 1, -from);
      const max = Number.isFinite(length) ? { max: length } : {};
      const part = builder.add({ op: 'relu', name: builder.uniqueName(name), inputs: [moved], ...max });
      return addAffine(builder, name, part.name, slope, 0);
    });
    const sum = builder.add({ op: 'add', name: builder.uniqueName(name), inputs: parts });
    return addAffine(builder, name, sum.name, 1, start);
  });
}
