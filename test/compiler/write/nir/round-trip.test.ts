/** Networks of populations written as NIR graphs, and read back: where nothing is said to be lost, the chip is the same. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildChip, decodeGraphFile, readNetwork } from '../../../../compiler/index.ts';
import { Emulator } from '../../../../emulator/index.ts';
import { writeNir } from '../../../../compiler/write/nir/write-nir.ts';
import { canonicalJson } from '../../../../isa/container/json.ts';
import { builtinTargets, type Chip, DiagnosticError } from '../../../../isa/index.ts';
import { TEST_OPTIONS } from '../../../arbitraries/builds.ts';
import { arbitraryEvenPopulations, type RandomPopulations } from '../../../arbitraries/populations/networks.ts';
import { Draws } from '../../../arbitraries/random.ts';
import { cases } from '../../../cases.ts';

const OPTIONS = { ...TEST_OPTIONS, target: builtinTargets().get('edge')! };
const FILE = { fileName: 'random.nir', readSideFile: () => new Uint8Array() };

type Fields = Record<string, unknown>;

/** Of a hundred fields that no node of NIR says, one is left. */
const LEFT = 0.01;

/** A leak as nodes have it: a factor. */
const factorOf = (leak: unknown): unknown =>
  typeof leak === 'object' && leak !== null && !Array.isArray(leak) && !('shape' in leak)
    ? ((leak as Fields).factor ?? 0.75)
    : leak;

/** Neurons of which nodes of NIR say nearly everything. */
function sayableNeuron(population: Fields, draws: Draws): Fields {
  const { neuron, leak, currentLeak, compare, reset } = population;
  const unsaid = [
    'initial',
    'floor',
    'refractory',
    'scale',
    ...(neuron === 'alif' ? ['adaptationLeak', 'adaptationStep'] : []),
  ];
  const isLeft = (): boolean => draws.chance(LEFT);
  const isAdaptive = neuron === 'alif' && isLeft();
  const said = Object.entries(population).filter(
    ([name]) => !unsaid.includes(name) || (name.startsWith('adaptation') ? isAdaptive : isLeft()),
  );
  const isValue = (reset as Fields | undefined)?.kind === 'value';
  return {
    ...Object.fromEntries(said),
    ...(neuron === 'alif' && !isAdaptive && { neuron: 'lif' }),
    ...(leak !== undefined && !isLeft() && { leak: factorOf(leak) }),
    ...(currentLeak !== undefined && !isLeft() && { currentLeak: factorOf(currentLeak) }),
    ...(compare !== undefined && !isLeft() && { compare: 'gt' }),
    ...(reset !== undefined && !isValue && !isLeft() && { reset: { kind: 'value', value: draws.pick([0, -0.25]) } }),
  };
}

function sayable({ json, seed }: RandomPopulations): Fields {
  const draws = new Draws(seed);
  const document = JSON.parse(json) as Fields & { readonly populations: readonly Fields[] };
  return {
    ...document,
    // Steps of any length: gains divide out whatever it is.
    ...(draws.chance(0.7) && { dt: draws.pick([0.001, 0.0003, 1 / 49, 1]) }),
    populations: document.populations.map((population) => sayableNeuron(population, draws)),
  };
}

const bytesOf = (document: Fields): Uint8Array => new TextEncoder().encode(JSON.stringify(document));

/** Of a fault its code. */
async function orCode<T>(work: () => T | Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code).join();
    throw error;
  }
}

const written = (document: Fields) =>
  orCode(() => {
    const network = readNetwork(bytesOf(document), { ...FILE, fileName: 'random.net.json' });
    if (network.kind !== 'populations') throw new Error('populations were written');
    return writeNir(network);
  });

/** Of the graph beside the chip, names and lengths of parameters can differ: a bias of neurons without a leak is brought by a connection. */
const plainly = (part: unknown): unknown => {
  if (part === 'connection bias 0' || part === 'connection bias 1') return 'bias';
  if (part instanceof Int32Array && part.every((value) => value === part[0])) return part.slice(0, 1);
  if (part === null || typeof part !== 'object' || ArrayBuffer.isView(part)) return part;
  if (Array.isArray(part)) return part.map(plainly);
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [plainly(name), plainly(value)]));
};

/** All but where it came from. */
const comparable = ({ provenance: _, graph, ...rest }: Chip): unknown => ({
  ...rest,
  graph: plainly(decodeGraphFile(graph!).quantised),
});

