/** NIR graphs as populations: parameters in steps, chains as connections, loops closed a step later, and what is refused. */
import { describe, expect, it } from '@jest/globals';
import { readNetwork } from '../../../../compiler/index.ts';
import type { PopulationNetwork } from '../../../../compiler/ir/population.ts';
import { type Diagnostic, DiagnosticError } from '../../../../isa/index.ts';
import { NIR_FILES, nirFile, replaced } from './files.ts';

interface Asked {
  readonly steps?: number;
  readonly dt?: number;
}

function read(bytes: Uint8Array, { steps, dt }: Asked = { steps: 8 }) {
  const warnings: Diagnostic[] = [];
  const network = readNetwork(bytes, {
    fileName: 'folder/some.nir',
    readSideFile: () => new Uint8Array(),
    timing: { steps, dt },
    warn: (warning) => warnings.push(warning),
  });
  if (network.kind !== 'populations') throw new Error('a NIR graph is one of populations');
  return { network, said: warnings.map(({ code, message }) => `${code} ${message}`) };
}

const populationOf = ({ populations }: PopulationNetwork, name: string) =>
  populations.find((population) => population.name === name)!;

function refusal(bytes: Uint8Array, asked?: Asked): string {
  try {
    read(bytes, asked);
    return 'read';
  } catch (error) {
    if (error instanceof DiagnosticError) return error.message;
    throw error;
  }
}

const near = (values: ArrayLike<number>, expected: readonly number[]): void => {
  expect(values.length).toBe(expected.length);
  expected.forEach((value, k) => expect(values[k]).toBeCloseTo(value, 9));
};

describe('neurons of NIR', () => {
  it('go dt / tau of the way in a step', () => {
    const { network } = read(nirFile('lif'), { steps: 8, dt: 2e-4 });
    const [lif] = network.populations;
    const { parameters, connections } = lif!;
    near(parameters.leak!.values, [0.8]);
    near(parameters.bias!.values, [0.05]);
    near(parameters.threshold!.values, [1]);
    near(parameters.resetValue!.values, [-0.5]);
    // 0.2 of the way, times r = 2.
    near(
      connections[0]!.operator.weight,
      [8, 4, -2, -8, 16, 4].map((weight) => 0.4 * weight),
    );
    near(parameters['connection bias 0']!.values, [0.2, -0.4]);
    expect(network).toMatchObject({ name: 'some', steps: 8, dt: 2e-4, output: { population: 0, decoding: 'count' } });
  });

  it('have a current where NIR has one, with all gains before it', () => {
    const { network, said } = read(nirFile('recurrent'));
    const layer = populationOf(network, 'layer/lif');
    near(layer.parameters.leak!.values, [0.9]);
    near(layer.parameters.currentLeak!.values, [0.5]);
    expect(layer.connections.map(({ source, delay, plane }) => [source, delay, plane])).toEqual(
      expect.arrayContaining([
        [-1, 0, 1],
        [0, 1, 1],
      ]),
    );
    expect(said).toContainEqual(expect.stringContaining('closes a loop: it is heard a step later'));
    expect(said).toContainEqual(expect.stringContaining('potentials of the last step'));
    expect(network.output).toEqual({ population: 1, decoding: 'last' });
  });
});

describe('chains of NIR', () => {
  it('become connections with windows, factors and delays', () => {
    const { network } = read(nirFile('image'));
    const end = populationOf(network, 'end');
    const pooled = end.connections.find(({ source }) => source === 0)!;
    expect(pooled).toMatchObject({ pool: [2, 2], pooled: [3, 3, 3], delay: 3 });
    const weights = pooled.operator.weight;
    const plain = read(replaced(nirFile('image'), 'AvgPool2d', 'SumPool2d')).network;
    const summed = populationOf(plain, 'end').connections.find(({ source }) => source === 0)!.operator.weight;
    near(
      weights,
      Array.from(summed, (weight) => weight / 4),
    );
    expect(end.connections.map(({ source }) => source).sort()).toEqual([-1, 0]);
    expect(populationOf(network, 'if').shape).toEqual([3, 6, 6]);
  });

  it('of one axis lie in rows', () => {
    const [i] = read(nirFile('sequence')).network.populations;
    expect(i!.shape).toEqual([3, 1, 8]);
    expect(i!.connections[0]!.operator).toMatchObject({ kind: 'conv', kernel: [1, 3], padding: [0, 1, 0, 1] });
  });
});

describe('a NIR graph', () => {
  it.each(NIR_FILES)('%s says what was assumed', (name) => {
    const { said } = read(nirFile(name));
    expect(said[0]).toMatch(/^W0308 .*how long a step is: 0\.0001/);
    expect(read(nirFile(name), { steps: 1, dt: 1e-4 }).said.length).toBe(said.length - 1);
  });

  it('needs steps', () => {
    expect(refusal(nirFile('lif'), {})).toMatch(/E0103.*how many steps[^]*remedy: .*`window`/);
  });

  it('whose step is longer than a tau names it', () => {
    expect(refusal(nirFile('lif'), { steps: 1, dt: 1 })).toMatch(
      /E0208.*tau is 0\.001.*at lif[^]*`dt: 0\.001` or less.*Norse.*dt=1/,
    );
  });

  it.each([
    ['Affine', 'Thresh', /E0203.*Thresh.*at fc/],
    ['weight', 'wEight', /E0202.*needs weight.*at fc/],
    ['Output', 'Utopia', /E0207.*0 nodes of type Output/],
    ['edges', 'edgEs', /E0202.*dataset "edges"/],
    ['node', 'nude', /E0202.*neither a group "node"/],
  ])('with %s as %s is refused', (text, by, message) => {
    expect(refusal(replaced(nirFile('lif'), text, by))).toMatch(message);
  });
});
