/** Networks of populations written as NIR graphs, and read back: where nothing is said to be lost, the chip is the same. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildChip, decodeGraphFile, readNetwork } from '../../../../compiler/index.ts';
import { writeNir } from '../../../../compiler/write/nir/write-nir.ts';
import { canonicalJson } from '../../../../isa/container/json.ts';
import { builtinTargets, type Chip, DiagnosticError } from '../../../../isa/index.ts';
import { TEST_OPTIONS } from '../../../arbitraries/builds.ts';
import { connection, convolution } from '../../../arbitraries/populations/connections.ts';
import { Draws } from '../../../arbitraries/random.ts';

const OPTIONS = { ...TEST_OPTIONS, target: builtinTargets().get('edge')! };
const FILE = { fileName: 'random.nir', readSideFile: () => new Uint8Array() };

type Shape = readonly [number, number, number];
const sizeOf = (shape: Shape): number => shape[0] * shape[1] * shape[2];

/** Neurons of the kinds that NIR has, connected with delays and loops. */
function documentOf(seed: number): object {
  const draws = new Draws(seed);
  const steps = draws.between(2, 9);
  const anyShape = (): Shape =>
    draws.chance(0.5) ? [draws.between(1, 6), 1, 1] : [draws.between(1, 3), draws.between(1, 4), draws.between(1, 4)];
  const values = (shape: Shape, from: number, to: number): number | number[] => {
    const one = (): number => from + ((to - from) * draws.between(0, 100)) / 100;
    const count = draws.pick([0, shape[0], sizeOf(shape)]);
    return count === 0 ? one() : Array.from({ length: count }, one);
  };
  const neuron = (shape: Shape, fires: boolean): object => {
    const kind = draws.pick(fires ? (['if', 'lif', 'cubalif'] as const) : (['i', 'li', 'cubali'] as const));
    const leaks = kind.endsWith('li') || kind.endsWith('lif');
    return {
      neuron: kind,
      ...(leaks && { leak: values(shape, 0, 1) }),
      ...(kind.startsWith('cuba') && { currentLeak: values(shape, 0, 1) }),
      ...(leaks && draws.chance(0.4) && { bias: values(shape, -0.5, 0.5) }),
      ...(fires && {
        ...{ threshold: values(shape, 0.1, 1.5), compare: 'gt' },
        reset: { kind: 'value', value: draws.chance(0.5) ? 0 : values(shape, -1, 0.05) },
      }),
    };
  };
  const input = anyShape();
  /** A list of weights becomes a matrix, which is said to be a loss. */
  const joined = (source: Shape, shape: Shape): object => {
    for (;;) {
      const made = connection({ draws, source, grid: 'real', most: 1 }, shape);
      if (made.op !== 'sparse') return made;
    }
  };
  /** NIR has one padding for both ends of a side. */
  const convolved = (source: Shape): ReturnType<typeof convolution> => {
    for (;;) {
      const made = convolution({ draws, source, grid: 'real', most: 1 });
      const [top, left, bottom, right] = made.fields.padding as number[];
      if (top === bottom && left === right) return made;
    }
  };
  const readsSpikes = draws.chance(0.6);
  const count = draws.between(1, 4);
  const shapes: Shape[] = [];
  const populations: object[] = [];
  const connections: object[] = [];
  for (let p = 0; p < count; p++) {
    const from = p === 0 || draws.chance(0.3) ? undefined : draws.between(0, p - 1);
    const source = from === undefined ? input : shapes[from]!;
    const convolves = source[1] * source[2] > 1 && draws.chance(0.6);
    const made = convolves ? convolved(source) : undefined;
    const shape = made?.shape ?? anyShape();
    shapes.push(shape);
    const name = `population${p}`;
    populations.push({ name, shape, ...neuron(shape, readsSpikes || p < count - 1) });
    const places = { from: from === undefined ? 'input' : `population${from}`, to: name, delay: draws.between(0, 3) };
    connections.push({ ...places, ...(made?.fields ?? joined(source, shape)) });
    if (draws.chance(0.4) && (readsSpikes || p < count - 1))
      connections.push({ from: name, to: name, delay: draws.between(1, 3), ...joined(shape, shape) });
  }
  return {
    ...{ format: 'snn-net/1', name: 'random', populations, connections },
    // Steps of any length: gains divide out whatever it is.
    ...(draws.chance(0.7) && { dt: draws.pick([0.001, 0.0003, 1 / 49, 1]) }),
    input: {
      shape: input,
      steps,
      payload: draws.pick([
        { min: 0, max: 1 },
        { min: -3, max: 4, step: 0.5 },
      ]),
    },
    output: {
      population: `population${count - 1}`,
      decode: draws.pick(readsSpikes ? ['count', 'first'] : ['last', 'max']),
    },
  };
}

const readDocument = (document: object) => {
  const source = new TextEncoder().encode(JSON.stringify(document));
  const network = readNetwork(source, { ...FILE, fileName: 'random.net.json' });
  if (network.kind !== 'populations') throw new Error('populations were written');
  return network;
};

/** All but where it came from. */
const comparable = ({ provenance: _, graph, ...rest }: Chip) => ({ ...rest, graph: decodeGraphFile(graph!).quantised });

async function chipOf(source: Uint8Array): Promise<ReturnType<typeof comparable> | string> {
  try {
    const { chip } = await buildChip({ ...FILE, source, options: OPTIONS }, { now: () => 0 });
    return comparable(chip);
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code).join();
    throw error;
  }
}

describe('a network of populations as a NIR graph', () => {
  it('gives the same chip where nothing is lost', async () => {
    let same = 0;
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const document = documentOf(seed);
        const { file, lost } = writeNir(readDocument(document));
        const [fromNir, fromJson] = [
          await chipOf(file),
          await chipOf(new TextEncoder().encode(JSON.stringify(document))),
        ];
        if (lost.length > 0) return;
        same++;
        const text = JSON.stringify(document);
        for (const kind of ['"op":"conv"', '"op":"dense"', '"pool":', '"delay":1'])
          if (text.includes(kind)) kinds.add(kind);
        const loops = /"from":"(population\d)","to":"\1"/.test(text);
        if (loops) kinds.add('loop');
        expect(canonicalJson(fromNir)).toBe(canonicalJson(fromJson));
      }),
      { numRuns: 14 },
    );
    expect(same).toBeGreaterThan(3);
    // Flatten and sums of windows are written where these are.
    expect([...kinds].sort()).toEqual(['"delay":1', '"op":"conv"', '"op":"dense"', '"pool":', 'loop']);
  });
});