const chipOf = (source: Uint8Array) =>
  orCode(async () => {
    const { chip } = await buildChip({ ...FILE, source, options: OPTIONS }, { now: () => 0 });
    return canonicalJson(comparable(chip));
  });

/** What has to be among the networks that are compared. */
const KINDS = {
  convolution: /"op":"conv"/,
  matrix: /"op":"dense"/,
  factors: /"op":"one-to-one"/,
  windows: /"pool":/,
  delay: /"delay":[123]/,
  'loop to itself': /"from":"(population\d)","to":"\1"/,
} as const;

describe('a network of populations as a NIR graph', () => {
  it('gives the same chip where nothing is lost', async () => {
    let same = 0;
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(arbitraryEvenPopulations, async (net) => {
        const document = sayable(net);
        const graph = await written(document);
        // Faults of the network are those of any build of it.
        if (typeof graph === 'string') expect(await chipOf(bytesOf(document))).toBe(graph);
        if (typeof graph === 'string' || graph.lost.length > 0) return;
        expect(await chipOf(graph.file)).toBe(await chipOf(bytesOf(document)));
        same++;
        const text = JSON.stringify(document);
        for (const [kind, pattern] of Object.entries(KINDS)) if (pattern.test(text)) kinds.add(kind);
      }),
      { numRuns: cases(16) },
    );
    expect(same).toBeGreaterThan(6);
    expect([...kinds].sort()).toEqual(Object.keys(KINDS).sort());
  });

  const neurons = { neuron: 'if', threshold: 1, compare: 'gt', reset: { kind: 'value', value: 0 } } as const;
  const matrix = (rows: number, columns: number): Fields => ({
    op: 'dense',
    weight: { shape: [rows, columns], data: Array.from({ length: rows * columns }, (_, k) => (k % 5) / 4) },
  });
  const convolution = { op: 'conv', weight: { shape: [1, 1, 1, 1], data: [0.5] } };
  const documentOf = (population: Fields, connection: Fields, more: readonly Fields[] = []): Fields => ({
    ...{ format: 'snn-net/1', input: { shape: [1, 2, 2], steps: 4, payload: { min: 0, max: 1 } } },
    populations: [{ name: 'out', ...neurons, ...population }],
    connections: [{ from: 'input', to: 'out', ...connection }, ...more],
    output: { population: 'out', decode: 'count' },
  });

  it.each([
    ['one bias for a channel, which a convolution brings', { shape: [1, 2, 2], bias: 0.25 }, convolution, []],
    ['a bias for each neuron, which a matrix brings', { shape: 4, bias: [0.25, 0, -0.5, 1] }, matrix(4, 4), []],
    [
      'a bias for each neuron, which no convolution brings',
      { shape: [1, 2, 2], bias: { shape: [4], data: [0.25, 0, -0.5, 1] } },
      convolution,
      [/V does not leak/],
    ],
    [
      'two biases',
      { shape: 2, bias: 0.25 },
      { ...matrix(2, 4), bias: { shape: [2], data: [0.5, 0.25] } },
      [/one after the other/],
    ],
    [
      'a list of one weight from many neurons to one',
      { shape: 1 },
      { op: 'sparse', pre: [0], post: [0], weight: { shape: [1], data: [0.75] } },
      [/a list of 1 weights/],
    ],
  ])('of %s counts the same spikes', async (_, population, connection, losses) => {
    const document = documentOf(population, connection);
    const graph = await written(document);
    if (typeof graph === 'string') throw new Error(graph);
    expect(graph.lost).toEqual(losses.map((loss) => expect.stringMatching(loss) as unknown));
    const outputs = await Promise.all(
      [graph.file, bytesOf(document)].map(async (source) => {
        const { chip } = await buildChip({ ...FILE, source, options: OPTIONS }, { now: () => 0 });
        return new Emulator(chip, { timing: 'none' }).infer(
          Int16Array.from({ length: 16 }, (__, k) => Number(k % 3 > 0)),
        ).readout;
      }),
    );
    expect(outputs[0]).toEqual(outputs[1]);
    expect(Math.max(...outputs[0]!)).toBeGreaterThan(0);
  });

  it('of a loop without delay says that it gets one', async () => {
    const document = documentOf({ shape: 2 }, matrix(2, 4), [{ from: 'out', to: 'out', ...matrix(2, 2) }]);
    const graph = await written(document);
    expect(graph).toMatchObject({ lost: [expect.stringMatching(/"out" hears "out" in the same step/)] });
  });
});
