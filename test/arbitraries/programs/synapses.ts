/** Random synaptic instructions into any plane that events may add to. */
import { type StoredBits, weightRange } from '../../../isa/index.ts';
import type { CoreBuilder } from '../../isa/core-builder.ts';
import { statement } from '../../isa/program.ts';
import type { Draws } from '../random.ts';
import type { ProgramLayer } from './layers.ts';

interface Target {
  readonly plane: number;
  readonly first: number;
  readonly count: number;
  /** Whether a sum must fit. */
  readonly proven: boolean;
}

const MOST_PROVEN_WEIGHT = 150;

/** Consecutive neurons that all have the plane, over several layers or in a part of one. */
function targetOf(draws: Draws, layers: readonly ProgramLayer[]): Target | undefined {
  const feeds = ({ forms }: ProgramLayer, plane: number): boolean =>
    forms[plane]!.bits > 0 && forms[plane]!.policy !== 'saturate';
  const places = layers.flatMap((layer, k) =>
    layer.forms.flatMap((_, plane) => (feeds(layer, plane) ? [{ k, plane }] : [])),
  );
  if (places.length === 0) return undefined;
  const { k, plane } = draws.pick(places);
  let end = k + 1;
  while (end < layers.length && feeds(layers[end]!, plane) && draws.chance(0.5)) end++;
  const from = layers[k]!.first + (draws.chance(0.3) ? draws.below(layers[k]!.count) : 0);
  const count = layers[end - 1]!.first + layers[end - 1]!.count - from;
  return {
    plane,
    first: from,
    count,
    proven: layers.slice(k, end).some(({ forms }) => forms[plane]!.policy === 'prove'),
  };
}

/** Lines of the handler of a group of so many axons. */
export function synapticLines(
  draws: Draws,
  builder: CoreBuilder,
  layers: readonly ProgramLayer[],
  axons: number,
): string[] {
  const lines: string[] = [];
  for (let k = draws.between(1, 2); k > 0; k--) {
    const target = targetOf(draws, layers);
    if (target !== undefined) lines.push(synapticLine(draws, builder, target, axons));
  }
  return lines;
}

function synapticLine(
  draws: Draws,
  builder: CoreBuilder,
  { plane, first, count, proven }: Target,
  axons: number,
): string {
  const bits: StoredBits = draws.pick([1, 2, 4, 8, 16]);
  const unsigned = draws.chance(0.3);
  // More than a byte holds, but not so much that most sums of proven planes would leave their widths.
  const most = proven ? MOST_PROVEN_WEIGHT : Infinity;
  const [min, max] = weightRange(bits, unsigned).map((weight) => Math.max(-most, Math.min(most, weight)));
  const weight = (): number => (min === -1 ? draws.pick([-1, 1]) : draws.between(min!, max!));
  const store = (...packed: readonly number[][]): number =>
    unsigned ? builder.unsignedWeights(bits, ...packed) : builder.weights(bits, ...packed);
  const run = (length: number): number[] => Array.from({ length }, weight);
  const runs = (number: number, length: number): number[][] => Array.from({ length: number }, () => run(length));
  const common = {
    destination: plane % 2 === 0 ? 'V' : 'I',
    width: `w${Math.min(bits, 8)}`,
    shift: draws.below(proven ? 4 : draws.pick([4, 32])),
    bank: Math.floor(plane / 2),
    unsigned: Number(unsigned),
    wide: Number(bits === 16),
    first,
  };
  const kinds = ['DENSE', 'SPARSE', ...(count >= axons ? ['DIAG', 'CONV'] : [])];
  switch (draws.pick(kinds)) {
    case 'DENSE':
      return statement('DENSE', { ...common, count, weights: store(...runs(axons, count)) });
    case 'SPARSE': {
      const lengths = draws.numbers(axons, 0, 4);
      const entries = lengths.reduce((sum, length) => sum + length, 0);
      let end = 0;
      const rows = builder.integers(4, [0, ...lengths.map((length) => (end += length))]);
      const targets = builder.integers(2, draws.numbers(entries, 0, count - 1));
      return statement('SPARSE', { ...common, count, rows, targets, weights: store(run(entries)) });
    }
    case 'DIAG': {
      const period = draws.between(1, axons);
      const weights = store(run(period));
      return statement('DIAG', { ...common, count: axons, period, reserved: 0, weights });
    }
    default:
      return statement(
        'CONV groups=1 outHeight=1 outChannels=1 inChannels=1 inHeight=1 kernelHeight=1 kernelWidth=3',
        'strideY=1 strideX=1 dilationY=1 dilationX=1 reserved=0 offsetY=0 offsetX=1',
        { ...common, outWidth: axons, inWidth: axons, weights: store(...runs(3, 1)) },
      );
  }
}
