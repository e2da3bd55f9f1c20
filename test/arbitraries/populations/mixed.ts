/** Random networks of populations with conventional layers in front of them, behind one of them, or both. */
import type fc from 'fast-check';
import { Draws } from '../random.ts';
import { connection, convolution } from './connections.ts';
import { arbitraryPopulations, type RandomPopulations } from './networks.ts';
import { type Shape, sizeOf, tensor } from './numbers.ts';

type Fields = Record<string, unknown>;

interface Document extends Fields {
  readonly populations: readonly { readonly name: string; readonly shape: Shape; readonly neuron: string }[];
  readonly connections: readonly Fields[];
  readonly output: Fields;
}

const between = (draws: Draws, from: number, to: number): number => from + ((to - from) * draws.between(0, 100)) / 100;

const dense = (draws: Draws, name: string, from: number, to: number): Fields => ({
  ...{ name, op: 'dense', weight: tensor([to, from], () => between(draws, -1, 1.2) / Math.sqrt(from)) },
  ...(draws.chance(0.5) && { bias: tensor([to], () => between(draws, -0.3, 0.5)) }),
});

/** Plain, with a clip, or a staircase. */
function relu(draws: Draws, name: string): Fields {
  const kind = draws.below(4);
  return {
    ...{ name, op: 'relu' },
    ...(kind > 1 && { max: between(draws, 0.5, 3) }),
    ...(kind > 2 && { levels: draws.between(1, 6) }),
  };
}

/** Layers that hear the input, and the shape of the last. */
function front(draws: Draws, input: Shape): { layers: Fields[]; shape: Shape } {
  const layers: Fields[] = [];
  let shape = input;
  const depth = draws.between(1, 2);
  for (let k = 0; k < depth; k++) {
    const name = `front${k}`;
    if (sizeOf(shape) > 1 && draws.chance(0.6)) {
      const made = convolution({ draws, source: shape, grid: 'real', most: 1 });
      const { pool: _, ...fields } = made.fields;
      if (_ === undefined) {
        layers.push({ name, ...fields });
        shape = made.shape;
      }
    }
    if (layers.at(-1)?.name !== name) {
      if (shape[1] * shape[2] > 1) layers.push({ name: `${name}/flat`, op: 'flatten' });
      const width = draws.between(1, 7);
      layers.push(dense(draws, name, sizeOf(shape), width));
      shape = [width, 1, 1];
    }
    layers.push(relu(draws, `${name}/relu`));
    // The last layers may go round one another.
    if (draws.chance(0.2)) {
      layers.push({ name: `${name}/twice`, op: 'add', inputs: [`${name}/relu`, `${name}/relu`] });
      layers.push(relu(draws, `${name}/again`));
    }
    if (shape[1] > 1 && shape[2] > 1 && draws.chance(0.5)) {
      layers.push({ name: `${name}/pool`, op: 'averagePool', kernel: 2 });
      shape = [shape[0], Math.floor(shape[1] / 2), Math.floor(shape[2] / 2)];
    }
  }
  if (draws.chance(0.3)) layers.push({ name: 'front/flat', op: 'flatten' });
  return { layers, shape };
}

function head(draws: Draws, { name, shape }: Document['populations'][number]): Fields[] {
  const layers: Fields[] = [];
  let size = sizeOf(shape);
  const add = (layer: Fields): number => layers.push(layers.length === 0 ? { ...layer, inputs: [name] } : layer);
  if (shape[1] * shape[2] > 1) add({ name: 'head/flat', op: 'flatten' });
  const depth = draws.between(0, 2);
  for (let k = 0; k < depth; k++) {
    const width = draws.between(1, 6);
    add(dense(draws, `head${k}`, size, width));
    add(relu(draws, `head${k}/relu`));
    size = width;
  }
  add(dense(draws, 'head', size, draws.between(1, 5)));
  return layers;
}

function mixed(drawn: RandomPopulations): RandomPopulations {
  const draws = new Draws(drawn.seed + 1);
  const document = JSON.parse(drawn.json) as Document;
  const { decode } = drawn.recipe;
  const hasHead = (decode === 'count' || decode === 'first') && draws.chance(0.75);
  const hasFront = !hasHead || draws.chance(0.85);
  const made = hasFront ? front(draws, drawn.inputShape) : undefined;
  const fed = document.populations.filter(() => draws.chance(0.5));
  const hearing = fed.length > 0 ? fed : document.populations.slice(0, 1);
  const last = made?.layers.at(-1)?.name;
  const heard =
    made === undefined
      ? []
      : hearing.map(({ name, shape }) => {
          const joining = { draws, source: made.shape, grid: 'real', most: 1 } as const;
          return {
            from: last,
            to: name,
            ...connection(joining, shape),
            ...(draws.chance(0.3) && { delay: draws.between(1, 2) }),
          };
        });
  const behind = hasHead ? head(draws, draws.pick(document.populations)) : [];
  const json = JSON.stringify({
    ...document,
    layers: [...(made?.layers ?? []), ...behind],
    connections: [...document.connections, ...heard],
    output: hasHead ? { layer: 'head' } : document.output,
  });
  return { ...drawn, json };
}

export const arbitraryMixed: fc.Arbitrary<RandomPopulations> = arbitraryPopulations.map(mixed);
